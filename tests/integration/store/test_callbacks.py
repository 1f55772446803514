"""Callbacks: a job is due at once, and may have learned its task id."""

import asyncio

from bot.domain.jobs import JobStatus, TaskReport
from tests.integration.store.bench import LATER, NOW, SECOND, Bench


async def test_a_callback_makes_a_running_job_due_at_once(bench: Bench) -> None:
    job = await bench.running("T1")
    assert await bench.jobs.to_poll(now=NOW + 2 * SECOND, limit=10) == []
    assert await bench.jobs.note_callback(job.id, task_id="T1", now=NOW + SECOND)
    (due,) = await bench.jobs.to_poll(now=NOW + 2 * SECOND, limit=10)
    assert due.id == job.id


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
    await bench.jobs.record_poll(
        await bench.jobs.fence(), [report], next_polls={}, asked_at=NOW, now=NOW
    )
    accepted = await bench.accept(job, "T1")
    assert accepted is not None
    assert accepted.provider_task_id == "T1"
    assert await bench.accept(job, "T1") is None


async def test_a_task_goes_to_the_job_whose_submit_was_answered_with_it(bench: Bench) -> None:
    doubtful = await bench.claimed()
    await bench.jobs.record_lost(doubtful.id, attempt=doubtful.attempt, now=NOW)
    job = await bench.claimed()
    await bench.jobs.note_callback(doubtful.id, task_id="T1", now=NOW)
    accepted = await bench.accept(job, "T1")
    assert accepted is not None
    assert (accepted.status, accepted.provider_task_id) == (JobStatus.RUNNING, "T1")
    found = await bench.jobs.get(doubtful.id)
    assert found is not None
    assert (found.provider_task_id, found.next_poll_at) == (None, None)
    (failed,) = await bench.jobs.fail_overdue(
        await bench.jobs.fence(), now=LATER, give_up_before=NOW
    )
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
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    assert await bench.status(job) is JobStatus.RUNNING


async def test_callbacks_never_poll_a_job_more_than_once_a_second(bench: Bench) -> None:
    job = await bench.running("T1")
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    await bench.jobs.record_poll(
        await bench.jobs.fence(), [], next_polls={job.id: NOW + 8 * SECOND}, asked_at=NOW, now=NOW
    )
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW + SECOND / 10)
    assert await bench.jobs.to_poll(now=NOW + SECOND / 2, limit=10) == []
    assert len(await bench.jobs.to_poll(now=NOW + SECOND, limit=10)) == 1


async def test_a_repeated_callback_does_not_reset_the_back_off(bench: Bench) -> None:
    job = await bench.running("T1")
    await bench.jobs.note_callback(job.id, task_id="T1", now=NOW)
    await bench.jobs.record_poll(
        await bench.jobs.fence(), [], next_polls={job.id: NOW + SECOND}, asked_at=NOW, now=NOW
    )
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
