"""The jobs of one command in the store: counted, cancelled, discarded together."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import GroupProgress, Job, JobStatus, Mode, NewJob, TaskReport, new_job_id
from bot.domain.outbox import OutboxEntry, OutboxKind
from bot.domain.texts import msg, msg_n
from bot.store import Database, SqlDeliveryStore, SqlOutboxStore
from tests.jobs import JobStores

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Bench:
    def __init__(self, database: Database) -> None:
        self.jobs = JobStores(database)
        self.deliveries = SqlDeliveryStore(database)
        self.outbox = SqlOutboxStore(database)

    async def group(self, count: int = 4) -> Job:
        """Store a group and give its first job."""
        ids = [new_job_id() for _ in range(count)]
        new = [
            NewJob(
                id=job_id,
                source_key=f"discord:1:{number}",
                origin=Origin(
                    person=Person(platform="discord", id="1"),
                    conversation=Conversation(platform="discord", tenant_id="5", id="7"),
                ),
                prompt=f"fox {number}",
                mode=Mode.FAST,
                group_id=ids[0],
                remarks=(
                    msg("`{was}` became {now}.", was="—ar", now=16),
                    msg_n("{count} word", "{count} words", count=2),
                ),
            )
            for number, job_id in enumerate(ids)
        ]
        jobs, _ = await self.jobs.add(
            new, admit=lambda _usage: None, slots=10, now=NOW, claimable_at=NOW + 5 * SECOND
        )
        await self.jobs.mark_answered(jobs[0].id, placeholder_id="900", now=NOW)
        return jobs[0]

    async def claimed(
        self, limit: int = 1, *, hooked: bool = True, now: datetime = NOW
    ) -> list[Job]:
        return await self.jobs.claim_up_to(limit, hooked=hooked, now=now)

    async def running(self, limit: int = 1) -> list[Job]:
        claimed = await self.claimed(limit)
        for job in claimed:
            await self.jobs.record_accepted(
                job.id, attempt=job.attempt, task_id=job.id, next_poll_at=NOW, now=NOW
            )
        return claimed

    async def succeed(self, job: Job) -> None:
        report = TaskReport(task_id=job.id, is_finished=True, image_urls=("https://x/1.png",))
        await self.jobs.record_poll(
            await self.jobs.fence(), [report], next_polls={}, asked_at=NOW, now=NOW
        )

    async def results(self) -> list[OutboxEntry]:
        """Return what is to be posted."""
        entries = await self.outbox.due("discord", now=NOW + SECOND, limit=100)
        return [entry for entry in entries if entry.kind is OutboxKind.RESULT]

    async def post(self, *, is_possible: bool = True) -> None:
        (entry,) = await self.results()
        if is_possible:
            await self.deliveries.record_posted(entry, now=NOW)
        else:
            await self.deliveries.record_undeliverable(entry, reason="closed", now=NOW)

    async def status(self, job: Job) -> JobStatus:
        found = await self.jobs.get(job.id)
        assert found is not None
        return found.status


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def test_remarks_read_back_as_they_were(bench: Bench) -> None:
    job = await bench.group()
    assert [str(remark) for remark in job.remarks] == ["`—ar` became 16.", "2 words"]


async def test_an_answer_lets_the_whole_group_start(bench: Bench) -> None:
    await bench.group()
    assert len(await bench.claimed(10)) == 4


async def test_every_state_is_counted_once(bench: Bench) -> None:
    first = await bench.group(7)
    posted, lost, discarded, running, ended = await bench.running(5)
    await bench.succeed(posted)
    await bench.post()
    await bench.succeed(lost)
    await bench.post(is_possible=False)
    await bench.succeed(ended)  # and not posted yet
    assert await bench.jobs.group_progress(first.id) == GroupProgress(
        total=7, finished=2, in_flight=2, waiting=2, undeliverable=1
    )
    assert await bench.jobs.cancel(running.id, now=NOW) == 2
    assert await bench.jobs.discard(discarded.id, now=NOW) == 2
    progress = await bench.jobs.group_progress(first.id)
    assert progress == GroupProgress(
        total=7, finished=6, in_flight=0, cancelled=2, discarded=2, undeliverable=1
    )
    assert (progress.posted, progress.is_complete) == (1, False)
    await bench.post()
    progress = await bench.jobs.group_progress(first.id)
    assert (progress.posted, progress.is_complete) == (2, True)


async def test_a_job_in_doubt_is_counted_until_the_person_was_told(bench: Bench) -> None:
    first = await bench.group(2)
    (job,) = await bench.claimed()
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    progress = await bench.jobs.group_progress(first.id)
    assert progress == GroupProgress(total=2, finished=0, in_flight=1, in_doubt=1, waiting=1)
    (untold,) = await bench.claimed(hooked=False, now=NOW + SECOND)  # after the pause
    await bench.jobs.record_lost(untold.id, attempt=untold.attempt, now=NOW)
    await bench.post()
    progress = await bench.jobs.group_progress(first.id)
    assert progress == GroupProgress(total=2, finished=1, in_flight=1, in_doubt=1)


async def test_a_discarded_job_that_ends_changes_no_count(bench: Bench) -> None:
    first = await bench.group(2)
    job, _ = await bench.running(2)
    await bench.jobs.discard(first.id, now=NOW)
    before = await bench.jobs.group_progress(first.id)
    await bench.succeed(job)
    assert await bench.jobs.group_progress(first.id) == before
    assert await bench.results() == []


async def test_a_discarded_job_that_was_not_started_is_cancelled(bench: Bench) -> None:
    await bench.group(1)
    (job,) = await bench.claimed()
    await bench.jobs.discard(job.id, now=NOW)
    sent_back = await bench.jobs.record_not_started(job.id, attempt=job.attempt, now=NOW)
    assert sent_back is not None
    assert (sent_back.status, sent_back.slot) == (JobStatus.CANCELLED, None)
    assert sent_back.finished_at == NOW
    assert await bench.claimed() == []


async def test_a_job_that_was_not_started_waits_again(bench: Bench) -> None:
    await bench.group(1)
    (job,) = await bench.claimed()
    sent_back = await bench.jobs.record_not_started(job.id, attempt=job.attempt, now=NOW)
    assert sent_back is not None
    assert (sent_back.status, sent_back.finished_at) == (JobStatus.QUEUED, None)


async def test_nobody_is_told_about_the_doubts_of_a_discarded_job(bench: Bench) -> None:
    await bench.group(1)
    (job,) = await bench.claimed(hooked=False)
    await bench.jobs.discard(job.id, now=NOW)
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    assert await bench.status(job) is JobStatus.UNKNOWN
    assert await bench.results() == []
