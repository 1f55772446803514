"""Keeps placeholders up to date while people wait, and out of the way of results."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import (
    DeliveryDelayedError,
    DeniedError,
    MessageGoneError,
    MessageInDoubtError,
    StoreError,
)
from bot.domain.jobs import GroupProgress, Job
from bot.domain.outbox import OutboxEntry
from bot.domain.placeholders import PlaceholderState, placeholder_state
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.messenger import Messenger
from bot.ports.outbox import OutboxStore
from bot.ports.progress import ProgressStore
from bot.screens.placeholder import progress_view
from bot.services.estimates import Estimates
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
    estimates: Estimates
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
                is_final = await self._bring_up_to_date(entry.job_id)
        except (DeniedError, MessageGoneError) as error:
            log.info("placeholder_not_changed", error=type(error).__name__)
            is_final = False
        except (TimeoutError, MessageInDoubtError) as error:
            self._note_in_doubt(entry.key, until=self.clock.now() + settles_within)
            reason = f"an edit is in doubt ({type(error).__name__})"
            raise MessageInDoubtError(reason, retry_after=settles_within) from error
        settled_at = self._in_doubt.get(entry.key, started_at)
        if is_final:  # an edit by a process that died may land after them, and stay for good
            settled_at = max(settled_at, entry.changed_at + settles_within)
        if started_at < settled_at:
            return settled_at
        await self.entries.drop(entry)
        return None

    async def give_up(self, entry: OutboxEntry, _reason: str) -> None:
        """See `outbox.Handler.give_up`."""
        await self.entries.drop(entry)

    async def before_posted(self, job: Job) -> None:
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
                    await self._show(first, after)
        except (
            DeliveryDelayedError,
            DeniedError,
            MessageGoneError,
            StoreError,
            TimeoutError,
        ) as error:
            log.info("placeholder_not_changed", error=type(error).__name__)

    def _note_in_doubt(self, key: str, *, until: datetime) -> None:
        now = self.clock.now()
        self._in_doubt = {each: at for each, at in self._in_doubt.items() if at > now}
        self._in_doubt[key] = until

    async def _bring_up_to_date(self, job_id: str) -> bool:
        """Let the placeholder say how things stand; return whether these are its last words."""
        job = await self.progress.get(job_id)
        if job is None or await self._is_taken(job):
            return False
        return await self._show(job, await self.progress.group_progress(job.id))

    async def _show(self, job: Job, progress: GroupProgress) -> bool:
        placeholder = placeholder_of(job)
        state = placeholder_state(job, progress)
        if state is PlaceholderState.GOES:
            await self.messenger.delete(placeholder)
        elif state is PlaceholderState.SPEAKS:
            view = progress_view(job, progress, await self.estimates.expected_at(job))
            assert view is not None, "a placeholder that says nothing is not shown"
            await self.messenger.replace(placeholder, view, key=job.id)
            return progress.is_complete
        return False

    async def _is_taken(self, job: Job) -> bool:
        """Whether the placeholder has become a message of the result, or may yet do so."""
        delivery = None if job.group_id is not None else await self.deliveries.get(job.id)
        if delivery is None:
            return False
        if delivery.status is not DeliveryStatus.UNDELIVERABLE:
            return True
        return any(part.is_in_placeholder for part in delivery.parts)
