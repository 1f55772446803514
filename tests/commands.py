"""The commands as discord.py builds them, without a Discord."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from bot.clock import SystemClock
from bot.platforms.discord.bot import ImagineBot


@asynccontextmanager
async def bot_with_commands() -> AsyncIterator[ImagineBot]:
    """Give the bot with all that it would register, ready for nothing else."""
    nobody = cast("Any", None)  # nothing is called
    bot = ImagineBot(
        service=nobody,
        personal=nobody,
        references=nobody,
        images=nobody,
        settings=nobody,
        promises=nobody,
        cdn_url="https://cdn.example",
        clock=SystemClock(),
    )
    await bot.setup_hook()
    yield bot
    await bot.close()
