"""Leases on what only one process may do at a time."""

from datetime import datetime
from typing import Protocol

from bot.domain.leases import Fence, LeaseGrant


class LeaseStore(Protocol):
    """Which process does what only one may do at a time."""

    async def take(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        """Take a lease under a new fence; None while another process holds it.

        `owner` does not hold it, as far as it knows: if the store says so, an answer was lost.
        """

    async def renew(self, fence: Fence, *, until: datetime) -> bool:
        """Put off the end of a lease; False if it was taken since."""

    async def release(self, fence: Fence) -> None:
        """Let a lease go, so that others need not wait for its end."""
