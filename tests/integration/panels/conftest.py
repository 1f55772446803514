"""A bot that can be started again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.integration.panels.fixtures import Rig
from tests.standins.discord import DiscordStandIn
from tests.standins.migrated import scratch_database


@pytest.fixture
async def rig(d: DiscordStandIn) -> AsyncIterator[Rig]:
    async with scratch_database() as database, AsyncExitStack() as stack:
        rig = Rig(d, database, stack)
        await rig.start()
        await d.wait_for(lambda: d.commands[None])
        yield rig
