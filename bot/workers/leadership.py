"""Work that only one process may do at a time: the leader, which holds a lease.

A process that was frozen, or cut off from the database, may wake up without its lease and not know.
So it asks its tenure right before each call that somebody else may be making in its place; what it
then writes is kept out by the fence.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.domain.errors import LostLeaseError, StoreError
from bot.domain.leases import LEASE, Fence, LeaseGrant
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.leases import LeaseStore
from bot.ports.observer import UNOBSERVED, Observer
from bot.workers.signals import first_of

log = structlog.get_logger(__name__)


class Tenure:
    """One holding of a lease, for as long as this process may believe in it.

    By two clocks, and over when either says so. Others go by the time of day, but that can be set
    back; a monotonic clock cannot, but may stand still while the machine sleeps.
    """

    def __init__(self, fence: Fence, clock: Clock, *, until: datetime, ends: float) -> None:
        """`ends` is a time of the monotonic clock, in seconds."""
        self.fence = fence  # for the stores
        self.since = clock.now()  # whoever led before calls nobody any more
        self._clock = clock
        self._until = until
        self._ends = ends
        self._over = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether another process may have taken over; once so, it stays so."""
        if self._clock.now() >= self._until or self._clock.monotonic() >= self._ends:
            self._over.set()
        return self._over.is_set()

    def check(self) -> None:
        """Make sure that the work is still ours.

        Raises:
            LostLeaseError: another process may have taken it over; call nobody.
        """
        if self.is_over:
            raise LostLeaseError

    def end(self) -> None:
        """Be over from now on: the store says that the lease was taken."""
        self._over.set()

    async def wait_until_over(self) -> None:
        """Return soon after it is over."""
        await self._over.wait()

    def extend(self, *, until: datetime, ends: float) -> None:
        """Last longer, unless it is over."""
        if not self.is_over:
            self._until, self._ends = until, ends


class Led(Protocol):
    """A loop that only the leader runs."""

    async def run(self, tenure: Tenure) -> None:
        """Work until `stop`, or until `tenure` is over: finish what is under way, and return.

        May be run again under another tenure.
        """

    def stop(self) -> None:
        """Begin nothing more."""


class Once:
    """Implements `Led`: something that is done once."""

    def __init__(self, work: Callable[[Tenure], Awaitable[None]]) -> None:
        self._work = work

    async def run(self, tenure: Tenure) -> None:
        """See `Led.run`."""
        await self._work(tenure)

    def stop(self) -> None:
        """See `Led.stop`; it ends by itself."""


@dataclass(eq=False)
class Leader:
    """Competes for a lease, and runs some loops while this process holds it.

    A lost lease cancels nothing: the loops begin nothing new and return, and then it competes anew.
    """

    name: str
    loops: Mapping[str, Led]
    _: KW_ONLY
    leases: LeaseStore
    clock: Clock
    owner: str
    ready: Callable[[], Coroutine[Any, Any, None]] | None = None  # until then it is left to others
    observer: Observer = UNOBSERVED
    timings: Timings = TIMINGS

    def __post_init__(self) -> None:
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Let `run` return as soon as the loops do."""
        self._stopped.set()
        for loop in self.loops.values():
            loop.stop()

    async def run(self) -> None:
        """Lead whenever the lease is ours, until stopped or all loops have ended by themselves."""
        if self.ready is not None:
            await first_of(self.ready(), self._stopped.wait())
        while not self._stopped.is_set():
            tenure = await self._take()
            if tenure is None:
                await first_of(self._stopped.wait(), asyncio.sleep(self.timings.try_every_s))
            elif await self._lead(tenure):
                return

    async def _take(self) -> Tenure | None:
        """Take the lease, if it is free."""
        # From before the database is asked: it never seems longer to us than to others.
        now, ends = self.clock.now(), self.clock.monotonic() + LEASE.total_seconds()
        until = now + LEASE
        try:
            grant = await self.leases.take(self.name, owner=self.owner, until=until, now=now)
        except StoreError as error:
            log.warning("lease_not_taken", lease=self.name, reason=str(error))
            return None
        if grant is None:
            return None
        self._note(grant)
        return Tenure(grant.fence, self.clock, until=until, ends=ends)

    def _note(self, grant: LeaseGrant) -> None:
        log.info("lease_taken", lease=self.name, left_behind=grant.was_left_behind)
        if grant.was_left_behind:
            self.observer.taken_over("leader")

    async def _lead(self, tenure: Tenure) -> bool:
        """Run the loops until they have ended (True) or the lease was lost (False)."""
        try:
            async with asyncio.TaskGroup() as group:
                renewing = group.create_task(self._keep(tenure))
                if not self._stopped.is_set():  # while we asked for the lease
                    await asyncio.wait(
                        [group.create_task(loop.run(tenure)) for loop in self.loops.values()]
                    )
                if not tenure.is_over:  # else it ends by itself, and says so
                    renewing.cancel()
            return self._stopped.is_set() or not tenure.is_over
        finally:
            await self._release(tenure)  # an overlapping process need not wait for the end

    async def _keep(self, tenure: Tenure) -> None:
        """Renew the lease until it is lost; a database that is away ends it in its time only."""
        while not tenure.is_over:
            await first_of(
                tenure.wait_until_over(), asyncio.sleep(self.timings.renew_every.total_seconds())
            )
            if not tenure.is_over:
                await self._renew(tenure)
        log.warning("lease_lost", lease=self.name)

    async def _renew(self, tenure: Tenure) -> None:
        until, ends = self.clock.now() + LEASE, self.clock.monotonic() + LEASE.total_seconds()
        try:
            if await self.leases.renew(tenure.fence, until=until):
                tenure.extend(until=until, ends=ends)
            else:
                tenure.end()
        except StoreError as error:
            log.warning("lease_not_renewed", lease=self.name, reason=str(error))

    async def _release(self, tenure: Tenure) -> None:
        with contextlib.suppress(StoreError, TimeoutError):
            async with asyncio.timeout(self.timings.release_timeout_s):
                await self.leases.release(tenure.fence)
