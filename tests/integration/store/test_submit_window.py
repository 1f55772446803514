"""The submit window in the store: one for all processes, changed together with the job."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.domain.jobs import FailureCode, Job, JobStatus
from bot.domain.leases import Fence
from tests.integration.store.bench import NOW, SECOND, Bench
from tests.jobs import lead


async def lose(bench: Bench, job: Job, *, at: float = 0) -> None:
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW + at * SECOND)


async def claim(
    bench: Bench, *, at: float, holding: Collection[Job] = (), fence: Fence | None = None
) -> Sequence[Job]:
    claim = await bench.jobs.claim(
        fence or await bench.jobs.fence(),
        holding=[job.id for job in holding],
        slots=10,
        hooked=True,
        now=NOW + at * SECOND,
    )
    return claim.jobs


async def add(bench: Bench, count: int) -> None:
    for _ in range(count):
        await bench.add()


async def test_it_opens_with_each_job_that_is_accepted(bench: Bench) -> None:
    await add(bench, 12)
    (first,) = await claim(bench, at=0)
    assert await claim(bench, at=0, holding=[first]) == []
    await bench.accept(first, "T1")
    second, third = await claim(bench, at=0)
    await bench.accept(second, "T2")
    assert len(await claim(bench, at=0, holding=[third])) == 3


async def test_it_is_as_wide_for_the_next_leader(bench: Bench) -> None:
    await bench.running()
    await add(bench, 5)
    await bench.jobs.open_window(4, now=NOW)
    heir = await lead(bench.database, "work", "another")
    assert len(await claim(bench, at=0, fence=heir)) == 4


async def test_nobody_submits_while_a_pause_lasts_and_then_one_goes_alone(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW))
    await add(bench, 2)
    assert await claim(bench, at=0.9) == []
    (probe,) = await claim(bench, at=1)
    assert await claim(bench, at=2, holding=[probe]) == []
    await bench.accept(probe, now=NOW + 2 * SECOND)
    assert len(await claim(bench, at=2)) == 1


async def test_whoever_may_not_claim_hears_until_when(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW))
    refused = await bench.jobs.claim(
        await bench.jobs.fence(), holding=(), slots=10, hooked=True, now=NOW
    )
    assert refused.reopens_at == NOW + SECOND


async def test_what_was_under_way_together_counts_once(bench: Bench) -> None:
    for job in [await bench.claimed(now=NOW) for _ in range(5)]:
        await lose(bench, job)
    await bench.add()
    assert len(await claim(bench, at=1)) == 1


async def test_an_answer_that_comes_after_all_ends_a_pause(bench: Bench) -> None:
    slow = await bench.claimed(now=NOW)
    await lose(bench, slow, at=16)
    await bench.accept(slow, now=NOW + 16 * SECOND)
    await add(bench, 2)
    assert len(await claim(bench, at=16)) == 2


async def test_a_callback_ends_no_pause_since_it_may_be_forged(bench: Bench) -> None:
    lost = await bench.claimed(now=NOW)
    await lose(bench, lost)
    await bench.jobs.note_callback(lost.id, task_id="T1", now=NOW)
    await bench.add()
    assert await claim(bench, at=0.9) == []


async def test_a_callback_makes_no_room_beside_a_submit_under_way(bench: Bench) -> None:
    await add(bench, 2)
    (alone,) = await claim(bench, at=0)
    await bench.jobs.note_callback(alone.id, task_id="T1", now=NOW)
    assert await claim(bench, at=0, holding=[alone]) == []


async def test_a_lost_answer_closes_it_though_a_callback_has_named_the_job(bench: Bench) -> None:
    job = await bench.claimed(now=NOW)
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    await lose(bench, job)
    assert await bench.status(job) is JobStatus.RUNNING
    await bench.add()
    assert await claim(bench, at=0.9) == []


async def test_a_late_report_changes_no_window(bench: Bench) -> None:
    old = await bench.claimed(now=NOW)
    await bench.jobs.record_not_started(old.id, attempt=old.attempt, now=NOW)
    (again,) = await claim(bench, at=0)
    await bench.jobs.record_not_started(
        old.id, attempt=old.attempt, now=NOW, change=lambda window: window.failed(NOW)
    )
    await bench.accept(again)
    await bench.add()
    assert len(await claim(bench, at=0)) == 1


async def test_a_full_provider_is_asked_again_when_a_job_of_ours_ends(bench: Bench) -> None:
    await bench.running("T1")
    job = await bench.claimed(now=NOW)
    await bench.jobs.record_not_started(
        job.id, attempt=job.attempt, now=NOW, change=lambda window: window.was_full(NOW)
    )
    assert await claim(bench, at=0.9) == []
    await bench.succeed("T1")
    (again,) = await claim(bench, at=0.9)
    assert again.id == job.id


async def refuse_account(bench: Bench, job: Job, *, at: float) -> Job:
    refused = await bench.jobs.record_account_refused(
        job.id, attempt=job.attempt, code=FailureCode.QUOTA, now=NOW + at * SECOND
    )
    assert refused is not None
    return refused


async def test_the_job_that_finds_the_account_unusable_fails_and_a_probe_does_not(
    bench: Bench,
) -> None:
    job = await bench.claimed(now=NOW)
    refused = await refuse_account(bench, job, at=0)
    assert refused.failure is not None
    assert refused.failure.code is FailureCode.QUOTA
    await bench.add()
    assert await claim(bench, at=14) == []
    (probe,) = await claim(bench, at=15)
    assert (await refuse_account(bench, probe, at=15)).status is JobStatus.QUEUED
    assert await claim(bench, at=44) == []
    (probe,) = await claim(bench, at=45)
    await bench.accept(probe, now=NOW + 45 * SECOND)
    window = await bench.settings.submit_window()
    assert window.account_pause(NOW + 46 * SECOND) is None


async def test_everybody_hears_why_no_job_can_be_taken(bench: Bench) -> None:
    await refuse_account(bench, await bench.claimed(now=NOW), at=0)
    window = await bench.settings.submit_window()
    assert window.account_pause(NOW + 14 * SECOND) is FailureCode.QUOTA
    assert window.account_pause(NOW + 15 * SECOND) is None


async def test_a_clock_that_was_set_back_makes_no_pause_longer(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW), at=timedelta(days=1) / SECOND)
    await bench.add()
    assert len(await claim(bench, at=1)) == 1


async def test_outcomes_at_the_same_time_all_count(bench: Bench) -> None:
    jobs = [await bench.claimed(now=NOW) for _ in range(4)]
    await bench.jobs.open_window(1, now=NOW)
    await asyncio.gather(*(bench.accept(job, f"T{job.slot}") for job in jobs))
    assert (await bench.settings.submit_window()).room(NOW, 0) == 16
