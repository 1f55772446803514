"""The commands apart from a running bot: which there are, and registering them now."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import discord

from bot.domain.errors import PlatformUnavailableError, TokenRejectedError
from bot.platforms.discord.client.bot import ImagineBot
from bot.platforms.discord.connection.calls import LOST


async def our_commands() -> Sequence[Mapping[str, Any]]:
    """Return the commands as Discord is told them; nothing is called."""
    bot = _bot_without_screens()
    await bot.setup_hook()
    return await bot.command_payloads()


async def register_now(token: str) -> int:
    """Register the commands, whatever Discord knows of them, and return how many there are.

    Raises:
        TokenRejectedError, PlatformUnavailableError: Discord did not take them.
    """
    bot = _bot_without_screens()
    try:
        await bot.login(token)
        return len(await bot.tree.sync())
    except discord.LoginFailure:
        raise TokenRejectedError("Discord does not accept DISCORD_TOKEN.") from None
    except (discord.DiscordException, *LOST) as error:
        name = type(error).__name__
        raise PlatformUnavailableError(f"Discord can't be reached ({name}).") from None
    finally:
        await bot.close()


def _bot_without_screens() -> ImagineBot:
    """Return a bot that nobody asks anything: it has no screens, no memory and no clock."""
    nothing = cast(Any, None)
    return ImagineBot(screens=nothing, settings=nothing, clock=nothing)
