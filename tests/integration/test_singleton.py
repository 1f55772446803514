"""Work that only one process may do: leases on real databases, and who works when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.singleton import Singleton
from bot.store import Database, SqlLeaseStore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LEASE = timedelta(seconds=15)


class SteppedClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def shared(database: Database) -> SqlLeaseStore:
    """Give leases as several processes see them."""
    database.is_exclusive = False
    return SqlLeaseStore(database)


async def acquire(leases: SqlLeaseStore, owner: str, now: datetime = NOW) -> int | None:
    return await leases.acquire("work", owner=owner, until=now + LEASE, now=now)


async def test_a_lease_belongs_to_one_owner(shared: SqlLeaseStore) -> None:
    assert await acquire(shared, "a") == 1
    assert await acquire(shared, "b") is None


async def test_renewing_keeps_the_fence(shared: SqlLeaseStore) -> None:
    await acquire(shared, "a")
    assert await acquire(shared, "a", NOW + LEASE / 2) == 1
    assert await acquire(shared, "b", NOW + LEASE) is None


async def test_a_lease_that_ended_is_taken_over_with_a_new_fence(shared: SqlLeaseStore) -> None:
    await acquire(shared, "a")
    assert await acquire(shared, "b", NOW + LEASE) == 2
    assert await acquire(shared, "a", NOW + LEASE) is None


async def test_a_released_lease_is_free_at_once(shared: SqlLeaseStore) -> None:
    await acquire(shared, "a")
    await shared.release("work", owner="b")
    assert await acquire(shared, "b") is None
    await shared.release("work", owner="a")
    assert await acquire(shared, "b") == 1


async def test_only_one_of_many_gets_it(shared: SqlLeaseStore) -> None:
    fences = await asyncio.gather(*(acquire(shared, str(number)) for number in range(8)))
    assert sum(fence is not None for fence in fences) == 1


@pytest.mark.parametrize("database_url", ["memory"], indirect=True)
async def test_whoever_has_the_file_alone_takes_over_at_once(database: Database) -> None:
    leases = SqlLeaseStore(database)
    await acquire(leases, "dead")
    assert await acquire(leases, "alive") == 2


class Worker:
    """A process that would work, and whether it does."""

    def __init__(self, leases: SqlLeaseStore, owner: str) -> None:
        self.is_working = asyncio.Event()
        self.has_stopped = asyncio.Event()
        self.clock = SteppedClock()
        self.singleton = Singleton("work", self._work, leases=leases, clock=self.clock, owner=owner)

    async def _work(self) -> None:
        self.is_working.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.has_stopped.set()


@asynccontextmanager
async def running(*workers: Worker) -> AsyncIterator[list[asyncio.Task[None]]]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(worker.singleton.run()) for worker in workers]
        yield tasks
        for task in tasks:
            task.cancel()


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.singleton.RENEW_EVERY", timedelta(milliseconds=20))


@pytest.mark.parametrize("database_url", ["memory", "postgresql"], indirect=True)
async def test_one_works_and_the_other_follows_when_it_ends(shared: SqlLeaseStore) -> None:
    first, second = Worker(shared, "a"), Worker(shared, "b")
    async with running(first) as (task,):
        await asyncio.wait_for(first.is_working.wait(), 5)
        async with running(second):
            await asyncio.sleep(0.1)
            assert not second.is_working.is_set()
            task.cancel()  # gives the lease up, so nobody waits for its end
            await asyncio.wait_for(second.is_working.wait(), 5)


@pytest.mark.parametrize("database_url", ["memory"], indirect=True)
async def test_the_lease_of_a_dead_process_is_waited_for(shared: SqlLeaseStore) -> None:
    await acquire(shared, "dead")
    heir = Worker(shared, "b")
    async with running(heir):
        await asyncio.sleep(0.1)
        assert not heir.is_working.is_set()
        heir.clock.time += LEASE
        await asyncio.wait_for(heir.is_working.wait(), 5)


@pytest.mark.parametrize("database_url", ["memory"], indirect=True)
async def test_who_has_lost_the_lease_stops_working(shared: SqlLeaseStore) -> None:
    frozen = Worker(shared, "a")
    async with running(frozen):
        await asyncio.wait_for(frozen.is_working.wait(), 5)
        assert await acquire(shared, "b", NOW + LEASE) == 2
        await asyncio.wait_for(frozen.has_stopped.wait(), 5)
