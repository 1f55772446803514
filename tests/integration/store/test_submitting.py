"""A job between the queue and the provider: what came of its submit, and how long it is claimed."""

from datetime import timedelta

from bot.domain.jobs import Failure, FailureCode, JobStatus
from bot.domain.outbox import OutboxKind
from tests.integration.store.bench import NOW, SECOND, Bench

# ── Outcomes ────────────────────────────────────────────────────────────────────────────────────


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
    assert await bench.shown() == {job.id: OutboxKind.RESULT}


async def test_a_lost_job_keeps_its_slot_and_waits_for_its_callback(bench: Bench) -> None:
    job = await bench.claimed(hooked=True)
    lost = await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    assert lost is not None
    assert (lost.status, lost.slot) == (JobStatus.UNKNOWN, 1)
    assert await bench.shown() == {job.id: OutboxKind.PLACEHOLDER}


async def test_without_a_callback_address_the_person_hears_of_a_lost_job_at_once(
    bench: Bench,
) -> None:
    job = await bench.claimed(hooked=False)
    lost = await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW)
    assert lost is not None
    assert (lost.status, lost.slot) == (JobStatus.UNKNOWN, 1)
    assert lost.failure == Failure(code=FailureCode.UNCERTAIN)
    assert await bench.shown() == {job.id: OutboxKind.RESULT}


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


async def test_dead_owners_lose_their_submits_at_once(bench: Bench) -> None:
    submitting = await bench.claimed(now=NOW, owner="dead")
    assert await bench.jobs.expire_leases(now=NOW, dead_owners_but="me") == 1
    assert await bench.status(submitting) is JobStatus.UNKNOWN


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
