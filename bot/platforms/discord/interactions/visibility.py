"""Who acts on a job, and whether the message before their eyes shows it to everybody.

A private job is for its owner alone. Only "Post here" makes it public, with a copy of the result,
and only as far as that copy reaches. Which message is a copy is told by the message that Discord
says was pressed, never by what the press says of itself.
"""

from typing import Any

import discord

from bot.domain.people import Actor
from bot.platforms.discord.cards.custom_ids import COPY_PART, CUSTOM_ID, Action, ButtonId
from bot.platforms.discord.cards.layouts import custom_ids
from bot.platforms.discord.people import person_of


def actor_of(
    interaction: discord.Interaction[Any], message: discord.Message | None = None
) -> Actor:
    """Say who acts, at `message` or at the one whose button was pressed."""
    return Actor(
        person=person_of(interaction),
        is_moderator=interaction.permissions.manage_messages,
        public_jobs=_public_jobs(interaction, message or interaction.message),
    )


def _public_jobs(
    interaction: discord.Interaction[Any], message: discord.Message | None
) -> frozenset[str]:
    """Name the jobs that a message of ours makes public, though they may be private."""
    us = interaction.client.user
    if message is None or us is None or message.author.id != us.id:
        return frozenset()
    found = (CUSTOM_ID.fullmatch(custom_id) for custom_id in custom_ids(message))
    buttons = (ButtonId.from_match(each) for each in found if each and each["action"])
    return frozenset(each.job_id for each in buttons if _is_public(each, interaction, message))


def _is_public(
    button: ButtonId, interaction: discord.Interaction[Any], message: discord.Message
) -> bool:
    """Whether only a message that makes its job public carries this button."""
    if message.flags.ephemeral:  # details that were asked for at a copy say at which
        return button.place is not None and button.action in {Action.AGAIN, Action.EDIT}
    if button.action is Action.TAKE_DOWN:  # a single picture; in a direct message nobody else is
        return interaction.guild_id is not None
    return button.action is Action.DELETE and button.number == COPY_PART
