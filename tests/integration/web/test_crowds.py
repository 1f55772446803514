"""Very many connections, and floods of calls."""

import asyncio
from contextlib import AsyncExitStack

from bot.domain.jobs import Job
from bot.web.limits import WebLimits
from tests.integration.web.strangers import (
    HEALTH,
    NOBODY,
    request,
)
from tests.listener import OPEN, Listener, heard, listening, path_of, statuses_in
from tests.timing import TIMEOUT_S


async def test_many_silent_connections_block_no_callback(listener: Listener) -> None:
    job = await listener.running_job()
    async with AsyncExitStack() as stack:
        for _ in range(100):
            await stack.enter_async_context(listener.connection())
        assert (await listener.post(path_of(job.id), b"{}"))[0] == 200


async def test_connections_are_limited(listener: Listener) -> None:
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(listener.connection()) for _ in range(50)]
        first, last = guests[:30], guests[30:]
        assert [await heard(reader) for reader, _ in first] == [b""] * 30
        waiting = (heard(reader, timeout_s=0.1) for reader, _ in last)
        assert await asyncio.gather(*waiting) == [OPEN] * 20


async def test_silent_connections_are_closed_before_busy_ones(listener: Listener) -> None:
    job = await listener.running_job()
    async with listener.connection() as (reader, writer):
        writer.write(request(path_of(job.id), "Content-Length: 2", body=b"{"))
        await writer.drain()
        async with AsyncExitStack() as stack:
            for _ in range(50):
                await stack.enter_async_context(listener.connection())
            writer.write(b"}")
            assert statuses_in(await heard(reader)) == [200]


async def test_many_idle_connections_leave_a_newcomer_time_for_its_request(
    listener: Listener,
) -> None:
    job = await listener.running_job()
    async with AsyncExitStack() as stack:
        for _ in range(20):
            reader, writer = await stack.enter_async_context(listener.connection())
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await reader.readuntil(b"ok\n")
        reader, writer = await stack.enter_async_context(listener.connection())
        for _ in range(5):
            await stack.enter_async_context(listener.connection())
        await asyncio.sleep(0.05)  # as long as a head is under way
        writer.write(request(path_of(job.id)))
        assert statuses_in(await heard(reader)) == [200]


async def test_a_closed_connection_frees_its_place(listener: Listener) -> None:
    job = await listener.running_job()
    async with listener.connection() as (reader, writer):
        writer.write(request(path_of(job.id), "Content-Length: 2", body=b"{"))
        for _ in range(30):
            assert statuses_in(await listener.say(HEALTH)) == [200]
            async with listener.connection():  # and says nothing
                pass
        writer.write(b"}")
        assert statuses_in(await heard(reader)) == [200]


async def test_the_oldest_busy_connection_makes_room_for_a_new_one(listener: Listener) -> None:
    job = await listener.running_job()
    async with AsyncExitStack() as stack:
        for _ in range(50):
            _, writer = await stack.enter_async_context(listener.connection())
            writer.write(request(path_of(job.id), "Content-Length: 2", body=b"{"))
        assert statuses_in(await listener.say(HEALTH)) == [200]


async def test_a_flood_of_forged_callbacks_touches_no_database_and_delays_no_real_one(
    listener: Listener,
) -> None:
    jobs = [await listener.running_job() for _ in range(5)]
    for job in jobs:
        assert (await listener.post(path_of(job.id), b"{}"))[0] == 200
    statements_of_five = len(listener.statements)
    listener.statements.clear()
    flood = Flood(listener, jobs[0])
    async with asyncio.TaskGroup() as group:
        floods = [group.create_task(flood.run()) for _ in range(8)]
        await flood.under_way.wait()
        forged_before = flood.refused
        for job in jobs:
            assert (await listener.post(path_of(job.id), b"{}"))[0] == 200
        # The flood went on, and yet no crowd of forged ones was let in before the real ones.
        assert 0 < flood.refused - forged_before < 1000 * len(jobs)
        for each in floods:
            each.cancel()
    assert flood.statuses == {404}
    assert len(listener.statements) <= statements_of_five


async def test_a_flood_of_health_checks_asks_the_database_once() -> None:
    async with listening(WebLimits(checks_good_for_s=TIMEOUT_S)) as listener:
        answers = await asyncio.gather(*(ready(listener) for _ in range(15)))
        assert answers == [200] * 15
        assert len([each for each in listener.statements if "version_num" in each]) == 1


async def ready(listener: Listener) -> int:
    async with listener.session.get(f"{listener.url}/readyz") as response:
        return response.status


class Flood:
    """Forged callbacks, one after the other, for a job that exists and for one that does not."""

    def __init__(self, listener: Listener, job: Job) -> None:
        self._listener = listener
        self._paths = [path_of(job.id, "c" * 32), path_of(NOBODY, "d" * 32)]
        self.refused = 0
        self.statuses: set[int] = set()
        self.under_way = asyncio.Event()

    async def run(self) -> None:
        while True:
            for path in self._paths:
                status, _ = await self._listener.post(path, b'{"data": {"taskId": "forged"}}')
                self.statuses.add(status)
                self.refused += 1
                if self.refused >= 200:
                    self.under_way.set()
