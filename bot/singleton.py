"""Work that only one process may do at a time: the one that holds its lease."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.errors import StoreError
from bot.leases import LEASE, RENEW_EVERY
from bot.ports import Clock, LeaseStore

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]


class Singleton:
    """Runs `work` while this process holds the lease, and waits for it while another does."""

    def __init__(
        self, name: str, work: Work, *, leases: LeaseStore, clock: Clock, owner: str
    ) -> None:
        self._name = name
        self._work = work
        self._leases = leases
        self._clock = clock
        self._owner = owner
        self._held_until: datetime | None = None

    async def run(self) -> None:
        """Compete for the lease, and work while it is ours; returns when the work returns."""
        try:
            while True:
                if await self._renew():
                    log.debug("lease_taken", lease=self._name)
                    if await self._work_while_held():
                        return
                await asyncio.sleep(RENEW_EVERY.total_seconds())
        finally:
            await self._release()  # an overlapping process need not wait for the end

    async def _work_while_held(self) -> bool:
        """Work until that is done (True) or the lease is lost (False)."""
        work = asyncio.ensure_future(self._work())
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=RENEW_EVERY.total_seconds())
                if not work.done() and not await self._renew():
                    log.warning("lease_lost", lease=self._name)
                    return False
            await work
            return True
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work

    async def _renew(self) -> bool:
        """Take or renew the lease; a database that is away does not end it before its time."""
        now = self._clock.now()
        until = now + LEASE
        try:
            fence = await self._leases.acquire(self._name, owner=self._owner, until=until, now=now)
        except StoreError as error:
            log.warning("lease_not_renewed", lease=self._name, reason=str(error))
            return self._held_until is not None and now < self._held_until
        self._held_until = None if fence is None else until
        return fence is not None

    async def _release(self) -> None:
        if self._held_until is None:
            return
        self._held_until = None
        with contextlib.suppress(StoreError):
            await self._leases.release(self._name, owner=self._owner)
