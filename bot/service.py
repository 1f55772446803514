"""What a person may ask for, with every check that comes before spending.

Sees the store only through `ports`, and knows no chat platform. Every way to start a job (command,
button, form) goes through `ImagineService`, so none can forget a check.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from statistics import median_low

import structlog

from bot.errors import (
    JobGoneError,
    NotAllowedError,
    PromptError,
    TakenBackError,
    UnavailableError,
)
from bot.failures import describe_pause
from bot.limits import admit
from bot.models import (
    GroupProgress,
    Job,
    Limits,
    Mode,
    NewJob,
    Origin,
    Preferences,
    Preset,
    QueuePlace,
    QueueState,
    new_job_id,
)
from bot.persist import persist
from bot.ports import (
    UNOBSERVED,
    Clock,
    DraftStore,
    JobStore,
    Observer,
    PersonalStore,
    Platform,
    SettingStore,
)
from bot.pricing import Cost, cost_of
from bot.prompts import MAX_LENGTH
from bot.texts import Text, msg
from bot.wishes import Order, Wish, read_wish, with_image

log = structlog.get_logger(__name__)

STORE_PATIENCE = timedelta(seconds=5)  # somebody waits, and looks at "thinking…"
ANSWER_GRACE = timedelta(seconds=5)  # a job may be claimed this long after an unanswered command
RECENT_JOBS = 10  # of one mode; their median duration is the estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagineRequest:
    """One command or press that asks for images, as a platform heard it."""

    source_key: str  # "platform:<id of the command>"; a command heard twice makes its jobs once
    origin: Origin
    missing_permissions: tuple[Text, ...] = ()  # what the bot lacks there, in the platform's words

    def job_key(self, number: int) -> str:
        """Give the `source_key` of a job that it becomes, from 0."""
        return f"{self.source_key}:{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who presses a button on somebody's job."""

    user_id: str
    is_moderator: bool = False  # may remove other people's messages there


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Jobs that were taken, and what their placeholder says."""

    jobs: tuple[Job, ...]
    place: QueuePlace
    expected_at: datetime
    cost: Cost
    remarks: tuple[Text, ...] = ()

    @property
    def job(self) -> Job:
        """The first job; the others of its command follow it."""
        return self.jobs[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Several jobs were asked for: nothing is stored until the person says yes."""

    draft_id: str
    prompts: tuple[str, ...]
    mode: Mode
    cost: Cost
    remarks: tuple[Text, ...] = ()
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How busy the bot is, for one person who asks."""

    everybody: QueueState
    person: QueueState
    slots: int
    expected_at: Mapping[Mode, datetime]  # when a new job of this person would be done
    pause: Text | None  # why no job can be taken now


class ImagineService:
    """Takes wishes, refuses what must not be spent on, and stores the rest as jobs."""

    def __init__(
        self,
        *,
        jobs: JobStore,
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
    ) -> None:
        """Build the service; no `allowed_tenants` means that all may use it.

        `on_progress` is told when a person cancelled or discarded jobs.
        """
        self._jobs = jobs
        self._settings = settings
        self._drafts = drafts
        self._personal = personal
        self._clock = clock
        self._limits = limits
        self._slots = slots
        self._max_batch = max_batch
        self._allowed_tenants = frozenset(allowed_tenants)
        self._typical_times = typical_times or {mode: mode.typical_time for mode in Mode}
        self._on_job_ready = on_job_ready
        self._on_progress = on_progress
        self._observer = observer
        self._platforms: dict[str, Platform] = {}

    def add_platform(self, platform: Platform) -> None:
        """Let wishes from this platform be checked against its tenants."""
        self._platforms[platform.name] = platform

    # ── Starting jobs ───────────────────────────────────────────────────────────────────────────

    async def imagine(self, wish: Wish, request: ImagineRequest) -> Accepted | Confirmation:
        """Store a job for this wish, or ask first if it makes several.

        Raises:
            UserError: it is refused; the text says what to change. Nothing was stored.
        """
        preferences = await self._personal.preferences(request.origin.requester)
        order = await self._read_or_keep(wish, request.origin, preferences)
        await self._check(request, wish.is_private)
        if len(order.prompts) == 1:
            request = _in_their_language(request, preferences)
            return await self._accept(order, request, is_private=wish.is_private)
        draft_id = await self.keep_wish(wish, request.origin.requester)
        return Confirmation(
            draft_id=draft_id,
            prompts=order.prompts,
            mode=order.mode,
            cost=cost_of(order.mode, len(order.prompts)),
            remarks=order.remarks,
            is_private=wish.is_private,
        )

    async def check(self, wish: Wish, request: ImagineRequest) -> None:
        """Refuse what `imagine` would refuse now, before anybody works for it. Stores no job.

        Raises:
            UserError: it would be refused; the text says what to change.
        """
        preferences = await self._personal.preferences(request.origin.requester)
        order = await self._read_or_keep(wish, request.origin, preferences)
        await self._check(request, wish.is_private)
        usage = await self._jobs.usage(request.origin.requester, now=self._clock.now())
        admit(usage, len(order.prompts), self._limits)

    async def confirm(self, draft_id: str, request: ImagineRequest) -> Accepted:
        """Store the jobs of a draft; saying yes twice stores them once.

        Raises:
            UserError: refused, or the draft is gone.
        """
        wish = await self.kept_wish(draft_id, request.origin.requester)
        preferences = await self._personal.preferences(request.origin.requester)
        order = await self._read(wish, request.origin, preferences)
        await self._check(request, wish.is_private)
        of_draft = replace(_in_their_language(request, preferences), source_key=draft_key(draft_id))
        return await self._accept(order, of_draft, is_private=wish.is_private)

    async def keep_wish(self, wish: Wish, requester: str) -> str:
        """Keep a wish for a day and give the id of its draft. Nothing is spent."""
        return await self._drafts.put_draft(requester, wish.to_json(), now=self._clock.now())

    async def kept_wish(self, draft_id: str, requester: str) -> Wish:
        """Give the wish of a draft.

        Raises:
            JobGoneError: it is gone, or somebody else's.
        """
        payload = await self._drafts.get_draft(draft_id, requester)
        if payload is None:
            raise JobGoneError(msg("I no longer know this request. Please send it once more."))
        return Wish.from_json(payload)

    async def again(self, job_id: str, request: ImagineRequest) -> Accepted:
        """Store a new job with the prompt and mode of an old one.

        Raises:
            UserError: refused, or the old job no longer exists.
        """
        job = await self.job(job_id)
        return await self._repeat(job, job.prompt, request)

    async def vary(self, job_id: str, number: int, request: ImagineRequest) -> Accepted:
        """Store a new job: the same prompt, with image `number` (from 1) as its image prompt.

        Raises:
            UserError: refused, too long with the image, or there is no such job or image.
        """
        job = await self.job(job_id)
        if not 1 <= number <= len(job.image_urls):
            raise JobGoneError(msg("I no longer have this picture."))
        prompt = with_image(job.prompt, job.image_urls[number - 1])
        return await self._repeat(job, prompt, request)

    async def confirm_answer(self, job_id: str, placeholder_id: str | None) -> None:
        """Note that the person has the placeholder; the job and its group may start."""
        now = self._clock.now()
        await persist(
            lambda: self._jobs.mark_answered(job_id, placeholder_id=placeholder_id, now=now),
            patience=STORE_PATIENCE,
        )
        self._on_job_ready()

    async def abandon(self, job_id: str) -> None:
        """Cancel still-queued jobs whose command nobody could answer."""
        now = self._clock.now()
        cancelled = await persist(
            lambda: self._jobs.cancel_unanswered(job_id, now=now), patience=STORE_PATIENCE
        )
        if cancelled:
            log.info("jobs_cancelled_unanswered", job_id=job_id, jobs=cancelled)
            self._observer.jobs_cancelled(cancelled)

    # ── Jobs that exist ─────────────────────────────────────────────────────────────────────────

    async def job(self, job_id: str) -> Job:
        """Give the job.

        Raises:
            JobGoneError: it no longer exists.
        """
        job = await self._jobs.get(job_id)
        if job is None:
            raise JobGoneError(msg("I no longer know this picture. Start a new one with /imagine."))
        return job

    async def cancel(self, job_id: str, actor: Actor) -> tuple[int, GroupProgress]:
        """Cancel the job and its group as far as nothing was spent; count the cancelled ones.

        Raises:
            UserError: somebody else's, or gone.
        """
        await self.check_may_manage(job_id, actor)
        cancelled = await self._jobs.cancel(job_id, now=self._clock.now())
        if cancelled:
            log.info("jobs_cancelled", job_id=job_id, jobs=cancelled)
            self._observer.jobs_cancelled(cancelled)
            self._on_progress()
        return cancelled, await self._jobs.group_progress(job_id)

    async def discard(self, job_id: str, actor: Actor) -> int:
        """Keep running jobs from being posted; they are paid, and stay with the person's jobs.

        Raises:
            UserError: somebody else's, or gone.
        """
        await self.check_may_manage(job_id, actor)
        discarded = await self._jobs.discard(job_id, now=self._clock.now())
        if discarded:
            log.info("jobs_discarded", job_id=job_id, jobs=discarded)
            self._on_progress()
        return discarded

    async def check_may_manage(self, job_id: str, actor: Actor) -> Job:
        """Give the job if this person may cancel or delete it.

        Raises:
            UserError: somebody else's, or gone.
        """
        job = await self.job(job_id)
        if actor.is_moderator or job.origin.user_id == actor.user_id:
            return job
        raise NotAllowedError(
            msg("Only the person who asked, or someone who manages messages, can do that.")
        )

    async def progress(self, job_id: str) -> GroupProgress:
        """How far the job and its group are."""
        return await self._jobs.group_progress(job_id)

    async def queue(self, requester: str | None = None) -> QueueState:
        """What waits and runs, of one person or of all."""
        return await self._jobs.queue_state(requester)

    async def outlook(self, requester: str) -> Outlook:
        """What waits and runs, and when a new job of this person would be done."""
        place = await self._jobs.place(requester, slots=self._slots)
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
        """How long a job takes: the median of this bot's own latest, else what is usual."""
        recent = await self._jobs.recent_durations(mode, limit=RECENT_JOBS)
        return median_low(recent) if recent else self._typical_times[mode]

    @property
    def slots(self) -> int:
        """How many jobs run at once."""
        return self._slots

    # ── Checks ──────────────────────────────────────────────────────────────────────────────────

    async def _read(self, wish: Wish, origin: Origin, preferences: Preferences) -> Order:
        return read_wish(
            wish,
            limit=self._max_batch,
            preset=await self._preset(wish.preset, origin),
            preferences=preferences,
        )

    async def _read_or_keep(self, wish: Wish, origin: Origin, preferences: Preferences) -> Order:
        """Read the wish; keep one that is refused, so that the person need not type it again."""
        try:
            return await self._read(wish, origin, preferences)
        except PromptError as error:
            written = wish.as_typed()
            if error.place is None or len(written.prompt) > MAX_LENGTH:
                raise  # there is nothing to correct, or no form that could hold it
            draft_id = await self.keep_wish(written, origin.requester)
            raise PromptError(error.text, place=error.place, draft_id=draft_id) from None

    async def _preset(self, name: str | None, origin: Origin) -> Preset | None:
        if name is None:
            return None
        for preset in await self._personal.presets(origin.requester):
            if preset.name.casefold() == name.casefold():
                return preset
        raise JobGoneError(msg("You have no preset “{name}”. See /preset list.", name=name))

    async def _check(self, request: ImagineRequest, is_private: bool) -> None:
        if not is_private:
            _check_permissions(request.missing_permissions)
        await self._check_tenant(request.origin)
        await self._check_account()

    async def _check_tenant(self, origin: Origin) -> None:
        if not self._allowed_tenants or origin.tenant_id in self._allowed_tenants:
            return
        if origin.tenant_id is None:
            platform = self._platforms[origin.platform]
            if await platform.is_member(origin.user_id, self._allowed_tenants):
                return
        raise NotAllowedError(
            msg("I may only draw for certain servers, and this is not one of them.")
        )

    async def _check_account(self) -> None:
        pause = await self._settings.account_pause()
        if pause is not None and pause.until > self._clock.now():
            raise UnavailableError(describe_pause(pause.code))

    # ── Storing ─────────────────────────────────────────────────────────────────────────────────

    async def _repeat(self, job: Job, prompt: str, request: ImagineRequest) -> Accepted:
        order = Order(prompts=(prompt,), mode=job.mode, remarks=())
        await self._check(request, job.is_private)
        preferences = await self._personal.preferences(request.origin.requester)
        request = _in_their_language(request, preferences)
        return await self._accept(order, request, is_private=job.is_private)

    async def _accept(self, order: Order, request: ImagineRequest, *, is_private: bool) -> Accepted:
        typical = await self.typical_time(order.mode)
        new = self._new_jobs(order, request, is_private=is_private)
        now = self._clock.now()
        # Nothing that can fail comes after this: whoever has a job must not hear that it failed.
        try:
            jobs, place = await persist(
                lambda: self._jobs.add(
                    new,
                    admit=lambda usage: admit(usage, len(new), self._limits),
                    slots=self._slots,
                    now=now,
                    claimable_at=now + ANSWER_GRACE,
                ),
                patience=STORE_PATIENCE,  # one that was stored after all is found, not stored again
            )
        except TakenBackError as error:
            raise UnavailableError(
                msg("That took me too long, sorry. Please try it once more.")
            ) from error
        if jobs[0].id == new[0].id:
            log.info(
                "jobs_accepted",
                job_id=jobs[0].id,
                jobs=len(jobs),
                mode=order.mode.value,
                ahead=place.ahead,
            )
        return Accepted(
            jobs=jobs,
            place=place,
            expected_at=self._expected_end(typical, place, len(jobs)),
            cost=cost_of(order.mode, len(jobs)),
            remarks=order.remarks,
        )

    def _new_jobs(self, order: Order, request: ImagineRequest, *, is_private: bool) -> list[NewJob]:
        ids = [new_job_id() for _ in order.prompts]
        return [
            NewJob(
                id=job_id,
                source_key=request.job_key(number),
                origin=request.origin,
                prompt=prompt,
                mode=order.mode,
                group_id=ids[0] if len(ids) > 1 else None,
                is_private=is_private,
                remarks=order.remarks,
            )
            for number, (job_id, prompt) in enumerate(zip(ids, order.prompts, strict=True))
        ]

    def _expected_end(self, typical: timedelta, place: QueuePlace, jobs: int) -> datetime:
        if place.starts_at_once and jobs == 1:
            rounds = 1
        else:
            rounds = math.ceil((place.ahead + place.in_flight + jobs) / place.slots)
        return self._clock.now() + typical * max(rounds, 1)


def draft_key(draft_id: str) -> str:
    """Give what a yes to a draft is known by, however often it is said."""
    return f"draft:{draft_id}"


def _in_their_language(request: ImagineRequest, preferences: Preferences) -> ImagineRequest:
    """Let the jobs speak the language that the person has chosen, whatever their client's is."""
    if preferences.language is None:
        return request
    return replace(request, origin=replace(request.origin, locale=preferences.language))


def _check_permissions(missing: tuple[Text, ...]) -> None:
    if missing:
        raise NotAllowedError(
            msg(
                "I can't post here. Please ask a moderator to give me {permissions} "
                "in this channel.",
                permissions=_joined(missing),
            )
        )


def _joined(names: tuple[Text, ...]) -> Text:
    quoted = (msg("“{name}”", name=name) for name in names)
    return reduce(lambda some, one: msg("{some}, {one}", some=some, one=one), quoted)
