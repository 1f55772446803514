"""Forgetting jobs that ended long ago: what goes, what stays, and what people are told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bot.clock import SystemClock
from bot.domain.conversations import Person
from bot.domain.jobs import Job, TaskReport
from bot.domain.outbox import OutboxKind
from bot.domain.timings import Timings
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlDraftStore,
    SqlOutboxStore,
    SqlReferenceStore,
)
from bot.store.tables import deliveries
from bot.workers.janitor import Janitor
from tests.jobs import JobStores, new_jobs
from tests.pictures import keep_picture

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
OLD = NOW - 30 * DAY - SECOND


class Bench:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.jobs = JobStores(database)
        self.deliveries = SqlDeliveryStore(database)

    async def add(self, count: int = 1, *, at: datetime = OLD) -> list[str]:
        """Store the jobs of one command and give their ids."""
        new = new_jobs(count)
        ids = [job.id for job in new]
        await self.jobs.add(new, admit=lambda _: None, slots=10, now=at, claimable_at=at)
        return ids

    async def claim(self, limit: int = 1, *, at: datetime = OLD) -> list[Job]:
        return await self.jobs.claim_up_to(limit, now=at + SECOND)

    async def end(self, *claimed: Job, at: datetime = OLD, is_posted: bool = True) -> None:
        for job in claimed:
            await self.jobs.record_accepted(
                job.id, attempt=job.attempt, task_id=job.id, next_poll_at=at, now=at
            )
            report = TaskReport(task_id=job.id, is_finished=True, image_urls=("x",))
            await self.jobs.record_poll(
                await self.jobs.fence(), [report], next_polls={}, asked_at=at, now=at
            )
            if is_posted:
                await self.post(at)

    async def post(self, at: datetime) -> None:
        for entry in await SqlOutboxStore(self.database).due("discord", now=NOW, limit=100):
            if entry.kind is OutboxKind.RESULT:
                assert await self.deliveries.record_posted(entry, now=at)

    async def finished(self, *, at: datetime = OLD, is_posted: bool = True) -> str:
        """Return the id of a job that ended, and was posted, at this time."""
        (job_id,) = await self.add(at=at)
        await self.end(*await self.claim(at=at), at=at, is_posted=is_posted)
        return job_id

    async def drop(self, days: int = 30, limit: int = 100) -> int:
        return await self.jobs.drop_finished(finished_before=NOW - days * DAY, limit=limit)

    async def clean(self, batch: int = 500) -> None:
        """Let the janitor make one round, with batches of this size."""
        await Janitor(
            retention=self.jobs,
            drafts=SqlDraftStore(self.database),
            references=SqlReferenceStore(self.database),
            clock=SystemClock(),
            kept_for=30 * DAY,
            timings=Timings(batch_pause_s=0.0),
            batch=batch,
        ).clean(await self.jobs.fence())

    async def exist(self, *job_ids: str) -> bool:
        (is_there,) = {await self.jobs.get(job_id) is not None for job_id in job_ids}
        return is_there

    async def count_deliveries(self) -> int:
        def count(connection: Connection) -> int:
            return connection.execute(select(func.count()).select_from(deliveries)).scalar_one()

        return await self.database.run(count)


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def test_an_old_job_goes_with_its_delivery(bench: Bench) -> None:
    old, new = await bench.finished(), await bench.finished(at=NOW - 30 * DAY + SECOND)
    assert await bench.drop() == 1
    assert not await bench.exist(old)
    assert await bench.exist(new)
    assert await bench.count_deliveries() == 1


async def test_an_old_cancelled_job_goes_too(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.jobs.cancel(job_id, now=OLD)
    assert await bench.drop() == 1


async def test_what_is_not_over_stays(bench: Bench) -> None:
    ids = [each for _ in range(3) for each in await bench.add()]
    running, lost = await bench.claim(2)
    await bench.jobs.record_accepted(
        running.id, attempt=running.attempt, task_id="T", next_poll_at=OLD, now=OLD
    )
    await bench.jobs.record_lost(lost.id, attempt=lost.attempt, now=OLD)
    assert await bench.drop() == 0
    assert await bench.exist(*ids)


async def test_a_result_that_waits_to_be_posted_stays(bench: Bench) -> None:
    job_id = await bench.finished(is_posted=False)
    assert await bench.drop() == 0
    await bench.post(NOW - DAY)
    assert await bench.drop() == 1
    assert not await bench.exist(job_id)


async def test_a_group_stays_until_all_of_it_is_old(bench: Bench) -> None:
    ids = await bench.add(3)
    first, second, third = await bench.claim(3)
    await bench.end(first)
    assert await bench.drop() == 0
    await bench.end(second)
    await bench.end(third, at=NOW - 29 * DAY)
    assert await bench.drop() == 0
    assert await bench.exist(*ids)
    assert await bench.drop(days=28) == 3
    assert not await bench.exist(*ids)


async def test_the_oldest_go_first_and_no_more_than_asked_for(bench: Bench) -> None:
    newer = [await bench.finished(at=OLD - number * DAY) for number in range(2)]
    oldest = await bench.finished(at=OLD - 9 * DAY)
    assert await bench.drop(limit=1) == 1
    assert not await bench.exist(oldest)
    assert await bench.exist(*newer)
    assert await bench.drop(limit=5) == 2
    assert await bench.drop(limit=5) == 0


async def test_what_counts_against_a_day_is_never_forgotten(bench: Bench) -> None:
    yesterday = NOW - DAY + SECOND
    await bench.finished(at=yesterday)
    await bench.finished(at=NOW - DAY - SECOND)
    before = await bench.jobs.usage(Person.of("discord:1"), now=NOW)
    assert await bench.drop(days=1) == 1  # the least that can be set
    assert await bench.jobs.usage(Person.of("discord:1"), now=NOW) == before
    assert before.recent_of_user == 1


async def test_the_janitor_forgets_all_in_small_batches(bench: Bench) -> None:
    old = [await bench.finished() for _ in range(5)]
    new = await bench.finished(at=NOW)
    await bench.clean(batch=2)
    assert not await bench.exist(*old)
    assert await bench.exist(new)


async def test_no_old_draft_or_picture_is_left_for_the_next_round(bench: Bench) -> None:
    drafts, pictures = SqlDraftStore(bench.database), SqlReferenceStore(bench.database)
    ids = [
        await drafts.put_draft(Person.of("discord:1"), "{}", now=NOW - 2 * DAY) for _ in range(5)
    ]
    links = [await keep_picture(pictures, b"old", now=NOW - 2 * DAY) for _ in range(5)]
    await bench.clean(batch=2)
    assert [await drafts.get_draft(each, Person.of("discord:1")) for each in ids] == [None] * 5
    assert [await pictures.get_reference(each) for each in links] == [None] * 5
