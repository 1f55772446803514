"""Where the time comes from."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Give the present moment, aware UTC."""
