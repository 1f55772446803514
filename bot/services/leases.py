"""Leases on rows: the right to work on one, which others may take over once it has ended.

Whoever holds one renews it while it works. A process that was frozen, or cut off from the database,
may wake up without it and not know: it must ask `check_lease` right before each call that somebody
else may be making in its place. What it then writes is kept out by the fences in the store.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

import structlog

from bot.domain.errors import LostLeaseError, StoreError
from bot.domain.leases import LEASE
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore

log = structlog.get_logger(__name__)


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


class Held(Protocol):
    """What may be another process's by now."""

    @property
    def is_over(self) -> bool:
        """Whether another process may have taken over."""


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
def guarding(held: Held) -> Iterator[None]:
    """Let `check_lease` look at this, in here and in the tasks that are begun in here."""
    token = _guard.set(held)
    try:
        yield
    finally:
        _guard.reset(token)


_guard: ContextVar[Held | None] = ContextVar("lease", default=None)


def check_lease() -> None:
    """Make sure that the work this belongs to is still ours; work without a lease always is.

    Raises:
        LostLeaseError: another process may have taken it over; call nobody.
    """
    held = _guard.get()
    if held is not None and held.is_over:
        raise LostLeaseError


class Claims:
    """The claims of this process that somebody works on.

    Only those are renewed: one that nobody works on (its answer was lost, its work was given up)
    ends, and is taken over.
    """

    def __init__(self, store: DeliveryStore, *, clock: Clock, owner: str) -> None:
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
    """Renews our claims on deliveries."""

    def __init__(
        self,
        *,
        deliveries: DeliveryStore,
        claims: Claims,
        clock: Clock,
        others_are_dead: bool = False,
        timings: Timings = TIMINGS,
    ) -> None:
        """`others_are_dead`: we hold a SQLite file alone, so no other owner can be alive."""
        self._deliveries = deliveries
        self._claims = claims
        self._clock = clock
        self._others_are_dead = others_are_dead
        self._renew_every_s = timings.renew_every.total_seconds()

    async def run(self) -> None:
        """Renew until cancelled."""
        while True:
            try:
                if self._others_are_dead:
                    await self._deliveries.end_leases_but(self._claims.owner, now=self._clock.now())
                await self._claims.renew()
            except StoreError as error:
                log.warning("lease_renewal_failed", reason=str(error))
            await asyncio.sleep(self._renew_every_s)
