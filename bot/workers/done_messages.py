"""Tells people by direct message that what they asked for is done, if they wish."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.conversations import ConversationKind
from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import DeliveryError
from bot.domain.jobs import Job
from bot.domain.messages import Message
from bot.domain.outbox import OutboxEntry
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.messenger import Messenger
from bot.ports.outbox import OutboxStore
from bot.ports.people import PersonalStore
from bot.ports.progress import ProgressStore
from bot.screens.result import done_notice
from bot.workers.leadership import Tenure

log = structlog.get_logger(__name__)

TELL_WITHIN = timedelta(minutes=2)  # later that a job is done is no news


@dataclass(kw_only=True, eq=False)
class DoneMessages:
    """Handles the outbox entries of "done" messages: at most one for each command."""

    messenger: Messenger
    entries: OutboxStore
    progress: ProgressStore
    deliveries: DeliveryStore
    personal: PersonalStore
    clock: Clock

    async def show(self, entry: OutboxEntry, tenure: Tenure) -> datetime | None:
        """See `outbox.Handler.show`. Rather none than two."""
        tenure.check()
        if not await self._is_still_to_be_said(entry):
            await self.entries.drop(entry)
        elif self.messenger.limits.repeats_suppressed_for >= TELL_WITHIN:
            await self._tell(entry)  # a repeat makes no second message
            await self.entries.drop(entry)
        elif await self.entries.drop(entry):
            await self._tell(entry)
        return None

    async def give_up(self, entry: OutboxEntry, _reason: str) -> None:
        """See `outbox.Handler.give_up`."""
        await self.entries.drop(entry)

    async def _is_still_to_be_said(self, entry: OutboxEntry) -> bool:
        """Whether it is news, and all of the command is done; the last job has its own entry."""
        if self.clock.now() - entry.changed_at >= TELL_WITHIN:
            return False
        return (await self.progress.group_progress(entry.job_id)).is_complete

    async def _tell(self, entry: OutboxEntry) -> None:
        job = await self.progress.get(entry.job_id)
        delivery = await self.deliveries.get(entry.job_id)
        if job is None or delivery is None:
            return
        if not (await self.personal.preferences(job.origin.person)).wants_dm:
            return
        message = _message_in_conversation(job, delivery)
        url = None if message is None else self.messenger.address(message)
        if url is None:
            return
        try:
            conversation = await self.messenger.direct(job.origin.person)
            await self.messenger.send(conversation, done_notice(job, url), key=entry.key)
        except DeliveryError as error:
            log.info("not_told_by_direct_message", error=type(error).__name__)


def _message_in_conversation(job: Job, delivery: Delivery) -> Message | None:
    """Return a message of the result where others see it too; None: it reached the person alone."""
    conversation = job.origin.conversation
    is_there = delivery.conversation_id == conversation.id and not job.is_private
    if delivery.status is not DeliveryStatus.POSTED or not is_there:
        return None
    if conversation.kind is ConversationKind.DIRECT:
        return None
    first = next((part.standing_id for part in delivery.parts if part.standing_id), None)
    return None if first is None else Message(conversation=conversation, id=first)
