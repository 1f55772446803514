"""What the tests over the wire share."""

from collections.abc import AsyncIterator

import discord
import pytest
import yarl

from bot.platforms.discord import ImagineBot
from bot.services.requests import ReadRequest, read_request
from bot.wiring import Externals, Role
from bot.wiring.parts import build
from tests.clocks import SteppedClock
from tests.fixtures import Rig, parts, running
from tests.haste import PATIENT, UNHURRIED
from tests.standins.discord import DiscordStandIn
from tests.wiring import bot_of, settings_for


@pytest.fixture
async def d(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as standin:
        monkeypatch.setattr(discord.http.Route, "BASE", standin.api_url)
        url = yarl.URL(standin.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        yield standin
        assert not list(map(str, standin.violations))


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def bot(d: DiscordStandIn, clock: SteppedClock) -> AsyncIterator[ImagineBot]:
    """Return a bot that is logged in, without a gateway connection."""
    externals = Externals(clock=clock, timings=PATIENT, discord_timings=UNHURRIED)
    async with build(settings_for(d), frozenset({Role.GATEWAY}), externals) as parts:
        bot = bot_of(parts)
        async with bot:
            await bot.login(d.token)
            yield bot


@pytest.fixture
def read() -> ReadRequest:
    """Return what reads the requests; tests with doubts have another."""
    return read_request


@pytest.fixture
async def rig(d: DiscordStandIn, read: ReadRequest) -> AsyncIterator[Rig]:
    async with parts(d, read=read) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield rig
