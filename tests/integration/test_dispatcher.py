"""When the dispatcher submits what it has claimed, on a real database."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest

from bot.domain.errors import OutcomeUnknownError
from bot.domain.jobs import Job, JobStatus, Mode, TaskReport
from bot.domain.queue import Claim
from bot.ports.queue import QueueStore
from bot.store import Database
from bot.wiring import Role
from bot.wiring.parts import Parts
from tests.clocks import SteppedClock
from tests.jobs import ORIGIN, JobStores, lead, new_job
from tests.tenures import endless_tenure
from tests.timing import TIMEOUT_S
from tests.wiring import parts_on

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class HeldQueueStore:
    """The real store; the answer of a claim may be long on its way."""

    def __init__(self, store: QueueStore) -> None:
        self._store = store
        self.claimed: asyncio.Queue[Job] = asyncio.Queue()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim(self, *args: Any, **wanted: Any) -> Claim:
        claim = await self._store.claim(*args, **wanted)
        for job in claim.jobs:
            self.claimed.put_nowait(job)
        if claim.jobs:
            await self.may_answer.wait()
        return claim


class Api:
    """The provider: takes every job, unless a test wants its answer to be lost."""

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.asked: asyncio.Queue[str] = asyncio.Queue()
        self.lose: dict[str, asyncio.Event] = {}  # by prompt: when
        self.hold: dict[str, asyncio.Event] = {}  # by prompt: until when

    async def submit(self, *, prompt: str, mode: Mode, hook_url: str | None) -> str:
        self.prompts.append(prompt)
        self.asked.put_nowait(prompt)
        if prompt in self.hold:
            await self.hold[prompt].wait()
        if prompt in self.lose:
            await self.lose[prompt].wait()
            raise OutcomeUnknownError("HTTP 502")
        return f"T{len(self.prompts)}"

    async def job_status(self, task_ids: Collection[str]) -> list[TaskReport]:
        raise AssertionError("not asked here")


class Process:
    """A dispatcher with all it needs."""

    def __init__(self, parts: Parts, clock: SteppedClock, api: Api) -> None:
        self.api = api
        assert parts.worker is not None
        self._database = parts.database
        self.jobs = JobStores(parts.database)
        self.queue: Any = parts.stores.queue
        self.clock = clock
        self.dispatcher = parts.worker.dispatcher

    @classmethod
    async def on(cls, database: Database, owner: str, clock: SteppedClock, api: Api) -> Self:
        roles = frozenset({Role.WORKER})
        parts = await parts_on(
            database, roles=roles, owner=owner, clock=clock, provider=api, wrap_store=_held
        )
        return cls(parts, clock, api)

    async def add(self, prompt: str, **changes: Any) -> str:
        new = new_job(prompt=prompt, **changes)
        self.clock.step(microseconds=1)  # so that they keep their order
        now = self.clock.now()
        await self.jobs.add([new], admit=lambda _: None, slots=10, now=now, claimable_at=now)
        self.dispatcher.look()
        return new.id

    async def reaches(self, job_id: str, status: JobStatus) -> None:
        """Wait until the job is there."""
        async with asyncio.timeout(TIMEOUT_S):
            while (job := await self.jobs.get(job_id)) is None or job.status is not status:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        async with asyncio.TaskGroup() as tasks:
            self.tenure = endless_tenure(await lead(self._database))
            task = tasks.create_task(self.dispatcher.run(self.tenure))
            yield task
            task.cancel()


def _held(name: str, store: Any) -> Any:
    return HeldQueueStore(store) if name == "queue" else store


async def soon(queue: "asyncio.Queue[Any]") -> Any:
    return await asyncio.wait_for(queue.get(), TIMEOUT_S)


@on_one_database
async def test_what_was_claimed_while_another_submit_was_lost_is_not_submitted_into_the_outage(
    database: Database,
) -> None:
    clock, api = SteppedClock(NOW), Api()
    process = await Process.on(database, "me", clock, api)
    async with process.running():
        await process.reaches(await process.add("opens the gate"), JobStatus.RUNNING)
        api.lose["is lost"] = asyncio.Event()
        lost = await process.add("is lost")
        while await soon(api.asked) != "is lost":
            pass
        process.queue.may_answer.clear()
        waits = await process.add("waits")
        while (await soon(process.queue.claimed)).id != waits:
            pass
        api.lose["is lost"].set()
        await process.reaches(lost, JobStatus.UNKNOWN)
        process.queue.may_answer.set()
        await process.reaches(waits, JobStatus.QUEUED)
        assert "waits" not in api.prompts
        clock.time += SECOND
        await process.reaches(waits, JobStatus.RUNNING)
    assert api.prompts == ["opens the gate", "is lost", "waits"]


@on_one_database
async def test_the_pause_after_a_lost_answer_outlives_a_restart(database: Database) -> None:
    clock, api = SteppedClock(NOW), Api()
    prompts = [f"job {number}" for number in range(4)]
    api.lose = {prompt: asyncio.Event() for prompt in prompts[:2]}
    first, second = [await Process.on(database, owner, clock, api) for owner in ("a", "b")]
    jobs = [await first.add(prompt) for prompt in prompts]
    async with first.running():
        assert await soon(api.asked) == prompts[0]
        api.lose[prompts[0]].set()
        await first.reaches(jobs[0], JobStatus.UNKNOWN)
    async with second.running():
        await asyncio.sleep(0.3)
        assert api.prompts == prompts[:1]
        clock.time += SECOND
        assert await soon(api.asked) == prompts[1]
        await asyncio.sleep(1.2)  # long enough to look at the queue again
        assert api.prompts == prompts[:2]
        api.lose[prompts[1]].set()
        await first.reaches(jobs[1], JobStatus.UNKNOWN)
        clock.time += 2 * SECOND
        for job_id in jobs[2:]:
            await first.reaches(job_id, JobStatus.RUNNING)
    assert api.prompts == prompts


@on_one_database
async def test_a_claim_that_came_when_the_tenure_was_over_is_not_submitted_but_given_back(
    database: Database,
) -> None:
    process = await Process.on(database, "me", SteppedClock(NOW), Api())
    process.queue.may_answer.clear()
    async with process.running():
        job_id = await process.add("too late")
        await soon(process.queue.claimed)
        process.tenure.end()
        process.queue.may_answer.set()
        await process.reaches(job_id, JobStatus.QUEUED)
    assert process.api.prompts == []


@on_one_database
async def test_a_lost_lease_cancels_no_submit_that_is_under_way(database: Database) -> None:
    api = Api()
    api.hold["slow"] = asyncio.Event()
    process = await Process.on(database, "me", SteppedClock(NOW), api)
    async with process.running() as running:
        job_id = await process.add("slow")
        await soon(api.asked)
        process.tenure.end()
        waits = await process.add("not begun")
        api.hold["slow"].set()
        await asyncio.wait_for(asyncio.shield(running), TIMEOUT_S)
        await process.reaches(job_id, JobStatus.RUNNING)
        await process.reaches(waits, JobStatus.QUEUED)


@on_one_database
async def test_the_store_ends_the_tenure_of_a_former_leader(database: Database) -> None:
    process = await Process.on(database, "me", SteppedClock(NOW), Api())
    async with process.running() as running:
        await lead(database, owner="another")
        waits = await process.add("not ours")
        await asyncio.wait_for(asyncio.shield(running), TIMEOUT_S)
        assert process.tenure.is_over
        await process.reaches(waits, JobStatus.QUEUED)


@on_one_database
async def test_a_submit_that_is_not_answered_before_the_end_is_put_in_doubt(
    database: Database,
) -> None:
    api = Api()
    api.hold["no reply"] = asyncio.Event()
    process = await Process.on(database, "me", SteppedClock(NOW), api)
    async with process.running():
        job_id = await process.add("no reply")
        await soon(api.asked)
    await process.reaches(job_id, JobStatus.UNKNOWN)


@on_one_database
async def test_a_new_leader_puts_what_its_predecessor_left_in_doubt(database: Database) -> None:
    clock, api = SteppedClock(NOW), Api()
    process = await Process.on(database, "me", clock, api)
    job_id = await process.add("left behind")
    fence = await lead(database, owner="dead")
    claim = await process.jobs.claim(fence, holding=(), slots=10, hooked=True, now=clock.now())
    assert [job.id for job in claim.jobs] == [job_id]
    async with process.running():
        await process.reaches(job_id, JobStatus.UNKNOWN)
    assert api.prompts == []


@on_one_database
async def test_jobs_of_a_platform_that_is_not_set_hold_up_no_others(database: Database) -> None:
    clock, api = SteppedClock(NOW), Api()
    process = await Process.on(database, "me", clock, api)
    elsewhere = replace(ORIGIN, conversation=replace(ORIGIN.conversation, platform="gone"))
    async with process.running():
        waits = await process.add("waits", origin=elsewhere)
        await process.reaches(await process.add("goes on"), JobStatus.RUNNING)
        await process.reaches(waits, JobStatus.QUEUED)
    assert api.prompts == ["goes on"]
