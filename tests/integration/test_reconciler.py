"""Which jobs are asked about when: the real store and client, the stand-in for the provider."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.demo.faults import WELL, Answer
from bot.demo.midjourney import MidjourneyStandIn
from bot.domain.jobs import Job, JobStatus, Mode
from bot.midjourney.client import MAX_STATUS_BYTES, HttpMidjourneyClient
from bot.workers.reconciler import Reconciler
from tests.clocks import SteppedClock
from tests.jobs import JobStores, new_job
from tests.pictures import small_picture
from tests.standins.migrated import scratch_database
from tests.timing import TIMEOUT_S

KEY = "the-key"
SECOND = timedelta(seconds=1)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INTERVAL = 15 * SECOND


class Bench:
    """A reconciler, and jobs that run until they are ended."""

    def __init__(
        self, jobs: JobStores, provider: MidjourneyStandIn, api: HttpMidjourneyClient
    ) -> None:
        self.jobs = jobs
        self.provider = provider
        self.clock = SteppedClock(NOW)
        self._api = api
        self.reconciler = Reconciler(polls=jobs, api=api, clock=self.clock, poll_interval=INTERVAL)

    async def running(self, *, first_poll_after: timedelta) -> Job:
        """Return a job that the provider works on."""
        now = self.clock.now()
        new = new_job()
        await self.jobs.add([new], admit=lambda _usage: None, slots=10, now=now, claimable_at=now)
        (claimed,) = await self.jobs.claim_up_to(1, now=now)
        task_id = await self._api.submit(prompt="a cat", mode=Mode.FAST, hook_url=None)
        job = await self.jobs.record_accepted(
            claimed.id,
            attempt=claimed.attempt,
            task_id=task_id,
            next_poll_at=now + first_poll_after,
            now=now,
        )
        assert job is not None
        return job

    async def end(self, job: Job) -> None:
        """Let the provider finish it."""
        self.provider.finish(task(job))
        async with asyncio.timeout(TIMEOUT_S):
            while not self.provider.jobs[task(job)].has_ended:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.01)

    async def after(self, wait: timedelta) -> None:
        """Let time pass, and the reconciler do what is due then."""
        self.clock.time += wait
        await self.reconciler.poll_due(await self.jobs.fence())

    def calls(self) -> list[set[str]]:
        """Return the task ids of each status call."""
        return [set(call.task_ids) for call in self.provider.status_calls]

    async def status(self, job: Job) -> JobStatus:
        found = await self.jobs.get(job.id)
        assert found is not None
        return found.status

    async def next_poll(self, job: Job) -> timedelta:
        found = await self.jobs.get(job.id)
        assert found is not None
        assert found.next_poll_at is not None
        return found.next_poll_at - self.clock.now()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    provider = MidjourneyStandIn(api_key=KEY, seconds=3600, draw=small_picture)
    async with (
        scratch_database() as database,
        provider,
        HttpMidjourneyClient(api_key=KEY, base_url=provider.url) as api,
    ):
        yield Bench(JobStores(database), provider, api)


def task(job: Job) -> str:
    assert job.provider_task_id is not None
    return job.provider_task_id


async def test_nobody_is_asked_before_a_poll_is_due(bench: Bench) -> None:
    await bench.running(first_poll_after=10 * SECOND)
    await bench.after(9 * SECOND)
    assert bench.calls() == []


async def test_one_call_finds_whatever_has_ended(bench: Bench) -> None:
    due = await bench.running(first_poll_after=10 * SECOND)
    ended = await bench.running(first_poll_after=60 * SECOND)
    await bench.end(ended)
    await bench.after(10 * SECOND)
    assert bench.calls() == [{task(due), task(ended)}]
    assert await bench.status(due) is JobStatus.RUNNING
    assert await bench.status(ended) is JobStatus.SUCCEEDED


async def test_polls_that_are_not_far_apart_become_one(bench: Bench) -> None:
    first = await bench.running(first_poll_after=10 * SECOND)
    soon = await bench.running(first_poll_after=17 * SECOND)
    await bench.after(10 * SECOND)
    assert await bench.next_poll(soon) > 0.8 * INTERVAL
    assert await bench.next_poll(first) > 0.8 * INTERVAL
    await bench.after(8 * SECOND)
    assert len(bench.calls()) == 1


async def test_a_glance_on_the_way_does_not_put_off_a_poll(bench: Bench) -> None:
    await bench.running(first_poll_after=10 * SECOND)
    later = await bench.running(first_poll_after=40 * SECOND)
    called = await bench.running(first_poll_after=60 * SECOND)
    await bench.after(10 * SECOND)
    assert await bench.next_poll(later) == 30 * SECOND
    await bench.jobs.note_callback(called.id, task_id=task(called), now=bench.clock.now())
    assert await bench.next_poll(called) == timedelta()


async def test_after_a_callback_a_job_is_asked_about_in_ever_longer_steps(bench: Bench) -> None:
    job = await bench.running(first_poll_after=60 * SECOND)
    await bench.jobs.note_callback(job.id, task_id=task(job), now=bench.clock.now())
    steps = []
    for _ in range(6):
        await bench.reconciler.poll_due(await bench.jobs.fence())
        steps.append(await bench.next_poll(job))
        bench.clock.time += steps[-1]
    assert steps == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, INTERVAL, INTERVAL]


# ── Answers that are too long ───────────────────────────────────────────────────────────────────


async def swell(bench: Bench, job: Job) -> None:
    """Let the provider say more about a job than anybody reads."""
    provided = bench.provider.jobs[task(job)]
    provided.has_ended, provided.fail_reason = True, "x" * (MAX_STATUS_BYTES + 1)


async def test_a_job_with_too_much_said_about_it_stops_no_other(bench: Bench) -> None:
    jobs = [await bench.running(first_poll_after=10 * SECOND) for _ in range(7)]
    huge, *others = jobs[3], *jobs[:3], *jobs[4:]
    await swell(bench, huge)
    for job in others:
        await bench.end(job)
    with capture_logs() as logs:
        await bench.after(10 * SECOND)
    assert {await bench.status(job) for job in others} == {JobStatus.SUCCEEDED}
    assert await bench.status(huge) is JobStatus.RUNNING
    said = [line for line in logs if line["event"] == "status_too_large"]
    assert [line["job_id"] for line in said] == [huge.id]
    assert len(bench.calls()) <= 2 * 3 + 1  # halves of halves


async def test_a_job_with_too_much_said_about_it_is_asked_about_ever_less_and_alone(
    bench: Bench,
) -> None:
    huge = await bench.running(first_poll_after=10 * SECOND)
    await swell(bench, huge)
    other = await bench.running(first_poll_after=10 * SECOND)
    await bench.after(10 * SECOND)
    waits = []
    for _ in range(3):
        waits.append(await bench.next_poll(huge))
        bench.provider.status_calls.clear()
        await bench.after(await bench.next_poll(other))
        assert bench.calls() == [{task(other)}]
        await bench.after(await bench.next_poll(huge))
        assert {task(huge)} in bench.calls()
        assert {task(huge), task(other)} not in bench.calls()
    assert waits == sorted(waits)
    assert waits[0] >= 2 * INTERVAL


async def test_what_is_said_shorter_later_counts(bench: Bench) -> None:
    job = await bench.running(first_poll_after=10 * SECOND)
    await swell(bench, job)
    await bench.after(10 * SECOND)
    bench.provider.jobs[task(job)].fail_reason = "banned prompt detected"
    await bench.after(await bench.next_poll(job))
    assert await bench.status(job) is JobStatus.FAILED


async def test_a_provider_that_falls_silent_in_between_is_left_alone(bench: Bench) -> None:
    jobs = [await bench.running(first_poll_after=10 * SECOND) for _ in range(4)]
    await bench.end(jobs[0])
    await swell(bench, jobs[3])
    bench.provider.faults.statuses.add(WELL, WELL, Answer.error(503))
    await bench.after(10 * SECOND)
    calls = len(bench.calls())
    await bench.after(timedelta())
    assert len(bench.calls()) == calls
    assert await bench.status(jobs[0]) is JobStatus.SUCCEEDED
