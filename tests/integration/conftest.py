"""What the tests over the wire share."""

from collections.abc import AsyncIterator

import discord
import pytest
import yarl

from tests.fixtures import Rig, parts, running
from tests.standins.discord import DiscordStandIn


@pytest.fixture
async def d(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as standin:
        monkeypatch.setattr(discord.http.Route, "BASE", standin.api_url)
        url = yarl.URL(standin.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        yield standin
        assert not list(map(str, standin.violations))


@pytest.fixture
async def rig(d: DiscordStandIn) -> AsyncIterator[Rig]:
    async with parts(d) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield rig
