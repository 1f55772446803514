"""The theatre, open, whose workers do not rest."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.timings import Timings
from bot.platforms.discord.posting import posting
from tests.integration.waiting.theatre import Album, Theatre
from tests.stage import Stage, parts, running
from tests.standins.discord import DiscordStandIn


@pytest.fixture
def timings(request: pytest.FixtureRequest) -> Timings:
    """Give those of the theatre, whose workers do not rest; `@pytest.mark.timings` has others."""
    marker = request.node.get_closest_marker("timings")
    return Timings(**{"rest": timedelta(milliseconds=50), **(marker.kwargs if marker else {})})


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SETTLES_WITHIN", timedelta(milliseconds=50))


@pytest.fixture
async def stage(d: DiscordStandIn, unhurried: None, timings: Timings) -> AsyncIterator[Stage]:
    async with parts(d, images=Album, timings=timings) as stage, running(stage.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield stage


@pytest.fixture
async def theatre(stage: Stage, quick: None) -> AsyncIterator[Theatre]:
    theatre = Theatre(stage)
    async with theatre.open():
        yield theatre
