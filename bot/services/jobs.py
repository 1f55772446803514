"""What a person may do with jobs that exist, and how busy the bot is.

Sees the store only through `ports`, and knows no chat platform. Everything that people do to a job
begins with a check of `access`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.conversations import Person
from bot.domain.jobs import GroupProgress, Job, Mode
from bot.domain.messages import Message
from bot.domain.people import Actor
from bot.domain.queue import QueueState
from bot.domain.texts import Text
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.progress import ProgressStore
from bot.ports.requests import RequestStore
from bot.services.access import Access, check_may_manage, check_may_remove, check_may_see, existing
from bot.services.estimates import Estimates

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How busy the bot is, for one person who asks."""

    everybody: QueueState
    person: QueueState
    slots: int
    expected_at: Mapping[Mode, datetime]  # when a new job of this person would be done
    pause: Text | None  # why no job can be taken now


@dataclass(kw_only=True, eq=False)
class JobService:
    """Shows jobs, and takes back or keeps to their owner what somebody no longer wants."""

    requests: RequestStore
    progress: ProgressStore
    deliveries: DeliveryStore
    access: Access
    estimates: Estimates
    clock: Clock
    slots: int
    on_change: Callable[[], None] = lambda: None  # a person cancelled or discarded jobs
    observer: Observer = UNOBSERVED

    async def get(self, job_id: str, actor: Actor) -> Job:
        """Return the job, if this person may know of it: of a private one only its owner may.

        Raises:
            NotYourJobError: it is somebody else's private one.
            JobGoneError: it no longer exists.
        """
        job = await self.progress.get(job_id)
        check_may_see(job, actor)
        return existing(job)

    async def check_may_remove(
        self, job_id: str, actor: Actor, *, poster: Person | None = None
    ) -> None:
        """Refuse whoever may not remove a card of the job; see `access.check_may_remove`.

        `poster` is who had it posted, and may remove it too.
        """
        if poster != actor.person:
            check_may_remove(await self.progress.get(job_id), actor)

    async def note_seen(self, job_id: str, part: int, message: Message) -> None:
        """Note that somebody acts at the message with this part of the job.

        The answer to its post may have been lost. Once it is deleted nobody finds it there, and it
        would be posted again.
        """
        await self.deliveries.note_seen(
            job_id,
            number=part,
            message_id=message.id,
            conversation_id=message.conversation.id,
            now=self.clock.now(),
        )

    async def check_may_manage(self, job_id: str, actor: Actor) -> None:
        """Refuse whoever may not cancel or remove the job.

        Raises:
            UserError: somebody else's, or gone.
        """
        check_may_manage(await self.get(job_id, actor), actor)

    async def cancel(self, job_id: str, actor: Actor) -> tuple[int, GroupProgress]:
        """Cancel the job and its group as far as nothing was spent; count the cancelled ones.

        Raises:
            UserError: somebody else's, or gone.
        """
        await self.check_may_manage(job_id, actor)
        cancelled = await self.requests.cancel(job_id, now=self.clock.now())
        if cancelled:
            log.info("jobs_cancelled", job_id=job_id, jobs=cancelled)
            self.observer.jobs_cancelled(cancelled)
            self.on_change()
        return cancelled, await self.progress.group_progress(job_id)

    async def discard(self, job_id: str, actor: Actor) -> tuple[int, GroupProgress]:
        """Cancel what is free, and keep the rest from being posted; count both.

        What is paid stays with the person's jobs.

        Raises:
            UserError: somebody else's, or gone.
        """
        cancelled, _ = await self.cancel(job_id, actor)
        discarded = await self.requests.discard(job_id, now=self.clock.now())
        if discarded:
            log.info("jobs_discarded", job_id=job_id, jobs=discarded)
            self.on_change()
        return cancelled + discarded, await self.progress.group_progress(job_id)

    async def outlook(self, person: Person) -> Outlook:
        """What waits and runs, and when a new job of this person would be done."""
        place = await self.progress.place(person, slots=self.slots)
        return Outlook(
            everybody=await self.progress.queue_state(),
            person=await self.progress.queue_state(person),
            slots=self.slots,
            expected_at={
                mode: self.estimates.end(await self.estimates.typical_time(mode), place)
                for mode in Mode
            },
            pause=await self.access.why_paused(),
        )

    async def expected_at(self, job: Job) -> datetime | None:
        """When the job will probably be done; None unless the provider is drawing it."""
        return await self.estimates.expected_at(job)
