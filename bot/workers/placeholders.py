"""Keeps placeholders up to date while people wait, and out of the way of results."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.domain.conversations import Conversation
from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import (
    DeliveryError,
    DeniedError,
    MessageGoneError,
    MessageInDoubtError,
    NotSentError,
    StoreError,
    UndeliverableError,
    UnreadableError,
)
from bot.domain.jobs import GroupProgress, Job, JobStatus
from bot.domain.outbox import OutboxEntry
from bot.domain.placeholders import PlaceholderState, placeholder_state
from bot.domain.timings import TIMINGS, Timings
from bot.domain.views import View
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.messenger import Messenger, Placeholder
from bot.ports.outbox import OutboxStore
from bot.ports.placeholders import PlaceholderStore
from bot.ports.progress import ProgressStore
from bot.screens.placeholder import progress_view, undelivered_view, waiting_view
from bot.services.estimates import Estimates
from bot.services.retrying import retrying
from bot.workers.leadership import Tenure
from bot.workers.posting import placeholder_of

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class Placeholders:
    """Handles the outbox entries of placeholders."""

    messenger: Messenger
    entries: OutboxStore
    progress: ProgressStore
    deliveries: DeliveryStore
    placeholders: PlaceholderStore
    estimates: Estimates
    slots: int
    clock: Clock
    timings: Timings = TIMINGS
    # By key: until when a given-up edit may land.
    _in_doubt: dict[str, datetime] = field(default_factory=dict, init=False)

    async def show(self, entry: OutboxEntry, tenure: Tenure) -> datetime | None:
        """See `outbox.Handler.show`."""
        settles_within = self.messenger.limits.edit_settles_within
        started_at = self.clock.now()
        tenure.check()
        try:
            async with asyncio.timeout(self.timings.change_timeout_s):
                is_final = await self._bring_up_to_date(entry.job_id, tenure)
            is_shown = True
        except (DeniedError, MessageGoneError, UndeliverableError, UnreadableError) as error:
            log.info("placeholder_not_changed", error=type(error).__name__)
            is_final = False
            # It was shown, and then somebody deleted it.
            is_shown = isinstance(error, MessageGoneError) and entry.attempts > 0
        except (TimeoutError, MessageInDoubtError) as error:
            self._note_in_doubt(entry.key, until=self.clock.now() + settles_within)
            reason = f"an edit is in doubt ({type(error).__name__})"
            raise MessageInDoubtError(reason, retry_after=settles_within) from error
        settled_at = self._settled_at(entry, started_at, is_final=is_final)
        if started_at < settled_at:
            return settled_at
        if await self.entries.drop(entry) and not is_shown:  # rather no message than two
            await self._tell_directly(entry.job_id)
        return None

    def _settled_at(self, entry: OutboxEntry, started_at: datetime, *, is_final: bool) -> datetime:
        """Return when the change that began then can no longer be covered up by an older one."""
        settled_at = self._in_doubt.get(entry.key, started_at)
        if not is_final:
            return settled_at
        # An edit by a process that died may land after the last words, and stay for good.
        return max(settled_at, entry.changed_at + self.messenger.limits.edit_settles_within)

    async def _tell_directly(self, job_id: str) -> None:
        """Tell the person of a result that is nowhere, since the placeholder does not. Best effort.

        Once for all jobs of a command, when the last of them has ended.
        """
        job = await self.progress.get(job_id)
        if job is None:
            return
        progress = await self.progress.group_progress(job.id)
        if not (progress.is_complete and progress.undeliverable):
            return
        try:
            async with asyncio.timeout(self.timings.change_timeout_s):
                there = await self.messenger.direct(job.origin.person)
                await self.messenger.send(there, undelivered_view(job), key=f"{job.id}.u")
        except (DeliveryError, TimeoutError) as error:
            log.info("not_told_by_direct_message", error=type(error).__name__)

    async def give_up(self, entry: OutboxEntry, _reason: str) -> None:
        """See `outbox.Handler.give_up`."""
        await self.entries.drop(entry)

    async def before_posted(self, job: Job, tenure: Tenure) -> None:
        """Bring the placeholder of a group that this job completes to its end. Never fails.

        Once the job is recorded as posted, a killed process would leave the placeholder behind.
        """
        if job.group_id is None:
            return
        try:
            async with asyncio.timeout(self.timings.change_timeout_s):
                first = await self.progress.get(job.group_id)
                progress = await self.progress.group_progress(job.id)
                after = replace(progress, finished=progress.finished + 1)
                if first is not None and after.is_complete:
                    await self._show(first, after, tenure)
        except (DeliveryError, StoreError, TimeoutError) as error:
            log.info("placeholder_not_changed", error=type(error).__name__)

    def _note_in_doubt(self, key: str, *, until: datetime) -> None:
        now = self.clock.now()
        self._in_doubt = {each: at for each, at in self._in_doubt.items() if at > now}
        self._in_doubt[key] = until

    async def _bring_up_to_date(self, job_id: str, tenure: Tenure) -> bool:
        """Let the placeholder say how things stand; return whether these are its last words."""
        job = await self.progress.get(job_id)
        if job is None or await self._is_taken(job):
            return False
        return await self._show(job, await self.progress.group_progress(job.id), tenure)

    async def _show(self, job: Job, progress: GroupProgress, tenure: Tenure) -> bool:
        placeholder = placeholder_of(job)
        state = placeholder_state(job, progress)
        if state is PlaceholderState.GOES:
            await self.messenger.delete(placeholder)
        elif state is PlaceholderState.SPEAKS or job.status is JobStatus.SUBMITTING:
            if await self._must_send(job, placeholder):
                await self._send(job, placeholder, await self._first_view(job, progress), tenure)
            elif state is PlaceholderState.SPEAKS:
                view = await self._view(job, progress)
                await self.messenger.replace(placeholder, view, key=job.id)
            return progress.is_complete
        return False

    async def _view(self, job: Job, progress: GroupProgress) -> View:
        view = progress_view(job, progress, await self.estimates.expected_at(job))
        assert view is not None, "a placeholder that says nothing is not shown"
        return view

    # ── Where a placeholder is a message of its own ──

    async def _must_send(self, job: Job, placeholder: Placeholder) -> bool:
        """Whether the placeholder is ours to send, and does not stand yet.

        Raises UnreadableError where nobody can tell: it is left out then. Raises NotSentError as
        long as one that was sent before, be it by a process that died, may still arrive.
        """
        origin = job.origin
        if not self.messenger.limits.sends_placeholders or origin.placeholder_id is not None:
            return False
        begun_at = origin.placeholder_begun_at
        if begun_at is None:
            return True
        assert placeholder.key is not None
        where = await self._place(job)
        found = await self.messenger.find(where, key=placeholder.key, placeholder=placeholder)
        if found is not None:
            await self.placeholders.finish(job.id, message_id=found.id)
            return False
        settled_at, now = begun_at + self.messenger.limits.send_settles_within, self.clock.now()
        if now < settled_at:
            reason = "an earlier placeholder may still arrive"
            raise NotSentError(reason, retry_after=settled_at - now)
        return True

    async def _first_view(self, job: Job, progress: GroupProgress) -> View:
        """Say of one job that has not started when its turn comes, as an answer would have."""
        starts = job.status is JobStatus.SUBMITTING
        if progress.total > 1 or not (starts or (job.is_cancellable and not job.attempt)):
            return await self._view(job, progress)
        place = await self.progress.place(job.origin.person, slots=self.slots)
        # That is the place of a next job of this person, behind this one.
        place = replace(place, ahead=0 if starts else max(place.ahead - 1, 0))
        typical = await self.estimates.typical_time(job.mode)
        return waiting_view(job, place, self.estimates.end(typical, place))

    async def _send(self, job: Job, placeholder: Placeholder, view: View, tenure: Tenure) -> None:
        """Send it. That it may stand is noted before, and of which message it is, afterwards."""
        assert placeholder.key is not None
        where = await self._place(job)
        await self.placeholders.start(job.id, fence=tenure.fence, now=self.clock.now())
        tenure.check()
        try:
            message = await self.messenger.send(
                where, view, key=placeholder.key, check=tenure.check
            )
        except (DeniedError, NotSentError):
            if job.origin.placeholder_begun_at is None:  # else an earlier one may stand
                await self.placeholders.clear(job.id)
            raise
        await retrying(lambda: self.placeholders.finish(job.id, message_id=message.id))

    async def _place(self, job: Job) -> Conversation:
        if job.is_private:
            return await self.messenger.direct(job.origin.person)
        return job.origin.conversation

    async def _is_taken(self, job: Job) -> bool:
        """Whether the placeholder has become a message of the result, or may yet do so."""
        delivery = None if job.group_id is not None else await self.deliveries.get(job.id)
        if delivery is None:
            return False
        if delivery.status is not DeliveryStatus.UNDELIVERABLE:
            return True
        return any(part.is_in_placeholder for part in delivery.parts)
