"""Leases: the right to work on something, which others may take over once it has ended.

Whoever holds one renews it while it works. A process that was frozen, or cut off from the database,
may wake up without it and not know: it must ask `check_lease` right before each call that somebody
else may be making in its place. What it then writes is kept out by the fences in the store.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import structlog

from bot.domain.errors import LostLeaseError, StoreError
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.leases import ClaimStore
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.queue import QueueStore

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Term:
    """How long a lease holds, from before the database was asked: never longer than others think.

    By two clocks, and over when either says so. Others go by the time of day, but that can be set
    back; a monotonic clock cannot, but may stand still while the machine sleeps.
    """

    until: datetime
    ends: float  # of the monotonic clock, in seconds

    @classmethod
    def beginning(cls, now: datetime) -> Self:
        """Return a term that begins now."""
        return cls(now + LEASE, time.monotonic() + LEASE.total_seconds())

    def is_over(self, now: datetime) -> bool:
        """Whether another process may have taken over."""
        return now >= self.until or time.monotonic() >= self.ends


class Lease:
    """A lease of ours, with the latest term it was renewed for."""

    def __init__(self, clock: Clock, term: Term) -> None:
        self._clock = clock
        self.term = term

    @property
    def is_over(self) -> bool:
        """Whether another process may have taken over."""
        return self.term.is_over(self._clock.now())

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let `check_lease` look at this lease, in here and in the tasks that are begun in here."""
        token = _guard.set(self)
        try:
            yield
        finally:
            _guard.reset(token)


_guard: ContextVar[Lease | None] = ContextVar("lease", default=None)


def check_lease() -> None:
    """Make sure that the work this belongs to is still ours; work without a lease always is.

    Raises:
        LostLeaseError: another process may have taken it over; call nobody.
    """
    lease = _guard.get()
    if lease is not None and lease.is_over:
        raise LostLeaseError


class Claims:
    """The claims of this process, of one kind, that somebody works on.

    Only those are renewed: one that nobody works on (its answer was lost, its work was given up)
    ends, and is taken over.
    """

    def __init__(self, store: ClaimStore, *, clock: Clock, owner: str) -> None:
        self.owner = owner
        self._store = store
        self._clock = clock
        self._held: dict[str, Lease] = {}

    @property
    def held(self) -> frozenset[str]:
        """The ids of the jobs that are claimed."""
        return frozenset(self._held)

    def hold(self, job_id: str, term: Term) -> Lease:
        """Keep a claim alive from now on; whoever works on it shall be guarded by the lease."""
        lease = self._held[job_id] = Lease(self._clock, term)
        return lease

    def let_go(self, job_id: str, lease: Lease) -> None:
        """Keep it alive no longer; one that was made anew in the meantime stays."""
        if self._held.get(job_id) is lease:
            del self._held[job_id]

    async def renew(self) -> None:
        """Renew them all; one that has been taken over is left to end.

        Raises:
            StoreError: none was renewed.
        """
        if not self._held:
            return
        term = Term.beginning(self._clock.now())
        renewed = await self._store.renew_leases(
            list(self._held), owner=self.owner, until=term.until
        )
        for job_id in renewed:
            if job_id in self._held:
                self._held[job_id].term = term


class LeaseRenewer:
    """Renews our claims, and gives up the submits of processes that died."""

    def __init__(
        self,
        *,
        queue: QueueStore,
        claims: Sequence[Claims],
        clock: Clock,
        owner: str,
        others_are_dead: bool = False,
        observer: Observer = UNOBSERVED,
        timings: Timings = TIMINGS,
    ) -> None:
        """`others_are_dead`: we hold a SQLite file alone, so no other owner can be alive."""
        self._queue = queue
        self._claims = claims
        self._clock = clock
        self._owner = owner
        self._others_are_dead = others_are_dead
        self._observer = observer
        self._renew_every_s = timings.renew_every.total_seconds()

    async def take_over(self) -> None:
        """Once, at the start: settle what a former process of ours left behind."""
        await self._expire(dead_owners_but=self._owner if self._others_are_dead else None)

    async def run(self) -> None:
        """Renew and expire until cancelled."""
        while True:
            await asyncio.sleep(self._renew_every_s)
            try:
                for claims in self._claims:
                    await claims.renew()
                await self._expire()
            except StoreError as error:
                log.warning("lease_renewal_failed", reason=str(error))

    async def _expire(self, dead_owners_but: str | None = None) -> None:
        lost = await self._queue.expire_leases(
            now=self._clock.now(), dead_owners_but=dead_owners_but
        )
        if lost:
            # Their submits may have started a job: they wait for a callback and are not repeated.
            log.warning("submits_left_behind", jobs=lost)
            self._observer.taken_over("submit", lost)
