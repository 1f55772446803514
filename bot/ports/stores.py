"""What is kept in the database, one protocol for each of its uses."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.deliveries import Delivery
from bot.domain.jobs import (
    Failure,
    FailureCode,
    GroupProgress,
    Job,
    JobFilter,
    JobPage,
    Mode,
    NewJob,
    RecentPrompt,
    TaskReport,
)
from bot.domain.leases import Fence, LeaseGrant
from bot.domain.outbox import OutboxEntry
from bot.domain.people import PictureUsage, Preferences, Preset, Usage
from bot.domain.queue import Claim, QueuePlace, QueueState, QueueStats
from bot.domain.submit_window import SubmitWindow, WindowChange, unchanged


class RequestStore(Protocol):
    """What a person asks for, and takes back. A repeated call changes nothing."""

    async def add(
        self,
        new: Sequence[NewJob],
        *,
        admit: Callable[[Usage], None],
        check_receipt: Callable[[], bool] = lambda: False,
        slots: int,
        now: datetime,
        claimable_at: datetime,
    ) -> tuple[tuple[Job, ...], QueuePlace]:
        """Store queued jobs of one command, all or none.

        If the first one's `source_key` is known, the jobs that the command made before are given
        instead. `admit` sees the usage in the same transaction and raises to keep new jobs out;
        its exception passes through, and nothing is stored. So does `check_receipt`, which is
        called last; it says whether the placeholder goes into the outbox at once.
        """

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

    async def usage(self, person: Person, *, now: datetime) -> Usage:
        """Count what stands against the limits of a person."""


class ProgressStore(Protocol):
    """How far jobs, their groups and the queue are. Reads only."""

    async def get(self, job_id: str) -> Job | None:
        """Return the job, or None."""

    async def group_progress(self, job_id: str) -> GroupProgress:
        """How far the job and its group are."""

    async def queue_state(self, person: Person | None = None) -> QueueState:
        """Count what waits and runs, of one person or of all."""

    async def queue_stats(self, *, slots: int, now: datetime) -> QueueStats:
        """Count what an operator watches; cheap at any length of the queue's history."""

    async def place(self, person: Person, *, slots: int) -> QueuePlace:
        """Return the place in the queue that a new job of this person would have."""


class HistoryStore(Protocol):
    """Jobs of the past and present, as lists. Reads only."""

    async def page(self, person: Person, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        """Return a page of a person's jobs, newest first; a number too high gives the last page."""

    async def recent_prompts(
        self, person: Person, *, search: str, limit: int
    ) -> list[RecentPrompt]:
        """Return a person's latest different prompts that contain `search`, newest first."""

    async def recent_durations(self, mode: Mode, *, limit: int) -> list[timedelta]:
        """How long the latest successful jobs of this mode took, newest first."""


class QueueStore(Protocol):
    """Claims on queued jobs, and what came of their submits. A late or repeated move does nothing.

    Methods that take a `fence` decide, and raise LostLeaseError if another process leads by now.
    Those that take an `attempt` report: they change the job only while that claim is the latest
    one, whoever leads. Each changes the submit window in the same transaction.
    """

    async def take_over(self, fence: Fence, *, now: datetime) -> int:
        """Put what former leaders left submitting to unknown; count it.

        If there is any, the window closes, once for all of it.
        """

    async def leave(self, fence: Fence, *, now: datetime) -> int:
        """Put what is still submitting under `fence` to unknown, as `take_over` would; count it."""

    async def claim(
        self,
        fence: Fence,
        *,
        holding: Collection[str],
        slots: int,
        hooked: bool,
        now: datetime,
        platforms: Collection[str] | None = None,
    ) -> Claim:
        """Move as many queued jobs to submitting as the window has room for, each with a slot.

        Fewest jobs in flight for that person first, then the oldest; jobs that the provider
        sent back go before all. Slots are 1…`slots`; `hooked` says whether the submits will carry a
        callback address. `holding` names the jobs whose submits are under way: others under this
        fence were claimed by a call whose answer was lost. They were not submitted, and go back
        first. `platforms` are those that are set: jobs of others stay in the queue. None: all.
        """

    async def record_accepted(
        self, job_id: str, *, attempt: int, task_id: str, next_poll_at: datetime, now: datetime
    ) -> Job | None:
        """The provider took the job: running. Overrides a task id adopted from a callback."""

    async def record_not_started(
        self, job_id: str, *, attempt: int, now: datetime, change: WindowChange = unchanged
    ) -> Job | None:
        """Nothing was started: back to the head of the queue, slot freed.

        A discarded job is cancelled instead. `change` is what it means for the window.
        """

    async def record_account_refused(
        self, job_id: str, *, attempt: int, code: FailureCode, now: datetime
    ) -> Job | None:
        """The provider refused the account, or our key: failed, and nobody submits for a while.

        A job that was to find out whether the account can be used again goes back to the queue.
        """

    async def record_refused(
        self, job_id: str, *, attempt: int, failure: Failure, now: datetime
    ) -> Job | None:
        """The provider refused the job: failed, slot freed, delivery pending."""

    async def record_lost(self, job_id: str, *, attempt: int, now: datetime) -> Job | None:
        """The answer is lost: unknown, slot kept; nobody claims for 1, 2, 4 … 60 s.

        Without a callback address nothing can resolve it, so the person is told now.
        """


class PollStore(Protocol):
    """Jobs in flight: when to ask about them, and what the answers say.

    Methods that take a `fence` raise LostLeaseError if another process leads by now.
    """

    async def to_poll(self, *, now: datetime, limit: int) -> list[Job]:
        """Return the jobs with a task id in flight, most overdue first; none while no poll is due.

        One call asks about all of them, so those that are not due yet cost nothing more.
        """

    async def next_poll_at(self) -> datetime | None:
        """When the next poll or deadline is due; None when nothing is in flight."""

    async def poll_all_now(self, fence: Fence, *, now: datetime) -> None:
        """Make every job in flight due (after a start)."""

    async def record_poll(
        self,
        fence: Fence,
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

    async def fail_overdue(
        self, fence: Fence, *, now: datetime, give_up_before: datetime
    ) -> list[Job]:
        """Fail the jobs past their deadline.

        One with a task id only after a status poll later than its deadline, unless the deadline
        was before `give_up_before` (the provider has not answered any poll since).
        """


class CallbackStore(Protocol):
    """What callbacks say about jobs."""

    async def note_callback(self, job_id: str, *, task_id: str | None, now: datetime) -> bool:
        """Make a callback durable: adopt its task id if we have none, poll at once.

        Repeats, and callbacks for a job that is over, change nothing. False: no such job.
        """


class RetentionStore(Protocol):
    """Jobs that waited too long, and what is kept no longer. With a `fence` as in `PollStore`."""

    async def expire_queued(
        self, fence: Fence, *, created_before: datetime, now: datetime
    ) -> list[Job]:
        """Fail jobs that waited in the queue since before `created_before`."""

    async def drop_finished(self, *, finished_before: datetime, limit: int) -> int:
        """Drop up to `limit` jobs, the oldest first, that ended before this; count them.

        None whose result is still to be posted, and none whose group is not all over and as old.
        """

    async def erase_reply_tokens(self, *, now: datetime) -> int:
        """Erase the reply tokens that have ended; count them."""


class DeliveryStore(Protocol):
    """The messages of each result: recorded before they are sent, completed afterwards.

    What decides that something is sent checks the fence of the platform's leader. What reports on
    a call that was made checks the part's own attempt, and is accepted from a former leader too.
    What fails its check raises LostLeaseError, and nothing may be sent then.
    """

    async def get(self, job_id: str) -> Delivery | None:
        """Return the delivery of a job; None while nothing of it was begun."""

    async def start_part(
        self,
        job_id: str,
        *,
        fence: Fence,
        number: int,
        images: Sequence[int],
        now: datetime,
        is_direct: bool = False,
    ) -> Delivery:
        """Note that message `number` is about to be sent with these images: a new attempt at it.

        A repeat keeps the time of the first attempt whose outcome is not known. Of a message that
        stands nothing changes, and one that goes to the person directly does so for good.
        """

    async def finish_part(
        self,
        job_id: str,
        *,
        number: int,
        attempt: int,
        message_id: str,
        conversation_id: str,
        now: datetime,
        is_in_placeholder: bool = False,
    ) -> Delivery:
        """Note the message that carries part `number`, and that it stands now. May be repeated."""

    async def clear_attempt(self, job_id: str, *, number: int, attempt: int) -> Delivery:
        """Note that this attempt certainly sent nothing.

        A part of which no other attempt is in doubt is forgotten, unless it is direct.
        """

    async def reopen_part(self, job_id: str, *, fence: Fence, number: int) -> Delivery:
        """Note that no message carries part `number` any more: it is to be posted again."""

    async def record_posted(self, entry: OutboxEntry, *, now: datetime) -> bool:
        """Note that all messages of the result stand, and drop its entry.

        In the same transaction the placeholder of a group is to be shown anew, and the person told
        by direct message if they wish. False: the entry has changed meanwhile, or is gone.
        """

    async def record_undeliverable(self, entry: OutboxEntry, *, reason: str, now: datetime) -> bool:
        """Note that it can never be posted, and drop its entry; the result stays with the job.

        The placeholder is to say so, in the same transaction. False: as for `record_posted`.
        """


class OutboxStore(Protocol):
    """What must still be shown to somebody; whatever changes a job writes it, as one transaction.

    Entries of one platform at a time: its leader alone works on them.
    """

    async def due(
        self,
        platform: str,
        *,
        now: datetime,
        limit: int,
        but_keys: Collection[str] = (),
        but_conversations: Collection[str] = (),
    ) -> list[OutboxEntry]:
        """Return entries that are due, the longest due first, without those that are excluded."""

    async def drop(self, entry: OutboxEntry) -> bool:
        """Note that it was shown. A later version stays; False: there is one, or it is gone."""

    async def postpone(self, entry: OutboxEntry, *, due_at: datetime, now: datetime) -> None:
        """Count an attempt at it, and let it be due later. A later version is left as it is."""


class LeaseStore(Protocol):
    """Which process does what only one may do at a time."""

    async def take(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        """Take a lease under a new fence; None while another process holds it.

        `owner` does not hold it, as far as it knows: if the store says so, an answer was lost.
        """

    async def renew(self, fence: Fence, *, until: datetime) -> bool:
        """Put off the end of a lease; False if it was taken since."""

    async def release(self, fence: Fence) -> None:
        """Let a lease go, so that others need not wait for its end."""


class PersonalStore(Protocol):
    """What a person keeps: presets and preferences."""

    async def presets(self, person: Person) -> list[Preset]:
        """Return all presets of a person by name."""

    async def save_preset(self, person: Person, preset: Preset, *, limit: int) -> bool:
        """Save or replace one; False if that would be more than `limit`."""

    async def delete_preset(self, person: Person, name: str) -> bool:
        """Delete one; False if there is none."""

    async def preferences(self, person: Person) -> Preferences:
        """Return what the person has set, or the defaults."""

    async def change_preferences(
        self, person: Person, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        """Replace what the person has set by what `change` makes of it, in one step; give that."""


class DraftStore(Protocol):
    """What waits for an answer of a person: a prompt does not fit a button."""

    async def put_draft(self, person: Person, payload: str, *, now: datetime) -> str:
        """Keep a payload for a day and return its id (20 characters, as a job's).

        A person's oldest drafts go when they have too many, or too large ones.
        """

    async def get_draft(self, draft_id: str, person: Person) -> str | None:
        """Return the payload, or None: gone, or somebody else's."""

    async def drop_draft(self, draft_id: str, person: Person) -> None:
        """Drop this one, if it is this person's."""

    async def drop_drafts(self, *, created_before: datetime) -> int:
        """Drop old ones, and the oldest of far too many; count them."""


class ReferenceStore(Protocol):
    """Pictures that people attached, kept for a day so that the provider can fetch them."""

    async def put_references(
        self,
        pictures: Mapping[str, bytes],
        *,
        person: Person,
        admit: Callable[[PictureUsage, Sequence[int]], None],
        now: datetime,
    ) -> None:
        """Keep PNGs of a person by ids of 20 characters; one that is kept already counts as new.

        `admit` gets their sizes in the same transaction; nothing is kept if it raises.
        """

    async def get_reference(self, reference_id: str) -> bytes | None:
        """Return the PNG, or None."""

    async def use_references(self, reference_ids: Collection[str], *, now: datetime) -> set[str]:
        """Keep these for another day, for a job that needs them; return those that exist."""

    async def drop_references(self, *, used_before: datetime) -> int:
        """Drop some that have not been used since then; count them."""


class SettingStore(Protocol):
    """Small facts that outlive the process: generated secrets, hashes."""

    async def get(self, key: str) -> str | None:
        """Return a value, or None."""

    async def put(self, key: str, value: str) -> None:
        """Set a value."""

    async def get_or_create(self, key: str, value: str) -> str:
        """Set a value unless there is one; give the one that stands (also between processes)."""

    async def submit_window(self) -> SubmitWindow:
        """Return how far submitting is open, and whether the provider's account can be used."""
