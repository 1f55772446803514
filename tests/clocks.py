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
