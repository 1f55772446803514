"""A job between the queue and the provider: what came of its submit, and who may decide."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from bot.domain.errors import LostLeaseError
from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, TaskReport
from bot.domain.leases import Fence
from bot.domain.outbox import OutboxKind
from tests.integration.store.bench import LATER, NOW, SECOND, URLS, Bench
from tests.jobs import lead

# ── Outcomes ────────────────────────────────────────────────────────────────────────────────────


async def test_an_accepted_job_runs_and_keeps_its_slot(bench: Bench) -> None:
    job = await bench.running("T1")
    assert (job.status, job.provider_task_id, job.slot) == (JobStatus.RUNNING, "T1", 1)
    assert job.deadline_at == NOW + timedelta(minutes=12)


async def test_a_job_sent_back_frees_its_slot(bench: Bench) -> None:
    job = await bench.claimed()
    back = await bench.jobs.record_not_started(job.id, attempt=job.attempt, now=NOW)
    assert back is not None
    assert (back.status, back.slot) == (JobStatus.QUEUED, None)


async def test_a_refused_job_fails_and_is_delivered(bench: Bench) -> None:
    job = await bench.claimed()
    failure = Failure(code=FailureCode.REJECTED, detail="no cats")
    failed = await bench.jobs.record_refused(job.id, attempt=job.attempt, failure=failure, now=NOW)
    assert failed is not None
    assert (failed.status, failed.slot, failed.failure) == (JobStatus.FAILED, None, failure)
    assert await bench.shown() == {job.id: OutboxKind.RESULT}


async def test_a_lost_job_keeps_its_slot_and_waits_for_its_callback(bench: Bench) -> None:
    job = await bench.claimed(hooked=True)
    lost = await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    assert lost is not None
    assert (lost.status, lost.slot) == (JobStatus.UNKNOWN, 1)
    assert await bench.shown() == {job.id: OutboxKind.PLACEHOLDER}


async def test_without_a_callback_address_the_person_hears_of_a_lost_job_at_once(
    bench: Bench,
) -> None:
    job = await bench.claimed(hooked=False)
    lost = await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    assert lost is not None
    assert (lost.status, lost.slot) == (JobStatus.UNKNOWN, 1)
    assert lost.failure == Failure(code=FailureCode.UNCERTAIN)
    assert await bench.shown() == {job.id: OutboxKind.RESULT}


async def test_a_lost_job_never_goes_back_to_the_queue(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    assert await bench.jobs.record_not_started(job.id, attempt=job.attempt, now=NOW) is None
    assert await bench.status(job) is JobStatus.UNKNOWN


async def test_an_outcome_of_an_earlier_attempt_changes_nothing(bench: Bench) -> None:
    first = await bench.claimed()
    await bench.jobs.record_not_started(first.id, attempt=first.attempt, now=NOW)
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
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    await bench.accept(job, "T1")
    (ended,) = await bench.succeed("T1")
    assert (ended.status, ended.failure) == (JobStatus.SUCCEEDED, None)


# ── Leaders ─────────────────────────────────────────────────────────────────────────────────────


async def claim_as(bench: Bench, fence: Fence, holding: Collection[str] = ()) -> Sequence[Job]:
    await bench.jobs.open_window(10, now=NOW)
    claim = await bench.jobs.claim(fence, holding=holding, slots=10, hooked=True, now=NOW + SECOND)
    return claim.jobs


async def test_a_new_leader_puts_what_it_finds_submitting_in_doubt(bench: Bench) -> None:
    await bench.add()
    old = await lead(bench.database)
    (job,) = await claim_as(bench, old)
    new = await lead(bench.database)
    assert await bench.jobs.take_over(new, now=NOW) == 1
    assert await bench.jobs.take_over(new, now=NOW) == 0
    assert await bench.status(job) is JobStatus.UNKNOWN


async def test_what_was_left_behind_closes_the_window_once(bench: Bench) -> None:
    for _ in range(3):
        await bench.add()
    await claim_as(bench, await lead(bench.database))
    assert await bench.jobs.take_over(await lead(bench.database), now=NOW) == 3
    assert (await bench.settings.submit_window()).reopens_at(NOW) == NOW + SECOND


async def test_a_new_leader_puts_nothing_of_its_own_in_doubt(bench: Bench) -> None:
    await bench.add()
    fence = await lead(bench.database)
    (job,) = await claim_as(bench, fence)
    assert await bench.jobs.take_over(fence, now=NOW) == 0
    assert await bench.status(job) is JobStatus.SUBMITTING


async def test_whoever_leaves_puts_what_is_unanswered_in_doubt(bench: Bench) -> None:
    await bench.add()
    fence = await lead(bench.database)
    (job,) = await claim_as(bench, fence)
    assert await bench.jobs.leave(fence, now=NOW) == 1
    assert await bench.status(job) is JobStatus.UNKNOWN


async def test_a_former_leader_decides_nothing(bench: Bench) -> None:
    running = await bench.running("T1")
    queued = await bench.add()
    old, _ = await lead(bench.database), await lead(bench.database, owner="another")
    jobs, report = bench.jobs, TaskReport(task_id="T1", is_finished=True, image_urls=URLS)
    for decision in (
        jobs.claim(old, holding=(), slots=10, hooked=True, now=NOW),
        jobs.take_over(old, now=NOW),
        jobs.leave(old, now=NOW),
        jobs.poll_all_now(old, now=NOW),
        jobs.record_poll(old, [report], next_polls={}, asked_at=NOW, now=NOW),
        jobs.fail_overdue(old, now=LATER, give_up_before=LATER),
        jobs.expire_queued(old, created_before=LATER, now=LATER),
    ):
        with pytest.raises(LostLeaseError):
            await decision
    assert await bench.status(running) is JobStatus.RUNNING
    assert await bench.status(queued) is JobStatus.QUEUED


async def test_the_answer_of_a_former_leader_still_counts(bench: Bench) -> None:
    await bench.add()
    (job,) = await claim_as(bench, await lead(bench.database))
    await bench.jobs.take_over(await lead(bench.database), now=NOW)
    assert await bench.accept(job) is not None
    assert await bench.status(job) is JobStatus.RUNNING


async def test_a_claim_that_its_leader_did_not_hear_of_goes_back_and_first(bench: Bench) -> None:
    fence = await lead(bench.database)
    await bench.add()
    (lost,) = await claim_as(bench, fence)
    await bench.add()
    again, _ = await claim_as(bench, fence)
    assert (again.id, again.attempt, again.status) == (lost.id, 2, JobStatus.SUBMITTING)


async def test_what_a_leader_holds_stays_with_it(bench: Bench) -> None:
    fence = await lead(bench.database)
    await bench.add()
    (held,) = await claim_as(bench, fence)
    assert await claim_as(bench, fence, holding=[held.id]) == []
    assert await bench.status(held) is JobStatus.SUBMITTING


async def test_a_lost_claim_of_a_discarded_job_is_not_repeated(bench: Bench) -> None:
    fence = await lead(bench.database)
    await bench.add()
    (lost,) = await claim_as(bench, fence)
    await bench.jobs.discard(lost.id, now=NOW)
    assert await claim_as(bench, fence) == []
    assert await bench.status(lost) is JobStatus.CANCELLED
