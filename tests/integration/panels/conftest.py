"""A bot that can be started again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.integration.panels.stage import Stage
from tests.standins.discord import DiscordStandIn
from tests.standins.migrated import scratch_database


@pytest.fixture
async def stage(d: DiscordStandIn) -> AsyncIterator[Stage]:
    async with scratch_database() as database, AsyncExitStack() as stack:
        stage = Stage(d, database, stack)
        await stage.start()
        await d.wait_for(lambda: d.commands[None])
        yield stage
