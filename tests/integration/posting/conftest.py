"""A job that ended, before a Discord that is a stand-in."""

import pytest

from bot.platforms.discord import ImagineBot
from tests.clocks import SteppedClock
from tests.integration.posting.fixtures import Rig, make_rig
from tests.standins.discord import DiscordStandIn


@pytest.fixture
async def rig(d: DiscordStandIn, bot: ImagineBot, clock: SteppedClock) -> Rig:
    return await make_rig(d, bot, clock)
