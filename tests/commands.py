"""The commands as discord.py builds them, without a Discord."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.platforms.discord import ImagineBot
from bot.wiring import Role, build
from tests.wiring import plain_settings


@asynccontextmanager
async def bot_with_commands() -> AsyncIterator[ImagineBot]:
    """Give the bot with all that it would register."""
    async with build(plain_settings(), frozenset({Role.GATEWAY})) as parts:
        assert parts.gateway is not None
        bot = parts.gateway.bot
        await bot.setup_hook()
        yield bot
        await bot.close()
