"""All about one job, for one person."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.command_names import JOBS
from bot.domain.conversations import Conversation
from bot.domain.errors import DeliveryError, NotAllowedError, UserError
from bot.domain.failures import describe
from bot.domain.jobs import Job, JobStatus
from bot.domain.messages import Message
from bot.domain.people import Actor
from bot.domain.pictures import image_at
from bot.domain.texts import FullTime, Inline, Joined, Mention, Text, clip, msg, untranslated
from bot.domain.views import Button, Buttons, Frame, Line, Style, View, Words
from bot.ports.platform import Platform
from bot.ports.reply import Place
from bot.prompts import parse
from bot.screens import actions, buttons
from bot.screens.facts import cost_of_job, facts_of, variation_text
from bot.screens.interaction import Interaction, SeenMessage
from bot.screens.languages import Languages
from bot.screens.links import seen_from
from bot.screens.router import handles, values_of
from bot.screens.seen_parts import note_seen
from bot.screens.visibility import actor_of
from bot.services.access import is_private_to, may_manage
from bot.services.jobs import JobService
from bot.services.requests import prompt_without_varied

PROMPT_LIMIT = 3000  # of a message's 4000 characters

_STATES = {
    JobStatus.QUEUED: msg("Waiting its turn"),
    JobStatus.SUBMITTING: msg("On its way to Midjourney"),
    JobStatus.RUNNING: msg("Being drawn"),
    JobStatus.UNKNOWN: msg("Sent, but Midjourney's answer got lost"),
    JobStatus.SUCCEEDED: msg("Done"),
    JobStatus.FAILED: msg("Failed"),
    JobStatus.CANCELLED: msg("Cancelled, free of charge"),
}

log = structlog.get_logger(__name__)


@dataclass(kw_only=True, eq=False)
class DetailsScreen:
    """Shows a person all about a job, and removes its message from there."""

    jobs: JobService
    languages: Languages
    platform_of: Callable[[Conversation], Platform]

    @handles(actions.DETAILS)
    async def details(self, interaction: Interaction) -> None:
        """Show this person all about the job of the message."""
        (job_id,) = values_of(interaction, 1)
        await interaction.show(self._view(interaction, job_id), Place.ALONE)

    async def show_details_of(self, interaction: Interaction) -> None:
        """Show all about the job whose message somebody points at.

        Raises:
            UserError: it is no message of ours that is about a job.
        """
        job_id = None if interaction.seen is None else _job_in(interaction.seen)
        if job_id is None:
            raise UserError(
                msg("This message isn't one of my pictures, so I know nothing about it.")
            )
        await interaction.show(self._view(interaction, job_id), Place.ALONE)

    async def _view(self, interaction: Interaction, job_id: str) -> View:
        actor, seen = actor_of(interaction), interaction.seen
        job = await self.jobs.get(job_id, actor)
        is_at_copy = seen is not None and job.is_private and not is_private_to(job, actor)
        if job.origin.person != actor.person:
            job = seen_from(job, interaction.conversation)
        removable = _removable(interaction, job)
        if removable is not None:  # its “Delete” does not say which part it was
            await note_seen(self.jobs, job_id, seen)
        return details_view(
            job,
            await self.languages.of(interaction),
            removable=removable,
            copy=seen.message if seen is not None and is_at_copy else None,
        )

    @handles(actions.REMOVE)
    async def remove(self, interaction: Interaction) -> None:
        """Remove a message, at the press of a button elsewhere that only this person sees."""
        if not await interaction.reply.acknowledge(Place.SAME):
            return
        await self._remove(interaction)
        locale = await self.languages.of(interaction)
        done = Words(msg("The card is deleted."))
        await interaction.reply.show(
            View(elements=(done,), locale=locale, frame=Frame.NONE), Place.SAME
        )

    async def _remove(self, interaction: Interaction) -> None:
        job_id, conversation_id, message_id = values_of(interaction, 3)
        conversation = replace(interaction.conversation, id=conversation_id)
        message = Message(conversation=conversation, id=message_id)
        await self.jobs.check_may_manage(job_id, _actor_at(interaction, message))
        try:
            await self.platform_of(conversation).remove(message)
        except DeliveryError as error:
            log.info("message_not_removed", reason=str(error))
            raise NotAllowedError(
                msg("I can't delete it from here. Please use “Delete” on the card itself.")
            ) from error


def _job_in(seen: SeenMessage) -> str | None:
    """Return the job that a message of ours is about; None: it is about none."""
    if not seen.is_ours:
        return None
    named = [actions.job_id_in(action) for action in seen.actions]
    shown = [image_at(picture.file_name) for picture in seen.pictures]  # it may have no buttons
    return next(filter(None, (*named, *(image[0] for image in shown if image))), None)


def _removable(interaction: Interaction, job: Job) -> Message | None:
    """Return the message, if this person may remove it and the bot can."""
    seen = interaction.seen
    if seen is None or seen.is_ephemeral:
        return None
    return seen.message if may_manage(job, _actor_at(interaction, seen.message)) else None


def _actor_at(interaction: Interaction, message: Message) -> Actor:
    """Say who acts on a message; rights are known only for the conversation of the press."""
    actor = actor_of(interaction)
    is_here = message.conversation.key == interaction.conversation.key
    return replace(actor, is_moderator=is_here and actor.is_moderator)


# ── What is shown ───────────────────────────────────────────────────────────────────────────────


def details_view(
    job: Job,
    locale: str,
    *,
    removable: Message | None = None,
    copy: Message | None = None,
    more: Sequence[Button] = (),
) -> View:
    """Return what a person sees who wants to know all about a job, in that person's language.

    `removable` is the message that the person may delete; `copy` is where its owner made the job
    public; `more` are up to two buttons of the caller's.
    """
    prompt = prompt_without_varied(job)
    removing = () if removable is None else (buttons.remove(job, removable),)
    return View(
        elements=(
            Words(*_head(job)),
            Words(Line(clip(prompt, PROMPT_LIMIT), Style.CODE)),
            Words(*_facts(job, is_clipped=len(prompt) > PROMPT_LIMIT)),
            Buttons(buttons.again(job, copy=copy), buttons.edit(job, copy=copy), *removing, *more),
        ),
        locale=locale,
        frame=Frame.FAILURE if job.status is JobStatus.FAILED else Frame.NORMAL,
    )


def _head(job: Job) -> Iterator[Inline]:
    yield Joined((untranslated("**{state}**", state=_state(job)), facts_of(job)))
    if job.failure is not None:
        yield describe(job.failure.code)


def _state(job: Job) -> Text:
    if job.is_discarded and job.status is JobStatus.SUCCEEDED:
        return msg("Done, but not posted: kept in {jobs}", jobs=JOBS)
    return _STATES[job.status]


def _facts(job: Job, *, is_clipped: bool) -> Iterator[Inline]:
    if job.variation is not None:
        yield variation_text(job.variation)
    if is_clipped:
        yield msg("The prompt is longer than fits here; “Edit” shows all of it.")
    person = Mention(job.origin.person.id)
    yield msg("Requested by {person}, {when}", when=FullTime(job.created_at), person=person)
    if job.submitted_at is not None:
        yield msg("Sent to Midjourney {when}", when=FullTime(job.submitted_at))
    if job.finished_at is not None:
        yield msg("Finished {when}", when=FullTime(job.finished_at))
    if seed := parse(job.prompt).parameters.get("seed"):
        yield msg("Seed: {seed}", seed=" ".join(seed))
    if (cost := cost_of_job(job)) is not None:
        yield cost
    yield msg("Job id: `{job_id}`", job_id=job.id)
