"""Jobs as lists and counts: a person's prompts, and the queue as an operator sees it."""

from datetime import timedelta

from bot.domain.conversations import Person
from bot.domain.jobs import JobStatus
from bot.domain.queue import QueueStats
from tests.integration.store.bench import LATER, NOW, SECOND, Bench


async def test_a_recent_prompt_comes_once_with_its_latest_job(bench: Bench) -> None:
    await bench.add(user="1")
    latest = await bench.add(user="1", at=LATER)
    await bench.add(user="2", at=LATER)
    (recent,) = await bench.jobs.recent_prompts(Person.of("discord:1"), search="CAT", limit=25)
    assert (recent.job_id, recent.prompt) == (latest.id, "a cat")


async def test_the_stats_count_what_has_not_ended(bench: Bench) -> None:
    await bench.running("T1")
    await bench.claimed()
    await bench.finished("T2")
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
