"""The theatre, open, whose workers do not rest."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import progress
from bot.platforms.discord.posting import posting
from tests.integration.waiting.theatre import Album, Theatre
from tests.stage import Stage, parts, running
from tests.standins.discord import DiscordStandIn


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REST", timedelta(milliseconds=50))
    monkeypatch.setattr(posting, "SETTLES_WITHIN", timedelta(milliseconds=50))


@pytest.fixture
async def stage(d: DiscordStandIn, unhurried: None) -> AsyncIterator[Stage]:
    async with parts(d, images=Album) as stage, running(stage.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield stage


@pytest.fixture
async def theatre(stage: Stage, quick: None) -> AsyncIterator[Theatre]:
    theatre = Theatre(stage)
    async with theatre.open():
        yield theatre
