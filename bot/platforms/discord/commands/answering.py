"""The edge between Discord and the screens: every interaction is answered by one of them.

Our messages and forms say in their custom ids what they are about, so any process understands all
of them; discord.py would keep each in memory, and lose them all at a restart.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.domain.errors import UserError
from bot.domain.texts import msg
from bot.domain.views import Action
from bot.platforms.discord.client import ImagineBot
from bot.platforms.discord.client.cleaning import clean_interaction
from bot.platforms.discord.commands.incoming import interaction_of, reply_to
from bot.screens.edge import notice
from bot.screens.interaction import Interaction

Handle: TypeAlias = Callable[[Interaction], Awaitable[None]]

# A command of another version: Discord's apps may show it for an hour.
_UNKNOWN = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)


async def answer(
    heard: discord.Interaction[ImagineBot], handle: Handle, *, at: discord.Message | None = None
) -> None:
    """Let a method of a screen answer; whatever it raises ends here.

    `at` is the message from whose menu a command was chosen.
    """
    try:
        interaction = interaction_of(heard, at)
    except UserError as error:
        await reply_to(heard).tell(notice(error, str(heard.locale)))
    else:
        await heard.client.screens.edge.run(interaction, handle(interaction))


async def on_interaction(heard: discord.Interaction[ImagineBot]) -> None:
    """Answer a press, a choice or a form; the commands discord.py finds by itself."""
    data: Mapping[str, Any] = heard.data or {}
    custom_id = str(data.get("custom_id", ""))
    match heard.type:
        case discord.InteractionType.component:
            is_ours = not _is_kept(heard.client, custom_id)
        case discord.InteractionType.modal_submit:  # one of somebody else's making is left alone
            is_ours = Action.parse(custom_id) is not None
        case _:
            is_ours = False
    if is_ours:
        clean_interaction(heard)
        await answer(heard, heard.client.screens.edge.route)


def _is_kept(bot: ImagineBot, custom_id: str) -> bool:
    """Whether discord.py keeps the view, so that it answers for itself; only the demo has one."""
    items = (item for view in bot.persistent_views for item in view.walk_children())
    return any(custom_id == getattr(item, "custom_id", None) for item in items)


async def on_command_error(
    heard: discord.Interaction[ImagineBot], error: app_commands.AppCommandError
) -> None:
    """Answer for a command that did not come as far as its screen."""
    cause: Exception = error
    if isinstance(error, app_commands.CommandInvokeError):
        cause = error.original
    elif isinstance(error, _UNKNOWN):
        cause = UserError(msg("I don't know this command any more. Type / to see mine."))

    async def fail(_interaction: Interaction) -> None:
        raise cause

    await answer(heard, fail)
