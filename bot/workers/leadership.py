"""Work that only one process may do at a time: the one that holds its lease."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.domain.errors import StoreError
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.leases import LeaseStore
from bot.ports.observer import UNOBSERVED, Observer
from bot.services.leases import Lease, Term
from bot.workers.signals import first_of

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]


class Singleton:
    """Runs `work` while this process holds the lease, and waits for it while another does.

    `work` is cancelled when the lease is lost, and begins anew when it is ours again.
    """

    def __init__(
        self,
        name: str,
        work: Work,
        *,
        stop: Callable[[], None] | None = None,
        ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
        leases: LeaseStore,
        clock: Clock,
        owner: str,
        observer: Observer = UNOBSERVED,
        timings: Timings = TIMINGS,
    ) -> None:
        """Build it; `stop` lets `work` return soon. Without it a stop cancels the work.

        Until `ready` has returned the lease is left to others.
        """
        self._name = name
        self._work = work
        self._stop_work = stop or self._cancel
        self._ready = ready
        self._leases = leases
        self._clock = clock
        self._owner = owner
        self._observer = observer
        self._timings = timings
        self._lease: Lease | None = None
        self._working: asyncio.Future[None] | None = None
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Let `run` return as soon as the work does."""
        self._stopped.set()
        self._stop_work()

    async def run(self) -> None:
        """Compete for the lease, and work while it is ours, until stopped or the work is done."""
        if self._ready is not None:
            await first_of(self._ready(), self._stopped.wait())
        try:
            while not self._stopped.is_set():
                if await self._renew() and await self._work_while_held():
                    return
                await first_of(self._stopped.wait(), asyncio.sleep(self._timings.try_every_s))
        finally:
            await self._release()  # an overlapping process need not wait for the end

    async def _work_while_held(self) -> bool:
        """Work until that is done (True) or the lease is lost (False)."""
        assert self._lease is not None
        if self._stopped.is_set():  # while we asked for the lease
            return True
        with self._lease.guarding():
            work = self._working = asyncio.ensure_future(self._work())
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=self._timings.renew_every.total_seconds())
                if not work.done() and not await self._renew():
                    log.warning("lease_lost", lease=self._name)
                    return False
            return True
        finally:
            work.cancel()
            await asyncio.wait({work})
            if not work.cancelled():
                work.result()  # an error of the work is ours

    async def _renew(self) -> bool:
        """Take or renew the lease; a database that is away does not end it before its time."""
        now = self._clock.now()
        term = Term.beginning(now)
        try:
            grant = await self._leases.acquire(
                self._name, owner=self._owner, until=term.until, now=now
            )
        except StoreError as error:
            log.warning("lease_not_renewed", lease=self._name, reason=str(error))
            return self._lease is not None and not self._lease.is_over
        if grant is None:
            self._lease = None
            return False
        if self._lease is None:
            log.info("lease_taken", lease=self._name, left_behind=grant.was_left_behind)
            if grant.was_left_behind:
                self._observer.taken_over("singleton")
            self._lease = Lease(self._clock, term)
        self._lease.term = term
        return True

    async def _release(self) -> None:
        if self._lease is None:
            return
        self._lease = None
        with contextlib.suppress(StoreError, TimeoutError):
            async with asyncio.timeout(self._timings.release_timeout_s):
                await self._leases.release(self._name, owner=self._owner)

    def _cancel(self) -> None:
        if self._working is not None:
            self._working.cancel()
