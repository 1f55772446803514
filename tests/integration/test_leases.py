"""Claims on deliveries kept alive while somebody works on them, and what happens when they end."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from bot.services.leases import Claims, LeaseRenewer, Term, check_lease, guarding

from bot.domain.deliveries import Delivery
from bot.domain.errors import LostLeaseError
from bot.domain.jobs import TaskReport
from bot.domain.leases import LEASE
from bot.domain.timings import Timings
from bot.store import Database, SqlDeliveryStore
from tests.clocks import SteppedClock
from tests.jobs import JobStores, new_job
from tests.standins.migrated import scratch_database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Bench:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SteppedClock(NOW)
        self.deliveries = SqlDeliveryStore(database)
        self.claims = Claims(self.deliveries, clock=self.clock, owner="me")
        self._jobs = JobStores(database)

    async def claimed(self) -> tuple[Delivery, Term]:
        new = new_job()
        await self._jobs.add([new], admit=lambda _: None, slots=10, now=NOW, claimable_at=NOW)
        (job,) = await self._jobs.claim_up_to(1, now=NOW)
        await self._jobs.record_accepted(
            job.id, attempt=job.attempt, task_id=job.id, next_poll_at=NOW, now=NOW
        )
        report = TaskReport(task_id=job.id, is_finished=True, image_urls=("x",))
        fence = await self._jobs.fence()
        await self._jobs.record_poll(fence, [report], next_polls={}, asked_at=NOW, now=NOW)
        term = Term.beginning(self.clock.now())
        ((delivery, _),) = await self._claim("me", term.until)
        return delivery, term

    async def left_behind(self) -> int:
        """How many another process takes over."""
        return len(await self._claim("other", self.clock.now() + LEASE))

    async def _claim(self, owner: str, until: datetime) -> list[tuple[Delivery, object]]:
        return list(
            await self.deliveries.claim(
                owner=owner, lease_until=until, busy_channels=(), limit=10, now=self.clock.now()
            )
        )


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with scratch_database() as database:
        yield Bench(database)


@contextmanager
def working_on(claims: Claims, job_id: str, term: Term) -> Iterator[None]:
    lease = claims.hold(job_id, term)
    with guarding(lease):
        yield
    claims.let_go(job_id, lease)


def test_work_without_a_lease_is_always_ours() -> None:
    check_lease()


async def test_a_claim_is_ours_until_its_term_is_over(bench: Bench) -> None:
    claimed, term = await bench.claimed()
    with working_on(bench.claims, claimed.job_id, term):
        bench.clock.time += LEASE - SECOND
        check_lease()
        bench.clock.time += SECOND
        with pytest.raises(LostLeaseError):
            check_lease()
    check_lease()


async def test_a_clock_that_was_set_back_makes_no_term_longer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, term = await bench.claimed()
    later = time.monotonic() + LEASE.total_seconds()
    with working_on(bench.claims, claimed.job_id, term):
        bench.clock.time -= timedelta(hours=1)
        monkeypatch.setattr(time, "monotonic", lambda: later)
        with pytest.raises(LostLeaseError):
            check_lease()


async def test_tasks_begun_within_are_held_to_the_same_claim(bench: Bench) -> None:
    async def call() -> None:
        check_lease()

    claimed, term = await bench.claimed()
    with working_on(bench.claims, claimed.job_id, term):
        bench.clock.time += LEASE
        with pytest.raises(LostLeaseError):
            await asyncio.create_task(call())


async def test_renewing_lengthens_the_term(bench: Bench) -> None:
    claimed, term = await bench.claimed()
    with working_on(bench.claims, claimed.job_id, term):
        bench.clock.time += LEASE - SECOND
        await bench.claims.renew()
        bench.clock.time += LEASE - SECOND
        check_lease()
        assert await bench.left_behind() == 0


async def test_what_was_taken_over_is_not_renewed(bench: Bench) -> None:
    claimed, term = await bench.claimed()
    with working_on(bench.claims, claimed.job_id, term):
        bench.clock.time += LEASE + SECOND
        assert await bench.left_behind() == 1
        await bench.claims.renew()
        with pytest.raises(LostLeaseError):
            check_lease()


async def test_a_claim_that_nobody_works_on_any_more_ends(bench: Bench) -> None:
    claimed, term = await bench.claimed()
    with working_on(bench.claims, claimed.job_id, term):
        pass
    bench.clock.time += LEASE + SECOND
    await bench.claims.renew()
    assert await bench.left_behind() == 1


async def test_a_claim_made_anew_outlives_the_work_on_the_old_one(bench: Bench) -> None:
    claimed, term = await bench.claimed()
    old = bench.claims.hold(claimed.job_id, term)
    bench.claims.hold(claimed.job_id, term)
    bench.claims.let_go(claimed.job_id, old)
    bench.clock.time += LEASE - SECOND
    await bench.claims.renew()
    bench.clock.time += 2 * SECOND
    assert await bench.left_behind() == 0


async def test_the_renewer_renews_what_is_worked_on(bench: Bench) -> None:
    claimed, term = await bench.claimed()
    renewer = LeaseRenewer(
        deliveries=bench.deliveries,
        claims=bench.claims,
        clock=bench.clock,
        timings=Timings(renew_every=timedelta(milliseconds=20)),
    )
    bench.clock.time += LEASE - SECOND
    with working_on(bench.claims, claimed.job_id, term):
        renewing = asyncio.create_task(renewer.run())
        await asyncio.sleep(0.2)
        bench.clock.time += 2 * SECOND
        check_lease()
        renewing.cancel()
        await asyncio.wait([renewing])
