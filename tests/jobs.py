"""Jobs that somebody asks for, where a test does not care who, where and for what."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.clock import SystemClock
from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Job, JobStatus, Mode, NewJob, new_job_id
from bot.domain.leases import Fence
from bot.domain.people import Actor
from bot.domain.submit_window import TRUST_LASTS, SubmitWindow
from bot.services.imagine import ImagineCommand
from bot.services.receipts import Receipt
from bot.store import (
    Database,
    SqlCallbackStore,
    SqlDeliveryStore,
    SqlHistoryStore,
    SqlLeaseStore,
    SqlOutboxStore,
    SqlPollStore,
    SqlProgressStore,
    SqlQueueStore,
    SqlRequestStore,
    SqlRetentionStore,
)
from bot.store.submit_window import change_window
from bot.store.tables import jobs

ORIGIN = Origin(
    person=Person(platform="discord", id="1"),
    conversation=Conversation(platform="discord", tenant_id="5", id="7"),
)


class JobStores(
    SqlRequestStore,
    SqlQueueStore,
    SqlCallbackStore,
    SqlPollStore,
    SqlProgressStore,
    SqlHistoryStore,
    SqlRetentionStore,
):
    """All that can be done with jobs in the database, in one place."""

    _fence: Fence | None = None

    async def fence(self) -> Fence:
        """Return the fence of a leader of the tests' own, which is never in anybody's way."""
        if self._fence is None:
            self._fence = await lead(self._database, "tests")
        return self._fence

    async def claim_up_to(
        self,
        limit: int,
        *,
        slots: int = 10,
        hooked: bool = True,
        platforms: Collection[str] | None = None,
        now: datetime,
    ) -> Sequence[Job]:
        """Claim so many jobs at most, through a window that is open as wide; it stays so."""
        holding = await self._database.run(_submitting)
        await self.open_window(limit + len(holding), now=now)
        claim = await self.claim(
            await self.fence(),
            holding=holding,
            slots=slots,
            hooked=hooked,
            platforms=platforms,
            now=now,
        )
        return claim.jobs

    async def open_window(self, width: int, *, now: datetime) -> None:
        """Let so many submits at once be allowed."""
        window = SubmitWindow(width=width, trusted_until=now + TRUST_LASTS)
        await self._database.run(change_window, lambda _: window)


def _submitting(connection: Connection) -> Sequence[str]:
    submitting = select(jobs.c.id).where(jobs.c.status == JobStatus.SUBMITTING.value)
    return connection.execute(submitting).scalars().all()


async def lead(database: Database, name: str = "work", owner: str = "tests") -> Fence:
    """Take a lease, also from another `lead`; it keeps all others out for a year."""
    until = datetime.now(UTC) + timedelta(days=365)
    leases = SqlLeaseStore(database)
    grant = await leases.take(name, owner=owner, until=until, now=until)
    assert grant is not None
    return grant.fence


async def record_posted(
    database: Database, job: Job, *, message_id: str = "1", images: Sequence[int] = (0, 1, 2, 3)
) -> None:
    """Note that a result stands where it was asked for, in one message."""
    now, deliveries = SystemClock().now(), SqlDeliveryStore(database)
    fence = await lead(database, "posts:discord")
    delivery = await deliveries.start_part(job.id, fence=fence, number=0, images=images, now=now)
    await deliveries.finish_part(
        job.id,
        number=0,
        attempt=delivery.parts[0].attempt,
        message_id=message_id,
        conversation_id=job.origin.conversation.id,
        now=now,
    )
    entries = await SqlOutboxStore(database).due("discord", now=now, limit=1000)
    (entry,) = [each for each in entries if each.key == job.id]
    assert await deliveries.record_posted(entry, now=now)


def command_of(job: Job, source_key: str) -> ImagineCommand:
    """Return another command of the person who asked for the job, from the same place."""
    return ImagineCommand(
        source_key=source_key,
        actor=Actor(person=job.origin.person),
        origin=job.origin,
        receipt=Receipt(SystemClock()),
    )


def new_job(**changes: Any) -> NewJob:
    """Return a job of a command of its own, but for these fields."""
    (job,) = new_jobs(1, **changes)
    return job


def new_jobs(count: int, **changes: Any) -> list[NewJob]:
    """Return the jobs of one command: a group, unless it is a single one."""
    ids = [new_job_id() for _ in range(count)]
    new = [
        NewJob(
            id=job_id,
            source_key=f"discord:{ids[0]}:{number}",
            origin=ORIGIN,
            prompt="a cat",
            mode=Mode.FAST,
            group_id=ids[0] if count > 1 else None,
        )
        for number, job_id in enumerate(ids)
    ]
    return [replace(job, **changes) for job in new]
