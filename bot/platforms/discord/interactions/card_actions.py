"""What the buttons of a card do with its job: vary, edit, details, and removal from elsewhere."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import ui

from bot.domain.errors import JobGoneError, NotAllowedError, UserError
from bot.domain.jobs import Job, Mode
from bot.domain.people import Actor
from bot.domain.texts import Text, msg
from bot.platforms.discord.cards.custom_ids import ButtonId, CardPlace, Form, FormId
from bot.platforms.discord.cards.details import details_view
from bot.platforms.discord.cards.forms import FIELD_LIMIT, prompt_form, request_form_id
from bot.platforms.discord.cards.layouts import sealed
from bot.platforms.discord.cards.links import seen_from
from bot.platforms.discord.connection.calls import discord_call, reason_of
from bot.platforms.discord.interactions.visibility import actor_of
from bot.platforms.discord.language import locale_of, speech_of
from bot.platforms.discord.people import person_of
from bot.platforms.discord.reply.placeholder import answer_with_placeholder
from bot.platforms.discord.reply.private import answer_privately, before_form
from bot.services.access import is_private_to, may_manage
from bot.services.requests import typed

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)


async def vary(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Ask for the same with this image as image prompt, for the person who pressed."""
    number = press.number or 1
    await answer_with_placeholder(
        interaction,
        lambda command: interaction.client.service.vary(press.job_id, number, command),
    )


async def edit(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Open a form with the prompt as one would type it."""
    form_id, prompt = await before_form(interaction, _to_edit(interaction, press.job_id))
    title = msg("Edit the prompt")
    await open_prompt_form(interaction, form_id, title=title, prompt=prompt, takes_pictures=True)


async def _to_edit(
    interaction: "discord.Interaction[ImagineBot]", job_id: str
) -> tuple[FormId, str]:
    bot, person = interaction.client, person_of(interaction)
    actor = actor_of(interaction)
    job, preferences = await asyncio.gather(
        bot.jobs.get(job_id, actor), bot.personal.preferences(person)
    )
    form_id = request_form_id(Form.EDIT, job.id, is_private=is_private_to(job, actor))
    return form_id, typed(job, usual=preferences.mode or Mode.FAST)


async def redo(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Open a form with a request that was refused or asked about."""
    drafts, person = interaction.client.service.drafts, person_of(interaction)
    request = (await before_form(interaction, drafts.get(press.job_id, person))).request
    form_id = request_form_id(Form.REQUEST, press.job_id, is_private=request.is_private)
    title, prompt = msg("Edit the prompt"), request.prompt
    await open_prompt_form(interaction, form_id, title=title, prompt=prompt, takes_pictures=True)


async def open_prompt_form(
    interaction: discord.Interaction[Any],
    form_id: FormId,
    *,
    title: Text,
    prompt: str = "",
    takes_pictures: bool = False,
) -> None:
    """Answer with a form that asks for a prompt, and perhaps for pictures.

    Raises:
        UserError: what is to stand in it is longer than a form can hold.
    """
    if len(prompt) > FIELD_LIMIT:
        raise UserError(
            msg(
                "This prompt is longer than the {limit} characters that a form can hold. "
                "Please start a new one with /imagine.",
                limit=FIELD_LIMIT,
            )
        )
    locale = await locale_of(interaction)
    form = prompt_form(form_id, locale, title=title, prompt=prompt, takes_pictures=takes_pictures)
    await interaction.response.send_modal(form)


async def details(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Show this person all about the job of the card."""
    await show_details(interaction, press.job_id, interaction.message)


async def show_details(
    interaction: "discord.Interaction[ImagineBot]", job_id: str, card: discord.Message | None
) -> None:
    """Show this person all about a job; with `Delete` if the person may remove the card."""
    await answer_privately(interaction, _details(interaction, job_id, card))


async def _details(
    interaction: "discord.Interaction[ImagineBot]", job_id: str, card: discord.Message | None
) -> ui.LayoutView:
    actor = actor_of(interaction, card)
    job = await interaction.client.jobs.get(job_id, actor)
    place = _removable(interaction, job, card)
    copy = None
    if card is not None and job.is_private and not is_private_to(job, actor):
        copy = _place(card)
    if job.origin.person != actor.person:
        job = seen_from(job, str(interaction.channel_id))
    return details_view(job, await locale_of(interaction), card=place, copy=copy)


def _removable(
    interaction: discord.Interaction[Any], job: Job, card: discord.Message | None
) -> CardPlace | None:
    """Say where the card stands, if this person may remove it and the bot can."""
    if card is None or card.flags.ephemeral:
        return None
    place = _place(card)
    return place if may_manage(job, _actor(interaction, place)) else None


def _place(card: discord.Message) -> CardPlace:
    return CardPlace(channel_id=card.channel.id, message_id=card.id)


async def remove(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Remove a card, at the press of a button elsewhere that only this person sees."""
    await interaction.response.defer()
    if press.place is None:
        raise JobGoneError(msg("I can't find that card any more."))
    jobs = interaction.client.jobs
    await jobs.check_may_manage(press.job_id, _actor(interaction, press.place))
    await _delete_message(interaction.client, press.place)
    say = await speech_of(interaction)
    done = sealed(ui.TextDisplay(say(msg("The card is deleted."))))
    await interaction.edit_original_response(view=done)


async def _delete_message(bot: "ImagineBot", place: CardPlace) -> None:
    channel = bot.get_partial_messageable(place.channel_id)
    try:
        async with discord_call(bot.discord_timings.call_timeout_s):
            await channel.get_partial_message(place.message_id).delete()
    except discord.NotFound:
        log.debug("card_gone_already")
    except discord.HTTPException as error:
        log.info("card_not_deleted", reason=reason_of(error))
        raise NotAllowedError(
            msg("I can't delete it from here. Please use “Delete” on the card itself.")
        ) from error


def _actor(interaction: discord.Interaction[Any], place: CardPlace) -> Actor:
    """Say who acts on a card; permissions are known only for the channel of the press."""
    actor = actor_of(interaction)
    is_here = place.channel_id == interaction.channel_id
    return replace(actor, is_moderator=is_here and actor.is_moderator)
