"""The edge where interactions come in: from here on every text in them is fit to be kept."""

import re
from typing import Any

import discord
from discord.enums import try_enum

from bot.domain.cleaning import cleaned

DEFAULT_LOCALE = "en-US"
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")


def clean_interaction(interaction: discord.Interaction[Any]) -> None:
    """Clean all that the person sent: options, fields, choices, names of files, the language.

    discord.py has no one place that all interactions pass before it reads them, so both entrances
    call this first: the one of commands, and the one of presses and forms.
    """
    interaction.data = cleaned(interaction.data)
    locale = str(interaction.locale.value)
    if not _LOCALE.fullmatch(locale):  # it chooses a folder, and is kept with each job
        locale = DEFAULT_LOCALE
    interaction.locale = try_enum(discord.Locale, locale)
