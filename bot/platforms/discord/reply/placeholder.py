"""From a command or a press to a job with its placeholder in the channel.

The placeholder is the interaction's own response. Discord wants it within 3 seconds, two processes
may hear the same interaction, and its answer may get lost: the job is made once in all cases
(`source_key`), and it is given up only when the person certainly saw nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import discord
import structlog

from bot.domain.errors import StoreError, UserError
from bot.domain.jobs import JobStatus
from bot.domain.texts import Text, msg
from bot.platforms.discord.cards.placeholder_cards import placeholder
from bot.platforms.discord.cards.questions import question_card
from bot.platforms.discord.interactions.origins import imagine_command
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.reply.answer import Answer, Visibility
from bot.platforms.discord.reply.errors import show_alone, tell
from bot.services.imagine import Accepted, ImagineCommand, ImagineService, Question
from bot.services.retrying import retrying

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

Accept: TypeAlias = Callable[[ImagineCommand], Awaitable[Accepted | Question]]

log = structlog.get_logger(__name__)


async def answer_with_placeholder(
    interaction: "discord.Interaction[ImagineBot]",
    accept: Accept,
    *,
    is_private: bool | None = None,
    source_key: str | None = None,
) -> Accepted | Question | None:
    """Ask the service for jobs and answer with their placeholder, or with why there is none.

    `is_private`: whether a "thinking…" may be seen by this person only; None: as it is with the
    message whose button was pressed. `source_key`: what the command is known by, if that is not the
    interaction. Returns what was accepted or asked; None: it was refused.
    """
    if is_private is None:
        is_private = _is_alone(interaction)
    accepted = await _answer(interaction, accept, is_private=is_private, source_key=source_key)
    bot = interaction.client
    bot.observer.answered(bot.clock.now() - interaction.created_at)
    return accepted


async def _answer(
    interaction: "discord.Interaction[ImagineBot]",
    accept: Accept,
    *,
    is_private: bool,
    source_key: str | None,
) -> Accepted | Question | None:
    answer = Answer(interaction, is_private=is_private)
    try:
        command = imagine_command(interaction, now=interaction.client.clock.now())
        if source_key is not None:
            command = replace(command, source_key=source_key)
        accepted = await answer.wait_for(
            # What a database that restarts did not do is done when it is back.
            retrying(lambda: accept(command), within=interaction.client.timings.store_timeout),
            receipt=command.receipt,
        )
    except UserError as error:
        if not answer.is_beaten:
            await tell(interaction, error)
        return None
    if isinstance(accepted, Question):
        if not answer.is_beaten:  # whoever answers asks as well, with a draft of its own
            await show_alone(interaction, question_card(accepted, await locale_of(interaction)))
        return accepted
    if accepted.job.origin.reply_token == interaction.token:
        await _show_placeholder(interaction.client.service, answer, accepted)
    else:
        await tell(interaction, _repeated(accepted))
    return accepted


def _is_alone(interaction: discord.Interaction[Any]) -> bool:
    """Whether only this person sees the message whose button was pressed."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _repeated(accepted: Accepted) -> Text:
    """Say why a yes that was given before makes no further jobs."""
    if all(job.status is JobStatus.CANCELLED for job in accepted.jobs):
        return msg("These were cancelled. Please send the request again.")
    return msg("You'd already started these; nothing more was charged.")


async def _show_placeholder(service: ImagineService, answer: Answer, accepted: Accepted) -> None:
    """Answer with the placeholder, and tell the service what came of it."""
    job_id = accepted.job.id
    try:
        outcome = await answer.show(placeholder(accepted), is_private=accepted.job.is_private)
    except discord.DiscordException:
        await service.abandon(job_id)
        raise
    match outcome.sight:
        case Visibility.SEEN:
            await _confirm(service, job_id, outcome.message_id)
        case Visibility.NOT_SEEN:
            await service.abandon(job_id)
        case Visibility.UNCLEAR:  # claimable in a moment all the same
            log.info("placeholder_unconfirmed", job_id=job_id)


async def _confirm(service: ImagineService, job_id: str, message_id: str | None) -> None:
    """Let the job start; without this it starts a few seconds later and finds its placeholder."""
    try:
        await service.confirm_answer(job_id, message_id)
    except StoreError as error:
        log.warning("placeholder_not_recorded", job_id=job_id, reason=str(error))
