"""How long ago this process received a request, and what the person was told meanwhile."""

from datetime import timedelta
from threading import Lock

from bot.domain.errors import RequestExpiredError
from bot.ports.clock import Clock

# Whoever is told that the bot is slow hears that nothing was charged if no answer comes within two
# minutes. This leaves a transaction that has begun more than a minute.
EXPIRES_AFTER = timedelta(seconds=45)


class Receipt:
    """The receipt of one request. The store reads it in a thread of its own.

    Either the person is told that the bot is slow, or the jobs are stored without regard to that:
    whichever is decided first holds. So no process can die between the two.
    """

    def __init__(self, clock: Clock, *, is_shown_later: bool = False) -> None:
        """Count from now; by the monotonic clock too, which nobody sets back.

        `is_shown_later`: the placeholder is never the answer, the outbox sends it.
        """
        self.is_shown_later = is_shown_later
        self._clock = clock
        self._received_at = clock.now()
        self._received_monotonic_s = clock.monotonic()
        self._lock = Lock()
        self._says_slow: bool | None = None

    def may_say_slow(self) -> bool:
        """Whether the person may be told that the bot is slow. Call it right before."""
        return self._decide(True)

    def check(self) -> bool:
        """Let jobs be stored, and return whether the outbox must show their placeholder.

        For the transaction that stores them.

        Raises:
            RequestExpiredError: it is too late.
        """
        if self._age() >= EXPIRES_AFTER:
            raise RequestExpiredError
        return self._decide(False) or self.is_shown_later

    def _decide(self, says_slow: bool) -> bool:
        with self._lock:
            if self._says_slow is None:
                self._says_slow = says_slow
            return self._says_slow

    def _age(self) -> timedelta:
        """Measure by both clocks: the monotonic one may stand still while the machine sleeps."""
        elapsed = timedelta(seconds=self._clock.monotonic() - self._received_monotonic_s)
        return max(self._clock.now() - self._received_at, elapsed)
