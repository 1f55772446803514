"""A bot that only delivers, and a job that ended, before a Discord that is a stand-in."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bot.platforms.discord import ImagineBot
from tests.clocks import SteppedClock
from tests.integration.posting.stage import Stage, staged
from tests.standins.discord import DiscordStandIn


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def bot(d: DiscordStandIn, clock: SteppedClock) -> AsyncIterator[ImagineBot]:
    nobody = cast("Any", None)  # deliveries need neither service nor store
    bot = ImagineBot(
        service=nobody,
        personal=nobody,
        references=nobody,
        images=nobody,
        cdn_url=d.cdn_url,
        settings=nobody,
        promises=nobody,
        clock=clock,
    )
    async with bot:
        await bot.login(d.token)
        yield bot


@pytest.fixture
async def stage(d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock) -> Stage:
    return await staged(d, bot, clock)
