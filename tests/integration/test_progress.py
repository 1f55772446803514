"""Notes worked off: coalesced, bounded, harmless whatever happens, and lost by no death."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Self, cast

import pytest
from bot.workers.progress import ProgressNotifier
from sqlalchemy import Connection, update

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.deliveries import Delivery, DeliveryStatus, OutboxEntry
from bot.domain.errors import StoreError
from bot.domain.jobs import GroupProgress, Job, Mode, NewJob, TaskReport, new_job_id
from bot.domain.people import Preferences
from bot.domain.timings import Timings
from bot.ports.outbox import OutboxStore
from bot.store import Database, SqlOutboxStore
from bot.store.tables import jobs as jobs_table
from bot.wiring import Parts, Role
from bot.workers import progress
from tests.clocks import ShiftedClock
from tests.jobs import JobStores
from tests.standins.migrated import scratch_database
from tests.tenures import endless_tenure
from tests.timing import TIMEOUT_S
from tests.wiring import parts_on

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Screen:
    """A platform that may be slow; knows what was shown and told."""

    name = "discord"

    def __init__(self, clock: ShiftedClock) -> None:
        self.clock = clock
        self.shown: list[str] = []
        self.noted: list[datetime] = []  # beside each of these
        self.told: list[str] = []
        self.slow_channels: set[str] = set()
        self.is_slow_to_tell = False
        self.again_in: timedelta | None = None
        self.error: Exception | None = None
        self.open = asyncio.Event()

    async def wait_until_usable(self) -> None:
        return

    async def show_progress(
        self, job: Job, _progress: GroupProgress, *, noted_at: datetime
    ) -> datetime | None:
        self.shown.append(job.id)
        self.noted.append(noted_at)
        if self.error is not None:
            raise self.error
        if job.origin.conversation.id in self.slow_channels:
            await self.open.wait()
        return None if self.again_in is None else self.clock.now() + self.again_in

    async def tell_done(self, job: Job, _delivery: Delivery) -> None:
        self.told.append(job.id)
        if self.is_slow_to_tell:
            await self.open.wait()


class MoodyNoteStore:
    """The real store, which may be away."""

    is_away = False

    def __init__(self, store: OutboxStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def entries(self, **wanted: Any) -> list[OutboxEntry]:
        if self.is_away:
            raise StoreError("away")
        return await self._store.entries(**wanted)


def _moody(name: str, store: Any) -> Any:
    return MoodyNoteStore(store) if name == "outbox" else store


class Bench:
    """A process that shows what changes, and the stores of its database."""

    def __init__(self, clock: ShiftedClock, parts: Parts) -> None:
        self.clock = clock
        self.database = parts.database
        self.jobs = JobStores(parts.database)
        self.deliveries = parts.stores.deliveries
        self.personal = parts.stores.personal
        self.entries: Any = parts.stores.outbox
        self.screen, self.notifier = _screened(clock, parts)

    @classmethod
    async def on(cls, database: Database) -> Self:
        clock = ShiftedClock()
        return cls(clock, await _gateway(database, clock))

    def step_an_hour(self) -> None:
        """Let what is to be shown once more in an hour be due."""
        self.clock.step(hours=1)
        self.notifier.look()

    async def process(self) -> tuple[Screen, ProgressNotifier]:
        """Return another process on the same database."""
        return _screened(self.clock, await _gateway(self.database, self.clock))

    async def add(self, count: int = 1, *, channel: str = "4", is_group: bool = True) -> list[str]:
        ids = [new_job_id() for _ in range(count)]
        new = [
            NewJob(
                id=job_id,
                source_key=f"discord:{ids[0]}:{number}",
                origin=Origin(
                    person=Person(platform="discord", id="1"),
                    conversation=Conversation(platform="discord", tenant_id="3", id=channel),
                    placeholder_id="900",
                ),
                prompt="a fox",
                mode=Mode.FAST,
                group_id=ids[0] if is_group and count > 1 else None,
            )
            for number, job_id in enumerate(ids)
        ]
        now = self.clock.now()
        await self.jobs.add(new, admit=lambda _: None, slots=10, now=now, claimable_at=now)
        return ids

    async def entry(self, *job_ids: str) -> None:
        """Leave a note about each."""
        await self.leave_notes(*job_ids)
        self.notifier.look()

    async def leave_notes(self, *job_ids: str, age: timedelta = timedelta()) -> None:
        """Do the same in a process that cannot wake this one."""
        noting = update(jobs_table).where(jobs_table.c.id.in_(job_ids))

        def leave(connection: Connection) -> None:
            connection.execute(noting.values(noted_at=self.clock.now() - age))

        await self.database.run(leave)

    async def finish(
        self, *, status: DeliveryStatus = DeliveryStatus.SENT, message_id: str | None = None
    ) -> None:
        """Take every waiting job to its end, and its delivery to `status`."""
        now = self.clock.now()
        claimed = await self.jobs.claim_up_to(10, now=now)
        for job in claimed:
            await self.jobs.record_accepted(
                job.id, attempt=job.attempt, task_id=job.id, next_poll_at=now, now=now
            )
        reports = [
            TaskReport(task_id=job.id, is_finished=True, image_urls=("x",)) for job in claimed
        ]
        await self.jobs.record_poll(
            await self.jobs.fence(), reports, next_polls={}, asked_at=now, now=now
        )
        for _ in claimed if status is not DeliveryStatus.PENDING else ():
            await self.deliver(status, message_id)

    async def deliver(self, status: DeliveryStatus, message_id: str | None = None) -> None:
        now = self.clock.now()
        ((delivery, job),) = await self.deliveries.claim(
            owner="me", lease_until=now + MINUTE, busy_channels=(), limit=1, now=now
        )
        fence, store = delivery.fence, self.deliveries
        if message_id is not None:
            await store.start_part(job.id, fence=fence, number=0, images=[0], now=now)
            await store.finish_part(
                job.id, fence=fence, number=0, message_id=message_id, channel_id="4", now=now
            )
        if status is DeliveryStatus.SENT:
            await store.record_sent(job.id, fence=fence, now=now)
        if status is DeliveryStatus.UNDELIVERABLE:
            await store.record_undeliverable(job.id, fence=fence, reason="closed", now=now)

    async def all_notes(self) -> list[OutboxEntry]:
        return await SqlOutboxStore(self.database).entries(busy_channels=(), but_of=(), limit=1000)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.notifier.run(endless_tenure()))
            yield
            self.screen.open.set()
            self.notifier.stop()

    async def until_shown(self, count: int) -> None:
        await until(lambda: len(self.screen.shown) >= count)

    async def until_worked_off(self) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while await self.all_notes():  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.005)


async def _gateway(database: Database, clock: ShiftedClock) -> Parts:
    roles = frozenset({Role.GATEWAY})
    timings = Timings(rest=timedelta(milliseconds=30))
    return await parts_on(database, roles=roles, clock=clock, wrap_store=_moody, timings=timings)


def _screened(clock: ShiftedClock, parts: Parts) -> tuple[Screen, ProgressNotifier]:
    assert parts.gateway is not None
    screen, notifier = Screen(clock), parts.gateway.progress
    notifier.add_platform(cast("Any", screen))  # in the place of the real one
    return screen, notifier


async def kill_when(claim: Any, notifier: ProgressNotifier) -> None:
    dying = asyncio.create_task(notifier.run(endless_tenure()))
    await until(claim)
    dying.cancel()
    await asyncio.wait([dying])


async def until(claim: Any) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while not claim():  # noqa: ASYNC110 - the screen tells nobody
            await asyncio.sleep(0.005)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with scratch_database() as database:
        yield await Bench.on(database)


async def test_notes_about_one_job_become_one(bench: Bench) -> None:
    (job,) = await bench.add()
    for _ in range(5):
        await bench.entry(job)
    async with bench.running():
        await bench.until_worked_off()
    assert bench.screen.shown == [job]


async def test_notes_about_a_group_become_one_and_show_its_first_job(bench: Bench) -> None:
    ids = await bench.add(8)
    await bench.entry(*ids)
    async with bench.running():
        await bench.until_worked_off()
    assert bench.screen.shown == [ids[0]]


async def test_a_note_during_a_change_brings_another_after_a_rest(bench: Bench) -> None:
    (job,) = await bench.add()
    bench.screen.slow_channels.add("4")
    async with bench.running():
        await bench.entry(job)
        await bench.until_shown(1)
        await bench.entry(job)
        bench.screen.open.set()
        await bench.until_worked_off()
    assert bench.screen.shown == [job, job]


async def test_what_may_be_covered_up_is_shown_once_more_when_the_platform_says(
    bench: Bench,
) -> None:
    (job,) = await bench.add()
    bench.screen.again_in = HOUR
    async with bench.running():
        await bench.entry(job)
        await bench.until_shown(1)
        bench.screen.again_in = None
        await asyncio.sleep(0.1)
        assert bench.screen.shown == [job]
        bench.step_an_hour()
        await bench.until_worked_off()
    assert bench.screen.shown == [job, job]
    assert bench.screen.noted[0] == bench.screen.noted[1]


async def test_what_is_new_does_not_wait_for_what_is_to_be_shown_once_more(bench: Bench) -> None:
    first, second, third = await bench.add(3)
    bench.screen.again_in = HOUR
    async with bench.running():
        await bench.entry(first, second)
        await bench.until_shown(1)
        await bench.entry(second, third)
        await bench.until_shown(2)
        bench.screen.again_in = None
        bench.step_an_hour()
        await bench.until_worked_off()
    assert bench.screen.shown == [first] * 3  # the third time for all that was noted


async def test_what_is_to_be_shown_once_more_leaves_room_for_others(bench: Bench) -> None:
    many = await bench.add(progress.BATCH + 20, is_group=False)
    bench.screen.again_in = HOUR
    async with bench.running():
        await bench.entry(*many)
        await bench.until_shown(len(many))
        (other,) = await bench.add()
        await bench.entry(other)
        await bench.until_shown(len(many) + 1)
    assert sorted(bench.screen.shown) == sorted([*many, other])


async def test_slow_channels_leave_room_for_others(bench: Bench) -> None:
    slow = await bench.add(150, channel="slow", is_group=False)
    (quick,) = await bench.add()
    bench.screen.slow_channels.add("slow")
    async with bench.running():
        await bench.entry(*slow)
        await bench.until_shown(progress.MAX_PER_CHANNEL)
        await bench.entry(quick)
        await bench.until_shown(progress.MAX_PER_CHANNEL + 1)
    assert quick in bench.screen.shown


async def test_more_notes_than_fit_are_shown_one_after_the_other(bench: Bench) -> None:
    ids = await bench.add(progress.BATCH + 20, is_group=False)
    await bench.entry(*ids)
    async with bench.running():
        await bench.until_worked_off()
    assert sorted(bench.screen.shown) == sorted(ids)


async def test_what_another_process_noted_is_shown_soon(bench: Bench) -> None:
    (job,) = await bench.add()
    async with bench.running():
        await asyncio.sleep(0.05)
        await bench.leave_notes(job)
        await bench.until_shown(1)


async def test_a_long_rest_of_one_placeholder_keeps_no_other_from_being_shown_soon(
    bench: Bench,
) -> None:
    (lost,), (other,) = await bench.add(), await bench.add()
    bench.screen.again_in = HOUR
    async with bench.running():
        await bench.entry(lost)
        await bench.until_shown(1)
        await asyncio.sleep(0.05)  # it rests now, for an hour
        bench.screen.again_in = None
        await bench.leave_notes(other)
        await bench.until_shown(2)
    assert bench.screen.shown == [lost, other]


async def test_a_defect_costs_one_change_and_not_the_next(bench: Bench) -> None:
    (first,), (second,) = await bench.add(), await bench.add()
    async with bench.running():
        bench.screen.error = RuntimeError("a defect")
        await bench.entry(first)
        await bench.until_worked_off()
        bench.screen.error = None
        await bench.entry(second)
        await bench.until_worked_off()
    assert bench.screen.shown == [first, second]


async def test_what_the_database_did_not_tell_is_shown_when_it_does(bench: Bench) -> None:
    (job,) = await bench.add()
    async with bench.running():
        bench.screen.error = StoreError("away")
        await bench.entry(job)
        await bench.until_shown(2)
        bench.screen.error = None
        await bench.until_worked_off()


async def test_a_database_that_is_away_ends_nothing(bench: Bench) -> None:
    (job,) = await bench.add()
    async with bench.running():
        bench.entries.is_away = True
        await bench.entry(job)
        await asyncio.sleep(0.05)
        bench.entries.is_away = False
        bench.notifier.look()
        await bench.until_shown(1)


async def test_a_stop_waits_for_the_changes_under_way_and_begins_no_more(bench: Bench) -> None:
    (first,), (second,) = await bench.add(), await bench.add()
    bench.screen.slow_channels.add("4")
    async with bench.running():
        await bench.entry(first)
        await bench.until_shown(1)
        bench.notifier.stop()
        await bench.entry(second)
    assert bench.screen.shown == [first]
    assert [entry.job_id for entry in await bench.all_notes()] == [second]


async def test_what_a_killed_process_did_not_finish_is_shown_by_the_next(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.leave_notes(job)
    screen, notifier = await bench.process()
    screen.slow_channels.add("4")
    await kill_when(lambda: screen.shown, notifier)
    async with bench.running():
        await bench.until_worked_off()
    assert bench.screen.shown == [job]


# ── Placeholders that are something else ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "message_id", "is_shown"),
    [
        (DeliveryStatus.PENDING, None, False),
        (DeliveryStatus.SENDING, None, False),
        (DeliveryStatus.SENT, "900", False),
        (DeliveryStatus.UNDELIVERABLE, None, True),
        (DeliveryStatus.UNDELIVERABLE, "901", True),
        (DeliveryStatus.UNDELIVERABLE, "900", False),
    ],
)
async def test_a_placeholder_that_may_be_the_result_is_left_alone(
    bench: Bench, status: DeliveryStatus, message_id: str | None, is_shown: bool
) -> None:
    (job,) = await bench.add()
    await bench.finish(status=status, message_id=message_id)
    async with bench.running():
        await bench.entry(job)
        await bench.until_worked_off()
    assert bench.screen.shown == ([job] if is_shown else [])


async def test_the_last_job_of_a_group_ends_its_placeholder_before_it_is_recorded(
    bench: Bench,
) -> None:
    ids = await bench.add(2)
    await bench.finish(status=DeliveryStatus.PENDING)
    members = [await bench.jobs.get(job_id) for job_id in ids]
    assert members[1] is not None
    await bench.notifier.before_posted(members[1])
    assert bench.screen.shown == []
    await bench.deliver(DeliveryStatus.SENT)
    await bench.notifier.before_posted(members[1])
    assert bench.screen.shown == [ids[0]]


# ── Telling by direct message ───────────────────────────────────────────────────────────────────


async def want_dm(bench: Bench) -> None:
    await bench.personal.change_preferences(
        Person.of("discord:1"), lambda _: Preferences(wants_dm=True)
    )


async def test_whoever_wants_it_is_told_once(bench: Bench) -> None:
    await want_dm(bench)
    (job,) = await bench.add()
    await bench.finish(message_id="901")
    async with bench.running():
        await bench.until_worked_off()
    assert bench.screen.told == [job]


async def test_whoever_does_not_is_told_nothing(bench: Bench) -> None:
    (job,) = await bench.add()
    await bench.finish(message_id="901")
    await bench.entry(job)
    async with bench.running():
        await bench.until_worked_off()
    assert bench.screen.told == []


async def test_a_group_is_told_of_when_all_of_it_stands(bench: Bench) -> None:
    await want_dm(bench)
    await bench.add(3)
    await bench.finish(status=DeliveryStatus.PENDING)
    async with bench.running():
        await bench.deliver(DeliveryStatus.SENT, "901")
        await bench.deliver(DeliveryStatus.SENT, "902")
        await bench.until_worked_off()
        assert bench.screen.told == []
        await bench.deliver(DeliveryStatus.SENT, "903")
        await bench.until_worked_off()
    assert len(bench.screen.told) == 1


async def test_who_may_not_have_been_told_before_a_death_is_told_by_the_next_process(
    bench: Bench,
) -> None:
    await want_dm(bench)
    (job,) = await bench.add()
    await bench.finish(message_id="901")
    screen, notifier = await bench.process()
    screen.is_slow_to_tell = True
    await kill_when(lambda: screen.told, notifier)
    async with bench.running():
        await bench.until_worked_off()
    assert bench.screen.told == [job]


async def test_after_a_long_death_nobody_is_told_what_they_may_know(bench: Bench) -> None:
    await want_dm(bench)
    (job,) = await bench.add()
    await bench.finish(message_id="901")
    await bench.leave_notes(job, age=progress.TELL_WITHIN)
    async with bench.running():
        await bench.until_worked_off()
    assert bench.screen.told == []
