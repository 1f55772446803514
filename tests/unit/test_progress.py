"""The notes about progress: coalesced, bounded, and harmless whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot import progress
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.models import Delivery, DeliveryStatus, GroupProgress, Job, JobStatus, Mode, Origin, Part
from bot.progress import ProgressNotifier

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE_RUNNING = GroupProgress(total=1, finished=0, in_flight=1)


def job(number: int = 1, *, channel: str = "4", group: str | None = None) -> Job:
    return Job(
        id=f"job{number}",
        source_key=f"discord:{number}:0",
        origin=Origin(
            platform="discord",
            tenant_id="3",
            channel_id=channel,
            user_id="1",
            placeholder_id="900",
        ),
        prompt="a fox",
        mode=Mode.FAST,
        status=JobStatus.RUNNING,
        created_at=NOW,
        claimable_at=NOW,
        group_id=group,
    )


@dataclass
class Shelf:
    """The stores, as far as they are asked here."""

    jobs: dict[str, Job] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    counts: GroupProgress = ONE_RUNNING
    error: Exception | None = None

    async def get(self, job_id: str) -> Any:
        if self.error is not None:
            raise self.error
        return self.jobs.get(job_id)

    async def group_progress(self, _job_id: str) -> GroupProgress:
        return self.counts


@dataclass
class Deliveries:
    shelf: Shelf

    async def get(self, job_id: str) -> Delivery | None:
        return self.shelf.deliveries.get(job_id)


class Screen:
    """A platform that may be slow; knows what was shown."""

    name = "discord"

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.slow_channels: set[str] = set()
        self.error: Exception | None = None
        self.open = asyncio.Event()

    async def wait_until_usable(self) -> None:
        return

    async def show_progress(self, job: Job, _progress: GroupProgress) -> None:
        self.shown.append(job.id)
        if self.error is not None:
            raise self.error
        if job.origin.channel_id in self.slow_channels:
            await self.open.wait()


class Bench:
    def __init__(self) -> None:
        self.shelf, self.screen = Shelf(), Screen()
        stores = cast("Any", self.shelf)
        self.notifier = ProgressNotifier(
            jobs=stores,
            deliveries=cast("Any", Deliveries(self.shelf)),
            personal=stores,
            clock=SystemClock(),
        )
        self.notifier.add_platform(cast("Any", self.screen))

    def note(self, *jobs: Job) -> None:
        for each in jobs:
            self.shelf.jobs[each.id] = each
            self.notifier.changed(each)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.notifier.run())
            yield
            self.screen.open.set()
            self.notifier.stop()

    async def until_shown(self, count: int) -> None:
        async with asyncio.timeout(2):
            while len(self.screen.shown) < count:  # noqa: ASYNC110 - the screen tells nobody
                await asyncio.sleep(0.005)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(progress, "REST", timedelta(milliseconds=30))
    return Bench()


async def test_notes_about_one_job_become_one(bench: Bench) -> None:
    for _ in range(50):
        bench.note(job())
    async with bench.running():
        await bench.until_shown(1)
        await asyncio.sleep(0.1)
    assert bench.screen.shown == ["job1"]


async def test_notes_about_a_group_become_one_and_show_its_first_job(bench: Bench) -> None:
    bench.note(*(job(number, group="job1") for number in range(1, 9)))
    async with bench.running():
        await bench.until_shown(1)
        await asyncio.sleep(0.1)
    assert bench.screen.shown == ["job1"]


async def test_a_note_during_a_change_brings_another_after_a_rest(bench: Bench) -> None:
    bench.screen.slow_channels.add("4")
    async with bench.running():
        bench.note(job())
        await bench.until_shown(1)
        bench.note(job())
        bench.screen.open.set()
        await bench.until_shown(2)


async def test_slow_channels_leave_room_for_others(bench: Bench) -> None:
    bench.screen.slow_channels.add("slow")
    async with bench.running():
        bench.note(*(job(number, channel="slow") for number in range(100)))
        await bench.until_shown(progress.MAX_PER_CHANNEL)
        bench.note(job(200))
        await bench.until_shown(progress.MAX_PER_CHANNEL + 1)
    assert "job200" in bench.screen.shown


async def test_notes_are_bounded(bench: Bench) -> None:
    bench.note(*(job(number) for number in range(progress.MAX_PENDING + 500)))
    assert len(bench.notifier._pending) == progress.MAX_PENDING


@pytest.mark.parametrize("error", [RuntimeError("a defect"), StoreError("away")])
async def test_whatever_fails_the_next_note_is_shown(bench: Bench, error: Exception) -> None:
    async with bench.running():
        bench.screen.error = error
        bench.note(job(1))
        await bench.until_shown(1)
        bench.screen.error = None
        bench.note(job(2))
        await bench.until_shown(2)


async def test_a_database_that_is_away_ends_nothing(bench: Bench) -> None:
    async with bench.running():
        bench.shelf.error = StoreError("away")
        bench.note(job(1))
        await asyncio.sleep(0.05)
        bench.shelf.error = None
        bench.note(job(2))
        await bench.until_shown(1)


async def test_a_stop_waits_for_the_changes_under_way_and_begins_no_more(bench: Bench) -> None:
    bench.screen.slow_channels.add("4")
    async with bench.running():
        bench.note(job(1))
        await bench.until_shown(1)
        bench.notifier.stop()
        bench.note(job(2))
    assert bench.screen.shown == ["job1"]


def delivery(status: DeliveryStatus, message_id: str | None = None) -> Delivery:
    part = Part(number=0, images=(0,), started_at=NOW, message_id=message_id)
    parts = () if message_id is None else (part,)
    return Delivery(job_id="job1", status=status, created_at=NOW, parts=parts)


@pytest.mark.parametrize(
    ("made", "is_shown"),
    [
        (delivery(DeliveryStatus.PENDING), False),
        (delivery(DeliveryStatus.SENDING), False),
        (delivery(DeliveryStatus.SENT, "900"), False),
        (delivery(DeliveryStatus.UNDELIVERABLE), True),
        (delivery(DeliveryStatus.UNDELIVERABLE, "901"), True),
        (delivery(DeliveryStatus.UNDELIVERABLE, "900"), False),
    ],
)
async def test_a_placeholder_that_may_be_the_result_is_left_alone(
    bench: Bench, made: Delivery, is_shown: bool
) -> None:
    bench.shelf.deliveries["job1"] = made
    async with bench.running():
        bench.note(job())
        await asyncio.sleep(0.1)
    assert bench.screen.shown == (["job1"] if is_shown else [])


async def test_the_last_job_of_a_group_ends_its_placeholder_before_it_is_recorded(
    bench: Bench,
) -> None:
    member = job(group="job1")
    bench.shelf.jobs["job1"] = member
    bench.shelf.counts = GroupProgress(total=3, finished=1, in_flight=1)
    await bench.notifier.before_posted(member)
    assert bench.screen.shown == []
    bench.shelf.counts = replace(bench.shelf.counts, finished=2, in_flight=0)
    await bench.notifier.before_posted(member)
    assert bench.screen.shown == ["job1"]
