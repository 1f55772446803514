"""When the next submit may go out, and how many at once. Pure: told of outcomes, asked for leave.

Submitting opens slowly, like a TCP connection: one submit until the provider has accepted one, then
two, four, … . So an outage that begins while the bot is idle costs one doubtful job, not ten.

This is what one process sees. `ports.QueueStore.claim` tells what a doubtful submit means for all
of them: these pauses only add to that, also after calls that certainly started nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

OUTAGE_PAUSE = timedelta(seconds=1)
MAX_OUTAGE_PAUSE = timedelta(seconds=60)
FULL_PAUSE = timedelta(seconds=1)
MAX_FULL_PAUSE = timedelta(seconds=15)
TRUST_LASTS = timedelta(minutes=2)  # after that long without a success, one goes ahead alone again


@dataclass(slots=True)
class _Pause:
    """A wait that doubles with every failure and ends with a success."""

    first: timedelta
    longest: timedelta
    until: datetime | None = None
    failures: int = 0

    def begin(self, now: datetime, at_least: timedelta | None = None) -> None:
        """Wait, longer than the last time; calls that were under way together count as one."""
        if self.until is None or now >= self.until:
            self.until = now + min(self.first * 2**self.failures, self.longest)
            self.failures = min(self.failures + 1, 16)
        if at_least is not None:
            self.until = max(self.until, now + at_least)

    def lift(self) -> None:
        self.until, self.failures = None, 0

    def cut_short(self) -> None:
        self.until = None

    def is_on(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


class SubmitGate:
    """Counts the submits under way and says how many more may start."""

    def __init__(self, *, widest: int) -> None:
        """`widest` is the number of slots: never more submits at once."""
        self._widest = widest
        self._width = 1
        self._under_way = 0
        self._trusted_until: datetime | None = None
        self._outage = _Pause(OUTAGE_PAUSE, MAX_OUTAGE_PAUSE)
        self._full = _Pause(FULL_PAUSE, MAX_FULL_PAUSE)

    def room(self, now: datetime) -> int:
        """How many submits may start now."""
        if self.is_shut(now):
            return 0
        if self._trusted_until is None or now > self._trusted_until:
            self._width = 1
        return max(0, self._width - self._under_way)

    def is_shut(self, now: datetime) -> bool:
        """Whether a pause is on: nothing may go out, however much room there was before."""
        return self._outage.is_on(now) or self._full.is_on(now)

    def reopens_at(self, now: datetime) -> datetime | None:
        """When the pause that is on ends; None if none is."""
        pauses = (self._outage.until, self._full.until)
        return max((until for until in pauses if until is not None and until > now), default=None)

    def started(self) -> None:
        """Note that a submit is under way."""
        self._under_way += 1

    def ended(self) -> None:
        """Note that a submit is over, whatever its outcome."""
        self._under_way -= 1

    def accepted(self, now: datetime) -> None:
        """Note that the provider works: open wider."""
        self._width = min(self._width * 2, self._widest)
        self._trusted_until = now + TRUST_LASTS
        self._outage.lift()
        self._full.lift()

    def answered(self) -> None:
        """Note that the provider answered clearly, though with a no."""
        self._outage.lift()

    def shut_out(self) -> None:
        """Note a clear no that holds for every job: the next submit goes alone."""
        self._close()
        self._outage.lift()

    def failed(self, now: datetime, retry_after: timedelta | None = None) -> None:
        """Note that the provider is out of order or asks us to wait."""
        self._close()
        self._outage.begin(now, retry_after)

    def full(self, now: datetime) -> None:
        """Note that all of the provider's slots are taken (others may share the key)."""
        self._close()
        self._full.begin(now)

    def slot_freed(self) -> None:
        """Note that one of our own jobs ended: a wait for a slot is over."""
        self._full.cut_short()

    def _close(self) -> None:
        self._width = 1
        self._trusted_until = None
