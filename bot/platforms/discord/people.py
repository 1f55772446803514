"""Who acts on Discord."""

from typing import Any

import discord

from bot.domain.conversations import Person


def person_of(interaction: discord.Interaction[Any]) -> Person:
    """Return who gave the command or pressed the button."""
    return Person(platform="discord", id=str(interaction.user.id))
