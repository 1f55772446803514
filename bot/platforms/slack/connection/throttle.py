"""How long Slack asked us to wait, by method and channel: nobody asks again before.

Posts are limited in each channel, all else in the whole workspace.
https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.domain.errors import NotSentError


class Throttle:
    """Refuses calls that Slack would refuse."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Measure by this monotonic clock, in seconds."""
        self._now = now
        self._until: dict[tuple[str, str], float] = {}  # by method and channel

    def check(self, method: str, channel: str = "") -> None:
        """Let nobody pass while Slack asks us to wait.

        Raises:
            NotSentError: it does, for as long as `retry_after`.
        """
        wait_s = self._until.get((method, channel), 0.0) - self._now()
        if wait_s > 0:
            raise NotSentError("Slack asks us to wait", retry_after=timedelta(seconds=wait_s))

    @asynccontextmanager
    async def call(self, method: str, channel: str = "") -> AsyncIterator[None]:
        """Make one call of this method within, and remember if Slack asks us to wait."""
        self.check(method, channel)
        try:
            yield
        except NotSentError as error:
            if error.retry_after is not None:
                self._note(method, channel, error.retry_after.total_seconds())
            raise

    def _note(self, method: str, channel: str, wait_s: float) -> None:
        now = self._now()
        self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[method, channel] = now + wait_s
