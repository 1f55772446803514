"""The language in which we speak to one person."""

from collections.abc import Callable
from functools import partial
from typing import Any

import discord
import structlog

from bot.domain.errors import StoreError
from bot.domain.texts import Text
from bot.platforms.discord.people import person_of
from bot.platforms.discord.rendering.markdown import render
from bot.services.timeouts import within

log = structlog.get_logger(__name__)

_KNOWN = "imagine_locale"  # the key under which an interaction keeps what was found


async def locale_of(interaction: discord.Interaction[Any]) -> str:
    """Return the language that the person has set, else the one that Discord reports.

    Looked up once an interaction, and not waited for long: Discord's is a good guess.
    """
    known: str | None = interaction.extras.get(_KNOWN)
    if known is None:
        known = await _chosen(interaction) or str(interaction.locale)
        interaction.extras[_KNOWN] = known
    return known


async def speech_of(interaction: discord.Interaction[Any]) -> Callable[[Text], str]:
    """Return the function that says things in the person's language."""
    return partial(render, locale=await locale_of(interaction))


async def _chosen(interaction: discord.Interaction[Any]) -> str | None:
    try:
        asking = interaction.client.personal.preferences(person_of(interaction))
        preferences = await within(interaction.client.discord_timings.language_within_s, asking)
    except (TimeoutError, StoreError) as error:
        log.info("language_not_known", error=type(error).__name__)
        return None
    language: str | None = preferences.language
    return language


def forget_locale(interaction: discord.Interaction[Any]) -> None:
    """Look the language up again: the person has just set it, or it was a guess."""
    interaction.extras.pop(_KNOWN, None)
