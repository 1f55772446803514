"""What meets within the database: a transaction is still open when the next one wants its row.

PostgreSQL only: on SQLite transactions follow each other.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bot.domain.jobs import Job, JobStatus
from bot.store import Database, open_database
from bot.store.callbacks import CallbackNote, note_callbacks
from bot.store.queue import record_accepted, record_lost, renew_leases
from bot.store.requests import cancel
from tests.haste import UNHURRIED_DATABASE
from tests.jobs import JobStores, new_job
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

    async def add(self) -> Job:
        new = new_job()
        (job,), _ = await self.jobs.add(
            [new], admit=lambda _usage: None, slots=10, now=NOW, claimable_at=NOW
        )
        return job

    async def claim(self, now: datetime = NOW) -> list[Job]:
        return await self.jobs.claim(
            owner="me", lease_until=now + 15 * SECOND, slots=10, limit=10, hooked=True, now=now
        )

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
    accepted = {"provider_task_id": task_id, "next_poll_at": NOW + 45 * SECOND}
    return lambda connection: record_accepted(connection, job.id, job.fence, accepted, NOW)


async def test_a_job_that_is_cancelled_while_it_is_claimed_is_not_submitted(bench: Bench) -> None:
    job = await bench.add()
    kept = await bench.add()
    claimed = await bench.meet(lambda c: cancel(c, job.id, NOW), bench.claim())
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
        job.id, fence=job.fence, task_id="T1", next_poll_at=NOW + 45 * SECOND, now=NOW
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


async def test_a_try_that_fails_while_another_process_claims_is_followed_by_none(
    bench: Bench,
) -> None:
    lost = await bench.claimed()
    await bench.jobs.record_lost(lost.id, fence=lost.fence, now=NOW)
    later = NOW + SECOND
    tries = [await bench.claimed(later)]
    await bench.add()

    async def fail(job: Job) -> None:
        async with bench.engine.begin() as connection:
            await connection.run_sync(record_lost, job.id, job.fence, later)

    def look(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if "FROM settings" in sql and tries:
            await_only(fail(tries.pop()))

    event.listen(bench.database.engine, "after_cursor_execute", look)
    assert await bench.claim(later) == []
    assert not tries


async def test_a_lease_that_is_renewed_at_the_last_moment_holds(bench: Bench) -> None:
    job = await bench.claimed()
    late = NOW + 16 * SECOND
    until = late + 15 * SECOND
    lost = await bench.meet(
        lambda c: renew_leases(c, [job.id], "me", until), bench.jobs.expire_leases(now=late)
    )
    assert lost == 0
    assert (await bench.get(job)).status is JobStatus.SUBMITTING
