"""Claiming: who goes first, and never more than there are slots."""

import asyncio

from tests.integration.store.bench import NOW, SECOND, Bench


async def test_no_more_jobs_are_claimed_than_there_are_slots(bench: Bench) -> None:
    for _ in range(12):
        await bench.add()
    claimed = await bench.claim(slots=10)
    assert sorted(job.slot or 0 for job in claimed) == list(range(1, 11))
    assert await bench.claim(slots=10) == []


async def test_claims_at_the_same_time_never_share_a_slot(bench: Bench) -> None:
    """One may still be under way in the database when the leader has given it up."""
    for _ in range(30):
        await bench.add()
    await asyncio.gather(*(bench.claim(limit=3) for _ in range(8)), return_exceptions=True)
    in_flight = (await bench.jobs.queue_stats(slots=10, now=NOW)).slots_in_use
    assert 1 <= in_flight <= 10
    rest = await bench.claim()
    assert in_flight + len(rest) == 10


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
    assert [job.origin.person.id for job in await bench.claim()] == ["new", "busy", "busy"]


async def test_among_equals_the_oldest_goes_first(bench: Bench) -> None:
    jobs = [await bench.add(user=user) for user in ("a", "b", "c")]
    assert [job.id for job in await bench.claim()] == [job.id for job in jobs]


async def test_jobs_of_a_platform_that_is_not_set_stay_in_the_queue(bench: Bench) -> None:
    await bench.add(user="1", platform="chat")
    ours = [await bench.add(user="1"), await bench.add(user="2")]
    assert {job.id for job in await bench.claim(platforms={"discord"})} == {job.id for job in ours}
    assert len(await bench.claim(platforms={"discord", "chat"})) == 1


async def test_a_job_that_was_sent_back_goes_before_all_others(bench: Bench) -> None:
    sent_back = await bench.claimed()
    await bench.add(user="2")
    await bench.jobs.record_not_started(sent_back.id, attempt=sent_back.attempt, now=NOW)
    first, _ = await bench.claim()
    assert first.id == sent_back.id
    assert first.attempt == sent_back.attempt + 1
