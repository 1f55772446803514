"""The time of day, and time that only grows."""

from datetime import UTC, datetime
from time import monotonic


class SystemClock:
    """Implements `ports.Clock`."""

    def now(self) -> datetime:
        """See `ports.Clock.now`."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See `ports.Clock.monotonic`."""
        return monotonic()
