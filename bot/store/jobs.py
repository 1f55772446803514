"""The jobs: every move of a job is a method here, and nowhere else.

The modules beside this one have the transactions, by the phases of a job's life.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.jobs import (
    Failure,
    GroupProgress,
    Job,
    JobFilter,
    JobPage,
    Mode,
    NewJob,
    RecentPrompt,
    TaskReport,
)
from bot.domain.people import Usage
from bot.domain.queue import QueuePlace, QueueState, QueueStats
from bot.store import admission, fair_queue, listing, polls, submitting, transitions
from bot.store.admission import Admitted, AnswerNote, Command
from bot.store.batch import Batches
from bot.store.callbacks import CallbackNote, note_callbacks
from bot.store.database import Database
from bot.store.retention import drop_finished

MICROSECOND = timedelta(microseconds=1)


class SqlJobStore:
    """Implements `ports.JobStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._commands: Batches[Command, Admitted] = Batches(
            lambda commands: database.run(admission.take_in, commands)
        )
        self._answers: Batches[AnswerNote, None] = Batches(
            lambda notes: database.run(admission.note_answers, notes)
        )
        self._durations: Batches[tuple[Mode, int], list[timedelta]] = Batches(
            lambda wanted: database.run(polls.recent_durations, wanted)
        )
        self._callbacks: Batches[CallbackNote, bool] = Batches(
            lambda notes: database.run(note_callbacks, notes)
        )

    async def add(
        self,
        new: Sequence[NewJob],
        *,
        admit: Callable[[Usage], None],
        slots: int,
        now: datetime,
        claimable_at: datetime,
    ) -> tuple[tuple[Job, ...], QueuePlace]:
        """See `ports.JobStore.add`."""
        jobs = tuple(
            # A microsecond apart, so that the jobs of one command keep their order.
            job.queued(created_at=now + number * MICROSECOND, claimable_at=claimable_at)
            for number, job in enumerate(new)
        )
        return await self._commands.do(Command(jobs=jobs, admit=admit, slots=slots, now=now))

    async def get(self, job_id: str) -> Job | None:
        """See `ports.JobStore.get`."""
        return await self._database.run(transitions.get_job, job_id)

    async def of_command(self, source_key: str) -> tuple[Job, ...]:
        """See `ports.JobStore.of_command`."""
        return await self._database.run(admission.of_command, source_key)

    async def mark_answered(
        self, job_id: str, *, placeholder_id: str | None, now: datetime
    ) -> None:
        """See `ports.JobStore.mark_answered`."""
        await self._answers.do(AnswerNote(job_id, placeholder_id, now))

    async def cancel_unanswered(self, job_id: str, *, now: datetime) -> int:
        """See `ports.JobStore.cancel_unanswered`."""
        return await self._database.run(admission.cancel_unanswered, job_id, now)

    async def cancel(self, job_id: str, *, now: datetime) -> int:
        """See `ports.JobStore.cancel`."""
        return await self._database.run(admission.cancel, job_id, now)

    async def discard(self, job_id: str, *, now: datetime) -> int:
        """See `ports.JobStore.discard`."""
        return await self._database.run(admission.discard, job_id, now)

    async def group_progress(self, job_id: str) -> GroupProgress:
        """See `ports.JobStore.group_progress`."""
        return await self._database.run(listing.group_progress, job_id)

    async def usage(self, requester: str, *, now: datetime) -> Usage:
        """See `ports.JobStore.usage`."""
        return await self._database.run(admission.usage, requester, now)

    async def queue_state(self, requester: str | None = None) -> QueueState:
        """See `ports.JobStore.queue_state`."""
        return await self._database.run(listing.queue_state, requester)

    async def queue_stats(self, *, slots: int, now: datetime) -> QueueStats:
        """See `ports.JobStore.queue_stats`."""
        return await self._database.run(listing.queue_stats, slots, now)

    async def place(self, requester: str, *, slots: int) -> QueuePlace:
        """See `ports.JobStore.place`."""
        return await self._database.run(fair_queue.place, requester, slots)

    async def page(self, requester: str, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        """See `ports.JobStore.page`."""
        return await self._database.run(listing.page, requester, wanted, number, size)

    async def recent_prompts(
        self, requester: str, *, search: str, limit: int
    ) -> list[RecentPrompt]:
        """See `ports.JobStore.recent_prompts`."""
        return await self._database.run(listing.recent_prompts, requester, search, limit)

    async def claim(
        self,
        *,
        owner: str,
        lease_until: datetime,
        slots: int,
        limit: int,
        hooked: bool,
        now: datetime,
        holding: Collection[str] | None = None,
    ) -> list[Job]:
        """See `ports.JobStore.claim`."""
        claim = {"owner": owner, "lease_until": lease_until, "hooked": hooked}
        return await self._database.run(submitting.claim, claim, slots, limit, now, holding=holding)

    async def renew_leases(
        self, job_ids: Collection[str], *, owner: str, until: datetime
    ) -> Collection[str]:
        """See `ports.ClaimStore.renew_leases`."""
        return await self._database.run(submitting.renew_leases, job_ids, owner, until)

    async def expire_leases(self, *, now: datetime, dead_owners_but: str | None = None) -> int:
        """See `ports.JobStore.expire_leases`."""
        return await self._database.run(submitting.expire_leases, now, dead_owners_but)

    async def record_accepted(
        self, job_id: str, *, fence: int, task_id: str, next_poll_at: datetime, now: datetime
    ) -> Job | None:
        """See `ports.JobStore.record_accepted`."""
        accepted = {"provider_task_id": task_id, "next_poll_at": next_poll_at}
        return await self._database.run(submitting.record_accepted, job_id, fence, accepted, now)

    async def record_not_started(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """See `ports.JobStore.record_not_started`."""
        return await self._database.run(submitting.record_not_started, job_id, fence, now)

    async def record_refused(
        self, job_id: str, *, fence: int, failure: Failure, now: datetime
    ) -> Job | None:
        """See `ports.JobStore.record_refused`."""
        return await self._database.run(submitting.record_refused, job_id, fence, failure, now)

    async def record_lost(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """See `ports.JobStore.record_lost`."""
        return await self._database.run(submitting.record_lost, job_id, fence, now)

    async def note_callback(self, job_id: str, *, task_id: str | None, now: datetime) -> bool:
        """See `ports.JobStore.note_callback`."""
        return await self._callbacks.do(CallbackNote(job_id, task_id, now))

    async def to_poll(self, *, now: datetime, limit: int) -> list[Job]:
        """See `ports.JobStore.to_poll`."""
        return await self._database.run(polls.to_poll, now, limit)

    async def next_poll_at(self) -> datetime | None:
        """See `ports.JobStore.next_poll_at`."""
        return await self._database.run(polls.next_poll_at)

    async def poll_all_now(self, *, now: datetime) -> None:
        """See `ports.JobStore.poll_all_now`."""
        await self._database.run(polls.poll_all_now, now)

    async def record_poll(
        self,
        reports: Sequence[TaskReport],
        *,
        next_polls: Mapping[str, datetime],
        asked_at: datetime,
        now: datetime,
    ) -> list[Job]:
        """See `ports.JobStore.record_poll`."""
        return await self._database.run(polls.record_poll, reports, next_polls, asked_at, now)

    async def fail_overdue(self, *, now: datetime, give_up_before: datetime) -> list[Job]:
        """See `ports.JobStore.fail_overdue`."""
        return await self._database.run(polls.fail_overdue, now, give_up_before)

    async def expire_queued(self, *, created_before: datetime, now: datetime) -> list[Job]:
        """See `ports.JobStore.expire_queued`."""
        return await self._database.run(polls.expire_queued, created_before, now)

    async def recent_durations(self, mode: Mode, *, limit: int) -> list[timedelta]:
        """See `ports.JobStore.recent_durations`."""
        return await self._durations.do((mode, limit))

    async def drop_finished(self, *, finished_before: datetime, limit: int) -> int:
        """See `ports.JobStore.drop_finished`."""
        return await self._database.run(drop_finished, finished_before, limit)

    async def erase_reply_tokens(self, *, now: datetime) -> int:
        """See `ports.JobStore.erase_reply_tokens`."""
        return await self._database.run(polls.erase_reply_tokens, now)
