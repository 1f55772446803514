"""Starting jobs: what a person may ask for, with every check that comes before spending.

Sees the store only through `ports`, and knows no chat platform. Every way to start a job (command,
button, form) goes through `ImagineService`, so none can forget a check. Their order: tenant,
length, reading, place, account, and, in the transaction that stores, limits. A request is read
once, and its pictures are downloaded last.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.conversations import Conversation, Person
from bot.domain.errors import JobGoneError
from bot.domain.jobs import Job, Mode, Variation
from bot.domain.limits import admit
from bot.domain.people import Actor, Limits, Preferences
from bot.domain.queue import QueuePlace
from bot.domain.texts import msg
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.people import PersonalStore
from bot.ports.progress import ProgressStore
from bot.ports.requests import RequestStore
from bot.services.access import Access, check_may_see, check_permissions, existing, is_private_to
from bot.services.commands import Accepted, ImagineCommand, Question
from bot.services.drafts import Draft, DraftBook, draft_key, editable
from bot.services.estimates import Estimates
from bot.services.pictures import Current, usable
from bot.services.reading import RequestReader
from bot.services.references import ReferenceService
from bot.services.requests import Order, Request, linked, prompt_without_varied, typed, with_image
from bot.services.retrying import retrying

__all__ = ["Accepted", "ImagineCommand", "ImagineService", "Question"]

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class ImagineService:
    """Takes requests, refuses what must not be spent on, and stores the rest as jobs."""

    requests: RequestStore
    progress: ProgressStore
    drafts: DraftBook
    reader: RequestReader
    personal: PersonalStore
    references: ReferenceService
    access: Access
    estimates: Estimates
    clock: Clock
    limits: Limits
    slots: int
    on_job_ready: Callable[[], None]  # told when new jobs may start
    observer: Observer = UNOBSERVED
    timings: Timings = TIMINGS

    # ── Starting jobs ───────────────────────────────────────────────────────────────────────────

    async def imagine(self, request: Request, command: ImagineCommand) -> Accepted | Question:
        """Store a job for this request, or ask first if it makes several or looks wrong.

        Of a request that is refused, only the request itself is stored, to be edited.

        Raises:
            UserError: it is refused; the text says what to change.
        """
        await self.access.check_tenant(command.actor, command.origin.conversation)
        return await self._imagine(request, command)

    async def imagine_edited(
        self, draft_id: str, typed: Request, command: ImagineCommand
    ) -> Accepted | Question:
        """Do the same for what a draft holds, with the prompt and the uploads of `typed`.

        Raises:
            UserError: it is refused, or the draft is gone.
        """
        await self.access.check_tenant(command.actor, command.origin.conversation)
        person = command.actor.person
        async with self.drafts.offering_edit(typed.attached(), person):
            draft = await self.drafts.get(draft_id, person)
        request = replace(draft.request, prompt=typed.prompt, uploads=typed.uploads)
        return await self._imagine(request, command)

    async def imagine_after(
        self, job_id: str, typed: Request, command: ImagineCommand
    ) -> Accepted | Question:
        """Do the same for the edited request of a job, which may be gone by now.

        Raises:
            UserError: it is refused, or the job is somebody else's private one.
        """
        await self.access.check_tenant(command.actor, command.origin.conversation)
        check_may_see(await self.progress.get(job_id), command.actor)
        return await self._imagine(typed, command)

    async def confirm(
        self, draft_id: str, command: ImagineCommand, *, is_fixed: bool = False
    ) -> Accepted:
        """Store the jobs of a question as it showed them, or with `is_fixed` as it would fix them.

        However often and to whichever the person says yes, the jobs are stored once.

        Raises:
            UserError: refused, or the draft is gone.
        """
        await self.access.check_tenant(command.actor, command.origin.conversation)
        person = command.actor.person
        command = replace(command, source_key=draft_key(draft_id))
        started = await self._started(command)
        if started is not None:
            return started
        draft = await self.drafts.get(draft_id, person)
        order = None if draft.order is None else draft.order.fixed if is_fixed else draft.order
        if order is None:
            raise JobGoneError(msg("I no longer have this request. Please send it again."))
        async with self.drafts.offering_edit(draft_id, person):
            order = await self._checked(order, draft.request, command)
            preferences = await self.personal.preferences(person)
            return await self._publish(order, draft.request, command, preferences)

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
        await self.access.check_tenant(actor, conversation)
        return await self.drafts.keep(Draft(request=request), actor.person)

    # ── Once the person has the placeholder, or certainly has not ───────────────────────────────

    async def confirm_answer(self, job_id: str, placeholder_id: str | None) -> None:
        """Note that the person has the placeholder; the job and its group may start."""
        now = self.clock.now()
        await retrying(
            lambda: self.requests.mark_answered(job_id, placeholder_id=placeholder_id, now=now),
            within=self.timings.store_timeout,
        )
        self.on_job_ready()

    async def abandon(self, job_id: str) -> None:
        """Cancel still-queued jobs whose command nobody could answer."""
        now = self.clock.now()
        cancelled = await retrying(
            lambda: self.requests.cancel_unanswered(job_id, now=now),
            within=self.timings.store_timeout,
        )
        if cancelled:
            log.info("jobs_cancelled_unanswered", job_id=job_id, jobs=cancelled)
            self.observer.jobs_cancelled(cancelled)

    # ── Reading and checking ────────────────────────────────────────────────────────────────────

    async def _imagine(self, request: Request, command: ImagineCommand) -> Accepted | Question:
        person = command.actor.person
        reading = await self.reader.read(request, person, self._current_links(command))
        request, order = reading.request, reading.order
        async with self.drafts.offering_edit(request, person):
            order = await self._checked(order, request, command)
            if order.questions or len(order.prompts) > 1:
                return await self._question(order, request, person)
            return await self._publish(order, request, command, reading.preferences)

    async def _checked(self, order: Order, request: Request, command: ImagineCommand) -> Order:
        """Return the order with the addresses that its pictures have now, if it may be stored."""
        await self._check(command, order.is_private)
        return await usable(order, self._current_links(command), sound=request.image_links)

    async def _check(self, command: ImagineCommand, is_private: bool) -> None:
        if not is_private:
            check_permissions(command.missing_permissions)
            await self.access.check_may_post(command.origin.conversation)
        await self.access.check_account()

    async def _to_repeat(self, job_id: str, command: ImagineCommand) -> Job:
        await self.access.check_tenant(command.actor, command.origin.conversation)
        job = await self.progress.get(job_id)
        check_may_see(job, command.actor)
        return existing(job)

    def _current_links(
        self, command: ImagineCommand, *, asked_at: datetime | None = None
    ) -> Current:
        platform = self.access.platform_of(command.origin.conversation)
        return partial(self.references.current, platform=platform, asked_at=asked_at)

    # ── Storing ─────────────────────────────────────────────────────────────────────────────────

    async def _question(self, order: Order, request: Request, person: Person) -> Question:
        draft = Draft(request=editable(request), order=order)
        return Question(draft_id=await self.drafts.keep(draft, person), order=order)

    async def _repeat(
        self, job: Job, prompt: str, command: ImagineCommand, variation: Variation | None
    ) -> Accepted:
        is_private = is_private_to(job, command.actor)
        order = Order(prompts=(prompt,), mode=job.mode, is_private=is_private, variation=variation)
        await self._check(command, is_private)
        preferences = await self.personal.preferences(command.actor.person)
        text = typed(replace(job, prompt=prompt), usual=preferences.mode or Mode.FAST)
        request = Request(prompt=text, is_private=is_private)
        async with self.drafts.offering_edit(request, command.actor.person):
            # The provider's own links to the job's pictures end too, nobody knows when.
            current = self._current_links(command, asked_at=job.created_at)
            order = await usable(order, current, sound=job.image_urls)
        return await self._accept(order, command, preferences)

    async def _started(self, command: ImagineCommand) -> Accepted | None:
        """Return the jobs that this command, or this yes, has made before."""
        person = command.actor.person
        jobs = await self.requests.of_command(command.job_key(0))
        if not jobs or jobs[0].origin.person != person:
            return None
        place = await self.progress.place(person, slots=self.slots)
        return self._accepted(jobs, place, await self.estimates.typical_time(jobs[0].mode))

    async def _publish(
        self, order: Order, request: Request, command: ImagineCommand, preferences: Preferences
    ) -> Accepted:
        """Publish attached pictures under links for the provider, and store the jobs.

        This comes last: pictures are kept only for jobs, and not for a person at their limits.
        """
        links, person = request.image_links, command.actor.person
        if links:
            usage = await self.requests.usage(person, now=self.clock.now())
            admit(usage, len(order.prompts), self.limits)
            platform = self.access.platform_of(command.origin.conversation)
            order = linked(order, await self.references.attach(links, platform, person=person))
        return await self._accept(order, command, preferences)

    async def _accept(
        self, order: Order, command: ImagineCommand, preferences: Preferences
    ) -> Accepted:
        typical = await self.estimates.typical_time(order.mode)
        new = command.in_language_of(preferences).new_jobs(order)
        now = self.clock.now()
        is_shown_later = command.receipt.is_shown_later
        grace = timedelta(0) if is_shown_later else self.timings.answer_grace
        # Nothing that can fail comes after this: whoever has a job must not hear that it failed.
        jobs, place = await retrying(
            partial(
                self.requests.add,
                new,
                admit=partial(admit, count=len(new), limits=self.limits),
                check_receipt=command.receipt.check,
                slots=self.slots,
                now=now,
                claimable_at=now + grace,  # an answer that does not come need not be waited for
            ),
            # One that was stored after all is found, not stored again.
            within=self.timings.store_timeout,
        )
        if is_shown_later:
            self.on_job_ready()
        return self._accepted(jobs, place, typical)

    def _accepted(self, jobs: tuple[Job, ...], place: QueuePlace, typical: timedelta) -> Accepted:
        return Accepted(
            jobs=jobs, place=place, expected_at=self.estimates.end(typical, place, len(jobs))
        )
