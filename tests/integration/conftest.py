"""What the tests over the wire share."""

from collections.abc import AsyncIterator

import discord
import pytest
import yarl

from tests.haste import be_unhurried
from tests.stage import Stage, parts, running
from tests.standins.discord import DiscordStandIn


@pytest.fixture
async def d(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as standin:
        monkeypatch.setattr(discord.http.Route, "BASE", standin.api_url)
        url = yarl.URL(standin.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        yield standin
        assert not list(map(str, standin.violations))


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot wait for its work, unless a test is about that."""
    be_unhurried(monkeypatch)


@pytest.fixture
async def stage(d: DiscordStandIn, unhurried: None) -> AsyncIterator[Stage]:
    async with parts(d) as stage, running(stage.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield stage
