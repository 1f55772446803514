"""Work that only one process may do: leases on real databases, and who leads when."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.domain.errors import LostLeaseError, StoreError
from bot.domain.leases import LEASE, Fence, LeaseGrant
from bot.domain.timings import Timings
from bot.store import Database, SqlLeaseStore
from bot.workers.leadership import Leader, Tenure
from bot.workers.signals import first_of
from tests.clocks import SteppedClock
from tests.timing import TIMEOUT_S

T = TypeVar("T")

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FAST = Timings(renew_every=timedelta(milliseconds=20), try_every_s=0.02)


@pytest.fixture
def shared(database: Database) -> SqlLeaseStore:
    """Return leases as several processes see them."""
    database.is_exclusive = False
    return SqlLeaseStore(database)


async def take(leases: SqlLeaseStore, owner: str, now: datetime = NOW) -> int | None:
    """Return the number of the fence."""
    grant = await leases.take("work", owner=owner, until=now + LEASE, now=now)
    return None if grant is None else grant.fence.number


def fence(number: int) -> Fence:
    return Fence(lease="work", number=number)


# ── Leases ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_lease_belongs_to_one_owner(shared: SqlLeaseStore) -> None:
    assert await take(shared, "a") == 1
    assert await take(shared, "b") is None


async def test_renewing_keeps_the_fence_and_puts_off_the_end(shared: SqlLeaseStore) -> None:
    await take(shared, "a")
    assert await shared.renew(fence(1), until=NOW + 2 * LEASE)
    assert await take(shared, "b", NOW + LEASE) is None
    assert await take(shared, "b", NOW + 2 * LEASE) == 2


async def test_a_lease_that_was_taken_over_cannot_be_renewed(shared: SqlLeaseStore) -> None:
    await take(shared, "a")
    assert await take(shared, "b", NOW + LEASE) == 2
    assert not await shared.renew(fence(1), until=NOW + 2 * LEASE)
    assert await take(shared, "a", NOW + LEASE) is None


async def test_whoever_did_not_hear_of_taking_it_takes_it_again_with_a_new_fence(
    shared: SqlLeaseStore,
) -> None:
    await take(shared, "a")
    assert await take(shared, "a") == 2
    assert not await shared.renew(fence(1), until=NOW + 2 * LEASE)


async def test_a_released_lease_is_free_at_once(shared: SqlLeaseStore) -> None:
    await take(shared, "a")
    await shared.release(fence(1))
    assert await take(shared, "b") == 2
    await shared.release(fence(1))
    assert await take(shared, "c") is None


async def test_only_a_lease_that_nobody_gave_up_was_left_behind(shared: SqlLeaseStore) -> None:
    grants = [
        await shared.take("work", owner=owner, until=NOW + LEASE, now=now)
        for owner, now in (("a", NOW), ("a", NOW), ("b", NOW + LEASE))
    ]
    await shared.release(fence(3))
    grants.append(await shared.take("work", owner="c", until=NOW + LEASE, now=NOW))
    assert [grant and grant.was_left_behind for grant in grants] == [False, False, True, False]


async def test_only_one_of_many_gets_it(shared: SqlLeaseStore) -> None:
    fences = await asyncio.gather(*(take(shared, str(number)) for number in range(8)))
    assert sum(number is not None for number in fences) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_has_the_file_alone_takes_over_at_once(database: Database) -> None:
    leases = SqlLeaseStore(database)
    await take(leases, "dead", NOW + timedelta(days=1))  # the clock was set back since
    assert await take(leases, "alive") == 2


# ── Tenures ─────────────────────────────────────────────────────────────────────────────────────


def tenure(clock: SteppedClock) -> Tenure:
    ends = clock.monotonic() + LEASE.total_seconds()
    return Tenure(fence(1), clock, until=NOW + LEASE, ends=ends)


def test_a_tenure_is_over_when_its_lease_ends() -> None:
    clock = SteppedClock(NOW)
    held = tenure(clock)
    clock.time += LEASE - SECOND
    held.check()
    clock.time += SECOND
    with pytest.raises(LostLeaseError):
        held.check()


def test_a_clock_that_was_set_back_makes_no_tenure_longer() -> None:
    clock = SteppedClock(NOW)
    held = tenure(clock)
    clock.step(seconds=LEASE.total_seconds())
    clock.time -= timedelta(hours=1)
    assert held.is_over


def test_a_tenure_that_was_over_is_never_extended() -> None:
    clock = SteppedClock(NOW)
    held = tenure(clock)
    clock.time += LEASE
    assert held.is_over
    held.extend(until=NOW + 3 * LEASE, ends=clock.monotonic() + 60)
    assert held.is_over


# ── Leaders ─────────────────────────────────────────────────────────────────────────────────────


class Worker:
    """A process that would lead a loop, and what the loop does."""

    def __init__(
        self,
        leases: SqlLeaseStore,
        owner: str = "a",
        ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
        timings: Timings = FAST,
    ) -> None:
        self.is_working = asyncio.Event()
        self.has_ended = asyncio.Event()
        self.may_end = asyncio.Event()  # what is under way
        self.may_end.set()
        self.tenures: list[Tenure] = []
        self.clock = SteppedClock(NOW)
        self.stopped = asyncio.Event()
        self.leader = Leader(
            "work",
            {"loop": self},
            leases=leases,
            clock=self.clock,
            owner=owner,
            ready=ready,
            timings=timings,
        )

    async def run(self, tenure: Tenure) -> None:
        self.tenures.append(tenure)
        self.is_working.set()
        while not (self.stopped.is_set() or tenure.is_over):
            await first_of(self.stopped.wait(), tenure.wait_until_over(), asyncio.sleep(0.005))
        self.is_working.clear()
        await self.may_end.wait()
        self.has_ended.set()

    def stop(self) -> None:
        self.stopped.set()


class MoodyLeaseStore(SqlLeaseStore):
    """The real store, which may be away."""

    is_away = False

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.renewed: asyncio.Queue[datetime] = asyncio.Queue()  # until when

    def on_take(self) -> None:
        """Do nothing, unless a test says what."""

    async def take(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        self.on_take()
        if self.is_away:
            raise StoreError("away")
        return await super().take(name, owner=owner, until=until, now=now)

    async def renew(self, fence: Fence, *, until: datetime) -> bool:
        if self.is_away:
            raise StoreError("away")
        is_ours = await super().renew(fence, until=until)
        self.renewed.put_nowait(until)
        return is_ours


@asynccontextmanager
async def running(*workers: Worker) -> AsyncIterator[list[asyncio.Task[None]]]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(worker.leader.run()) for worker in workers]
        yield tasks
        for task in tasks:
            task.cancel()


async def soon(wait: Coroutine[object, object, T]) -> T:
    return await asyncio.wait_for(wait, TIMEOUT_S)


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_one_leads_and_the_other_follows_when_it_ends(shared: SqlLeaseStore) -> None:
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
    await take(shared, "dead")
    heir = Worker(shared, "b")
    async with running(heir):
        await asyncio.sleep(0.1)
        assert not heir.is_working.is_set()
        heir.clock.time += LEASE
        await soon(heir.is_working.wait())


@on_one_database
async def test_a_lease_is_kept_as_long_as_there_is_work(database: Database) -> None:
    database.is_exclusive = False
    leases = MoodyLeaseStore(database)
    worker = Worker(leases)
    async with running(worker):
        await soon(worker.is_working.wait())
        worker.clock.time += LEASE - SECOND
        while await soon(leases.renewed.get()) < NOW + LEASE + SECOND:
            pass
        assert await take(leases, "b", NOW + LEASE) is None
        assert len(worker.tenures) == 1


@on_one_database
async def test_a_lost_lease_cancels_nothing_that_is_under_way(shared: SqlLeaseStore) -> None:
    frozen = Worker(shared)
    frozen.may_end.clear()
    async with running(frozen):
        await soon(frozen.is_working.wait())
        assert await take(shared, "b", NOW + LEASE) == 2
        await soon(frozen.tenures[0].wait_until_over())
        await asyncio.sleep(0.05)
        assert not frozen.has_ended.is_set()
        assert len(frozen.tenures) == 1
        frozen.may_end.set()
        await soon(frozen.has_ended.wait())


@on_one_database
async def test_whoever_has_lost_the_lease_competes_again(shared: SqlLeaseStore) -> None:
    worker = Worker(shared)
    async with running(worker):
        await soon(worker.is_working.wait())
        await take(shared, "b", NOW + LEASE)
        await soon(worker.has_ended.wait())
        await shared.release(fence(2))
        await soon(worker.is_working.wait())
        assert [each.fence.number for each in worker.tenures] == [1, 3]


@on_one_database
async def test_a_stop_lets_finish_what_is_under_way_and_then_gives_the_lease_up(
    shared: SqlLeaseStore,
) -> None:
    worker = Worker(shared)
    worker.may_end.clear()
    async with running(worker) as (task,):
        await soon(worker.is_working.wait())
        worker.leader.stop()
        await asyncio.sleep(0.1)
        assert await take(shared, "b") is None
        worker.may_end.set()
        await soon(task)
    assert await take(shared, "b") == 2


@on_one_database
async def test_a_stop_ends_the_waiting_for_another(shared: SqlLeaseStore) -> None:
    await take(shared, "other")
    worker = Worker(shared, "b", timings=replace(FAST, try_every_s=3600.0))
    async with running(worker) as (task,):
        await asyncio.sleep(0.05)
        worker.leader.stop()
        await soon(task)
    assert not worker.tenures


@on_one_database
async def test_who_is_not_ready_leaves_the_lease_to_others(shared: SqlLeaseStore) -> None:
    may_begin = asyncio.Event()

    async def ready() -> None:
        await may_begin.wait()

    unready, other = Worker(shared, "a", ready=ready), Worker(shared, "b")
    async with running(unready):
        await asyncio.sleep(0.05)
        async with running(other):
            await soon(other.is_working.wait())
        assert not unready.is_working.is_set()
        may_begin.set()
        await soon(unready.is_working.wait())


@on_one_database
async def test_a_stop_ends_the_getting_ready(shared: SqlLeaseStore) -> None:
    worker = Worker(shared, ready=lambda: asyncio.sleep(3600))
    async with running(worker) as (task,):
        await asyncio.sleep(0.05)
        worker.leader.stop()
        await soon(task)
    assert not worker.tenures


@on_one_database
async def test_a_stop_while_the_lease_is_asked_for_begins_no_work(database: Database) -> None:
    leases = MoodyLeaseStore(database)
    worker = Worker(leases)
    leases.on_take = worker.leader.stop  # type: ignore[method-assign]
    await soon(worker.leader.run())
    assert not worker.tenures
    assert await take(leases, "b") == 2


@on_one_database
async def test_an_error_of_a_loop_is_not_swallowed(shared: SqlLeaseStore) -> None:
    class Broken(Worker):
        async def run(self, tenure: Tenure) -> None:
            raise RuntimeError("a defect")

    with pytest.raises(ExceptionGroup) as raised:
        await soon(Broken(shared).leader.run())
    assert raised.group_contains(RuntimeError, match="a defect")
    assert await take(shared, "b") == 2


@on_one_database
async def test_a_database_that_is_away_ends_a_tenure_only_with_its_lease(
    database: Database,
) -> None:
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
        assert len(worker.tenures) == 2
