"""What meets within the database: a transaction is still open when the next one wants its row.

PostgreSQL only: on SQLite transactions follow each other.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, make_url, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.domain.errors import LostLeaseError
from bot.domain.jobs import Job, JobStatus
from bot.store import Database, SqlLeaseStore, open_database
from bot.store.callbacks import CallbackNote, note_callbacks
from bot.store.leases import check_fence
from bot.store.queue import record_accepted
from bot.store.requests import cancel
from bot.store.tables import leases
from tests.haste import UNHURRIED_DATABASE
from tests.jobs import JobStores, lead, new_job, new_jobs
from tests.standins.postgresql import PostgresServer

T = TypeVar("T")

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


class Bench:
    """The job store, and two transactions that meet."""

    def __init__(self, database: Database, engine: AsyncEngine) -> None:
        """Use the store of `database`; the `engine` is for the other transaction."""
        self.database = database
        self.engine = engine
        self.jobs = JobStores(database)
        self.leases = SqlLeaseStore(database)

    async def add(self) -> Job:
        new = new_job()
        (job,), _ = await self.jobs.add(
            [new], admit=lambda _usage: None, slots=10, now=NOW, claimable_at=NOW
        )
        return job

    async def claim(self, now: datetime = NOW) -> list[Job]:
        return await self.jobs.claim_up_to(10, now=now)

    async def claimed(self, now: datetime = NOW) -> Job:
        await self.add()
        (job,) = await self.claim(now)
        return job

    async def get(self, job: Job) -> Job:
        found = await self.jobs.get(job.id)
        assert found is not None
        return found

    async def meet(
        self, first: Callable[[Connection], object], second: Coroutine[Any, Any, T]
    ) -> T:
        """Commit `first` only when `second` waits for it; give what that gives."""
        async with self.engine.begin() as connection:
            await connection.run_sync(first)
            later = asyncio.create_task(second)
            async with self.engine.connect() as observer:
                while not (await observer.execute(WAITING)).scalar():
                    assert not later.done(), "it did not wait"
                    await asyncio.sleep(0.01)
        return await later


@pytest.fixture
async def bench(postgres_server: PostgresServer) -> AsyncIterator[Bench]:
    url = postgres_server.new_database()
    engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"))
    async with open_database(url, limits=UNHURRIED_DATABASE) as database:
        yield Bench(database, engine)
    await engine.dispose()


def accept(job: Job, task_id: str) -> Callable[[Connection], object]:
    return lambda connection: record_accepted(
        connection,
        job.id,
        attempt=job.attempt,
        task_id=task_id,
        next_poll_at=NOW + 45 * SECOND,
        now=NOW,
    )


async def test_a_job_that_is_cancelled_while_it_is_claimed_is_not_submitted(bench: Bench) -> None:
    job = await bench.add()
    kept = await bench.add()
    claimed = await bench.meet(lambda c: cancel(c, job.id, now=NOW), bench.claim())
    assert [each.id for each in claimed] == [kept.id]
    assert (await bench.get(job)).status is JobStatus.CANCELLED


async def test_a_callback_does_not_replace_the_id_that_the_submit_is_just_answered_with(
    bench: Bench,
) -> None:
    job = await bench.claimed()
    await bench.jobs.note_callback(job.id, task_id="forged", now=NOW)
    late = bench.jobs.note_callback(job.id, task_id="forged too", now=NOW)
    await bench.meet(accept(job, "T1"), late)
    assert (await bench.get(job)).provider_task_id == "T1"


async def test_a_callback_during_the_submits_answer_still_makes_the_job_due(bench: Bench) -> None:
    job = await bench.claimed()
    note = CallbackNote(job.id, "T1", NOW)
    answer = bench.jobs.record_accepted(
        job.id, attempt=job.attempt, task_id="T1", next_poll_at=NOW + 45 * SECOND, now=NOW
    )
    await bench.meet(lambda c: note_callbacks(c, [note]), answer)
    (due,) = await bench.jobs.to_poll(now=NOW, limit=10)
    assert due.id == job.id


async def test_a_callback_right_after_the_submits_answer_makes_the_job_due(bench: Bench) -> None:
    job = await bench.claimed()
    late = bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    await bench.meet(accept(job, "T1"), late)
    (due,) = await bench.jobs.to_poll(now=NOW, limit=10)
    assert due.id == job.id


async def test_jobs_of_a_group_are_accepted_at_once(bench: Bench) -> None:
    """Both write the entry of the placeholder, which names the group's first job."""
    await bench.jobs.add(
        new_jobs(2), admit=lambda _usage: None, slots=10, now=NOW, claimable_at=NOW
    )
    first, second = await bench.claim()
    others = [accept(second, "T2")]

    async def do(work: Callable[[Connection], object]) -> None:
        async with bench.engine.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            await connection.run_sync(work)

    def meanwhile(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.startswith("UPDATE jobs SET status") and others:
            await_only(do(others.pop()))

    event.listen(bench.database.engine, "after_cursor_execute", meanwhile)
    await bench.jobs.record_accepted(
        first.id, attempt=first.attempt, task_id="T1", next_poll_at=NOW + 45 * SECOND, now=NOW
    )
    assert not others
    for job in (first, second):
        assert (await bench.get(job)).status is JobStatus.RUNNING


async def test_a_takeover_waits_for_a_decision_under_way(bench: Bench) -> None:
    fence = await lead(bench.database)
    taking = lead(bench.database, owner="another")
    heir = await bench.meet(lambda c: check_fence(c, fence), taking)
    assert heir.number == fence.number + 1


async def test_a_renewal_waits_for_no_decision(bench: Bench) -> None:
    fence = await lead(bench.database)
    async with bench.engine.begin() as connection:
        await connection.run_sync(check_fence, fence)
        assert await bench.leases.renew(fence, until=NOW)


async def test_a_decision_that_waited_for_a_takeover_changes_nothing(bench: Bench) -> None:
    old = await lead(bench.database)

    def take_over(connection: Connection) -> None:
        connection.execute(select(leases).with_for_update())
        connection.execute(update(leases).values(fence=old.number + 1))

    claim = bench.jobs.claim(old, holding=(), slots=10, hooked=True, now=NOW)
    with pytest.raises(LostLeaseError):
        await bench.meet(take_over, claim)


async def test_of_two_that_take_a_lease_together_one_gets_it(bench: Bench) -> None:
    until = NOW + 15 * SECOND
    takes = (bench.leases.take("work", owner=name, until=until, now=NOW) for name in "abcdefgh")
    assert sum(grant is not None for grant in await asyncio.gather(*takes)) == 1
