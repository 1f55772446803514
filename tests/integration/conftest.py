"""What the tests over the wire share."""

from collections.abc import AsyncIterator

import discord
import pytest
import yarl

from bot.services.requests import ReadRequest, read_request
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
def read() -> ReadRequest:
    """Return what reads the requests; tests with doubts have another."""
    return read_request


@pytest.fixture
async def rig(d: DiscordStandIn, read: ReadRequest) -> AsyncIterator[Rig]:
    async with parts(d, read=read) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield rig
