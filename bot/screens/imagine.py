"""Asking for images: by command, button or form, and the answers to the question before that."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from bot.domain.errors import StoreError, UserError
from bot.domain.jobs import Mode
from bot.domain.pictures import Upload
from bot.domain.texts import Text, msg
from bot.domain.views import Action, Form
from bot.ports.reply import Place, Reply
from bot.prompts import looks_private
from bot.screens import actions
from bot.screens.asking import Asking
from bot.screens.compose import Kept, compose_form, composed_request
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.prompt_fields import PICTURE_FIELDS, PROMPT_FIELD, prompt_field
from bot.screens.router import handles, handles_form, number_in, subject_of, typed_into, values_of
from bot.screens.suggestions import Suggestions
from bot.screens.visibility import actor_of
from bot.services.access import is_private_to
from bot.services.drafts import draft_key
from bot.services.imagine import ImagineService
from bot.services.jobs import JobService
from bot.services.personal import PersonalService
from bot.services.requests import Request, typed

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class ImagineScreen:
    """Takes what people ask for; what comes of it, `Asking` shows."""

    service: ImagineService
    jobs: JobService
    personal: PersonalService
    asking: Asking
    languages: Languages
    suggestions: Suggestions

    # ── Jobs ────────────────────────────────────────────────────────────────────────────────────

    async def imagine(self, interaction: Interaction, request: Request) -> None:
        """Start jobs, as the command says; what is attached comes with the interaction."""
        if interaction.uploads:
            request = replace(request, uploads=_uploads(interaction))
        await self.asking.for_jobs(
            interaction, partial(self.service.imagine, request), is_private=_may_be_private(request)
        )

    @handles(actions.COMPOSE)
    async def compose(self, interaction: Interaction) -> None:
        """Open the form for a new request; it offers what the person keeps a moment later."""
        opened = compose_form(interaction.locale)
        await interaction.reply.open_form(opened)
        prompts, presets, locale = await asyncio.gather(
            self.suggestions.prompts(interaction.person, ""),
            self.suggestions.presets(interaction.person, ""),
            self.languages.of(interaction),
        )
        form = compose_form(locale, Kept(prompts=prompts, presets=presets))
        if form != opened:
            await interaction.reply.update_form(form)

    @handles_form(actions.COMPOSED)
    async def composed(self, interaction: Interaction) -> None:
        """Start jobs, as the form for a new request says."""
        await self.imagine(interaction, composed_request(interaction.fields or {}))

    @handles(actions.AGAIN)
    async def again(self, interaction: Interaction) -> None:
        """Ask for the same once more, as a job of the person who pressed."""
        job_id = subject_of(interaction)
        await self.asking.for_jobs(interaction, partial(self.service.again, job_id))

    @handles(actions.VARY)
    async def vary(self, interaction: Interaction) -> None:
        """Ask for the same with one image as image prompt, for the person who pressed."""
        job_id, number = values_of(interaction, 2)
        accept = partial(self.service.vary, job_id, number_in(number))
        await self.asking.for_jobs(interaction, accept)

    @handles_form(actions.EDITED)
    async def edited(self, interaction: Interaction) -> None:
        """Start a job with the changed prompt of another one."""
        job_id, request = _filled_in(interaction)
        with structlog.contextvars.bound_contextvars(edited_job_id=job_id):
            await self.asking.for_jobs(
                interaction,
                partial(self.service.imagine_after, job_id, request),
                is_private=_may_be_private(request),
            )

    @handles_form(actions.COMPLETED)
    async def completed(self, interaction: Interaction) -> None:
        """Start a job with a request whose words were missing, refused or asked about."""
        draft_id, request = _filled_in(interaction)
        outcome = await self.asking.for_jobs(
            interaction,
            partial(self.service.imagine_edited, draft_id, request),
            is_private=_may_be_private(request),
        )
        if outcome is not None:
            await self._drop(draft_id, interaction)
            await interaction.reply.dismiss()

    async def _drop(self, draft_id: str, interaction: Interaction) -> None:
        """Let a yes to what was edited start nothing more, wherever its question still stands."""
        try:
            await self.service.drafts.drop(draft_id, interaction.person)
        except StoreError as error:
            log.info("draft_left", reason=str(error))

    # ── Answers to a question ───────────────────────────────────────────────────────────────────

    @handles(actions.START)
    async def start(self, interaction: Interaction) -> None:
        """Start the jobs that were asked about as they are, and take the question away."""
        await self._start(interaction, is_fixed=False)

    @handles(actions.FIX)
    async def fix(self, interaction: Interaction) -> None:
        """Start the jobs that were asked about with what was doubtful put right."""
        await self._start(interaction, is_fixed=True)

    async def _start(self, interaction: Interaction, *, is_fixed: bool) -> None:
        draft_id, is_private = values_of(interaction, 2)
        outcome = await self.asking.for_jobs(
            interaction,
            partial(self.service.confirm, draft_id, is_fixed=is_fixed),
            is_private=is_private == "1",
            source_key=draft_key(draft_id),
        )
        if outcome is not None:
            await interaction.reply.dismiss()

    @handles(actions.DECLINE)
    async def decline(self, interaction: Interaction) -> None:
        """Take the question away."""
        if await interaction.reply.acknowledge(Place.SAME):
            await interaction.reply.remove()

    # ── Forms ───────────────────────────────────────────────────────────────────────────────────

    @handles(actions.EDIT)
    async def edit(self, interaction: Interaction) -> None:
        """Open a form with the prompt of a job as one would type it."""
        form = await interaction.reply.wait_for_form(self._edit_form(interaction))
        await interaction.reply.open_form(form)

    async def _edit_form(self, interaction: Interaction) -> Form:
        actor, job_id = actor_of(interaction), subject_of(interaction)
        job, preferences, locale = await asyncio.gather(
            self.jobs.get(job_id, actor),
            self.personal.preferences(interaction.person),
            self.languages.of(interaction),
        )
        prompt = typed(job, usual=preferences.mode or Mode.FAST)
        _check_fits(prompt, interaction.reply)
        return edit_form(job.id, prompt, locale, is_private=is_private_to(job, actor))

    @handles(actions.REDO)
    async def redo(self, interaction: Interaction) -> None:
        """Open a form with a request that was refused or asked about."""
        form = await interaction.reply.wait_for_form(self._request_form(interaction))
        await interaction.reply.open_form(form)

    async def _request_form(self, interaction: Interaction) -> Form:
        draft_id = subject_of(interaction)
        draft = await self.service.drafts.get(draft_id, interaction.person)
        _check_fits(draft.request.prompt, interaction.reply)
        return request_form(draft_id, draft.request, await self.languages.of(interaction))

    async def ask_for_words(self, interaction: Interaction, option: str, title: Text) -> None:
        """Open a form for the words; the message's picture goes into this option of the request.

        A link does not fit into the form, so the request is kept until its words come.

        Raises:
            UserError: the message has no picture.
        """
        pictures = () if interaction.seen is None else interaction.seen.pictures
        if not pictures:
            raise UserError(
                msg("There's no picture in this message. Choose one with an image attached.")
            )
        request = Request(prompt="", options={option: pictures[0].link})
        form = await interaction.reply.wait_for_form(self._words_form(interaction, request, title))
        await interaction.reply.open_form(form)

    async def _words_form(self, interaction: Interaction, request: Request, title: Text) -> Form:
        actor, conversation = actor_of(interaction), interaction.conversation
        draft_id = await self.service.keep_request(request, actor, conversation)
        return words_form(draft_id, title, await self.languages.of(interaction))


# ── What the forms show ─────────────────────────────────────────────────────────────────────────


def edit_form(job_id: str, prompt: str, locale: str, *, is_private: bool) -> Form:
    """Return the form with a job's prompt."""
    return _with_pictures(_action(actions.EDITED, job_id, is_private=is_private), prompt, locale)


def request_form(draft_id: str, request: Request, locale: str) -> Form:
    """Return the form with a request that was refused or asked about."""
    action = _action(actions.COMPLETED, draft_id, is_private=request.is_private)
    return _with_pictures(action, request.prompt, locale)


def words_form(draft_id: str, title: Text, locale: str) -> Form:
    """Return the form for the words that go with a picture of a message."""
    action = _action(actions.COMPLETED, draft_id, is_private=False)
    return Form(title=title, action=action, fields=(prompt_field(),), locale=locale)


def _with_pictures(action: Action, prompt: str, locale: str) -> Form:
    fields = (prompt_field(prompt), *PICTURE_FIELDS)
    return Form(title=msg("Edit the prompt"), action=action, fields=fields, locale=locale)


def _check_fits(prompt: str, reply: Reply) -> None:
    """Refuse to open a form for a prompt that none can hold there; the person gets it back.

    Raises:
        UserError: it is one.
    """
    limit = reply.max_field_length
    if len(prompt) > limit:
        text = msg(
            "This prompt is longer than the {limit} characters that a form can hold. "
            "Copy it, change it, and send it anew with /imagine.",
            limit=limit,
        )
        raise UserError(text, typed=prompt)


def _action(name: str, subject_id: str, *, is_private: bool) -> Action:
    return Action(name, (subject_id, str(int(is_private))))


# ── What came with an interaction ───────────────────────────────────────────────────────────────


def _filled_in(interaction: Interaction) -> tuple[str, Request]:
    """Return the job or draft that a form is about, and what was asked for in it."""
    subject_id, is_private = values_of(interaction, 2)
    request = Request(
        prompt=typed_into(interaction, PROMPT_FIELD),
        is_private=is_private == "1",
        uploads=_uploads(interaction),
    )
    return subject_id, request


def _uploads(interaction: Interaction) -> Mapping[str, Upload]:
    names = [field.name for field in PICTURE_FIELDS if field.name in interaction.uploads]
    return {name: interaction.uploads[name] for name in names}


def _may_be_private(request: Request) -> bool:
    return request.is_private or looks_private(request.prompt)
