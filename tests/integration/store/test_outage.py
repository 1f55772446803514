"""The pause after a doubtful submit: one for all processes, and longer each time."""

from datetime import timedelta

from bot.domain.jobs import Job
from tests.integration.store.bench import NOW, SECOND, Bench


async def lose(bench: Bench, job: Job, *, at: float = 0) -> None:
    await bench.jobs.record_lost(job.id, fence=job.fence, now=NOW + at * SECOND)


async def claim(bench: Bench, *, at: float) -> list[Job]:
    return await bench.claim(now=NOW + at * SECOND, owner="other")


async def test_nobody_submits_while_it_lasts_and_then_one_goes_alone(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW))
    first, second = await bench.add(), await bench.add()
    assert await claim(bench, at=0.9) == []
    (probe,) = await claim(bench, at=1)
    assert probe.id == first.id
    assert await claim(bench, at=2) == []
    await bench.accept(probe, now=NOW + 2 * SECOND)
    assert [job.id for job in await claim(bench, at=2)] == [second.id]


async def test_it_grows_to_a_minute(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW))
    now, pauses = 0, []
    for _ in range(8):
        await bench.add()
        began = now
        while not (probes := await claim(bench, at=now)):
            now += 1
        pauses.append(now - began)
        await lose(bench, *probes, at=now)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_what_was_under_way_together_counts_once(bench: Bench) -> None:
    for job in [await bench.claimed(now=NOW) for _ in range(5)]:
        await lose(bench, job)
    await bench.add()
    assert len(await claim(bench, at=1)) == 1


async def test_a_submit_of_a_dead_process_begins_it_too(bench: Bench) -> None:
    await bench.claimed(now=NOW, owner="dead")
    await bench.add()
    await bench.jobs.expire_leases(now=NOW + 16 * SECOND)
    assert await claim(bench, at=16) == []
    assert len(await claim(bench, at=17)) == 1


async def test_a_try_whose_process_dies_lengthens_it(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW))
    await bench.add()
    await bench.add()
    assert len(await claim(bench, at=1)) == 1
    assert await bench.claim(now=NOW + 16 * SECOND, owner="third") == []
    await bench.jobs.expire_leases(now=NOW + 17 * SECOND)
    assert await bench.claim(now=NOW + 18.9 * SECOND, owner="third") == []
    assert len(await bench.claim(now=NOW + 19 * SECOND, owner="third")) == 1


async def test_a_try_that_its_own_process_never_heard_of_is_given_back(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW))
    await bench.add()
    (probe,) = await claim(bench, at=1)
    (again,) = await bench.claim(now=NOW + SECOND, owner="other", holding=())
    assert (again.id, again.fence) == (probe.id, probe.fence + 1)


async def test_an_answer_that_comes_after_all_ends_it(bench: Bench) -> None:
    slow = await bench.claimed(now=NOW)
    await bench.jobs.expire_leases(now=NOW + 16 * SECOND)
    await bench.accept(slow, now=NOW + 16 * SECOND)
    await bench.add()
    await bench.add()
    assert len(await claim(bench, at=16)) == 2


async def test_a_callback_ends_nothing_since_it_may_be_forged(bench: Bench) -> None:
    lost = await bench.claimed(now=NOW)
    await lose(bench, lost)
    await bench.jobs.note_callback(lost.id, task_id="T1", now=NOW)
    await bench.add()
    assert await claim(bench, at=0.9) == []


async def test_what_the_provider_had_no_place_for_ends_nothing(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW))
    await bench.add()
    await bench.add()
    (probe,) = await claim(bench, at=1)
    await bench.jobs.record_not_started(probe.id, fence=probe.fence, now=NOW + SECOND)
    assert len(await claim(bench, at=2)) == 1


async def test_a_clock_that_was_set_back_makes_it_no_longer(bench: Bench) -> None:
    await lose(bench, await bench.claimed(now=NOW), at=timedelta(days=1) / SECOND)
    await bench.add()
    assert len(await claim(bench, at=1)) == 1
