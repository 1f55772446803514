"""Time in a test's hands."""

import time
from datetime import UTC, datetime, timedelta


class SteppedClock:
    """A clock that stands until it is moved."""

    def __init__(self, time: datetime | None = None) -> None:
        self.time = time or datetime.now(UTC)
        self.monotonic_s = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.monotonic_s

    def step(self, **by: float) -> None:
        """Move it forwards: `step(seconds=5)`. Backwards only the time of day goes."""
        self.time += timedelta(**by)
        self.monotonic_s += max(timedelta(**by).total_seconds(), 0.0)


class ShiftedClock:
    """The time of day, set forwards as far as a test wants."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead.total_seconds()

    def step(self, **by: float) -> None:
        """Set it forwards: `step(hours=1)`."""
        self._ahead += timedelta(**by)
