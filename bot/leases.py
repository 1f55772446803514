"""Keeps our claims alive and gives up those of processes that died."""

import asyncio
from datetime import timedelta

import structlog

from bot.errors import StoreError
from bot.ports import Clock, JobStore

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
RENEW_EVERY = timedelta(seconds=5)


class LeaseKeeper:
    """Renews the leases of one owner, and expires those that nobody renews."""

    def __init__(
        self, *, jobs: JobStore, clock: Clock, owner: str, others_are_dead: bool = False
    ) -> None:
        """`others_are_dead`: we hold a SQLite file alone, so no other owner can be alive."""
        self._jobs = jobs
        self._clock = clock
        self._owner = owner
        self._others_are_dead = others_are_dead

    async def take_over(self) -> None:
        """Once, at the start: settle what a former process of ours left behind."""
        await self._expire(dead_owners_but=self._owner if self._others_are_dead else None)

    async def run(self) -> None:
        """Renew and expire until cancelled."""
        while True:
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            try:
                await self._jobs.renew_leases(self._owner, until=self._clock.now() + LEASE)
                await self._expire()
            except StoreError as error:
                log.warning("lease_renewal_failed", reason=str(error))

    async def _expire(self, dead_owners_but: str | None = None) -> None:
        lost = await self._jobs.expire_leases(
            now=self._clock.now(), dead_owners_but=dead_owners_but
        )
        if lost:
            # Their submits may have started a job: they wait for a callback and are not repeated.
            log.warning("submits_left_behind", jobs=lost)
