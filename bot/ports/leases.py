"""Leases on what only one process may do at a time."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.leases import LeaseGrant


class LeaseStore(Protocol):
    """Which process does what only one may do at a time."""

    async def acquire(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        """Take or renew a lease; None while another process holds it."""

    async def release(self, name: str, *, owner: str) -> None:
        """Return a lease of ours up, so that another process need not wait for its end."""


class ClaimStore(Protocol):
    """Rows that a process claims, with a lease on each."""

    async def renew_leases(
        self, job_ids: Collection[str], *, owner: str, until: datetime
    ) -> Collection[str]:
        """Extend the leases on these as far as `owner` still holds them; give which."""
