"""The stand-in for Discord, and a bot that is connected to it."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.standins.discord.tiny_bot import TinyBot, logged_in
from tests.standins.discord import DiscordStandIn


@pytest.fixture
async def d() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as standin:
        yield standin


@pytest.fixture
async def bot(d: DiscordStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TinyBot]:
    async with logged_in(d, monkeypatch) as running:
        yield running
    assert not list(map(str, d.violations))
