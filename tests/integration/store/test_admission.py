"""Taking in what people ask for: each command once, within its limits, until it is answered."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.conversations import Person
from bot.domain.errors import LimitError, RequestExpiredError
from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode
from bot.domain.people import Usage
from bot.domain.texts import msg
from tests.integration.store.bench import NOW, SECOND, Bench

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
    await bench.jobs.record_refused(job.id, attempt=job.attempt, failure=failure, now=NOW)
    seen: list[Usage] = []
    await bench.place(admit=seen.append)
    assert seen[0].recent_of_user == 0


async def test_a_job_that_is_not_admitted_is_not_stored(bench: Bench) -> None:
    def refuse(_usage: Usage) -> None:
        raise LimitError(msg("no"))

    with pytest.raises(LimitError):
        await bench.add(admit=refuse)
    assert await bench.claim() == []


async def test_an_expired_request_is_not_stored_and_keeps_no_other_from_it(bench: Bench) -> None:
    def refuse() -> bool:
        raise RequestExpiredError

    late, other = await asyncio.gather(
        bench.add(check_receipt=refuse), bench.add(), return_exceptions=True
    )
    assert isinstance(late, RequestExpiredError)
    assert [job.id for job in await bench.claim()] == [other.id]  # type: ignore[union-attr]


async def test_an_expired_request_that_was_stored_before_gives_its_jobs(bench: Bench) -> None:
    def refuse() -> bool:
        raise RequestExpiredError

    first = await bench.add(source_key="discord:9:0")
    again = await bench.add(source_key="discord:9:0", check_receipt=refuse)
    assert again.id == first.id


@pytest.mark.parametrize("says_slow", [True, False])
async def test_jobs_are_shown_if_their_person_was_told_that_the_bot_is_slow(
    bench: Bench, says_slow: bool
) -> None:
    job = await bench.add(check_receipt=lambda: says_slow)
    assert [entry.job_id for entry in await bench.entries()] == [job.id] * says_slow


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


async def test_usage_can_be_counted_without_asking_for_a_job(bench: Bench) -> None:
    await bench.add(user="1")
    await bench.add(user="2")
    usage = await bench.jobs.usage(Person.of("discord:1"), now=NOW + SECOND)
    assert (usage.waiting, usage.waiting_of_user, usage.recent_of_user) == (2, 1, 1)


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
