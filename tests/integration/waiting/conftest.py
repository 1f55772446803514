"""The scene, open, whose workers do not rest."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.timings import Timings
from bot.platforms.discord.timings import DiscordTimings
from bot.services.requests import ReadRequest
from tests.fixtures import Rig, parts, running
from tests.haste import PATIENT, UNHURRIED
from tests.integration.waiting.fixtures import Album, Scene
from tests.standins.discord import DiscordStandIn


@pytest.fixture
def timings(request: pytest.FixtureRequest) -> Timings:
    """Return those of the scene, whose workers do not rest; `@pytest.mark.timings` has others."""
    return replace(PATIENT, **{"rest": timedelta(milliseconds=50), **_marked(request, "timings")})


@pytest.fixture
def discord_timings(request: pytest.FixtureRequest) -> DiscordTimings:
    """Return those of the scene; `@pytest.mark.discord_timings` has others."""
    quick = replace(UNHURRIED, edit_settles_within=timedelta(milliseconds=50))
    return replace(quick, **_marked(request, "discord_timings"))


def _marked(request: pytest.FixtureRequest, name: str) -> dict[str, Any]:
    marker = request.node.get_closest_marker(name)
    return dict(marker.kwargs) if marker else {}


@pytest.fixture
async def rig(
    d: DiscordStandIn, timings: Timings, discord_timings: DiscordTimings, read: ReadRequest
) -> AsyncIterator[Rig]:
    given = parts(d, images=Album, timings=timings, discord_timings=discord_timings, read=read)
    async with given as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        yield rig


@pytest.fixture
async def scene(rig: Rig) -> AsyncIterator[Scene]:
    scene = Scene(rig)
    async with scene.open():
        yield scene
