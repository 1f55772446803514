"""Starting jobs: what a person may ask for, with every check that comes before spending.

Sees the store only through `ports`, and knows no chat platform. Every way to start a job (command,
button, form) goes through `ImagineService`, so none can forget a check. Their order: tenant,
length, reading, account, and, in the transaction that stores, limits.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.errors import JobGoneError
from bot.domain.jobs import Job, Mode, NewJob, Variation, new_job_id
from bot.domain.limits import admit
from bot.domain.people import Actor, Limits, Preferences, Preset
from bot.domain.queue import QueuePlace
from bot.domain.texts import Text, msg
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.drafts import DraftStore
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.people import PersonalStore
from bot.ports.platform import Platform
from bot.ports.progress import ProgressStore
from bot.ports.requests import RequestStore
from bot.services.access import (
    Access,
    check_may_see,
    check_permissions,
    existing,
    is_private_to,
)
from bot.services.drafts import Draft, DraftBook, draft_key, editable
from bot.services.estimates import Estimates
from bot.services.pictures import in_place_of_gone, usable
from bot.services.receipts import Receipt
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagineCommand:
    """One command or press that asks for images, as a platform heard it."""

    source_key: str  # "platform:<id of the command>"; a command heard twice makes its jobs once
    actor: Actor
    origin: Origin
    receipt: Receipt
    missing_permissions: tuple[Text, ...] = ()  # what the bot lacks there, in the platform's words
    message_url: str | None = None  # of the message whose button was pressed, if that stays

    def job_key(self, number: int) -> str:
        """Return the `source_key` of a job that it becomes, from 0."""
        return f"{self.source_key}:{number}"


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


class ImagineService:
    """Takes requests, refuses what must not be spent on, and stores the rest as jobs."""

    def __init__(
        self,
        *,
        requests: RequestStore,
        progress: ProgressStore,
        drafts: DraftStore,
        personal: PersonalStore,
        access: Access,
        estimates: Estimates,
        clock: Clock,
        limits: Limits,
        slots: int,
        max_batch: int = 10,
        on_job_ready: Callable[[], None] = lambda: None,
        observer: Observer = UNOBSERVED,
        timings: Timings = TIMINGS,
    ) -> None:
        """Build it; `on_job_ready` is told when a person has the placeholder of new jobs."""
        self._requests = requests
        self._progress = progress
        self.drafts = DraftBook(drafts, clock)
        self._personal = personal
        self._access = access
        self._estimates = estimates
        self._clock = clock
        self._limits = limits
        self._slots = slots
        self._max_batch = max_batch
        self._on_job_ready = on_job_ready
        self._observer = observer
        self._timings = timings

    # ── Starting jobs ───────────────────────────────────────────────────────────────────────────

    async def imagine(self, request: Request, command: ImagineCommand) -> Accepted | Question:
        """Store a job for this request, or ask first if it makes several or looks wrong.

        Raises:
            UserError: it is refused; the text says what to change. Only the request
                itself was stored, to be edited.
        """
        await self.check_tenant(command.actor, command.origin.conversation)
        person, platform = command.actor.person, self._platform_of(command)
        async with self.drafts.offering_edit(replace(request, preset=None), person):
            preset = await self._preset(request.preset, person)
        async with self.drafts.offering_edit(request, person):
            preferences = await self._personal.preferences(person)
            request = await in_place_of_gone(request, platform)
            order = self._read(request, preset, preferences)
        request = replace(request, is_private=order.is_private)
        async with self.drafts.offering_edit(request, person):
            await self._check(command, order.is_private)
            order = await usable(order, platform, sound=request.image_links)
            if order.questions or len(order.prompts) > 1:
                draft = Draft(request=editable(request), order=order)
                draft_id = await self.drafts.keep(draft, person)
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
        await self.check_tenant(command.actor, command.origin.conversation)
        person, platform = command.actor.person, self._platform_of(command)
        command = replace(command, source_key=draft_key(draft_id))
        started = await self._started(command)
        if started is not None:
            return started
        draft = await self.drafts.get(draft_id, person)
        order = None if draft.order is None else draft.order.fixed if is_fixed else draft.order
        if order is None:
            raise JobGoneError(msg("I no longer have this request. Please send it again."))
        async with self.drafts.offering_edit(draft_id, person):
            await self._check(command, order.is_private)
            preferences = await self._personal.preferences(person)
            command = _in_their_language(command, preferences)
            order = await usable(order, platform, sound=draft.request.image_links)
            return await self._accept(await self._published(order, draft.request, command), command)

    async def again(self, job_id: str, command: ImagineCommand) -> Accepted:
        """Store a new job with the prompt and mode of an old one.

        Raises:
            UserError: refused, or the old job no longer exists.
        """
        job = await self._to_repeat(job_id, command)
        variation = job.variation
        if variation is not None and job.origin.conversation.key != command.origin.conversation.key:
            variation = replace(variation, message_url=None)  # not everybody can see that channel
        return await self._repeat(job, job.prompt, command, variation)

    async def vary(self, job_id: str, number: int, command: ImagineCommand) -> Accepted:
        """Store a new job: the same prompt, with image `number` (from 1) as its image prompt.

        Of a variation, the new picture takes the place of the one it varied.

        Raises:
            UserError: refused, too long with the image, or there is no such job or image.
        """
        job = await self._to_repeat(job_id, command)
        if not 1 <= number <= len(job.image_urls):
            raise JobGoneError(msg("I no longer have this picture."))
        prompt = with_image(prompt_without_varied(job), job.image_urls[number - 1])
        variation = Variation(number=number, message_url=command.message_url)
        return await self._repeat(job, prompt, command, variation)

    async def keep_request(self, request: Request, actor: Actor, conversation: Conversation) -> str:
        """Keep a request for a day and return the id of its draft. Nothing is spent.

        Raises:
            NotAllowedError: nobody may start a job there.
        """
        await self.check_tenant(actor, conversation)
        return await self.drafts.keep(Draft(request=request), actor.person)

    async def check_tenant(self, actor: Actor, conversation: Conversation) -> None:
        """Refuse a stranger, before anything is read or kept for them; see `Access.check_tenant`.

        Raises:
            UserError: nobody may start a job there.
        """
        await self._access.check_tenant(actor, conversation)

    # ── Once the person has the placeholder, or certainly has not ───────────────────────────────

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

    # ── Reading and checking ────────────────────────────────────────────────────────────────────

    def _platform_of(self, command: ImagineCommand) -> Platform:
        return self._access.platform_of(command.origin.conversation)

    def _read(self, request: Request, preset: Preset | None, preferences: Preferences) -> Order:
        order = read_request(request, limit=self._max_batch, preset=preset, preferences=preferences)
        return order if preferences.wants_questions else remarked(order)

    async def _preset(self, name: str | None, person: Person) -> Preset | None:
        if name is None:
            return None
        for preset in await self._personal.presets(person):
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

    async def _to_repeat(self, job_id: str, command: ImagineCommand) -> Job:
        await self.check_tenant(command.actor, command.origin.conversation)
        job = await self._progress.get(job_id)
        check_may_see(job, command.actor)
        return existing(job)

    # ── Storing ─────────────────────────────────────────────────────────────────────────────────

    async def _repeat(
        self, job: Job, prompt: str, command: ImagineCommand, variation: Variation | None
    ) -> Accepted:
        person, platform = command.actor.person, self._platform_of(command)
        is_private = is_private_to(job, command.actor)
        order = Order(prompts=(prompt,), mode=job.mode, is_private=is_private, variation=variation)
        await self._check(command, is_private)
        preferences = await self._personal.preferences(person)
        text = typed(replace(job, prompt=prompt), usual=preferences.mode or Mode.FAST)
        request = Request(prompt=text, is_private=is_private)
        async with self.drafts.offering_edit(request, person):
            # The provider's own links to the job's pictures end too, nobody knows when.
            order = await usable(order, platform, asked_at=job.created_at, sound=job.image_urls)
        return await self._accept(order, _in_their_language(command, preferences))

    async def _started(self, command: ImagineCommand) -> Accepted | None:
        """Return the jobs that this command, or this yes, has made before."""
        person = command.actor.person
        jobs = await self._requests.of_command(command.job_key(0))
        if not jobs or jobs[0].origin.person != person:
            return None
        place = await self._progress.place(person, slots=self._slots)
        return self._accepted(jobs, place, await self._estimates.typical_time(jobs[0].mode))

    async def _published(self, order: Order, request: Request, command: ImagineCommand) -> Order:
        """Return attached pictures links that the provider can fetch.

        This comes last: pictures are kept only for jobs, and not for a person at their limits.
        """
        links = request.image_links
        if not links:
            return order
        person = command.actor.person
        usage = await self._requests.usage(person, now=self._clock.now())
        admit(usage, len(order.prompts), self._limits)
        return linked(order, await self._platform_of(command).publish(links, person=person))

    async def _accept(self, order: Order, command: ImagineCommand) -> Accepted:
        typical = await self._estimates.typical_time(order.mode)
        new = _new_jobs(order, command)
        now = self._clock.now()
        # Nothing that can fail comes after this: whoever has a job must not hear that it failed.
        jobs, place = await retrying(
            lambda: self._requests.add(
                new,
                admit=lambda usage: admit(usage, len(new), self._limits),
                check_receipt=command.receipt.check,
                slots=self._slots,
                now=now,
                claimable_at=now + self._timings.answer_grace,
            ),
            # One that was stored after all is found, not stored again.
            within=self._timings.store_timeout,
        )
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
            expected_at=self._estimates.end(typical, place, len(jobs)),
        )


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
