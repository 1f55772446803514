"""Where the time comes from."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC. It may be set back."""

    def monotonic(self) -> float:
        """Return seconds that only grow; they may stand still while the machine sleeps."""
