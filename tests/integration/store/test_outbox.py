"""What is still to be shown: who writes it, who reads it, and when it goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.jobs import NewJob, TaskReport
from bot.domain.outbox import OutboxEntry, OutboxKind, done_key, group_key
from bot.domain.people import Preferences
from bot.store import Database, SqlDeliveryStore, SqlOutboxStore, SqlPersonalStore
from tests.jobs import ORIGIN, JobStores, new_job, new_jobs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOW + SECOND
END = NOW + 60 * SECOND

PLACEHOLDER, RESULT, DONE = OutboxKind.PLACEHOLDER, OutboxKind.RESULT, OutboxKind.DONE


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
        await self.admit(new)
        await self.jobs.mark_answered(new[0].id, placeholder_id="900", now=NOW)
        return [job.id for job in new]

    async def admit(self, new: Sequence[NewJob]) -> None:
        await self.jobs.add(new, admit=lambda _: None, slots=10, now=NOW, claimable_at=NOW)

    async def claim(self, *, hooked: bool = True) -> dict[str, int]:
        """Claim everything that waits; return the attempts by id."""
        claimed = await self.jobs.claim_up_to(10, hooked=hooked, now=NOW)
        return {job.id: job.attempt for job in claimed}

    async def run(self, now: datetime = NOW) -> None:
        """Let the provider take everything that waits."""
        for job_id, attempt in (await self.claim()).items():
            await self.accept(job_id, attempt, now)

    async def accept(self, job_id: str, attempt: int, now: datetime = NOW) -> None:
        await self.jobs.record_accepted(
            job_id, attempt=attempt, task_id=job_id, next_poll_at=NOW, now=now
        )

    async def finish(self, *job_ids: str, now: datetime = NOW) -> None:
        reports = [
            TaskReport(task_id=each, is_finished=True, image_urls=("x",)) for each in job_ids
        ]
        await self.jobs.record_poll(
            await self.jobs.fence(), reports, next_polls={}, asked_at=NOW, now=now
        )

    async def post(self, job_id: str, now: datetime = LATER) -> None:
        (entry,) = [each for each in await self.entries() if each.key == job_id]
        assert await self.deliveries.record_posted(entry, now=now)

    async def want_dm(self) -> None:
        await self.personal.change_preferences(ORIGIN.person, lambda _: Preferences(wants_dm=True))

    async def entries(
        self,
        *,
        now: datetime = END,
        limit: int = 10,
        but_keys: tuple[str, ...] = (),
        but_conversations: tuple[str, ...] = (),
    ) -> list[OutboxEntry]:
        return await self.store.due(
            "discord",
            now=now,
            limit=limit,
            but_keys=but_keys,
            but_conversations=but_conversations,
        )

    async def shown(self) -> dict[str, OutboxKind]:
        return {entry.key: entry.kind for entry in await self.entries()}

    async def entry(self) -> OutboxEntry:
        (entry,) = await self.entries()
        return entry

    async def forget(self) -> None:
        for entry in await self.entries():
            await self.store.drop(entry)
        assert not await self.entries()


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


# ── What moves of jobs write ────────────────────────────────────────────────────────────────────


async def test_a_job_that_was_just_accepted_is_shown_by_its_answer(bench: Bench) -> None:
    await bench.add()
    assert await bench.entries() == []


async def test_a_job_that_the_provider_took_is_shown(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    assert await bench.entry() == OutboxEntry(
        key=job_id,
        kind=PLACEHOLDER,
        version=1,
        job_id=job_id,
        conversation="discord:7",
        changed_at=NOW,
        due_at=NOW,
    )


async def test_a_job_that_a_callback_names_is_shown_once(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.claim()
    for _ in range(2):
        await bench.jobs.note_callback(job_id, task_id="T1", now=LATER)
    entry = await bench.entry()
    assert (entry.key, entry.version, entry.changed_at) == (job_id, 1, LATER)


async def test_a_job_that_was_sent_back_is_shown(bench: Bench) -> None:
    (job_id,) = await bench.add()
    attempts = await bench.claim()
    await bench.jobs.record_not_started(job_id, attempt=attempts[job_id], now=NOW)
    assert await bench.shown() == {job_id: PLACEHOLDER}


async def test_cancelling_is_shown_but_not_what_nobody_saw(bench: Bench) -> None:
    (seen,) = await bench.add()
    await bench.jobs.cancel(seen, now=NOW)
    assert await bench.shown() == {seen: PLACEHOLDER}
    await bench.forget()
    new = new_job()
    await bench.admit([new])
    assert await bench.jobs.cancel_unanswered(new.id, now=NOW)
    assert await bench.entries() == []


async def test_what_cannot_be_cancelled_any_more_is_not_shown(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.forget()
    assert await bench.jobs.cancel(job_id, now=NOW) == 0
    assert await bench.entries() == []


@pytest.mark.parametrize("count", [1, 2])
async def test_an_answer_to_a_command_that_was_given_up_is_corrected(
    bench: Bench, count: int
) -> None:
    """Another process could not answer, and gave it up while this one's answer was on its way."""
    new = new_jobs(count)
    await bench.admit(new)
    assert await bench.jobs.cancel_unanswered(new[0].id, now=NOW)
    await bench.jobs.mark_answered(new[0].id, placeholder_id="900", now=LATER)
    key = new[0].id if count == 1 else group_key(new[0].id)
    assert await bench.shown() == {key: PLACEHOLDER}
    await bench.forget()
    await bench.jobs.mark_answered(new[0].id, placeholder_id="900", now=LATER + SECOND)
    assert await bench.entries() == []  # once is enough


async def test_discarding_is_shown(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.forget()
    await bench.jobs.discard(job_id, now=LATER)
    entry = await bench.entry()
    assert (entry.kind, entry.changed_at) == (PLACEHOLDER, LATER)


async def test_a_result_takes_the_place_of_what_the_placeholder_was_to_say(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    before = await bench.entry()
    await bench.store.postpone(before, due_at=END, now=NOW)
    await bench.finish(job_id, now=LATER)
    assert await bench.entry() == replace(
        before, kind=RESULT, version=2, changed_at=LATER, due_at=LATER
    )


async def test_a_late_answer_takes_the_place_of_the_doubt_that_was_to_be_told(
    bench: Bench,
) -> None:
    (job_id,) = await bench.add()
    attempts = await bench.claim(hooked=False)
    await bench.jobs.record_lost(job_id, attempt=attempts[job_id], now=NOW)
    assert await bench.shown() == {job_id: RESULT}
    await bench.accept(job_id, attempts[job_id])
    assert await bench.shown() == {job_id: PLACEHOLDER}
    await bench.finish(job_id)
    assert await bench.shown() == {job_id: RESULT}


async def test_after_a_doubt_was_told_nothing_more_is_posted(bench: Bench) -> None:
    (job_id,) = await bench.add()
    attempts = await bench.claim(hooked=False)
    await bench.jobs.record_lost(job_id, attempt=attempts[job_id], now=NOW)
    await bench.post(job_id)
    await bench.accept(job_id, attempts[job_id])
    await bench.forget()
    await bench.finish(job_id)
    assert await bench.entries() == []


async def test_the_result_of_a_discarded_job_is_not_posted(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.jobs.discard(job_id, now=NOW)
    await bench.forget()
    await bench.finish(job_id)
    assert await bench.entries() == []


# ── Groups ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_group_has_one_placeholder_and_each_job_its_result(bench: Bench) -> None:
    ids = await bench.add(3)
    await bench.run()
    entry = await bench.entry()
    assert (entry.key, entry.job_id, entry.kind) == (group_key(ids[0]), ids[0], PLACEHOLDER)
    assert entry.version == 3
    await bench.finish(*ids[1:])
    results = {ids[1]: RESULT, ids[2]: RESULT}
    assert await bench.shown() == {entry.key: PLACEHOLDER, **results}


async def test_a_group_counts_what_was_posted(bench: Bench) -> None:
    ids = await bench.add(2)
    await bench.run()
    await bench.forget()
    await bench.finish(ids[1])
    await bench.post(ids[1])
    assert await bench.shown() == {group_key(ids[0]): PLACEHOLDER}


async def test_a_group_counts_a_discarded_job_that_ended(bench: Bench) -> None:
    ids = await bench.add(2)
    await bench.run()
    await bench.jobs.discard(ids[0], now=NOW)
    await bench.forget()
    await bench.finish(ids[1])
    assert await bench.shown() == {group_key(ids[0]): PLACEHOLDER}


async def test_callbacks_for_all_of_a_group_are_one_change(bench: Bench) -> None:
    ids = await bench.add(3)
    await bench.claim()
    for number, job_id in enumerate(ids):
        await bench.jobs.note_callback(job_id, task_id=f"T{number}", now=LATER)
    assert await bench.shown() == {group_key(ids[0]): PLACEHOLDER}


# ── Direct messages ─────────────────────────────────────────────────────────────────────────────


async def test_a_posted_result_says_all_to_whoever_wants_no_message(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    await bench.finish(job_id)
    await bench.post(job_id)
    assert await bench.entries() == []


async def test_whoever_wants_to_be_told_is_told_when_the_result_stands(bench: Bench) -> None:
    await bench.want_dm()
    (job_id,) = await bench.add()
    await bench.run()
    await bench.finish(job_id)
    assert await bench.shown() == {job_id: RESULT}
    await bench.post(job_id)
    entry = await bench.entry()
    assert (entry.key, entry.kind, entry.job_id) == (done_key(job_id, None), DONE, job_id)
    assert entry.changed_at == LATER


async def test_a_group_is_told_of_as_one_by_its_latest_result(bench: Bench) -> None:
    await bench.want_dm()
    ids = await bench.add(2)
    await bench.run()
    await bench.finish(*ids)
    for job_id in ids:
        await bench.post(job_id)
    keys = {group_key(ids[0]): PLACEHOLDER, done_key(ids[1], ids[0]): DONE}
    assert await bench.shown() == keys
    (done,) = [entry for entry in await bench.entries() if entry.kind is DONE]
    assert done.job_id == ids[1]


# ── Readers ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_later_version_stays_when_an_earlier_one_was_shown(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    seen = await bench.entry()
    await bench.jobs.discard(job_id, now=LATER)
    await bench.store.drop(seen)
    await bench.store.postpone(seen, due_at=END, now=LATER)
    left = await bench.entry()
    assert left == replace(seen, version=2, changed_at=LATER, due_at=LATER)


async def test_a_drop_that_comes_twice_leaves_what_came_between(bench: Bench) -> None:
    (job_id,) = await bench.add()
    await bench.run()
    seen = await bench.entry()
    await bench.store.drop(seen)
    await bench.jobs.discard(job_id, now=LATER)
    await bench.store.drop(seen)
    assert (await bench.entry()).changed_at == LATER


async def test_a_postponed_entry_counts_its_attempts_since_the_first(bench: Bench) -> None:
    await bench.add()
    await bench.run()
    first = await bench.entry()
    await bench.store.postpone(first, due_at=LATER, now=NOW)
    assert await bench.entries(now=NOW) == []
    second = await bench.entry()
    assert second == replace(first, due_at=LATER, attempts=1, first_attempt_at=NOW)
    await bench.store.postpone(second, due_at=END, now=LATER)
    assert await bench.entry() == replace(second, due_at=END, attempts=2)


async def test_the_longest_due_come_first_without_those_that_are_excluded(bench: Bench) -> None:
    (first,), (second,) = await bench.add(channel="7"), await bench.add(channel="8")
    await bench.run()
    await bench.jobs.discard(first, now=LATER)
    assert [entry.key for entry in await bench.entries()] == [second, first]
    assert [entry.key for entry in await bench.entries(limit=1)] == [second]
    assert [entry.key for entry in await bench.entries(but_conversations=("discord:8",))] == [first]
    assert [entry.key for entry in await bench.entries(but_keys=(first,))] == [second]
    assert await bench.store.due("slack", now=END, limit=10) == []
