"""Screens on real services and a database."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.screens.fixtures import Desk, desk_on
from tests.standins.migrated import scratch_database


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with scratch_database() as database:
        yield await desk_on(database)
