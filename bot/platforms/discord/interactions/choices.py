"""What was chosen in a menu of a message."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.domain.errors import OutdatedError


def chosen_values(interaction: discord.Interaction[Any]) -> tuple[str, ...]:
    """Return the values that a person chose; none if no menu was used."""
    data: Mapping[str, Any] = interaction.data or {}
    return tuple(data.get("values", ()))


def chosen_value(interaction: discord.Interaction[Any]) -> str:
    """Return the one value of a menu that takes exactly one.

    Raises:
        OutdatedError: it is no such menu.
    """
    values = chosen_values(interaction)
    if len(values) != 1:
        raise OutdatedError
    return values[0]
