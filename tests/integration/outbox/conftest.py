"""What the tests of the outbox share."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.outbox.fixtures import Bench
from tests.standins.migrated import scratch_database


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with scratch_database() as database:
        yield Bench(database)
