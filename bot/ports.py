"""The protocols between the parts. Implementations are chosen in `bot/wiring` and nowhere else."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import (
    AccountPause,
    Delivery,
    DeliveryStatus,
    Failure,
    FetchedImage,
    GroupProgress,
    Job,
    JobFilter,
    JobPage,
    LeaseGrant,
    Mode,
    NewJob,
    Note,
    Part,
    PictureUsage,
    Preferences,
    Preset,
    Promise,
    QueuePlace,
    QueueState,
    QueueStats,
    RecentPrompt,
    TaskReport,
    Usage,
)


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Give the present moment, aware UTC."""


class Loop(Protocol):
    """Work that goes on until it is stopped."""

    async def run(self) -> None:
        """Work; returns soon after `stop`, when what is under way is done."""

    def stop(self) -> None:
        """Begin nothing more."""


class MidjourneyApi(Protocol):
    """The provider's two calls."""

    async def submit(self, *, prompt: str, mode: Mode, hook_url: str | None) -> str:
        """Start a billable job and return its task id.

        Raises:
            QuotaExhaustedError, KeyRejectedError, SubmitRejectedError: refused; nothing started.
            ConcurrencyLimitError, NotStartedError: nothing started; may be repeated.
            OutcomeUnknownError: it may have started; must never be repeated.
        """

    async def job_status(self, task_ids: Sequence[str]) -> list[TaskReport]:
        """Report the tasks that the provider knows, in any order; unknown ones are absent.

        Raises:
            StatusTooLargeError: the answer is too long; ask about fewer.
            StatusUnavailableError: no usable answer; may be repeated at no cost.
        """


class ImageFetcher(Protocol):
    """The bounded, SSRF-safe way to an image's bytes."""

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """Download one image, retrying with back-off; give its bytes and file extension.

        Raises:
            ImageError: refused by our rules, too large, no image, or gone after all retries.
        """


class Observer:
    """Whoever counts what happens, at no cost and without failing. This one counts nothing."""

    def answered(self, took: timedelta) -> None:
        """A person who asked for pictures has an answer: the placeholder, or why there is none."""

    def submitted(self, waited: timedelta) -> None:
        """The provider took a job that was accepted so long ago."""

    def job_ended(self, job: Job) -> None:
        """A job succeeded or failed, or was cancelled because nobody wanted it any more."""

    def jobs_cancelled(self, count: int) -> None:
        """So many jobs were cancelled."""

    def news_came(self, *, by_callback: bool) -> None:
        """The provider has finished a job; a callback told us first, or a poll of our own."""

    def result_posted(self, took: timedelta) -> None:
        """The result of a job that ended so long ago stands where it belongs."""

    def delivery_ended(self, outcome: DeliveryStatus) -> None:
        """A delivery is over."""

    def platform_refused(self, status: int) -> None:
        """The platform refused a request with 401, 403 or 429; too many of these get us banned."""

    def taken_over(self, kind: str, count: int = 1) -> None:
        """Leases ended that nobody gave up: of a "submit", a "delivery" or a "singleton"."""

    def loop_lagged(self, late: timedelta) -> None:
        """The event loop ran so late."""


UNOBSERVED = Observer()


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
        """Give the job, or None."""

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
        """Give the place in the queue that a new job of this person would have."""

    async def page(self, requester: str, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        """Give a page of a person's jobs, newest first; a number too high gives the last page."""

    async def recent_prompts(
        self, requester: str, *, search: str, limit: int
    ) -> list[RecentPrompt]:
        """Give a person's latest different prompts that contain `search`, newest first."""

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
        """Give up claims whose lease ended: submitting jobs become unknown; count them.

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
        """Give the jobs with a task id in flight, most overdue first; none while no poll is due.

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


class DeliveryStore(ClaimStore, Protocol):
    """Deliveries and their moves; a fence works as in `JobStore`."""

    async def claim(
        self,
        *,
        owner: str,
        lease_until: datetime,
        busy_channels: Collection[str],
        limit: int,
        now: datetime,
        holding: Collection[str] | None = None,
    ) -> list[tuple[Delivery, Job]]:
        """Take due deliveries, oldest first, at most one a channel and none for `busy_channels`.

        `holding` names all jobs whose deliveries the owner knows to hold: they are not given again,
        even if it slept through their leases. Others of its own were claimed by a call whose answer
        was lost, and are due again.
        """

    async def start_part(
        self,
        job_id: str,
        *,
        fence: int,
        number: int,
        images: Sequence[int],
        now: datetime,
        is_direct: bool = False,
    ) -> Delivery:
        """Note that message `number` is about to be sent with these images.

        A repeat keeps the time of the first start there; of a message that stands nothing changes,
        and one that goes to the person directly does so for good.

        Raises:
            LostLeaseError: another process has taken the delivery over; send nothing.
        """

    async def finish_part(
        self,
        job_id: str,
        *,
        fence: int,
        number: int,
        message_id: str,
        channel_id: str,
        now: datetime,
    ) -> Delivery:
        """Note the message that carries part `number`, and that it stands now.

        Raises:
            LostLeaseError: another process has taken the delivery over.
        """

    async def reopen_part(self, job_id: str, *, fence: int, number: int) -> Delivery:
        """Note that no message carries part `number` any more: it is to be posted again.

        Raises:
            LostLeaseError: another process has taken the delivery over.
        """

    async def record_sent(self, job_id: str, *, fence: int, now: datetime) -> None:
        """All parts stand in the channel; a placeholder of this job alone is gone.

        This, and the two below, may be repeated, in case the answer was lost.

        Raises:
            LostLeaseError: another process has taken the delivery over.
        """

    async def record_undeliverable(
        self, job_id: str, *, fence: int, reason: str, now: datetime
    ) -> None:
        """It can never be posted; the result stays with the job."""

    async def record_delayed(self, job_id: str, *, fence: int, next_attempt_at: datetime) -> None:
        """Try again later."""

    async def get(self, job_id: str) -> Delivery | None:
        """Give the delivery of a job, or None."""


class NoteStore(Protocol):
    """Notes: what changed about jobs and is not shown yet. The moves of `JobStore` write them."""

    async def notes(
        self, *, busy_channels: Collection[str], but_of: Collection[str], limit: int
    ) -> list[Note]:
        """Give the oldest notes, without those of these channels and these placeholders."""

    async def drop_notes(self, notes: Collection[Note]) -> None:
        """Drop notes that are worked off; one that was renewed in the meantime stays."""


class PromiseStore(Protocol):
    """Promises that no process may be alive to keep."""

    async def make(self, promise: Promise, *, now: datetime) -> None:
        """Note a promise. Whoever stops waiting leaves it to be noted all the same."""

    async def take_back(self, *, made_before: datetime, now: datetime, limit: int) -> list[Promise]:
        """Take old promises back: those whose commands have not become jobs never will.

        Gives the oldest of these, as long as nobody noted that the person was told. It says of each
        whether another press became the jobs.
        """

    async def note_told(self, promise: Promise) -> None:
        """Note that the person knows that it was taken back."""


class SettingStore(Protocol):
    """Small facts that outlive the process: generated secrets, hashes, pauses."""

    async def get(self, key: str) -> str | None:
        """Give a value, or None."""

    async def put(self, key: str, value: str) -> None:
        """Set a value."""

    async def get_or_create(self, key: str, value: str) -> str:
        """Set a value unless there is one; give the one that stands (also between processes)."""

    async def account_pause(self) -> AccountPause | None:
        """Give the pause of the provider's account, past or present, until it is lifted.

        What another process changed may be seen a second later.
        """

    async def set_account_pause(self, pause: AccountPause | None) -> None:
        """Begin, lengthen or lift the pause."""


class LeaseStore(Protocol):
    """Which process does what only one may do at a time."""

    async def acquire(
        self, name: str, *, owner: str, until: datetime, now: datetime
    ) -> LeaseGrant | None:
        """Take or renew a lease; None while another process holds it."""

    async def release(self, name: str, *, owner: str) -> None:
        """Give a lease of ours up, so that another process need not wait for its end."""


class DraftStore(Protocol):
    """What waits for an answer of a person: a prompt does not fit a button."""

    async def put_draft(self, requester: str, payload: str, *, now: datetime) -> str:
        """Keep a payload for a day and return its id (20 characters, as a job's).

        A person's oldest drafts go when they have too many, or too large ones.
        """

    async def get_draft(self, draft_id: str, requester: str) -> str | None:
        """Give the payload, or None: gone, or somebody else's."""

    async def drop_draft(self, draft_id: str, requester: str) -> None:
        """Drop this one, if it is this person's."""

    async def drop_drafts(self, *, created_before: datetime) -> int:
        """Drop old ones, and the oldest of far too many; count them."""


class PersonalStore(Protocol):
    """What a person keeps: presets and preferences."""

    async def presets(self, requester: str) -> list[Preset]:
        """Give all presets of a person by name."""

    async def save_preset(self, requester: str, preset: Preset, *, limit: int) -> bool:
        """Save or replace one; False if that would be more than `limit`."""

    async def delete_preset(self, requester: str, name: str) -> bool:
        """Delete one; False if there is none."""

    async def preferences(self, requester: str) -> Preferences:
        """Give what the person has set, or the defaults."""

    async def set_preferences(self, requester: str, preferences: Preferences) -> None:
        """Replace what the person has set."""

    async def change_preferences(
        self, requester: str, change: Callable[[Preferences], Preferences]
    ) -> Preferences:
        """Replace what the person has set by what `change` makes of it, in one step; give that."""


class ReferenceStore(Protocol):
    """Pictures that people attached, kept for a day so that the provider can fetch them."""

    async def put_references(
        self,
        pictures: Mapping[str, bytes],
        *,
        requester: str,
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


class PostLog(Protocol):
    """The durable record of one delivery's messages, bound to our claim on it."""

    @property
    def delivery(self) -> Delivery:
        """The delivery as last recorded."""

    async def start_part(
        self, number: int, images: Sequence[int], *, is_direct: bool = False
    ) -> Part:
        """Note, before sending, that message `number` will carry these images.

        A repeat may change the images, and keeps the time of the first start. `is_direct`: it
        certainly does not stand where it was asked for, and goes to the person from now on.

        Raises:
            LostLeaseError: another process has taken over; send nothing.
        """

    async def finish_part(self, number: int, *, message_id: str, channel_id: str) -> None:
        """Note the message that stands in the channel."""

    async def reopen_part(self, number: int) -> None:
        """Note that the message shows something else by now; it is missing again.

        Raises:
            LostLeaseError: another process has taken over.
        """


class Progress(Protocol):
    """Whoever tells people how their jobs go."""

    async def before_posted(self, job: Job) -> None:
        """Prepare for a result being recorded as posted: its messages stand. Never fails."""


class Platform(Protocol):
    """A chat platform as the core sees it."""

    name: str  # as in Origin.platform

    async def wait_until_usable(self) -> None:
        """Wait until messages can be sent."""

    async def deliver(
        self, job: Job, images: Sequence[FetchedImage], log: PostLog
    ) -> datetime | None:
        """Post the finished job into its channel, exactly once, and remove the placeholder.

        May be called again after a crash at any point; `log.delivery.parts` tells what was done.
        Gives None when it is over, else when to call again: the result stands, and its place is to
        be looked at once more.

        Raises:
            UndeliverableError: it can never be posted there.
            DeliveryDelayedError: not now; call again later.
        """

    async def show_progress(
        self, job: Job, progress: GroupProgress, *, noted_at: datetime
    ) -> datetime | None:
        """Bring the placeholder of the job, or of its group, up to date with what was noted then.

        A complete group's placeholder goes. Best effort: never raises for the platform's sake.
        Gives None when it is over, else when to call again: what was begun before, or this change
        itself, may come about late and cover up what is shown for good.
        """

    async def take_back(self, promise: Promise) -> None:
        """Say that nothing came of a command, if the person still waits for an answer.

        Raises:
            DeliveryDelayedError: not now; call again later.
        """

    async def tell_done(self, job: Job, delivery: Delivery) -> None:
        """Tell the person by direct message that a result stands in its channel. Best effort."""

    async def publish(self, links: Collection[str], *, requester: str) -> Mapping[str, str]:
        """Return links for the provider to pictures that this person attached to a request.

        Either all are published or none. Takes a second or more.

        Raises:
            UserError: one is no picture, too large, gone, or one too many; the text says which.
        """

    async def current_links(
        self, links: Collection[str], *, asked_at: datetime | None = None
    ) -> Mapping[str, str | None]:
        """Return where the picture behind each link is now; None: the link is known to be dead.

        `asked_at` is when a prompt that is repeated was sent off first.
        """

    async def is_member(self, user_id: str, tenant_ids: Collection[str]) -> bool:
        """Whether the person belongs to one of these tenants. Used for direct messages."""
