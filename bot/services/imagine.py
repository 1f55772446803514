"""What a person may ask for, with every check that comes before spending.

Sees the store only through `ports`, and knows no chat platform. Every way to start a job (command,
button, form) goes through `ImagineService`, so none can forget a check.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median_low

import structlog

from bot.domain.conversations import Origin
from bot.domain.errors import (
    JobGoneError,
    NotAllowedError,
    NotYourJobError,
    TakenBackError,
    UnavailableError,
)
from bot.domain.failures import describe_pause
from bot.domain.jobs import GroupProgress, Job, Mode, NewJob, Variation, new_job_id
from bot.domain.limits import admit
from bot.domain.people import Limits, Preferences, Preset
from bot.domain.queue import QueuePlace, QueueState
from bot.domain.texts import Text, msg
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.drafts import DraftStore
from bot.ports.history import HistoryStore
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.people import PersonalStore
from bot.ports.platform import Platform
from bot.ports.progress import ProgressStore
from bot.ports.requests import RequestStore
from bot.ports.settings import SettingStore
from bot.services.access import Access, check_permissions
from bot.services.drafts import Draft, DraftBook, draft_key, editable
from bot.services.pictures import in_place_of_gone, usable
from bot.services.requests import (
    Order,
    Request,
    linked,
    prompt_without_varied,
    read_request,
    remarked,
    typed,
    with_image,
)
from bot.services.retrying import retrying

log = structlog.get_logger(__name__)

RECENT_JOBS = 10  # of one mode; their median duration is the estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagineCommand:
    """One command or press that asks for images, as a platform heard it."""

    source_key: str  # "platform:<id of the command>"; a command heard twice makes its jobs once
    origin: Origin
    missing_permissions: tuple[Text, ...] = ()  # what the bot lacks there, in the platform's words
    message_url: str | None = None  # of the message whose button was pressed, if that stays

    public_jobs: frozenset[str] = frozenset()  # see `Actor`

    @property
    def actor(self) -> "Actor":
        """Who asks."""
        return Actor(user_id=self.origin.user_id, public_jobs=self.public_jobs)

    def job_key(self, number: int) -> str:
        """Return the `source_key` of a job that it becomes, from 0."""
        return f"{self.source_key}:{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who presses a button on somebody's job."""

    user_id: str
    is_moderator: bool = False  # may remove other people's messages there
    public_jobs: frozenset[str] = frozenset()  # which the message of the press makes public


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Jobs that were taken, and what their placeholder says."""

    jobs: tuple[Job, ...]
    place: QueuePlace
    expected_at: datetime

    @property
    def job(self) -> Job:
        """The first job; the others of its command follow it."""
        return self.jobs[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Several jobs, or a doubtful prompt: nothing is stored until the person says how to go on."""

    draft_id: str
    order: Order  # the jobs as they would be sent, why that is doubtful, and the fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How busy the bot is, for one person who asks."""

    everybody: QueueState
    person: QueueState
    slots: int
    expected_at: Mapping[Mode, datetime]  # when a new job of this person would be done
    pause: Text | None  # why no job can be taken now


class ImagineService:
    """Takes requests, refuses what must not be spent on, and stores the rest as jobs."""

    def __init__(
        self,
        *,
        requests: RequestStore,
        progress: ProgressStore,
        history: HistoryStore,
        settings: SettingStore,
        drafts: DraftStore,
        personal: PersonalStore,
        clock: Clock,
        limits: Limits,
        slots: int,
        max_batch: int = 10,
        allowed_tenants: Collection[str] = (),
        typical_times: Mapping[Mode, timedelta] | None = None,
        on_job_ready: Callable[[], None] = lambda: None,
        on_progress: Callable[[], None] = lambda: None,
        observer: Observer = UNOBSERVED,
        timings: Timings = TIMINGS,
    ) -> None:
        """Build the service; no `allowed_tenants` means that all may use it.

        `typical_times` says what jobs take where that is known; else the bot learns it.
        `on_progress` is told when a person cancelled or discarded jobs.
        """
        self._timings = timings
        self._requests = requests
        self._progress = progress
        self._history = history
        self._settings = settings
        self.drafts = DraftBook(drafts, clock)
        self._personal = personal
        self._clock = clock
        self._limits = limits
        self._slots = slots
        self._max_batch = max_batch
        self._typical_times = typical_times
        self._on_job_ready = on_job_ready
        self._on_progress = on_progress
        self._observer = observer
        self._platforms: dict[str, Platform] = {}
        self._access = Access(
            settings=settings,
            clock=clock,
            allowed_tenants=frozenset(allowed_tenants),
            platforms=self._platforms,
        )

    def add_platform(self, platform: Platform) -> None:
        """Let requests from this platform be checked against its tenants."""
        self._platforms[platform.name] = platform

    # ── Starting jobs ───────────────────────────────────────────────────────────────────────────

    async def imagine(self, request: Request, command: ImagineCommand) -> Accepted | Question:
        """Store a job for this request, or ask first if it makes several or looks wrong.

        Raises:
            UserError: it is refused; the text says what to change. Only the request
                itself was stored, to be edited.
        """
        origin = command.origin
        await self.check_tenant(origin)
        async with self.drafts.offering_edit(replace(request, preset=None), origin.requester):
            preset = await self._preset(request.preset, origin)
        async with self.drafts.offering_edit(request, origin.requester):
            preferences = await self._personal.preferences(origin.requester)
            request = await in_place_of_gone(request, self._platforms[origin.platform])
            order = self._read(request, preset, preferences)
        request = replace(request, is_private=order.is_private)
        async with self.drafts.offering_edit(request, origin.requester):
            await self._check(command, order.is_private)
            platform = self._platforms[origin.platform]
            order = await usable(order, platform, sound=request.image_links)
            if order.questions or len(order.prompts) > 1:
                draft = Draft(request=editable(request), order=order)
                draft_id = await self.drafts.keep(draft, origin.requester)
                return Question(draft_id=draft_id, order=order)
            command = _in_their_language(command, preferences)
            return await self._accept(await self._published(order, request, command), command)

    async def confirm(
        self, draft_id: str, command: ImagineCommand, *, is_fixed: bool = False
    ) -> Accepted:
        """Store the jobs of a question as it showed them, or with `is_fixed` as it would fix them.

        However often and to whichever the person says yes, the jobs are stored once.

        Raises:
            UserError: refused, or the draft is gone.
        """
        requester = command.origin.requester
        await self.check_tenant(command.origin)
        command = replace(command, source_key=draft_key(draft_id))
        started = await self._started(command)
        if started is not None:
            return started
        draft = await self.drafts.get(draft_id, requester)
        order = None if draft.order is None else draft.order.fixed if is_fixed else draft.order
        if order is None:
            raise JobGoneError(msg("I no longer have this request. Please send it again."))
        async with self.drafts.offering_edit(draft_id, requester):
            await self._check(command, order.is_private)
            preferences = await self._personal.preferences(requester)
            command = _in_their_language(command, preferences)
            platform = self._platforms[command.origin.platform]
            order = await usable(order, platform, sound=draft.request.image_links)
            return await self._accept(await self._published(order, draft.request, command), command)

    async def keep_request(self, request: Request, origin: Origin) -> str:
        """Keep a request for a day and return the id of its draft. Nothing is spent.

        Raises:
            NotAllowedError: nobody may start a job there.
        """
        await self.check_tenant(origin)
        return await self.drafts.keep(Draft(request=request), origin.requester)

    async def check_tenant(self, origin: Origin) -> None:
        """Refuse a stranger, before anything is read or kept for them.

        Raises:
            NotAllowedError: nobody may start a job there.
        """
        await self._access.check_tenant(origin)

    async def again(self, job_id: str, command: ImagineCommand) -> Accepted:
        """Store a new job with the prompt and mode of an old one.

        Raises:
            UserError: refused, or the old job no longer exists.
        """
        await self.check_tenant(command.origin)
        job = await self.job(job_id, command.actor)
        variation = job.variation
        if variation is not None and job.origin.channel_id != command.origin.channel_id:
            variation = replace(variation, message_url=None)  # not everybody can see that channel
        return await self._repeat(job, job.prompt, command, variation)

    async def vary(self, job_id: str, number: int, command: ImagineCommand) -> Accepted:
        """Store a new job: the same prompt, with image `number` (from 1) as its image prompt.

        Of a variation, the new picture takes the place of the one it varied.

        Raises:
            UserError: refused, too long with the image, or there is no such job or image.
        """
        await self.check_tenant(command.origin)
        job = await self.job(job_id, command.actor)
        if not 1 <= number <= len(job.image_urls):
            raise JobGoneError(msg("I no longer have this picture."))
        prompt = with_image(prompt_without_varied(job), job.image_urls[number - 1])
        variation = Variation(number=number, message_url=command.message_url)
        return await self._repeat(job, prompt, command, variation)

    async def confirm_answer(self, job_id: str, placeholder_id: str | None) -> None:
        """Note that the person has the placeholder; the job and its group may start."""
        now = self._clock.now()
        await retrying(
            lambda: self._requests.mark_answered(job_id, placeholder_id=placeholder_id, now=now),
            within=self._timings.store_timeout,
        )
        self._on_job_ready()

    async def abandon(self, job_id: str) -> None:
        """Cancel still-queued jobs whose command nobody could answer."""
        now = self._clock.now()
        cancelled = await retrying(
            lambda: self._requests.cancel_unanswered(job_id, now=now),
            within=self._timings.store_timeout,
        )
        if cancelled:
            log.info("jobs_cancelled_unanswered", job_id=job_id, jobs=cancelled)
            self._observer.jobs_cancelled(cancelled)

    # ── Jobs that exist ─────────────────────────────────────────────────────────────────────────

    async def job(self, job_id: str, actor: Actor) -> Job:
        """Return the job, if this person may know of it: of a private one only its owner may.

        Everything that people do to a job begins here.

        Raises:
            NotYourJobError: it is somebody else's private one.
            JobGoneError: it no longer exists.
        """
        return _existing(await self._known(job_id, actor))

    async def check_may_see(self, job_id: str, actor: Actor) -> None:
        """Refuse whoever may not know of the job; one that is gone is nobody's any more.

        Raises:
            NotYourJobError: it is somebody else's private one.
        """
        await self._known(job_id, actor)

    async def check_may_remove(self, job_id: str, actor: Actor) -> None:
        """Refuse whoever may not remove the job's card; a moderator may, also when it is gone.

        Raises:
            UserError: somebody else's, or gone.
        """
        job = await self._known(job_id, actor)
        if not actor.is_moderator and _existing(job).origin.user_id != actor.user_id:
            raise NotAllowedError(
                msg("Only the person who asked, or someone who manages messages, can delete this.")
            )

    async def _known(self, job_id: str, actor: Actor) -> Job | None:
        """Return the job if this person may know of it; None: it no longer exists."""
        job = await self._progress.get(job_id)
        if job is None or job.origin.user_id == actor.user_id or not is_private_to(job, actor):
            return job
        raise NotYourJobError

    async def cancel(self, job_id: str, actor: Actor) -> tuple[int, GroupProgress]:
        """Cancel the job and its group as far as nothing was spent; count the cancelled ones.

        Raises:
            UserError: somebody else's, or gone.
        """
        await self.check_may_manage(job_id, actor)
        cancelled = await self._requests.cancel(job_id, now=self._clock.now())
        if cancelled:
            log.info("jobs_cancelled", job_id=job_id, jobs=cancelled)
            self._observer.jobs_cancelled(cancelled)
            self._on_progress()
        return cancelled, await self._progress.group_progress(job_id)

    async def discard(self, job_id: str, actor: Actor) -> int:
        """Keep running jobs from being posted; they are paid, and stay with the person's jobs.

        Raises:
            UserError: somebody else's, or gone.
        """
        await self.check_may_manage(job_id, actor)
        discarded = await self._requests.discard(job_id, now=self._clock.now())
        if discarded:
            log.info("jobs_discarded", job_id=job_id, jobs=discarded)
            self._on_progress()
        return discarded

    async def check_may_manage(self, job_id: str, actor: Actor) -> Job:
        """Return the job if this person may cancel or delete it.

        Raises:
            UserError: somebody else's, or gone.
        """
        job = await self.job(job_id, actor)
        if actor.is_moderator or job.origin.user_id == actor.user_id:
            return job
        raise NotAllowedError(
            msg("Only the person who asked, or someone who manages messages, can do that.")
        )

    async def progress(self, job_id: str) -> GroupProgress:
        """How far the job and its group are."""
        return await self._progress.group_progress(job_id)

    async def queue(self, requester: str | None = None) -> QueueState:
        """What waits and runs, of one person or of all."""
        return await self._progress.queue_state(requester)

    async def outlook(self, requester: str) -> Outlook:
        """What waits and runs, and when a new job of this person would be done."""
        place = await self._progress.place(requester, slots=self._slots)
        pause = await self._settings.account_pause()
        is_paused = pause is not None and pause.until > self._clock.now()
        return Outlook(
            everybody=await self.queue(),
            person=await self.queue(requester),
            slots=self._slots,
            expected_at={
                mode: self._expected_end(await self.typical_time(mode), place, 1) for mode in Mode
            },
            pause=describe_pause(pause.code) if pause is not None and is_paused else None,
        )

    async def typical_time(self, mode: Mode) -> timedelta:
        """How long a job takes: as given, else the median of the latest, else the usual time."""
        if self._typical_times is not None:
            return self._typical_times[mode]
        recent = await self._history.recent_durations(mode, limit=RECENT_JOBS)
        return median_low(recent) if recent else mode.typical_time

    @property
    def slots(self) -> int:
        """How many jobs run at once."""
        return self._slots

    # ── Checks ──────────────────────────────────────────────────────────────────────────────────

    def _read(self, request: Request, preset: Preset | None, preferences: Preferences) -> Order:
        order = read_request(request, limit=self._max_batch, preset=preset, preferences=preferences)
        return order if preferences.wants_questions else remarked(order)

    async def _preset(self, name: str | None, origin: Origin) -> Preset | None:
        if name is None:
            return None
        for preset in await self._personal.presets(origin.requester):
            if preset.name.casefold() == name.casefold():
                return preset
        raise JobGoneError(
            msg(
                "You have no preset “{name}”. /preset list shows yours; “Edit” goes on without "
                "one.",
                name=name,
            )
        )

    async def _check(self, command: ImagineCommand, is_private: bool) -> None:
        if not is_private:
            check_permissions(command.missing_permissions)
        await self._access.check_account()

    # ── Storing ─────────────────────────────────────────────────────────────────────────────────

    async def _repeat(
        self, job: Job, prompt: str, command: ImagineCommand, variation: Variation | None
    ) -> Accepted:
        is_private = is_private_to(job, command.actor)
        order = Order(prompts=(prompt,), mode=job.mode, is_private=is_private, variation=variation)
        await self._check(command, is_private)
        preferences = await self._personal.preferences(command.origin.requester)
        text = typed(replace(job, prompt=prompt), usual=preferences.mode or Mode.FAST)
        request = Request(prompt=text, is_private=is_private)
        async with self.drafts.offering_edit(request, command.origin.requester):
            # The provider's own links to the job's pictures end too, nobody knows when.
            order = await usable(
                order,
                self._platforms[command.origin.platform],
                asked_at=job.created_at,
                sound=job.image_urls,
            )
        return await self._accept(order, _in_their_language(command, preferences))

    async def _started(self, command: ImagineCommand) -> Accepted | None:
        """Return the jobs that this command, or this yes, has made before."""
        jobs = await self._requests.of_command(command.job_key(0))
        if not jobs or jobs[0].origin.requester != command.origin.requester:
            return None
        place = await self._progress.place(command.origin.requester, slots=self._slots)
        return self._accepted(jobs, place, await self.typical_time(jobs[0].mode))

    async def _published(self, order: Order, request: Request, command: ImagineCommand) -> Order:
        """Return attached pictures links that the provider can fetch.

        This comes last: pictures are kept only for jobs, and not for a person at their limits.
        """
        links = request.image_links
        if not links:
            return order
        requester = command.origin.requester
        usage = await self._requests.usage(requester, now=self._clock.now())
        admit(usage, len(order.prompts), self._limits)
        platform = self._platforms[command.origin.platform]
        return linked(order, await platform.publish(links, requester=requester))

    async def _accept(self, order: Order, command: ImagineCommand) -> Accepted:
        typical = await self.typical_time(order.mode)
        new = _new_jobs(order, command)
        now = self._clock.now()
        # Nothing that can fail comes after this: whoever has a job must not hear that it failed.
        try:
            jobs, place = await retrying(
                lambda: self._requests.add(
                    new,
                    admit=lambda usage: admit(usage, len(new), self._limits),
                    slots=self._slots,
                    now=now,
                    claimable_at=now + self._timings.answer_grace,
                ),
                # One that was stored after all is found, not stored again.
                within=self._timings.store_timeout,
            )
        except TakenBackError as error:
            raise UnavailableError(
                msg("That took me too long, sorry. Please try again.")
            ) from error
        if jobs[0].id == new[0].id:
            log.info(
                "jobs_accepted",
                job_id=jobs[0].id,
                jobs=len(jobs),
                mode=order.mode.value,
                ahead=place.ahead,
            )
        return self._accepted(jobs, place, typical)

    def _accepted(self, jobs: tuple[Job, ...], place: QueuePlace, typical: timedelta) -> Accepted:
        return Accepted(
            jobs=jobs,
            place=place,
            expected_at=self._expected_end(typical, place, len(jobs)),
        )

    def _expected_end(self, typical: timedelta, place: QueuePlace, jobs: int) -> datetime:
        if place.starts_at_once and jobs == 1:
            rounds = 1
        else:
            rounds = math.ceil((place.ahead + place.in_flight + jobs) / place.slots)
        return self._clock.now() + typical * max(rounds, 1)


def _existing(job: Job | None) -> Job:
    if job is None:
        raise JobGoneError(
            msg("This picture is too old for me to remember. Please start a new one with /imagine.")
        )
    return job


def is_private_to(job: Job, actor: Actor) -> bool:
    """Whether the job is private, also where this person acts."""
    return job.is_private and job.id not in actor.public_jobs


def _new_jobs(order: Order, command: ImagineCommand) -> list[NewJob]:
    ids = [new_job_id() for _ in order.prompts]
    return [
        NewJob(
            id=job_id,
            source_key=command.job_key(number),
            origin=command.origin,
            prompt=prompt,
            mode=order.mode,
            group_id=ids[0] if len(ids) > 1 else None,
            is_private=order.is_private,
            remarks=order.remarks,
            variation=order.variation,
        )
        for number, (job_id, prompt) in enumerate(zip(ids, order.prompts, strict=True))
    ]


def _in_their_language(command: ImagineCommand, preferences: Preferences) -> ImagineCommand:
    """Let the jobs speak the language that the person has chosen, whatever their client's is."""
    if preferences.language is None:
        return command
    return replace(command, origin=replace(command.origin, locale=preferences.language))
