"""The commands as discord.py builds them, without a Discord."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.platforms.discord import ImagineBot
from bot.wiring import Role
from bot.wiring.parts import Parts, build
from tests.wiring import bot_of, plain_settings


@asynccontextmanager
async def bot_with_commands() -> AsyncIterator[ImagineBot]:
    """Return the bot with all that it would register."""
    building = build(plain_settings(), frozenset({Role.GATEWAY}))
    async with building as parts, commands_of(parts) as bot:
        yield bot


@asynccontextmanager
async def commands_of(parts: Parts) -> AsyncIterator[ImagineBot]:
    """Return the bot of a process, with its commands and without a Discord."""
    bot = bot_of(parts)
    await bot.setup_hook()
    yield bot
    await bot.close()
