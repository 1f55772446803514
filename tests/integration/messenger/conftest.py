"""A bot that is logged in, and a job with its placeholder, before a Discord that is a stand-in."""

from collections.abc import AsyncIterator

import pytest

from bot.platforms.discord import ImagineBot
from bot.wiring import Externals, Role, build
from tests.clocks import SteppedClock
from tests.haste import PATIENT, UNHURRIED
from tests.integration.messenger.fixtures import Rig, make_rig
from tests.standins.discord import DiscordStandIn
from tests.wiring import bot_of, settings_for


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def bot(d: DiscordStandIn, clock: SteppedClock) -> AsyncIterator[ImagineBot]:
    externals = Externals(clock=clock, timings=PATIENT, discord_timings=UNHURRIED)
    async with build(settings_for(d), frozenset({Role.GATEWAY}), externals) as parts:
        bot = bot_of(parts)
        async with bot:
            await bot.login(d.token)
            yield bot


@pytest.fixture
async def rig(d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock) -> Rig:
    return await make_rig(d, bot, clock)
