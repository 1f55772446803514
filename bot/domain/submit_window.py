"""When the next submit may go out, and how many at once. Pure: told of outcomes, asked for room.

Submitting opens slowly, like a TCP connection: one submit until the provider has accepted one, then
two, four, … . So an outage that begins while the bot is idle costs one doubtful job, not ten.
There is one window for all processes; the store keeps it, and changes it together with the job.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.backoff import Backoff
from bot.domain.jobs import FailureCode

WIDEST = 100  # as many slots as there can be
TRUST_LASTS = timedelta(minutes=2)  # after that long without a success, one goes ahead alone again
MAX_RETRY_AFTER = timedelta(minutes=5)  # the provider may ask for more, and does not get it

OUTAGE = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=60))
FULL = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=15))
ACCOUNT = Backoff(first=timedelta(seconds=15), longest=timedelta(minutes=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A wait that grows with every failure."""

    failures: int = 0  # in a row
    since: datetime | None = None
    until: datetime | None = None

    def is_on(self, now: datetime) -> bool:
        """Whether it lasts; a clock that was set back far makes it no longer."""
        if self.since is None or self.until is None:
            return False
        return self.since - (self.until - self.since) <= now < self.until

    def next(self, now: datetime, backoff: Backoff) -> "Pause":
        """Wait longer than the last time; failures while it lasts count as one."""
        if self.is_on(now):
            return self
        failures = self.failures + 1
        return Pause(failures=failures, since=now, until=now + backoff.after(failures))

    def at_least(self, now: datetime, wait: timedelta) -> "Pause":
        """Last for `wait` from now, if that is longer."""
        if self.until is not None and self.until >= now + wait:
            return self
        return replace(self, since=now, until=now + wait)

    def cut_short(self) -> "Pause":
        """End now; the next one is longer all the same."""
        return Pause(failures=self.failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitWindow:
    """How far submitting is open. Each method that names an outcome returns the next window."""

    width: int = 1  # submits at once
    trusted_until: datetime | None = None  # then the width is 1 again
    outage: Pause = field(default_factory=Pause)  # a doubtful outcome, 429, or no connection
    full: Pause = field(default_factory=Pause)  # the provider had no free slot (1002)
    account: Pause = field(default_factory=Pause)  # it refused the account or the key
    account_code: FailureCode | None = None  # QUOTA or KEY: why it did

    # ── What it says ────────────────────────────────────────────────────────────────────────────

    def room(self, now: datetime, under_way: int) -> int:
        """How many submits may start now, beside those under way."""
        return 0 if self.reopens_at(now) else max(0, self._width(now) - under_way)

    def reopens_at(self, now: datetime) -> datetime | None:
        """When the pause that is on ends; None if none is."""
        pauses = (pause for pause in (self.outage, self.full, self.account) if pause.is_on(now))
        return max((pause.until for pause in pauses if pause.until is not None), default=None)

    def account_pause(self, now: datetime) -> FailureCode | None:
        """Why no job can be taken now; None if the account can be used, as far as we know."""
        return self.account_code if self.account.is_on(now) else None

    def is_probe(self, submitted_at: datetime) -> bool:
        """Whether a submit of that time was to find out if the account can be used again."""
        return self.account.failures > 0 and not self._was_before_account_failed(submitted_at)

    def _was_before_account_failed(self, submitted_at: datetime) -> bool:
        until = self.account.until  # nothing is submitted until then
        return until is not None and until - 2 * ACCOUNT.longest <= submitted_at < until

    def _width(self, now: datetime) -> int:
        until = self.trusted_until
        return self.width if until is not None and now <= until <= now + TRUST_LASTS else 1

    # ── What the provider did ───────────────────────────────────────────────────────────────────

    def accepted(self, now: datetime, *, submitted_at: datetime) -> "SubmitWindow":
        """It took a job: open wider, and end all pauses.

        What was under way when the account failed says nothing about the account now.
        """
        if self._was_before_account_failed(submitted_at):
            return self
        width = min(self._width(now) * 2, WIDEST)
        return SubmitWindow(width=width, trusted_until=now + TRUST_LASTS)

    def failed(self, now: datetime, retry_after: timedelta | None = None) -> "SubmitWindow":
        """The outcome is in doubt, it was not reached, or it said 429 and perhaps until when."""
        outage = self.outage.next(now, OUTAGE)
        if retry_after is not None:
            outage = outage.at_least(now, min(retry_after, MAX_RETRY_AFTER))
        return replace(self._closed(), outage=outage)

    def was_full(self, now: datetime) -> "SubmitWindow":
        """It has no free slot: others may share the key."""
        return replace(self._closed(), full=self.full.next(now, FULL))

    def slot_freed(self) -> "SubmitWindow":
        """One of our own jobs ended: a wait for a slot is over."""
        return replace(self, full=self.full.cut_short())

    def account_refused(self, code: FailureCode, now: datetime) -> "SubmitWindow":
        """It refused the account (1001) or the key, which holds for every job."""
        if self.account.is_on(now):
            return self._closed()
        return replace(self._closed(), account=self.account.next(now, ACCOUNT), account_code=code)

    def _closed(self) -> "SubmitWindow":
        return replace(self, width=1, trusted_until=None)


WindowChange: TypeAlias = Callable[[SubmitWindow], SubmitWindow]


def unchanged(window: SubmitWindow) -> SubmitWindow:
    """Return the window as it is: the outcome says nothing about the provider."""
    return window
