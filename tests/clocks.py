"""Time in a test's hands."""

from datetime import UTC, datetime, timedelta


class SteppedClock:
    """A clock that stands until it is moved."""

    def __init__(self, time: datetime | None = None) -> None:
        self.time = time or datetime.now(UTC)

    def now(self) -> datetime:
        return self.time

    def step(self, **by: float) -> None:
        """Move it forwards: `step(seconds=5)`."""
        self.time += timedelta(**by)


class ShiftedClock:
    """The time of day, set forwards as far as a test wants."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def step(self, **by: float) -> None:
        """Set it forwards: `step(hours=1)`."""
        self._ahead += timedelta(**by)
