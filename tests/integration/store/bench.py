"""The stores on a database, with shorthands for what every test of them needs."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Job, JobStatus, Mode, NewJob, TaskReport, new_job_id
from bot.domain.leases import Fence
from bot.domain.outbox import OutboxEntry, OutboxKind
from bot.domain.people import Usage
from bot.domain.queue import QueuePlace
from bot.store import (
    Database,
    SqlDeliveryStore,
    SqlLeaseStore,
    SqlOutboxStore,
    SqlSettingStore,
)
from tests.jobs import JobStores, lead

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
SECOND = timedelta(seconds=1)
URLS = ("https://cdn.midjourney.com/a/0_0.png", "https://cdn.midjourney.com/a/0_1.png")


class Bench:
    """The stores, with shorthands for what every test needs."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.jobs = JobStores(database)
        self.deliveries = SqlDeliveryStore(database)
        self.outbox = SqlOutboxStore(database)
        self.leases = SqlLeaseStore(database)
        self.settings = SqlSettingStore(database)
        self._numbers = count()

    async def place(
        self,
        *,
        user: str = "1",
        platform: str = "discord",
        channel: str = "7",
        at: datetime = NOW,
        source_key: str | None = None,
        admit: Callable[[Usage], None] = lambda _usage: None,
        check_receipt: Callable[[], bool] = lambda: False,
        mode: Mode = Mode.FAST,
        reply_token_ends_at: datetime | None = None,
    ) -> tuple[Job, QueuePlace]:
        number = next(self._numbers)
        new = NewJob(
            id=new_job_id(),
            source_key=source_key or f"discord:{number}:0",
            origin=Origin(
                person=Person(platform=platform, id=user),
                conversation=Conversation(platform=platform, tenant_id="5", id=channel),
                reply_token="secret" if reply_token_ends_at else None,
                reply_token_ends_at=reply_token_ends_at,
            ),
            prompt="a cat",
            mode=mode,
        )
        # Jobs of one moment keep the order in which they came.
        moment = at + timedelta(microseconds=number)
        (job,), place = await self.jobs.add(
            [new],
            admit=admit,
            check_receipt=check_receipt,
            slots=10,
            now=moment,
            claimable_at=at,
        )
        return job, place

    async def add(self, **request: object) -> Job:
        job, _ = await self.place(**request)  # type: ignore[arg-type]
        return job

    async def claim(
        self,
        limit: int = 100,
        *,
        slots: int = 10,
        hooked: bool = True,
        platforms: Collection[str] | None = None,
        now: datetime = NOW + SECOND,
    ) -> list[Job]:
        """Claim so many at most, however far the window was open."""
        claimed = await self.jobs.claim_up_to(
            limit, slots=slots, hooked=hooked, platforms=platforms, now=now
        )
        return list(claimed)

    async def claimed(self, **options: object) -> Job:
        await self.add()
        (job,) = await self.claim(**options)  # type: ignore[arg-type]
        return job

    async def accept(self, job: Job, task_id: str = "T1", now: datetime = NOW) -> Job | None:
        return await self.jobs.record_accepted(
            job.id, attempt=job.attempt, task_id=task_id, next_poll_at=now + 45 * SECOND, now=now
        )

    async def running(self, task_id: str = "T1") -> Job:
        job = await self.accept(await self.claimed(), task_id)
        assert job is not None
        return job

    async def succeed(self, task_id: str = "T1", now: datetime = NOW) -> list[Job]:
        report = TaskReport(task_id=task_id, is_finished=True, image_urls=URLS)
        return await self.jobs.record_poll(
            await self.jobs.fence(), [report], next_polls={}, asked_at=now, now=now
        )

    async def status(self, job: Job) -> JobStatus:
        found = await self.jobs.get(job.id)
        assert found is not None
        return found.status

    async def entries(self, *, now: datetime = LATER, limit: int = 10) -> list[OutboxEntry]:
        return await self.outbox.due("discord", now=now, limit=limit)

    async def shown(self) -> dict[str, OutboxKind]:
        """Return what is still to be shown, by key."""
        return {entry.key: entry.kind for entry in await self.entries(limit=1000)}

    async def forget(self) -> None:
        """Note that everything was shown."""
        for entry in await self.entries(limit=1000):
            await self.outbox.drop(entry)

    async def entry_of(self, key: str) -> OutboxEntry:
        (entry,) = [entry for entry in await self.entries(limit=1000) if entry.key == key]
        return entry

    async def fence(self, owner: str = "me") -> Fence:
        """Let this process lead the posting, whoever did before."""
        return await lead(self.database, "posts:discord", owner)

    async def finished(self, task_id: str, channel: str = "7") -> Job:
        """Return a job that ended and waits to be delivered."""
        await self.add(channel=channel)
        (job,) = await self.claim(limit=1)
        await self.accept(job, task_id)
        (ended,) = await self.succeed(task_id)
        return ended
