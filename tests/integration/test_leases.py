"""Claims kept alive while somebody works on them, and what happens when they end all the same."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import LostLeaseError
from bot.domain.jobs import Job, JobStatus, Mode, TaskReport
from bot.domain.timings import Timings
from bot.ports.queue import QueueStore
from bot.services.leases import LEASE, Claims, LeaseRenewer, Term, check_lease
from bot.store import Database
from bot.wiring import Role
from tests.clocks import SteppedClock
from tests.jobs import JobStores, new_job
from tests.standins.migrated import scratch_database
from tests.timing import TIMEOUT_S
from tests.wiring import parts_on

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Bench:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SteppedClock(NOW)
        self.jobs = JobStores(database)
        self.claims = Claims(self.jobs, clock=self.clock, owner="me")

    async def add(self) -> str:
        new = new_job(prompt="a fox")
        await self.jobs.add([new], admit=lambda _: None, slots=10, now=NOW, claimable_at=NOW)
        return new.id

    async def claimed(self) -> tuple[Job, Term]:
        await self.add()
        term = Term.beginning(self.clock.now())
        (job,) = await self.jobs.claim(
            owner="me", lease_until=term.until, slots=10, limit=1, hooked=True, now=NOW
        )
        return job, term

    async def status(self, job_id: str) -> JobStatus:
        job = await self.jobs.get(job_id)
        assert job is not None
        return job.status


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with scratch_database() as database:
        yield Bench(database)


@contextmanager
def working_on(claims: Claims, job_id: str, term: Term) -> Iterator[None]:
    lease = claims.hold(job_id, term)
    with lease.guarding():
        yield
    claims.let_go(job_id, lease)


def test_work_without_a_lease_is_always_ours() -> None:
    check_lease()


async def test_a_claim_is_ours_until_its_term_is_over(bench: Bench) -> None:
    job, term = await bench.claimed()
    with working_on(bench.claims, job.id, term):
        bench.clock.time += LEASE - SECOND
        check_lease()
        bench.clock.time += SECOND
        with pytest.raises(LostLeaseError):
            check_lease()
    check_lease()


async def test_a_clock_that_was_set_back_makes_no_term_longer(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, term = await bench.claimed()
    later = time.monotonic() + LEASE.total_seconds()
    with working_on(bench.claims, job.id, term):
        bench.clock.time -= timedelta(hours=1)
        monkeypatch.setattr(time, "monotonic", lambda: later)
        with pytest.raises(LostLeaseError):
            check_lease()


async def test_tasks_begun_within_are_held_to_the_same_claim(bench: Bench) -> None:
    async def call() -> None:
        check_lease()

    job, term = await bench.claimed()
    with working_on(bench.claims, job.id, term):
        bench.clock.time += LEASE
        with pytest.raises(LostLeaseError):
            await asyncio.create_task(call())


async def test_renewing_lengthens_the_term(bench: Bench) -> None:
    job, term = await bench.claimed()
    with working_on(bench.claims, job.id, term):
        bench.clock.time += LEASE - SECOND
        await bench.claims.renew()
        bench.clock.time += LEASE - SECOND
        check_lease()
        assert await bench.jobs.expire_leases(now=bench.clock.time) == 0


async def test_what_was_taken_over_is_not_renewed(bench: Bench) -> None:
    job, term = await bench.claimed()
    with working_on(bench.claims, job.id, term):
        bench.clock.time += LEASE + SECOND
        assert await bench.jobs.expire_leases(now=bench.clock.time) == 1
        await bench.claims.renew()
        with pytest.raises(LostLeaseError):
            check_lease()
    assert await bench.status(job.id) is JobStatus.UNKNOWN


async def test_a_claim_that_nobody_works_on_any_more_ends(bench: Bench) -> None:
    job, term = await bench.claimed()
    with working_on(bench.claims, job.id, term):
        pass
    bench.clock.time += LEASE + SECOND
    await bench.claims.renew()
    assert await bench.jobs.expire_leases(now=bench.clock.time) == 1


async def test_a_claim_made_anew_outlives_the_work_on_the_old_one(bench: Bench) -> None:
    job, term = await bench.claimed()
    old = bench.claims.hold(job.id, term)
    bench.claims.hold(job.id, term)
    bench.claims.let_go(job.id, old)
    bench.clock.time += LEASE - SECOND
    await bench.claims.renew()
    assert await bench.jobs.expire_leases(now=NOW + LEASE + SECOND) == 0


async def test_the_keeper_renews_what_is_worked_on_and_gives_up_the_rest(
    bench: Bench,
) -> None:
    (forgotten, _), (kept, term) = await bench.claimed(), await bench.claimed()
    keeper = LeaseRenewer(
        queue=bench.jobs,
        claims=[bench.claims],
        clock=bench.clock,
        owner="me",
        timings=Timings(renew_every=timedelta(milliseconds=20)),
    )
    bench.clock.time += LEASE + SECOND
    with working_on(bench.claims, kept.id, term):
        keeping = asyncio.create_task(keeper.run())
        while await bench.status(forgotten.id) is not JobStatus.UNKNOWN:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        check_lease()
        keeping.cancel()
        await asyncio.wait([keeping])
    assert await bench.status(kept.id) is JobStatus.SUBMITTING


# ── Submitting ──────────────────────────────────────────────────────────────────────────────────


class SlowQueueStore:
    """The real store, whose first claim takes so long that it is over when it comes."""

    def __init__(self, store: QueueStore, clock: SteppedClock) -> None:
        self._store = store
        self._clock = clock
        self._takes = LEASE

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim(self, **wanted: Any) -> list[Job]:
        claimed = await self._store.claim(**wanted)
        if claimed:
            self._clock.time += self._takes
            self._takes = timedelta()
        return claimed


class Api:
    """The provider, as far as it is asked here."""

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.was_asked = asyncio.Event()

    async def submit(self, *, prompt: str, mode: Mode, hook_url: str | None) -> str:
        self.prompts.append(prompt)
        self.was_asked.set()
        return "T1"

    async def job_status(self, task_ids: Collection[str]) -> list[TaskReport]:
        raise AssertionError("not asked here")


async def test_a_claim_that_came_too_late_is_not_submitted_but_given_back(bench: Bench) -> None:
    def slowed(name: str, store: Any) -> Any:
        return SlowQueueStore(store, bench.clock) if name == "queue" else store

    api, roles = Api(), frozenset({Role.WORKER})
    parts = await parts_on(
        bench.database, roles=roles, clock=bench.clock, provider=api, wrap_store=slowed
    )
    assert parts.worker is not None
    dispatcher = parts.worker.dispatcher
    job_id = await bench.add()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(dispatcher.run())
        await asyncio.wait_for(api.was_asked.wait(), TIMEOUT_S)  # at the second claim
        dispatcher.stop()
    assert api.prompts == ["a fox"]
    job = await bench.jobs.get(job_id)
    assert job is not None
    assert (job.status, job.fence) == (JobStatus.RUNNING, 2)


async def test_a_claim_that_came_too_late_and_was_taken_over_stays_as_it_is(bench: Bench) -> None:
    job, term = await bench.claimed()
    bench.clock.time += LEASE + SECOND
    await bench.jobs.expire_leases(now=bench.clock.time)
    with working_on(bench.claims, job.id, term), pytest.raises(LostLeaseError):
        check_lease()
    assert await bench.jobs.record_not_started(job.id, fence=job.fence, now=NOW) is None
    assert await bench.status(job.id) is JobStatus.UNKNOWN
