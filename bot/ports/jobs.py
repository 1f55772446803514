"""Jobs as they are stored."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

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


class ClaimStore(Protocol):
    """Rows that a process claims, with a lease on each."""

    async def renew_leases(
        self, job_ids: Collection[str], *, owner: str, until: datetime
    ) -> Collection[str]:
        """Extend the leases on these as far as `owner` still holds them; give which."""


class JobStore(ClaimStore, Protocol):
    """Jobs and their moves. Every move is one compare-and-set; a late or repeated one does nothing.

    Methods that take a `fence` change the job only while that claim is the latest one.
    """

    async def add(
        self,
        new: Sequence[NewJob],
        *,
        admit: Callable[[Usage], None],
        slots: int,
        now: datetime,
        claimable_at: datetime,
    ) -> tuple[tuple[Job, ...], QueuePlace]:
        """Store queued jobs of one command, all or none.

        If the first one's `source_key` is known, the jobs that the command made before are given
        instead. `admit` sees the usage in the same transaction and raises to keep new jobs out;
        its exception passes through, and nothing is stored.

        Raises:
            TakenBackError: the promise of an answer to this command was taken back.
        """

    async def get(self, job_id: str) -> Job | None:
        """Return the job, or None."""

    async def of_command(self, source_key: str) -> tuple[Job, ...]:
        """Return the jobs that a command made, by the first one's `source_key`; none if none."""

    async def mark_answered(
        self, job_id: str, *, placeholder_id: str | None, now: datetime
    ) -> None:
        """Note that the person has the placeholder of the job and its group: they may start."""

    async def cancel_unanswered(self, job_id: str, *, now: datetime) -> int:
        """Cancel the queued job, and its group, whose command nobody answered; count them."""

    async def cancel(self, job_id: str, *, now: datetime) -> int:
        """Cancel the job and its group as far as they are queued; count them."""

    async def discard(self, job_id: str, *, now: datetime) -> int:
        """Keep the results of the job and its group, as far as in flight, from being posted."""

    async def group_progress(self, job_id: str) -> GroupProgress:
        """How far the job and its group are."""

    async def usage(self, requester: str, *, now: datetime) -> Usage:
        """Count what stands against the limits of a person."""

    async def queue_state(self, requester: str | None = None) -> QueueState:
        """Count what waits and runs, of one person or of all."""

    async def queue_stats(self, *, slots: int, now: datetime) -> QueueStats:
        """Count what an operator watches; cheap at any length of the queue's history."""

    async def place(self, requester: str, *, slots: int) -> QueuePlace:
        """Return the place in the queue that a new job of this person would have."""

    async def page(self, requester: str, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        """Return a page of a person's jobs, newest first; a number too high gives the last page."""

    async def recent_prompts(
        self, requester: str, *, search: str, limit: int
    ) -> list[RecentPrompt]:
        """Return a person's latest different prompts that contain `search`, newest first."""

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
        """Move up to `limit` queued jobs to submitting, each into a free slot of 1…`slots`.

        Fewest jobs in flight for that person first, then the oldest; jobs that the provider
        sent back go before all. `hooked` says whether the submit will carry a callback address.
        `holding` names all jobs that the owner knows to hold: others of its own were claimed by a
        call whose answer was lost. They were not submitted, and go back first.

        None while the pause after a doubtful submit lasts, whoever's that was; then one, while no
        other is being submitted, until `record_accepted` ends this.
        """

    async def expire_leases(self, *, now: datetime, dead_owners_but: str | None = None) -> int:
        """Return up claims whose lease ended: submitting jobs become unknown; count them.

        If there are any, submitting pauses as after `record_lost`.

        With `dead_owners_but`, all leases of other owners end at once (a held SQLite lock
        proves their processes dead).
        """

    async def record_accepted(
        self, job_id: str, *, fence: int, task_id: str, next_poll_at: datetime, now: datetime
    ) -> Job | None:
        """The provider took the job: running. Overrides a task id adopted from a callback."""

    async def record_not_started(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """Nothing was started: back to the head of the queue, slot freed.

        A discarded job is cancelled instead.
        """

    async def record_refused(
        self, job_id: str, *, fence: int, failure: Failure, now: datetime
    ) -> Job | None:
        """The provider refused the job: failed, slot freed, delivery pending."""

    async def record_lost(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """The answer is lost: unknown, slot kept; nobody claims for 1, 2, 4 … 60 s.

        Without a callback address nothing can resolve it, so the person is told now.
        """

    async def note_callback(self, job_id: str, *, task_id: str | None, now: datetime) -> bool:
        """Make a callback durable: adopt its task id if we have none, poll at once.

        Repeats, and callbacks for a job that is over, change nothing. False: no such job.
        """

    async def to_poll(self, *, now: datetime, limit: int) -> list[Job]:
        """Return the jobs with a task id in flight, most overdue first; none while no poll is due.

        One call asks about all of them, so those that are not due yet cost nothing more.
        """

    async def next_poll_at(self) -> datetime | None:
        """When the next poll or deadline is due; None when nothing is in flight."""

    async def poll_all_now(self, *, now: datetime) -> None:
        """Make every job in flight due (after a start)."""

    async def record_poll(
        self,
        reports: Sequence[TaskReport],
        *,
        next_polls: Mapping[str, datetime],
        asked_at: datetime,
        now: datetime,
    ) -> list[Job]:
        """Settle the jobs of all finished tasks and give those that this ended.

        `next_polls` says when the jobs that were due are due next if they go on.
        A job whose first callback came after `asked_at` is due at once: the answer may be older.
        """

    async def fail_overdue(self, *, now: datetime, give_up_before: datetime) -> list[Job]:
        """Fail the jobs past their deadline.

        One with a task id only after a status poll later than its deadline, unless the deadline
        was before `give_up_before` (the provider has not answered any poll since).
        """

    async def expire_queued(self, *, created_before: datetime, now: datetime) -> list[Job]:
        """Fail jobs that waited in the queue since before `created_before`."""

    async def recent_durations(self, mode: Mode, *, limit: int) -> list[timedelta]:
        """How long the latest successful jobs of this mode took, newest first."""

    async def drop_finished(self, *, finished_before: datetime, limit: int) -> int:
        """Drop up to `limit` jobs, the oldest first, that ended before this; count them.

        None whose result is still to be posted, and none whose group is not all over and as old.
        """

    async def erase_reply_tokens(self, *, now: datetime) -> int:
        """Erase the reply tokens that have ended; count them."""
