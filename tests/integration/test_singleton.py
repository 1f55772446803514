"""Work that only one process may do: leases on real databases, and who works when."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.domain.errors import LostLeaseError, StoreError
from bot.domain.leases import LeaseGrant
from bot.domain.timings import Timings
from bot.services.leases import check_lease
from bot.store import Database, SqlLeaseStore
from bot.workers.leadership import Singleton
from tests.clocks import SteppedClock
from tests.timing import TIMEOUT_S

T = TypeVar("T")

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LEASE = timedelta(seconds=15)
FAST = Timings(renew_every=timedelta(milliseconds=20), try_every_s=0.02)


@pytest.fixture
def shared(database: Database) -> SqlLeaseStore:
    """Return leases as several processes see them."""
    database.is_exclusive = False
    return SqlLeaseStore(database)


async def acquire(leases: SqlLeaseStore, owner: str, now: datetime = NOW) -> int | None:
    """Return the fence."""
    grant = await leases.acquire("work", owner=owner, until=now + LEASE, now=now)
    return None if grant is None else grant.fence


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
    assert await acquire(shared, "b") == 2


async def test_only_a_lease_that_nobody_gave_up_was_left_behind(shared: SqlLeaseStore) -> None:
    grants = [
        await shared.acquire("work", owner=owner, until=NOW + LEASE, now=now)
        for owner, now in (("a", NOW), ("a", NOW), ("b", NOW + LEASE))
    ]
    await shared.release("work", owner="b")
    grants.append(await shared.acquire("work", owner="c", until=NOW + LEASE, now=NOW))
    assert [grant and grant.was_left_behind for grant in grants] == [False, False, True, False]


async def test_only_one_of_many_gets_it(shared: SqlLeaseStore) -> None:
    fences = await asyncio.gather(*(acquire(shared, str(number)) for number in range(8)))
    assert sum(fence is not None for fence in fences) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_has_the_file_alone_takes_over_at_once(database: Database) -> None:
    leases = SqlLeaseStore(database)
    await acquire(leases, "dead")
    assert await acquire(leases, "alive") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_has_the_file_alone_takes_over_though_the_clock_was_set_back(
    database: Database,
) -> None:
    leases = SqlLeaseStore(database)
    await acquire(leases, "dead", NOW + timedelta(days=1))
    assert await acquire(leases, "alive") == 2


class Worker:
    """A process that would work, and whether it does."""

    def __init__(
        self,
        leases: SqlLeaseStore,
        owner: str = "a",
        stop: Callable[[], None] | None = None,
        ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
        timings: Timings = FAST,
    ) -> None:
        self.is_working = asyncio.Event()
        self.may_end = asyncio.Event()
        self.has_ended = asyncio.Event()
        self.lost: LostLeaseError | None = None
        self.clock = SteppedClock(NOW)
        self.singleton = Singleton(
            "work",
            self._work,
            stop=stop,
            ready=ready,
            leases=leases,
            clock=self.clock,
            owner=owner,
            timings=timings,
        )

    async def _work(self) -> None:
        self.is_working.set()
        try:
            await self.may_end.wait()
            check_lease()
        except LostLeaseError as error:
            self.lost = error
        finally:
            self.is_working.clear()
            self.has_ended.set()


class MoodyLeaseStore(SqlLeaseStore):
    """The real store, which may be away."""

    is_away = False

    def on_acquire(self) -> None:
        """Do nothing, unless a test says what."""

    async def acquire(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        self.on_acquire()
        if self.is_away:
            raise StoreError("away")
        return await super().acquire(name, owner=owner, until=until, now=now)


@asynccontextmanager
async def running(*workers: Worker) -> AsyncIterator[list[asyncio.Task[None]]]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(worker.singleton.run()) for worker in workers]
        yield tasks
        for task in tasks:
            task.cancel()


async def soon(wait: Coroutine[object, object, T]) -> T:
    return await asyncio.wait_for(wait, TIMEOUT_S)


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_one_works_and_the_other_follows_when_it_ends(shared: SqlLeaseStore) -> None:
    first, second = Worker(shared, "a"), Worker(shared, "b")
    async with running(first) as (task,):
        await soon(first.is_working.wait())
        async with running(second):
            await asyncio.sleep(0.1)
            assert not second.is_working.is_set()
            task.cancel()  # gives the lease up, so nobody waits for its end
            await soon(second.is_working.wait())


@on_one_database
async def test_the_lease_of_a_dead_process_is_waited_for(shared: SqlLeaseStore) -> None:
    await acquire(shared, "dead")
    heir = Worker(shared, "b")
    async with running(heir):
        await asyncio.sleep(0.1)
        assert not heir.is_working.is_set()
        heir.clock.time += LEASE
        await soon(heir.is_working.wait())


@on_one_database
async def test_who_has_lost_the_lease_stops_working(shared: SqlLeaseStore) -> None:
    frozen = Worker(shared)
    async with running(frozen):
        await soon(frozen.is_working.wait())
        assert await acquire(shared, "b", NOW + LEASE) == 2
        await soon(frozen.has_ended.wait())


@on_one_database
async def test_work_that_wakes_up_after_its_lease_must_call_nobody(shared: SqlLeaseStore) -> None:
    frozen = Worker(shared)
    async with running(frozen):
        await soon(frozen.is_working.wait())
        frozen.clock.time += LEASE
        frozen.may_end.set()  # before it comes to renew the lease
        await soon(frozen.has_ended.wait())
    assert frozen.lost is not None


@on_one_database
async def test_work_that_is_done_gives_the_lease_up(shared: SqlLeaseStore) -> None:
    worker = Worker(shared)
    worker.may_end.set()
    await soon(worker.singleton.run())
    assert worker.lost is None
    assert await acquire(shared, "b") == 2


@on_one_database
async def test_a_stop_lets_work_finish_that_can(shared: SqlLeaseStore) -> None:
    asked = asyncio.Event()
    worker = Worker(shared, stop=asked.set)
    async with running(worker) as (task,):
        await soon(worker.is_working.wait())
        worker.singleton.stop()
        assert asked.is_set()
        await asyncio.sleep(0.1)
        assert worker.is_working.is_set()
        assert await acquire(shared, "b") is None
        worker.may_end.set()
        await soon(task)
    assert await acquire(shared, "b") == 2


@on_one_database
async def test_a_stop_ends_work_that_cannot(shared: SqlLeaseStore) -> None:
    worker = Worker(shared)
    async with running(worker) as (task,):
        await soon(worker.is_working.wait())
        worker.singleton.stop()
        await soon(task)
    assert await acquire(shared, "b") == 2


@on_one_database
async def test_a_stop_ends_the_waiting_for_another(
    shared: SqlLeaseStore,
) -> None:
    await acquire(shared, "other")
    worker = Worker(shared, "b", timings=replace(FAST, try_every_s=3600.0))
    async with running(worker) as (task,):
        await asyncio.sleep(0.05)
        worker.singleton.stop()
        await soon(task)
    assert await acquire(shared, "other") == 1


@on_one_database
async def test_who_is_not_ready_leaves_the_lease_to_others(shared: SqlLeaseStore) -> None:
    may_begin = asyncio.Event()

    async def ready() -> None:
        await may_begin.wait()

    unready, other = Worker(shared, "a", ready=ready), Worker(shared, "b")
    async with running(unready):
        await asyncio.sleep(0.05)
        other.may_end.set()
        await soon(other.singleton.run())
        assert not unready.is_working.is_set()
        may_begin.set()
        await soon(unready.is_working.wait())


@on_one_database
async def test_a_stop_ends_the_getting_ready(shared: SqlLeaseStore) -> None:
    worker = Worker(shared, ready=lambda: asyncio.sleep(3600))
    async with running(worker) as (task,):
        await asyncio.sleep(0.05)
        worker.singleton.stop()
        await soon(task)
    assert not worker.has_ended.is_set()


@on_one_database
async def test_a_stop_while_the_lease_is_asked_for_begins_no_work(database: Database) -> None:
    leases = MoodyLeaseStore(database)
    worker = Worker(leases)
    leases.on_acquire = worker.singleton.stop  # type: ignore[method-assign]
    await soon(worker.singleton.run())
    assert not worker.has_ended.is_set()
    assert await acquire(leases, "b") == 2


@on_one_database
async def test_an_error_of_the_work_is_not_swallowed(shared: SqlLeaseStore) -> None:
    async def broken() -> None:
        raise RuntimeError("a defect")

    singleton = Singleton("work", broken, leases=shared, clock=SteppedClock(NOW), owner="a")
    with pytest.raises(RuntimeError, match="a defect"):
        await soon(singleton.run())
    assert await acquire(shared, "b") == 2


@on_one_database
async def test_a_database_that_is_away_ends_work_only_with_its_lease(database: Database) -> None:
    leases = MoodyLeaseStore(database)
    worker = Worker(leases)
    async with running(worker):
        await soon(worker.is_working.wait())
        leases.is_away = True
        await asyncio.sleep(0.1)
        assert worker.is_working.is_set()
        worker.clock.time += LEASE
        await soon(worker.has_ended.wait())
        await asyncio.sleep(0.1)
        assert not worker.is_working.is_set()
        leases.is_away = False
        await soon(worker.is_working.wait())
