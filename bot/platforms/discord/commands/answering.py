"""The edge between Discord and the screens: every interaction is answered by one of them."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import discord

from bot.domain.errors import UserError
from bot.platforms.discord.client import ImagineBot
from bot.platforms.discord.commands.incoming import interaction_of, reply_to
from bot.screens.edge import notice
from bot.screens.interaction import Interaction

Handle: TypeAlias = Callable[[Interaction], Awaitable[None]]


async def answer(
    heard: discord.Interaction[ImagineBot], handle: Handle, *, at: discord.Message | None = None
) -> None:
    """Let a method of a screen answer, at the message from whose menu a command was chosen."""
    try:
        interaction = interaction_of(heard, at)
    except UserError as error:
        await reply_to(heard).tell(notice(error, str(heard.locale)))
    else:
        await heard.client.screens.edge.run(interaction, handle(interaction))
