"""What the buttons of a job list do. Everything is looked up as the presser's own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import discord
from discord import ui

from bot.domain.texts import msg, msg_n
from bot.platforms.discord.cards.custom_ids import one_of
from bot.platforms.discord.cards.details import details_view
from bot.platforms.discord.interactions.choices import chosen_value
from bot.platforms.discord.interactions.visibility import actor_of
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.panels.job_list import (
    SEARCH_FIELD,
    JobPress,
    Shown,
    Verb,
    Wanted,
    links_of,
    list_view,
    search_form,
)
from bot.platforms.discord.panels.reposting import repost
from bot.platforms.discord.panels.thumbnails import addresses_of, files_of, thumbnails_of
from bot.platforms.discord.people import person_of
from bot.platforms.discord.reply import private
from bot.platforms.discord.reply.errors import tell

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot


async def my_jobs(
    interaction: "discord.Interaction[ImagineBot]", wanted: Wanted
) -> private.Illustrated:
    """Return the list of the person who acts."""
    bot = interaction.client
    page, locale = await asyncio.gather(
        bot.personal.page(person_of(interaction), wanted.filter, wanted.page),
        locale_of(interaction),
    )
    thumbnails = await thumbnails_of(bot, page)
    view = list_view(page, wanted, locale, addresses_of(bot, page, thumbnails))
    return private.Illustrated(view=view, files=files_of(thumbnails))


async def pressed(interaction: "discord.Interaction[ImagineBot]", state: str) -> None:
    """Do what a button or menu of the list says.

    Raises:
        UserError: not this person's job, or it no longer exists.
    """
    press = JobPress.parse(state)
    await _VERBS[press.verb](interaction, press)


async def search_sent(
    interaction: "discord.Interaction[ImagineBot]", state: str, fields: Mapping[str, str]
) -> None:
    """Show the jobs with the words that were typed into the form."""
    wanted = Wanted.of(state, fields[SEARCH_FIELD])
    await private.replace(interaction, my_jobs(interaction, wanted))


async def _turn(interaction: discord.Interaction[Any], press: JobPress) -> None:
    await private.replace(interaction, my_jobs(interaction, press.wanted))


async def _filter(interaction: discord.Interaction[Any], press: JobPress) -> None:
    wanted = replace(press.wanted, shown=one_of(Shown, chosen_value(interaction)), page=0)
    await private.replace(interaction, my_jobs(interaction, wanted))


async def _find(interaction: discord.Interaction[Any], press: JobPress) -> None:
    form = search_form(press.wanted, await locale_of(interaction))
    await interaction.response.send_modal(form)


async def _find_all(interaction: discord.Interaction[Any], press: JobPress) -> None:
    wanted = replace(press.wanted, search="", page=0)
    await private.replace(interaction, my_jobs(interaction, wanted))


async def _details(interaction: "discord.Interaction[ImagineBot]", press: JobPress) -> None:
    await private.answer_privately(interaction, _details_of(interaction, press.job_id))


async def _details_of(interaction: "discord.Interaction[ImagineBot]", job_id: str) -> ui.LayoutView:
    job, delivery = await interaction.client.personal.job(person_of(interaction), job_id)
    locale = await locale_of(interaction)
    return details_view(job, locale, more=links_of(job, delivery, locale))


async def _post(interaction: "discord.Interaction[ImagineBot]", press: JobPress) -> None:
    await repost(interaction, press.job_id)


async def _cancel(interaction: "discord.Interaction[ImagineBot]", press: JobPress) -> None:
    cancelled, shown = await private.deferring(
        interaction, _cancelled(interaction, press), interaction.response.defer
    )
    await private.put(interaction, shown)
    if not cancelled:
        await tell(interaction, msg("Too late to cancel: this job is no longer waiting."))
    elif cancelled > 1:
        await tell(
            interaction,
            msg_n(
                "This job is cancelled.",
                "These {count} jobs came from one command; all are cancelled.",
                count=cancelled,
            ),
        )


async def _cancelled(
    interaction: "discord.Interaction[ImagineBot]", press: JobPress
) -> tuple[int, private.Illustrated]:
    """Cancel what still waits; count it, and give the list as it is then."""
    bot = interaction.client
    job, _ = await bot.personal.job(person_of(interaction), press.job_id)
    cancelled, _ = await bot.jobs.cancel(job.id, actor_of(interaction))
    return cancelled, await my_jobs(interaction, press.wanted)


_Handler: TypeAlias = Callable[[discord.Interaction[Any], JobPress], Awaitable[None]]
_VERBS: dict[Verb, _Handler] = {
    Verb.PAGE: _turn,
    Verb.REFRESH: _turn,
    Verb.FILTER: _filter,
    Verb.FIND: _find,
    Verb.FIND_ALL: _find_all,
    Verb.DETAILS: _details,
    Verb.POST: _post,
    Verb.CANCEL: _cancel,
}
