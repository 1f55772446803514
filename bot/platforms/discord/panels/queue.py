"""How busy the bot is: counts for everybody, and the asker's own jobs by their prompts."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import discord
from discord import ui

from bot.domain.jobs import JobFilter, JobPage, JobStatus, Mode
from bot.domain.texts import Text, clip, msg
from bot.platforms.discord.cards.facts import shown_prompt
from bot.platforms.discord.cards.layouts import ACCENT, sealed
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.people import person_of
from bot.platforms.discord.rendering.markdown import escape, render
from bot.services.jobs import Outlook
from bot.services.requests import prompt_without_varied

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

PROMPT_LIMIT = 150  # characters of each prompt before escaping
UNFINISHED = JobFilter(statuses=frozenset(each for each in JobStatus if not each.is_final))


async def my_queue(interaction: "discord.Interaction[ImagineBot]") -> ui.LayoutView:
    """Return the card for the person who acts."""
    bot, person = interaction.client, person_of(interaction)
    outlook, page, locale = await asyncio.gather(
        bot.jobs.outlook(person),
        bot.personal.page(person, UNFINISHED),
        locale_of(interaction),
    )
    return queue_view(outlook, page, locale)


def queue_view(outlook: Outlook, own: JobPage, locale: str) -> ui.LayoutView:
    """Build the card; `own` are the asker's unfinished jobs."""
    say = partial(render, locale=locale)
    container: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay("\n".join(_counts(outlook, say))), accent_colour=ACCENT
    )
    if own.jobs:
        container.add_item(ui.Separator())
        container.add_item(ui.TextDisplay("\n".join(_own(outlook, own, say))))
    container.add_item(ui.Separator())
    container.add_item(ui.TextDisplay("\n".join(_prospects(outlook, say))))
    return sealed(container)


_Say = Callable[[Text], str]


def _counts(outlook: Outlook, say: _Say) -> Iterator[str]:
    everybody = outlook.everybody
    yield f"### {say(msg('The queue'))}"
    yield say(
        msg("🎨 Drawing now: {count} of {slots}", count=everybody.in_flight, slots=outlook.slots)
    )
    yield say(msg("⏳ Waiting: {count}", count=everybody.waiting))


def _own(outlook: Outlook, own: JobPage, say: _Say) -> Iterator[str]:
    person = outlook.person
    yield say(
        msg(
            "**Yours**: {drawing} drawing, {waiting} waiting",
            drawing=person.in_flight,
            waiting=person.waiting,
        )
    )
    for job in own.jobs:
        emoji = "⏳" if job.status is JobStatus.QUEUED else "🎨"
        yield f"{emoji} {escape(clip(shown_prompt(prompt_without_varied(job)), PROMPT_LIMIT))}"
    more = own.total - len(own.jobs)
    if more > 0:
        yield say(msg("… and {count} more; see /jobs.", count=more))


def _prospects(outlook: Outlook, say: _Say) -> Iterator[str]:
    if outlook.pause is not None:
        yield say(msg("I can't take new jobs right now."))
        yield say(outlook.pause)
        return
    yield say(msg("A new picture would be ready:"))
    yield say(msg("⚡ Fast: {when}", when=outlook.expected_at[Mode.FAST]))
    yield say(msg("🌙 Relaxed: {when}", when=outlook.expected_at[Mode.RELAXED]))
