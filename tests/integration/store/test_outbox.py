"""Notes of what changed about jobs: who leaves them, who sees them, and when they go."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversations import Person
from bot.domain.deliveries import OutboxEntry
from bot.domain.jobs import JobStatus, TaskReport
from bot.domain.people import Preferences
from bot.store import Database, SqlDeliveryStore, SqlOutboxStore, SqlPersonalStore
from tests.jobs import ORIGIN, JobStores, new_job, new_jobs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOW + SECOND


class Bench:
    def __init__(self, database: Database) -> None:
        self.jobs = JobStores(database)
        self.deliveries = SqlDeliveryStore(database)
        self.personal = SqlPersonalStore(database)
        self.store = SqlOutboxStore(database)

    async def add(self, count: int = 1, channel: str = "7") -> list[str]:
        """Store the jobs of one command, which the person has seen, and give their ids."""
        conversation = replace(ORIGIN.conversation, id=channel)
        new = new_jobs(count, origin=replace(ORIGIN, conversation=conversation))
        ids = [job.id for job in new]
        await self.jobs.add(new, admit=lambda _: None, slots=10, now=NOW, claimable_at=NOW)
        await self.jobs.mark_answered(ids[0], placeholder_id="900", now=NOW)
        return ids

    async def run(self, now: datetime = NOW) -> None:
        """Let the provider take everything that waits."""
        for job in await self.jobs.claim_up_to(10, now=NOW):
            await self.jobs.record_accepted(
                job.id, attempt=job.attempt, task_id=job.id, next_poll_at=NOW, now=now
            )

    async def finish(self, *job_ids: str) -> None:
        reports = [
            TaskReport(task_id=each, is_finished=True, image_urls=("x",)) for each in job_ids
        ]
        await self.jobs.record_poll(
            await self.jobs.fence(), reports, next_polls={}, asked_at=NOW, now=NOW
        )

    async def post(self, *, is_possible: bool = True) -> None:
        ((delivery, job),) = await self.deliveries.claim(
            owner="me", lease_until=LATER, busy_channels=(), limit=1, now=NOW
        )
        fence = delivery.fence
        if is_possible:
            await self.deliveries.record_sent(job.id, fence=fence, now=LATER)
        else:
            await self.deliveries.record_undeliverable(job.id, fence=fence, reason="x", now=LATER)

    async def entries(
        self, *, busy: tuple[str, ...] = (), but_of: tuple[str, ...] = (), limit: int = 10
    ) -> list[OutboxEntry]:
        return await self.store.entries(busy_channels=busy, but_of=but_of, limit=limit)

    async def forget(self) -> None:
        await self.store.drop_entries(await self.entries())
        assert not await self.entries()


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def test_a_job_that_was_just_accepted_is_shown_by_its_answer(bench: Bench) -> None:
    await bench.add()
    assert await bench.entries() == []


async def test_a_job_that_the_provider_took_leaves_a_note(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    assert await bench.entries() == [
        OutboxEntry(job_id=job_id, placeholder_of=job_id, channel="discord:7", noted_at=NOW)
    ]


async def test_a_job_that_was_sent_back_leaves_a_note(bench: Bench) -> None:
    (job_id,) = await bench.add()
    (job,) = await bench.jobs.claim_up_to(1, slots=1, now=NOW)
    await bench.jobs.record_not_started(job_id, attempt=job.attempt, now=NOW)
    assert len(await bench.entries()) == 1


async def test_cancelling_leaves_a_note_and_giving_up_an_unseen_command_none(bench: Bench) -> None:
    (seen,) = await bench.add()
    await bench.jobs.cancel(seen, now=NOW)
    assert [entry.job_id for entry in await bench.entries()] == [seen]
    await bench.forget()
    new = new_job()
    await bench.jobs.add([new], admit=lambda _: None, slots=10, now=NOW, claimable_at=NOW)
    assert await bench.jobs.cancel_unanswered(new.id, now=NOW)
    assert await bench.entries() == []


async def test_an_answer_to_a_command_that_was_given_up_leaves_a_note(bench: Bench) -> None:
    """Another process could not answer, and gave it up while this one's answer was on its way."""
    new = new_jobs(2)
    await bench.jobs.add(new, admit=lambda _: None, slots=10, now=NOW, claimable_at=NOW)
    assert await bench.jobs.cancel_unanswered(new[0].id, now=NOW)
    await bench.jobs.mark_answered(new[0].id, placeholder_id="900", now=LATER)
    assert {entry.job_id for entry in await bench.entries()} == {job.id for job in new}
    await bench.forget()
    await bench.jobs.mark_answered(new[0].id, placeholder_id="900", now=LATER + SECOND)
    assert await bench.entries() == []  # once is enough


async def test_discarding_leaves_a_note(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.forget()
    await bench.jobs.discard(job_id, now=LATER)
    assert [entry.noted_at for entry in await bench.entries()] == [LATER]


async def test_a_posted_result_says_all_to_whoever_wants_no_message(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.forget()
    await bench.finish(job_id)
    await bench.post()
    assert await bench.entries() == []


async def test_whoever_wants_to_be_told_is_noted_when_the_result_stands(bench: Bench) -> None:
    await bench.personal.change_preferences(
        Person.of("discord:1"), lambda _: Preferences(wants_dm=True)
    )
    (job_id,) = await bench.add()
    await bench.run()
    await bench.forget()
    await bench.finish(job_id)
    assert await bench.entries() == []
    await bench.post()
    assert [entry.job_id for entry in await bench.entries()] == [job_id]


async def test_a_result_that_cannot_be_posted_leaves_a_note(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.forget()
    await bench.finish(job_id)
    await bench.post(is_possible=False)
    assert [entry.job_id for entry in await bench.entries()] == [job_id]


async def test_the_notes_of_a_group_are_about_the_placeholder_of_its_first_job(
    bench: Bench,
) -> None:
    ids = await bench.add(3)
    await bench.run()
    entries = await bench.entries()
    assert {entry.job_id for entry in entries} == set(ids)
    assert {entry.placeholder_of for entry in entries} == {ids[0]}
    await bench.forget()
    await bench.finish(ids[1])
    await bench.post()
    assert [entry.job_id for entry in await bench.entries()] == [ids[1]]


async def test_a_note_that_was_renewed_while_it_was_worked_off_stays(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    seen = await bench.entries()
    await bench.jobs.discard(job_id, now=LATER)
    await bench.store.drop_entries(seen)
    (left,) = await bench.entries()
    assert left == replace(seen[0], noted_at=LATER)


async def test_the_oldest_come_first_and_busy_ones_not_at_all(bench: Bench) -> None:
    (first,), (second,) = await bench.add(channel="7"), await bench.add(channel="8")
    await bench.run()
    await bench.jobs.discard(first, now=LATER)
    assert [entry.job_id for entry in await bench.entries()] == [second, first]
    assert [entry.job_id for entry in await bench.entries(limit=1)] == [second]
    assert [entry.job_id for entry in await bench.entries(busy=("discord:8",))] == [first]
    assert [entry.job_id for entry in await bench.entries(but_of=(first,))] == [second]


async def test_dropping_nothing_changes_nothing(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.store.drop_entries([])
    assert [entry.job_id for entry in await bench.entries()] == [job_id]
    job = await bench.jobs.get(job_id)
    assert job is not None
    assert job.status is JobStatus.RUNNING
