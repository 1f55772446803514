"""The deliverer through trouble that is not the platform's."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from bot.workers.deliverer import GIVE_UP_AFTER, MAX_IMAGES_AT_ONCE, Deliverer

from bot.domain.conversations import Person
from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import DeliveryDelayedError
from bot.domain.jobs import GroupProgress, Job, TaskReport
from bot.domain.pictures import FetchedImage
from bot.domain.timings import TIMINGS, Timings
from bot.ports.platform import PostLog
from bot.store import Database, SqlDeliveryStore, open_database
from bot.wiring import Role
from tests.haste import UNHURRIED_DATABASE
from tests.jobs import JobStores, new_job
from tests.standins.line import Line
from tests.standins.migrated import scratch_database
from tests.standins.postgresql import PostgresServer
from tests.tenures import endless_tenure
from tests.timing import TIMEOUT_S
from tests.wiring import parts_on

SECOND = timedelta(seconds=1)
LONG_AGO = datetime.now(UTC) - GIVE_UP_AFTER - timedelta(hours=1)


class ClosedPlatform:
    """A chat platform that takes nothing at the moment."""

    name = "discord"
    attempts = 0

    async def wait_until_usable(self) -> None:
        return

    async def deliver(self, job: Job, images: Sequence[FetchedImage], log: PostLog) -> None:
        self.attempts += 1
        raise DeliveryDelayedError("closed")

    async def show_progress(self, job: Job, progress: GroupProgress, *, noted_at: datetime) -> None:
        return

    async def tell_done(self, job: Job, delivery: Delivery) -> None:
        return

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        return False


class Images:
    async def fetch(self, url: str) -> tuple[bytes, str]:
        return b"an image", "png"


async def finished_job(database: Database, at: datetime, images: Sequence[str] = ()) -> Job:
    """Return a job that ended at this time, and is to be delivered."""
    jobs = JobStores(database)
    new = new_job()
    await jobs.add([new], admit=lambda _usage: None, slots=1, now=at, claimable_at=at)
    (job,) = await jobs.claim_up_to(1, slots=1, now=at + SECOND)
    await jobs.record_accepted(job.id, attempt=job.attempt, task_id="T", next_poll_at=at, now=at)
    report = TaskReport(task_id="T", is_finished=True, image_urls=tuple(images))
    (ended,) = await jobs.record_poll(
        await jobs.fence(), [report], next_polls={}, asked_at=at, now=at
    )
    return ended


async def deliverer_of(
    database: Database, platform: ClosedPlatform, timings: Timings = TIMINGS
) -> Deliverer:
    roles = frozenset({Role.GATEWAY})
    parts = await parts_on(database, roles=roles, images=Images(), timings=timings)
    assert parts.gateway is not None
    deliverer = parts.gateway.deliverer
    deliverer.add_platform(platform)  # in the place of the real one
    return deliverer


@asynccontextmanager
async def delivering(database: Database, platform: ClosedPlatform) -> AsyncIterator[None]:
    deliverer = await deliverer_of(database, platform)
    async with asyncio.TaskGroup() as group:
        group.create_task(deliverer.run(endless_tenure()))
        yield
        deliverer.stop()


async def until(database: Database, job: Job, status: DeliveryStatus) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            delivery = await SqlDeliveryStore(database).get(job.id)
            if delivery is not None and delivery.status is status:
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("after", [False, True], ids=["before-commit", "after-commit"])
async def test_giving_up_outlives_a_database_that_fails_just_then(
    postgres_server: PostgresServer, *, after: bool
) -> None:
    line, platform = Line(postgres_server.new_database()), ClosedPlatform()
    async with line.open(), open_database(line.url, limits=UNHURRIED_DATABASE) as database:
        job = await finished_job(database, LONG_AGO)
        cut = line.cut_commit("reason=$", after=after)
        async with delivering(database, platform):
            await until(database, job, DeliveryStatus.UNDELIVERABLE)
        assert cut.struck == 1
        assert platform.attempts == 1


class SlowPlatform(ClosedPlatform):
    """A chat platform that takes everything, slowly at first."""

    def __init__(self) -> None:
        self.was_asked = asyncio.Event()

    async def deliver(self, job: Job, images: Sequence[FetchedImage], log: PostLog) -> None:
        self.attempts += 1
        self.was_asked.set()
        if self.attempts == 1:
            await asyncio.Event().wait()


async def test_work_that_was_cut_short_is_begun_anew_when_the_lease_is_back() -> None:
    platform = SlowPlatform()
    async with scratch_database() as database:
        job = await finished_job(database, datetime.now(UTC))
        deliverer = await deliverer_of(database, platform)
        first = asyncio.create_task(deliverer.run(endless_tenure()))
        await platform.was_asked.wait()
        first.cancel()
        await asyncio.wait([first])
        async with asyncio.TaskGroup() as group:
            group.create_task(deliverer.run(endless_tenure()))
            await until(database, job, DeliveryStatus.SENT)
            deliverer.stop()
        assert platform.attempts == 2


async def test_a_platform_that_never_answers_is_asked_again() -> None:
    platform = SlowPlatform()
    async with scratch_database() as database:
        job = await finished_job(database, datetime.now(UTC))
        with structlog.testing.capture_logs() as logs:
            hasty = await deliverer_of(database, platform, Timings(attempt_timeout_s=0.5))
            async with asyncio.TaskGroup() as group:
                group.create_task(hasty.run(endless_tenure()))
                await platform.was_asked.wait()
                hasty.stop()
            async with delivering(database, platform):  # the next attempt has the usual time
                await until(database, job, DeliveryStatus.SENT)
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["delivery_stuck"]
    assert platform.attempts == 2


async def test_waiting_for_room_is_no_part_of_an_attempt() -> None:
    platform = SlowPlatform()
    platform.attempts = 1  # quick from the start
    async with scratch_database() as database:
        job = await finished_job(database, datetime.now(UTC), images=["x"])
        deliverer = await deliverer_of(database, platform, Timings(attempt_timeout_s=1.0))
        async with asyncio.TaskGroup() as group:
            async with deliverer._memory.take(MAX_IMAGES_AT_ONCE):
                group.create_task(deliverer.run(endless_tenure()))
                await until(database, job, DeliveryStatus.SENDING)
                await asyncio.sleep(1.2)
            await until(database, job, DeliveryStatus.SENT)
            deliverer.stop()
        posted = await SqlDeliveryStore(database).get(job.id)
        assert posted is not None
        assert posted.attempts == 1
