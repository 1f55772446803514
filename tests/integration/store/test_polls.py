"""A job in flight: when it is asked about, what the answers do, and when it is too late."""

from datetime import timedelta

from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode, TaskReport
from bot.domain.outbox import OutboxKind
from tests.integration.store.bench import LATER, NOW, SECOND, URLS, Bench


async def test_when_a_poll_is_due_all_jobs_in_flight_are_asked_about(bench: Bench) -> None:
    first, second = [await bench.running(f"T{number}") for number in range(2)]
    due_at = {first.id: NOW + 5 * SECOND, second.id: NOW}
    await bench.jobs.record_poll(
        await bench.jobs.fence(), [], next_polls=due_at, asked_at=NOW, now=NOW
    )
    found = await bench.jobs.to_poll(now=NOW, limit=10)
    assert [job.id for job in found] == [second.id, first.id]
    assert await bench.jobs.to_poll(now=NOW - SECOND, limit=10) == []


async def test_a_success_frees_the_slot_and_makes_a_delivery(bench: Bench) -> None:
    job = await bench.running("T1")
    (ended,) = await bench.succeed("T1", now=NOW + 60 * SECOND)
    assert (ended.id, ended.status, ended.slot) == (job.id, JobStatus.SUCCEEDED, None)
    assert ended.image_urls == URLS
    assert await bench.shown() == {job.id: OutboxKind.RESULT}
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
    assert (
        await bench.jobs.record_poll(
            await bench.jobs.fence(), [report], next_polls={}, asked_at=NOW, now=NOW
        )
        == []
    )
    assert await bench.status(job) is JobStatus.SUCCEEDED


async def test_a_report_of_an_unknown_task_is_ignored(bench: Bench) -> None:
    assert await bench.succeed("nobody's") == []


async def test_a_running_job_is_due_again_when_it_was_told(bench: Bench) -> None:
    job = await bench.running("T1")
    report = TaskReport(task_id="T1", is_finished=False)
    await bench.jobs.record_poll(
        await bench.jobs.fence(),
        [report],
        next_polls={job.id: NOW + 15 * SECOND},
        asked_at=NOW,
        now=NOW,
    )
    assert await bench.jobs.next_poll_at() == NOW + 15 * SECOND


async def test_after_a_start_every_running_job_is_due(bench: Bench) -> None:
    await bench.running("T1")
    await bench.jobs.poll_all_now(await bench.jobs.fence(), now=NOW)
    assert len(await bench.jobs.to_poll(now=NOW, limit=10)) == 1


async def test_a_late_job_fails_only_after_a_final_poll(bench: Bench) -> None:
    job = await bench.running("T1")
    assert (
        await bench.jobs.fail_overdue(await bench.jobs.fence(), now=LATER, give_up_before=NOW) == []
    )
    await bench.jobs.record_poll(
        await bench.jobs.fence(), [], next_polls={job.id: LATER + SECOND}, asked_at=LATER, now=LATER
    )
    (failed,) = await bench.jobs.fail_overdue(
        await bench.jobs.fence(), now=LATER, give_up_before=NOW
    )
    assert failed.failure == Failure(code=FailureCode.LATE)
    assert await bench.shown() == {job.id: OutboxKind.RESULT}


async def test_a_job_long_past_its_deadline_fails_without_a_poll(bench: Bench) -> None:
    await bench.running("T1")
    (failed,) = await bench.jobs.fail_overdue(
        await bench.jobs.fence(), now=LATER, give_up_before=LATER
    )
    assert failed.slot is None


async def test_a_lost_job_fails_at_its_deadline(bench: Bench) -> None:
    job = await bench.claimed()
    await bench.jobs.record_lost(job.id, attempt=job.attempt, now=NOW)
    (failed,) = await bench.jobs.fail_overdue(
        await bench.jobs.fence(), now=LATER, give_up_before=NOW
    )
    assert failed.failure == Failure(code=FailureCode.UNCERTAIN)


async def test_a_job_that_waited_too_long_expires(bench: Bench) -> None:
    old = await bench.add(at=NOW - timedelta(days=2))
    await bench.add()
    (expired,) = await bench.jobs.expire_queued(
        await bench.jobs.fence(), created_before=NOW - SECOND, now=NOW
    )
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
