"""The store's contract, the same for a private file, a SQLite file and PostgreSQL."""

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.errors import LimitError, LostLeaseError
from bot.models import (
    AccountPause,
    DeliveryStatus,
    Failure,
    FailureCode,
    Job,
    JobStatus,
    Mode,
    NewJob,
    Origin,
    QueuePlace,
    QueueStats,
    TaskReport,
    Usage,
    new_job_id,
)
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlJobStore,
    SqlSettingStore,
    open_database,
)
from bot.store import settings as settings_module
from bot.texts import msg
from tests.plans import plans_of
from tests.standins.postgresql import PostgresServer
from tests.timing import PATIENCE_S

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
SECOND = timedelta(seconds=1)
PAUSE = AccountPause(code=FailureCode.QUOTA, until=NOW + SECOND, failures=1)
URLS = ("https://cdn.midjourney.com/a/0_0.png", "https://cdn.midjourney.com/a/0_1.png")


class Bench:
    """The stores, with shorthands for what every test needs."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.jobs = SqlJobStore(database)
        self.deliveries = SqlDeliveryStore(database)
        self.settings = SqlSettingStore(database)
        self._numbers = count()

    async def place(
        self,
        *,
        user: str = "1",
        channel: str = "7",
        at: datetime = NOW,
        source_key: str | None = None,
        admit: Callable[[Usage], None] = lambda _usage: None,
        mode: Mode = Mode.FAST,
        reply_token_ends_at: datetime | None = None,
    ) -> tuple[Job, QueuePlace]:
        number = next(self._numbers)
        new = NewJob(
            id=new_job_id(),
            source_key=source_key or f"discord:{number}:0",
            origin=Origin(
                platform="discord",
                tenant_id="5",
                channel_id=channel,
                user_id=user,
                reply_token="secret" if reply_token_ends_at else None,
                reply_token_ends_at=reply_token_ends_at,
            ),
            prompt="a cat",
            mode=mode,
        )
        # Jobs of one moment keep the order in which they came.
        moment = at + timedelta(microseconds=number)
        (job,), place = await self.jobs.add(
            [new], admit=admit, slots=10, now=moment, claimable_at=at
        )
        return job, place

    async def add(self, **wish: object) -> Job:
        job, _ = await self.place(**wish)  # type: ignore[arg-type]
        return job

    async def claim(
        self,
        limit: int = 100,
        *,
        slots: int = 10,
        hooked: bool = True,
        now: datetime = NOW + SECOND,
        owner: str = "me",
        holding: Collection[str] | None = None,
    ) -> list[Job]:
        return await self.jobs.claim(
            owner=owner,
            lease_until=now + 15 * SECOND,
            slots=slots,
            limit=limit,
            hooked=hooked,
            now=now,
            holding=holding,
        )

    async def claimed(self, **options: object) -> Job:
        await self.add()
        (job,) = await self.claim(**options)  # type: ignore[arg-type]
        return job

    async def accept(self, job: Job, task_id: str = "T1", now: datetime = NOW) -> Job | None:
        return await self.jobs.record_accepted(
            job.id, fence=job.fence, task_id=task_id, next_poll_at=now + 45 * SECOND, now=now
        )

    async def running(self, task_id: str = "T1") -> Job:
        job = await self.accept(await self.claimed(), task_id)
        assert job is not None
        return job

    async def succeed(self, task_id: str = "T1", now: datetime = NOW) -> list[Job]:
        report = TaskReport(task_id=task_id, is_finished=True, image_urls=URLS)
        return await self.jobs.record_poll([report], next_polls={}, asked_at=now, now=now)

    async def renew(self, job: Job) -> list[str]:
        return list(await self.jobs.renew_leases([job.id], owner="me", until=NOW + 30 * SECOND))

    async def status(self, job: Job) -> JobStatus:
        found = await self.jobs.get(job.id)
        assert found is not None
        return found.status

    async def delivery_of(self, job: Job) -> DeliveryStatus | None:
        delivery = await self.deliveries.get(job.id)
        return delivery.status if delivery else None


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


# ── Coming in ───────────────────────────────────────────────────────────────────────────────────


async def test_a_stored_job_reads_back_as_it_was(bench: Bench) -> None:
    job = await bench.add(mode=Mode.RELAXED)
    assert await bench.jobs.get(job.id) == job
    assert (job.status, job.mode, job.prompt) == (JobStatus.QUEUED, Mode.RELAXED, "a cat")
    assert job.created_at.tzinfo is not None


async def test_a_command_heard_twice_makes_one_job(bench: Bench) -> None:
    first = await bench.add(source_key="discord:9:0")
    again = await bench.add(source_key="discord:9:0")
    assert again.id == first.id


async def test_a_command_heard_twice_at_once_makes_one_job(bench: Bench) -> None:
    jobs = await asyncio.gather(*(bench.add(source_key="discord:9:0") for _ in range(4)))
    assert len({job.id for job in jobs}) == 1


async def test_admission_sees_what_waits_and_what_the_person_did_in_a_day(bench: Bench) -> None:
    await bench.add(user="1", at=NOW - timedelta(hours=25))
    await bench.add(user="1", at=NOW - timedelta(hours=1))
    await bench.add(user="2")
    seen: list[Usage] = []
    await bench.place(user="1", admit=seen.append)
    (usage,) = seen
    assert (usage.waiting, usage.waiting_of_user, usage.recent_of_user) == (3, 2, 1)
    assert usage.oldest_recent_at is not None
    assert usage.oldest_recent_at - (NOW - timedelta(hours=1)) < SECOND


async def test_failures_that_cost_nothing_do_not_count_against_the_day(bench: Bench) -> None:
    job = await bench.claimed()
    failure = Failure(code=FailureCode.QUOTA)
    await bench.jobs.record_refused(job.id, fence=job.fence, failure=failure, now=NOW)
    seen: list[Usage] = []
    await bench.place(admit=seen.append)
    assert seen[0].recent_of_user == 0


async def test_a_job_that_is_not_admitted_is_not_stored(bench: Bench) -> None:
    def refuse(_usage: Usage) -> None:
        raise LimitError(msg("no"))

    with pytest.raises(LimitError):
        await bench.add(admit=refuse)
    assert await bench.claim() == []


async def test_the_place_counts_who_goes_first(bench: Bench) -> None:
    for _ in range(3):
        await bench.add(user="busy")
    _, place = await bench.place(user="new")
    assert place.ahead == 1  # the busy one's first; the new one's goes before the others


async def test_the_place_of_ones_own_jobs_is_behind_them(bench: Bench) -> None:
    for _ in range(3):
        await bench.add(user="busy")
    _, place = await bench.place(user="busy")
    assert place.ahead == 3


# ── Answering ───────────────────────────────────────────────────────────────────────────────────


async def test_a_job_can_be_claimed_only_when_its_command_was_answered(bench: Bench) -> None:
    job = await bench.add(at=NOW + 5 * SECOND)
    assert await bench.claim(now=NOW + SECOND) == []
    await bench.jobs.mark_answered(job.id, placeholder_id="77", now=NOW + SECOND)
    (claimed,) = await bench.claim(now=NOW + SECOND)
    assert claimed.origin.placeholder_id == "77"


async def test_an_unanswered_job_can_be_claimed_after_its_grace(bench: Bench) -> None:
    await bench.add(at=NOW + 5 * SECOND)
    assert len(await bench.claim(now=NOW + 6 * SECOND)) == 1


async def test_a_second_answer_does_not_erase_the_placeholder(bench: Bench) -> None:
    job = await bench.add()
    await bench.jobs.mark_answered(job.id, placeholder_id="77", now=NOW)
    await bench.jobs.mark_answered(job.id, placeholder_id=None, now=NOW)
    found = await bench.jobs.get(job.id)
    assert found is not None
    assert found.origin.placeholder_id == "77"


async def test_an_unanswered_job_can_be_cancelled(bench: Bench) -> None:
    job = await bench.add()
    assert await bench.jobs.cancel_unanswered(job.id, now=NOW)
    assert await bench.status(job) is JobStatus.CANCELLED
    assert await bench.claim() == []


async def test_an_answered_job_is_not_cancelled_as_unanswered(bench: Bench) -> None:
    job = await bench.add()
    await bench.jobs.mark_answered(job.id, placeholder_id="77", now=NOW)
    assert not await bench.jobs.cancel_unanswered(job.id, now=NOW)


async def test_a_claimed_job_is_not_cancelled_as_unanswered(bench: Bench) -> None:
    job = await bench.claimed()
    assert not await bench.jobs.cancel_unanswered(job.id, now=NOW)
    assert await bench.status(job) is JobStatus.SUBMITTING


# ── Claiming ────────────────────────────────────────────────────────────────────────────────────


async def test_no_more_jobs_are_claimed_than_there_are_slots(bench: Bench) -> None:
    for _ in range(12):
        await bench.add()
    claimed = await bench.claim(slots=10)
    assert sorted(job.slot or 0 for job in claimed) == list(range(1, 11))
    assert await bench.claim(slots=10) == []


async def test_claims_at_the_same_time_share_out_the_slots_exactly(bench: Bench) -> None:
    for _ in range(30):
        await bench.add()
    batches = await asyncio.gather(*(bench.claim(limit=3) for _ in range(8)))
    claimed = [job for batch in batches for job in batch]
    assert len({job.slot for job in claimed}) == len(claimed) == 10


async def test_a_lowered_number_of_slots_holds_while_more_are_taken(bench: Bench) -> None:
    for _ in range(12):
        await bench.add()
    await bench.claim(limit=5, slots=10)
    assert await bench.claim(slots=3) == []


async def test_the_person_with_the_fewest_jobs_in_flight_goes_first(bench: Bench) -> None:
    for _ in range(4):
        await bench.add(user="busy")
    await bench.claim(limit=2)
    await bench.add(user="new", at=NOW + SECOND / 2)
    assert [job.origin.user_id for job in await bench.claim()] == ["new", "busy", "busy"]


async def test_among_equals_the_oldest_goes_first(bench: Bench) -> None:
    jobs = [await bench.add(user=user) for user in ("a", "b", "c")]
    assert [job.id for job in await bench.claim()] == [job.id for job in jobs]


async def test_a_job_that_was_sent_back_goes_before_all_others(bench: Bench) -> None:
    sent_back = await bench.claimed()
    await bench.add(user="2")
    await bench.jobs.record_not_started(sent_back.id, fence=sent_back.fence, now=NOW)
    first, _ = await bench.claim()
    assert first.id == sent_back.id
    assert first.fence == sent_back.fence + 1


# ── Submitting ──────────────────────────────────────────────────────────────────────────────────


async def test_an_accepted_job_runs_and_keeps_its_slot(bench: Bench) -> None:
    job = await bench.running("T1")
    assert (job.status, job.provider_task_id, job.slot) == (JobStatus.RUNNING, "T1", 1)
    assert job.deadline_at == NOW + timedelta(minutes=12)


async def test_a_job_sent_back_frees_its_slot(bench: Bench) -> None:
    job = await bench.claimed()
    back = await bench.jobs.record_not_started(job.id, fence=job.fence, now=NOW)
    assert back is not None
    assert (back.status, back.slot) == (JobStatus.QUEUED, None)


async def test_a_refused_job_fails_and_is_delivered(bench: Bench) -> None:
    job = await bench.claimed()
    failure = Failure(code=FailureCode.REJECTED, detail="no cats")
    failed = await bench.jobs.record_refused(job.id, fence=job.fence, failure=failure, now=NOW)
    assert failed is not None
    assert (failed.status, failed.slot, failed.failure) == (JobStatus.FAILED, None, failure)
    assert await bench.delivery_of(job) is DeliveryStatus.PENDING


async def test_a_lost_job_keeps_its_slot_and_waits_for_its_callback(bench: Bench) -> None:
    job = await bench.claimed(hooked=True)
    lost = await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    assert lost is not None
    assert (lost.status, lost.slot) == (JobStatus.UNKNOWN, 1)
    assert await bench.delivery_of(job) is None


async def test_without_a_callback_address_the_person_hears_of_a_lost_job_at_once(
    bench: Bench,
) -> None:
    job = await bench.claimed(hooked=False)
    lost = await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    assert lost is not None
    assert (lost.status, lost.slot) == (JobStatus.UNKNOWN, 1)
    assert lost.failure == Failure(code=FailureCode.UNCERTAIN)
    assert await bench.delivery_of(job) is DeliveryStatus.PENDING


async def test_a_lost_job_never_goes_back_to_the_queue(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    assert await bench.jobs.record_not_started(job.id, fence=job.fence, now=NOW) is None
    assert await bench.status(job) is JobStatus.UNKNOWN


async def test_an_outcome_with_an_old_fence_changes_nothing(bench: Bench) -> None:
    first = await bench.claimed()
    await bench.jobs.record_not_started(first.id, fence=first.fence, now=NOW)
    (second,) = await bench.claim()
    assert await bench.accept(first) is None
    assert await bench.status(second) is JobStatus.SUBMITTING


async def test_a_task_id_given_twice_is_no_usable_answer(bench: Bench) -> None:
    await bench.running("T1")
    other = await bench.claimed()
    await bench.accept(other, "T1")
    assert await bench.status(other) is JobStatus.UNKNOWN


async def test_a_job_that_was_told_as_doubtful_and_succeeds_is_doubtful_no_more(
    bench: Bench,
) -> None:
    job = await bench.claimed(hooked=False)
    await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    await bench.accept(job, "T1")
    (ended,) = await bench.succeed("T1")
    assert (ended.status, ended.failure) == (JobStatus.SUCCEEDED, None)


# ── Leases ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_submit_whose_lease_ended_becomes_unknown(bench: Bench) -> None:
    job = await bench.claimed(now=NOW)
    assert await bench.jobs.expire_leases(now=NOW + 14 * SECOND) == 0
    assert await bench.jobs.expire_leases(now=NOW + 16 * SECOND) == 1
    assert await bench.status(job) is JobStatus.UNKNOWN


async def test_a_renewed_lease_holds(bench: Bench) -> None:
    job = await bench.claimed(now=NOW)
    assert await bench.renew(job) == [job.id]
    assert await bench.jobs.expire_leases(now=NOW + 16 * SECOND) == 0
    assert await bench.status(job) is JobStatus.SUBMITTING


async def test_nobody_renews_the_leases_of_others(bench: Bench) -> None:
    job = await bench.claimed(now=NOW, owner="dead")
    assert await bench.renew(job) == []
    assert await bench.jobs.expire_leases(now=NOW + 16 * SECOND) == 1


async def test_a_claim_that_nobody_works_on_ends(bench: Bench) -> None:
    forgotten, kept = await bench.claimed(now=NOW), await bench.claimed(now=NOW)
    await bench.renew(kept)
    assert await bench.jobs.expire_leases(now=NOW + 16 * SECOND) == 1
    assert await bench.status(forgotten) is JobStatus.UNKNOWN
    assert await bench.status(kept) is JobStatus.SUBMITTING


async def test_a_submit_that_is_over_has_no_lease(bench: Bench) -> None:
    assert await bench.renew(await bench.running()) == []


async def test_dead_owners_lose_their_submits_and_deliveries_at_once(bench: Bench) -> None:
    await bench.running("T1")
    await bench.succeed("T1")
    await bench.deliveries.claim(
        owner="dead", lease_until=LATER, busy_channels=[], limit=1, now=NOW
    )
    submitting = await bench.claimed(now=NOW, owner="dead")
    assert await bench.jobs.expire_leases(now=NOW, dead_owners_but="me") == 1
    assert await bench.status(submitting) is JobStatus.UNKNOWN
    taken = await bench.deliveries.claim(
        owner="me", lease_until=LATER, busy_channels=[], limit=1, now=NOW
    )
    assert len(taken) == 1


async def test_a_claim_that_its_owner_did_not_hear_of_goes_back_and_first(bench: Bench) -> None:
    lost = await bench.claimed()
    await bench.add()
    (again,) = await bench.claim(1, holding=[])
    assert (again.id, again.fence, again.status) == (lost.id, 2, JobStatus.SUBMITTING)


async def test_what_an_owner_holds_stays_with_it(bench: Bench) -> None:
    held = await bench.claimed()
    other = await bench.claimed(owner="other")
    running = await bench.running()
    assert await bench.claim(holding=[held.id]) == []
    statuses = [await bench.status(job) for job in (held, other, running)]
    assert statuses == [JobStatus.SUBMITTING, JobStatus.SUBMITTING, JobStatus.RUNNING]


async def test_a_lost_claim_of_a_discarded_job_is_not_repeated(bench: Bench) -> None:
    lost = await bench.claimed()
    await bench.jobs.discard(lost.id, now=NOW)
    assert await bench.claim(holding=[]) == []
    assert await bench.status(lost) is JobStatus.CANCELLED


async def test_the_answer_of_an_owner_that_was_given_up_still_counts(bench: Bench) -> None:
    job = await bench.claimed(now=NOW)
    await bench.jobs.expire_leases(now=NOW + 16 * SECOND)
    assert await bench.accept(job) is not None
    assert await bench.status(job) is JobStatus.RUNNING


# ── Callbacks ───────────────────────────────────────────────────────────────────────────────────


async def test_a_callback_makes_a_running_job_due_at_once(bench: Bench) -> None:
    job = await bench.running("T1")
    assert await bench.jobs.to_poll(now=NOW + 2 * SECOND, limit=10) == []
    assert await bench.jobs.note_callback(job.id, task_id="T1", now=NOW + SECOND)
    (due,) = await bench.jobs.to_poll(now=NOW + 2 * SECOND, limit=10)
    assert due.id == job.id


async def test_when_a_poll_is_due_all_jobs_in_flight_are_asked_about(bench: Bench) -> None:
    first, second = [await bench.running(f"T{number}") for number in range(2)]
    due_at = {first.id: NOW + 5 * SECOND, second.id: NOW}
    await bench.jobs.record_poll([], next_polls=due_at, asked_at=NOW, now=NOW)
    found = await bench.jobs.to_poll(now=NOW, limit=10)
    assert [job.id for job in found] == [second.id, first.id]
    assert await bench.jobs.to_poll(now=NOW - SECOND, limit=10) == []


async def test_a_callback_for_no_job_is_told_apart(bench: Bench) -> None:
    assert not await bench.jobs.note_callback("x" * 20, task_id="T1", now=NOW)


async def test_a_callback_before_the_submits_answer_is_adopted(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    assert await bench.status(job) is JobStatus.RUNNING
    (due,) = await bench.jobs.to_poll(now=NOW, limit=10)
    assert due.provider_task_id == "T1"


async def test_the_submits_own_answer_overrides_an_adopted_task_id(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.note_callback(job.id, task_id="forged", now=NOW)
    accepted = await bench.accept(job, "T1")
    assert accepted is not None
    assert accepted.provider_task_id == "T1"


async def test_the_submits_own_answer_overrides_even_what_a_poll_has_found(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.note_callback(job.id, task_id="another program's", now=NOW)
    report = TaskReport(task_id="another program's", is_finished=False)
    await bench.jobs.record_poll([report], next_polls={}, asked_at=NOW, now=NOW)
    accepted = await bench.accept(job, "T1")
    assert accepted is not None
    assert accepted.provider_task_id == "T1"
    assert await bench.accept(job, "T1") is None


async def test_a_task_goes_to_the_job_whose_submit_was_answered_with_it(bench: Bench) -> None:
    doubtful = await bench.claimed()
    await bench.jobs.record_lost(doubtful.id, fence=doubtful.fence, now=NOW)
    job = await bench.claimed()
    await bench.jobs.note_callback(doubtful.id, task_id="T1", now=NOW)
    accepted = await bench.accept(job, "T1")
    assert accepted is not None
    assert (accepted.status, accepted.provider_task_id) == (JobStatus.RUNNING, "T1")
    found = await bench.jobs.get(doubtful.id)
    assert found is not None
    assert (found.provider_task_id, found.next_poll_at) == (None, None)
    (failed,) = await bench.jobs.fail_overdue(now=LATER, give_up_before=NOW)
    assert failed.id == doubtful.id


async def test_a_confirmed_task_id_is_not_replaced_by_a_callback(bench: Bench) -> None:
    job = await bench.running("T1")
    await bench.jobs.note_callback(job.id, task_id="forged", now=NOW)
    found = await bench.jobs.get(job.id)
    assert found is not None
    assert found.provider_task_id == "T1"


async def test_the_task_id_of_another_job_is_not_adopted(bench: Bench) -> None:
    await bench.running("T1")
    job = await bench.claimed()
    assert await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    assert await bench.status(job) is JobStatus.SUBMITTING


async def test_a_callback_brings_a_lost_job_back(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    assert await bench.status(job) is JobStatus.RUNNING


async def test_callbacks_never_poll_a_job_more_than_once_a_second(bench: Bench) -> None:
    job = await bench.running("T1")
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    await bench.jobs.record_poll([], next_polls={job.id: NOW + 8 * SECOND}, asked_at=NOW, now=NOW)
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW + SECOND / 10)
    assert await bench.jobs.to_poll(now=NOW + SECOND / 2, limit=10) == []
    assert len(await bench.jobs.to_poll(now=NOW + SECOND, limit=10)) == 1


async def test_a_repeated_callback_does_not_reset_the_back_off(bench: Bench) -> None:
    job = await bench.running("T1")
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    await bench.jobs.record_poll([], next_polls={job.id: NOW + SECOND}, asked_at=NOW, now=NOW)
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW + SECOND)
    found = await bench.jobs.get(job.id)
    assert found is not None
    assert found.poll_count == 1


async def test_a_callback_for_a_finished_job_changes_nothing(bench: Bench) -> None:
    job = await bench.running("T1")
    await bench.succeed("T1")
    before = await bench.jobs.get(job.id)
    assert await bench.jobs.note_callback(job.id, task_id="T9", now=LATER)
    assert await bench.jobs.get(job.id) == before


async def test_many_callbacks_at_once_are_all_kept(bench: Bench) -> None:
    for _ in range(10):
        await bench.add()
    jobs = await bench.claim()
    notes = (
        bench.jobs.note_callback(job.id, task_id=f"T{job.slot}", now=NOW)
        for job in jobs
        for _ in range(5)
    )
    assert all(await asyncio.gather(*notes))
    assert len(await bench.jobs.to_poll(now=NOW, limit=100)) == 10


# ── Settling ────────────────────────────────────────────────────────────────────────────────────


async def test_a_success_frees_the_slot_and_makes_a_delivery(bench: Bench) -> None:
    job = await bench.running("T1")
    (ended,) = await bench.succeed("T1", now=NOW + 60 * SECOND)
    assert (ended.id, ended.status, ended.slot) == (job.id, JobStatus.SUCCEEDED, None)
    assert ended.image_urls == URLS
    assert await bench.delivery_of(job) is DeliveryStatus.PENDING
    assert await bench.jobs.next_poll_at() is None


async def test_a_repeated_report_changes_nothing(bench: Bench) -> None:
    await bench.running("T1")
    await bench.succeed("T1")
    assert await bench.succeed("T1") == []


async def test_a_failure_after_a_success_changes_nothing(bench: Bench) -> None:
    job = await bench.running("T1")
    await bench.succeed("T1")
    failure = Failure(code=FailureCode.PROVIDER)
    report = TaskReport(task_id="T1", is_finished=True, failure=failure)
    assert await bench.jobs.record_poll([report], next_polls={}, asked_at=NOW, now=NOW) == []
    assert await bench.status(job) is JobStatus.SUCCEEDED


async def test_a_report_of_an_unknown_task_is_ignored(bench: Bench) -> None:
    assert await bench.succeed("nobody's") == []


async def test_a_running_job_is_due_again_when_it_was_told(bench: Bench) -> None:
    job = await bench.running("T1")
    report = TaskReport(task_id="T1", is_finished=False)
    await bench.jobs.record_poll(
        [report], next_polls={job.id: NOW + 15 * SECOND}, asked_at=NOW, now=NOW
    )
    assert await bench.jobs.next_poll_at() == NOW + 15 * SECOND


async def test_after_a_start_every_running_job_is_due(bench: Bench) -> None:
    await bench.running("T1")
    await bench.jobs.poll_all_now(now=NOW)
    assert len(await bench.jobs.to_poll(now=NOW, limit=10)) == 1


async def test_a_late_job_fails_only_after_a_final_poll(bench: Bench) -> None:
    job = await bench.running("T1")
    assert await bench.jobs.fail_overdue(now=LATER, give_up_before=NOW) == []
    await bench.jobs.record_poll([], next_polls={job.id: LATER + SECOND}, asked_at=LATER, now=LATER)
    (failed,) = await bench.jobs.fail_overdue(now=LATER, give_up_before=NOW)
    assert failed.failure == Failure(code=FailureCode.LATE)
    assert await bench.delivery_of(job) is DeliveryStatus.PENDING


async def test_a_job_long_past_its_deadline_fails_without_a_poll(bench: Bench) -> None:
    await bench.running("T1")
    (failed,) = await bench.jobs.fail_overdue(now=LATER, give_up_before=LATER)
    assert failed.slot is None


async def test_a_lost_job_fails_at_its_deadline(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    (failed,) = await bench.jobs.fail_overdue(now=LATER, give_up_before=NOW)
    assert failed.failure == Failure(code=FailureCode.UNCERTAIN)


async def test_a_job_that_waited_too_long_expires(bench: Bench) -> None:
    old = await bench.add(at=NOW - timedelta(days=2))
    await bench.add()
    (expired,) = await bench.jobs.expire_queued(created_before=NOW - SECOND, now=NOW)
    assert expired.id == old.id
    assert expired.failure == Failure(code=FailureCode.EXPIRED)


async def test_durations_are_of_successes_of_the_mode_newest_first(bench: Bench) -> None:
    for number, seconds in enumerate((30, 50)):
        await bench.running(f"T{number}")
        await bench.succeed(f"T{number}", now=NOW + seconds * SECOND + SECOND)
    durations = await bench.jobs.recent_durations(Mode.FAST, limit=5)
    assert durations == [50 * SECOND, 30 * SECOND]
    assert await bench.jobs.recent_durations(Mode.RELAXED, limit=5) == []


async def test_reply_tokens_are_erased_when_they_end(bench: Bench) -> None:
    job = await bench.add(reply_token_ends_at=NOW)
    young = await bench.add(reply_token_ends_at=LATER)
    assert await bench.jobs.erase_reply_tokens(now=NOW + SECOND) == 1
    found = await bench.jobs.get(job.id)
    assert found is not None
    assert found.origin.reply_token is None
    kept = await bench.jobs.get(young.id)
    assert kept is not None
    assert kept.origin.reply_token == "secret"


# ── Deliveries ──────────────────────────────────────────────────────────────────────────────────


async def finished(bench: Bench, task_id: str, channel: str = "7") -> Job:
    await bench.add(channel=channel)
    (job,) = await bench.claim(limit=1)
    await bench.accept(job, task_id)
    (ended,) = await bench.succeed(task_id)
    return ended


async def take(
    bench: Bench,
    *,
    busy: tuple[str, ...] = (),
    now: datetime = NOW,
    limit: int = 10,
    holding: Collection[str] | None = None,
) -> list[tuple[str, int]]:
    claimed = await bench.deliveries.claim(
        owner="me",
        lease_until=now + 15 * SECOND,
        busy_channels=busy,
        limit=limit,
        now=now,
        holding=holding,
    )
    return [(delivery.job_id, delivery.fence) for delivery, _ in claimed]


async def test_a_delivery_is_taken_once(bench: Bench) -> None:
    job = await finished(bench, "T1")
    assert await take(bench) == [(job.id, 1)]
    assert await take(bench) == []


async def test_a_delivery_whose_claim_was_not_heard_of_is_taken_again(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    assert await take(bench, holding=[job.id]) == []
    assert await take(bench, holding=[]) == [(job.id, 2)]


async def test_a_process_that_slept_does_not_take_over_from_itself(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    assert await take(bench, now=LATER, holding=[job.id]) == []
    assert await take(bench, now=LATER) == [(job.id, 2)]


async def test_a_delivery_left_behind_is_taken_over_with_a_new_fence(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    assert await take(bench, now=NOW + 16 * SECOND) == [(job.id, 2)]
    with pytest.raises(LostLeaseError):
        await bench.deliveries.start_part(job.id, fence=1, number=0, images=[0], now=NOW)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.record_sent(job.id, fence=1, now=NOW)


async def test_a_delivery_that_its_owner_never_heard_of_taking_is_due(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    assert await take(bench, holding=[]) == [(job.id, 2)]


async def test_what_is_being_delivered_is_not_taken_again_by_its_own_process(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    assert await take(bench, now=LATER, holding=[job.id]) == []


async def test_the_end_of_a_claim_may_be_recorded_twice(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    for _ in range(2):
        await bench.deliveries.record_delayed(job.id, fence=1, next_attempt_at=NOW)
    await take(bench)
    for _ in range(2):
        await bench.deliveries.record_sent(job.id, fence=2, now=NOW)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.record_undeliverable(job.id, fence=2, reason="late", now=NOW)
    assert await bench.delivery_of(job) is DeliveryStatus.SENT


async def test_one_delivery_a_channel_and_none_for_busy_ones(bench: Bench) -> None:
    await finished(bench, "T1", channel="7")
    await finished(bench, "T2", channel="7")
    other = await finished(bench, "T3", channel="8")
    assert await take(bench, busy=("discord:7",)) == [(other.id, 1)]
    assert len(await take(bench)) == 1
    assert len(await take(bench)) == 1


async def test_parts_are_durable_and_keep_their_first_start(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    await bench.deliveries.start_part(job.id, fence=1, number=0, images=[0, 1], now=NOW)
    again = await bench.deliveries.start_part(job.id, fence=1, number=0, images=[0], now=LATER)
    (part,) = again.parts
    assert (part.images, part.started_at, part.message_id) == ((0,), NOW, None)
    done = await bench.deliveries.finish_part(
        job.id, fence=1, number=0, message_id="99", channel_id="7", now=LATER
    )
    assert (done.parts[0].message_id, done.posted_at) == ("99", LATER)
    late = await bench.deliveries.start_part(job.id, fence=1, number=0, images=[1], now=LATER)
    assert late == done


async def test_a_part_that_was_covered_up_is_to_be_posted_again(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    for number in (0, 1):
        part = {"fence": 1, "number": number}
        await bench.deliveries.start_part(job.id, **part, images=[number], now=NOW)
        await bench.deliveries.finish_part(
            job.id, **part, message_id=f"9{number}", channel_id="7", now=NOW
        )
    again = await bench.deliveries.reopen_part(job.id, fence=1, number=0)
    assert [part.message_id for part in again.parts] == [None, "91"]
    assert (again.parts[0].posted_at, again.parts[0].started_at) == (None, NOW)
    with pytest.raises(LostLeaseError):
        await bench.deliveries.reopen_part(job.id, fence=2, number=0)


async def test_a_message_that_goes_directly_starts_anew_and_stays_direct(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    part = {"fence": 1, "number": 0, "images": [0]}
    await bench.deliveries.start_part(job.id, **part, now=NOW)  # type: ignore[arg-type]
    later = NOW + SECOND
    await bench.deliveries.start_part(job.id, **part, now=later, is_direct=True)  # type: ignore[arg-type]
    again = await bench.deliveries.start_part(job.id, **part, now=LATER)  # type: ignore[arg-type]
    (kept,) = again.parts
    assert (kept.is_direct, kept.started_at) == (True, later)


async def test_a_delayed_delivery_comes_back_when_it_is_due(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    await bench.deliveries.record_delayed(job.id, fence=1, next_attempt_at=NOW + 4 * SECOND)
    assert await take(bench, now=NOW + 3 * SECOND) == []
    assert await take(bench, now=NOW + 4 * SECOND) == [(job.id, 2)]


async def test_a_sent_delivery_is_over(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    await bench.deliveries.record_sent(job.id, fence=1, now=NOW)
    assert await bench.delivery_of(job) is DeliveryStatus.SENT
    assert await take(bench, now=LATER) == []


async def test_an_undeliverable_result_keeps_its_reason(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    await bench.deliveries.record_undeliverable(job.id, fence=1, reason="gone", now=NOW)
    delivery = await bench.deliveries.get(job.id)
    assert delivery is not None
    assert (delivery.status, delivery.reason) == (DeliveryStatus.UNDELIVERABLE, "gone")


async def test_the_lease_of_a_delivery_is_renewed(bench: Bench) -> None:
    job = await finished(bench, "T1")
    await take(bench)
    until = NOW + 40 * SECOND
    assert await bench.deliveries.renew_leases([job.id], owner="other", until=until) == []
    assert await bench.deliveries.renew_leases([job.id], owner="me", until=until) == [job.id]
    assert await take(bench, now=NOW + 20 * SECOND) == []


# ── What a person has used ──────────────────────────────────────────────────────────────────────


async def test_usage_can_be_counted_without_asking_for_a_job(bench: Bench) -> None:
    await bench.add(user="1")
    await bench.add(user="2")
    usage = await bench.jobs.usage("discord:1", now=NOW + SECOND)
    assert (usage.waiting, usage.waiting_of_user, usage.recent_of_user) == (2, 1, 1)


async def test_a_recent_prompt_comes_once_with_its_latest_job(bench: Bench) -> None:
    await bench.add(user="1")
    latest = await bench.add(user="1", at=LATER)
    await bench.add(user="2", at=LATER)
    (recent,) = await bench.jobs.recent_prompts("discord:1", search="CAT", limit=25)
    assert (recent.job_id, recent.prompt) == (latest.id, "a cat")


# ── What an operator watches ────────────────────────────────────────────────────────────────────


async def test_the_stats_count_what_has_not_ended(bench: Bench) -> None:
    await bench.running("T1")
    await bench.claimed()
    await finished(bench, "T2")
    await bench.add(at=NOW - 30 * SECOND)
    await bench.add()
    stats = await bench.jobs.queue_stats(slots=10, now=NOW)
    assert stats == QueueStats(
        by_state={
            JobStatus.QUEUED: 2,
            JobStatus.SUBMITTING: 1,
            JobStatus.RUNNING: 1,
            JobStatus.UNKNOWN: 0,
        },
        oldest_waiting=stats.oldest_waiting,
        slots_in_use=2,
        slots=10,
        deliveries_waiting=1,
    )
    assert 29 * SECOND < stats.oldest_waiting <= 30 * SECOND


async def test_the_stats_of_an_empty_queue_are_zero(bench: Bench) -> None:
    stats = await bench.jobs.queue_stats(slots=3, now=NOW)
    assert not any(stats.by_state.values())
    assert (stats.oldest_waiting, stats.slots) == (timedelta(), 3)


@pytest.mark.parametrize("database_url", ["memory"], indirect=True)
async def test_the_stats_are_read_from_indexes_alone(bench: Bench) -> None:
    plans = await plans_of(bench.database, bench.jobs.queue_stats(slots=10, now=NOW))
    assert len(plans) == 3
    assert all("USING COVERING INDEX" in plan or "USING INDEX" in plan for plan in plans), plans


@pytest.mark.parametrize("database_url", ["memory"], indirect=True)
async def test_old_jobs_are_found_by_an_index(bench: Bench) -> None:
    dropping = bench.jobs.drop_finished(finished_before=NOW, limit=10)
    (plan,) = await plans_of(bench.database, dropping)
    assert "ix_jobs_finished_at" in plan
    assert "SCAN jobs" not in plan


async def test_postgresql_does_not_sort_a_queue_that_has_just_grown(
    postgres_server: PostgresServer,
) -> None:
    async with open_database(postgres_server.new_database()) as database:
        bench = Bench(database)
        await asyncio.gather(*(bench.add(user=str(number)) for number in range(1000)))
        await bench.claim(limit=9)
        plan: list[str] = []

        def explain(
            connection: Connection, _: object, sql: str, given: Any, *_rest: object
        ) -> None:
            if sql.startswith("SELECT jobs."):
                plan.extend(connection.exec_driver_sql(f"EXPLAIN {sql}", given).scalars())

        event.listen(database.engine, "before_cursor_execute", explain)
        await bench.claim(limit=1)
    assert len([line for line in plan if "Index Scan" in line]) >= 3
    assert not [line for line in plan if "Sort" in line or "Seq Scan" in line]


async def test_a_delivery_of_a_dead_process_is_known_as_such(bench: Bench) -> None:
    await finished(bench, "T1")
    ((first, _),) = await bench.deliveries.claim(
        owner="dead", lease_until=NOW + SECOND, busy_channels=[], limit=1, now=NOW
    )
    ((second, _),) = await bench.deliveries.claim(
        owner="me", lease_until=LATER, busy_channels=[], limit=1, now=LATER
    )
    assert (first.was_left_behind, second.was_left_behind) == (False, True)


# ── Settings ────────────────────────────────────────────────────────────────────────────────────


async def test_a_setting_is_created_once(bench: Bench) -> None:
    values = await asyncio.gather(
        *(bench.settings.get_or_create("secret", str(number)) for number in range(5))
    )
    assert len(set(values)) == 1


async def test_a_setting_can_be_replaced(bench: Bench) -> None:
    await bench.settings.put("hash", "a")
    await bench.settings.put("hash", "b")
    assert await bench.settings.get("hash") == "b"


async def test_the_account_pause_outlives_the_process_until_lifted(bench: Bench) -> None:
    pause = AccountPause(code=FailureCode.QUOTA, until=LATER, failures=2)
    await bench.settings.set_account_pause(pause)
    assert await SqlSettingStore(bench.database).account_pause() == pause
    await bench.settings.set_account_pause(None)
    assert await SqlSettingStore(bench.database).account_pause() is None


@pytest.mark.parametrize(("glance_s", "seen"), [(3600.0, None), (0.0, PAUSE)])
async def test_a_pause_that_another_process_sets_is_seen_at_the_next_glance(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, glance_s: float, seen: AccountPause | None
) -> None:
    monkeypatch.setattr(settings_module, "PAUSE_GLANCE_S", glance_s)
    assert await bench.settings.account_pause() is None
    await SqlSettingStore(bench.database).set_account_pause(PAUSE)
    assert await bench.settings.account_pause() == seen


async def test_a_pause_is_not_forgotten_for_what_was_read_before_it(bench: Bench) -> None:
    settings = SqlSettingStore(SlowToRead(bench.database))
    reading = asyncio.create_task(settings.account_pause())
    await asyncio.sleep(0.05)  # it is read, and its answer is on the way
    await settings.set_account_pause(PAUSE)
    await reading
    assert await settings.account_pause() == PAUSE


class SlowToRead(Database):
    """The same database, whose answers to questions take long."""

    def __init__(self, database: Database) -> None:
        super().__init__(database._transactor, is_exclusive=True)

    async def run(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        result = await super().run(work, *args, **kwargs)
        if work.__name__ == "_get_all":
            await asyncio.sleep(0.3)
        return result


# ── Callers that stop waiting ───────────────────────────────────────────────────────────────────


async def test_who_stops_waiting_neither_undoes_a_transaction_nor_costs_a_connection(
    bench: Bench,
) -> None:
    opened: list[object] = []
    event.listen(bench.database.engine, "connect", lambda *_: opened.append(1))
    waiting = [asyncio.create_task(bench.settings.put(f"k{n}", "v")) for n in range(3)]
    await asyncio.sleep(0)  # each has begun
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
    async with asyncio.timeout(PATIENCE_S):
        while [await bench.settings.get(f"k{n}") for n in range(3)] != ["v"] * 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # PostgreSQL's other connections
    if bench.database.is_exclusive:
        assert opened == []


async def test_closing_waits_for_what_nobody_waits_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    async with open_database(url) as database:
        task = asyncio.create_task(SqlSettingStore(database).put("k", "v"))
        await asyncio.sleep(0)
        task.cancel()
    async with open_database(url) as database:
        assert await SqlSettingStore(database).get("k") == "v"
