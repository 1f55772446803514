"""The edge where interactions come in: from here on every text in them is fit to be kept."""

from collections.abc import Mapping
from typing import Any

import discord
from discord.enums import try_enum

from bot.domain.cleaning import clean_locale, cleaned

DEFAULT_LOCALE = "en-US"


def clean_interaction(interaction: discord.Interaction[Any]) -> None:
    """Clean all that the person sent: options, fields, choices, names of files, the language.

    discord.py has no one place that all interactions pass before it reads them, so both entrances
    call this first: the one of commands, and the one of presses and forms.
    """
    interaction.data = cleaned(_filled(interaction.data))
    locale = clean_locale(str(interaction.locale.value), usual=DEFAULT_LOCALE)
    interaction.locale = try_enum(discord.Locale, locale)


def _filled(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what came without the names of what did not: discord.py takes those for filled."""
    return {name: value for name, value in (data or {}).items() if value is not None}
