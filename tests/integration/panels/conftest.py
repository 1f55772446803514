"""A bot that can be started again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.store import open_database
from tests.integration.panels.stage import Stage
from tests.standins.discord import DiscordStandIn


@pytest.fixture
async def stage(d: DiscordStandIn) -> AsyncIterator[Stage]:
    async with open_database("sqlite://") as database, AsyncExitStack() as stack:
        stage = Stage(d, database, stack)
        await stage.start()
        await d.wait_for(lambda: d.commands[None])
        yield stage
