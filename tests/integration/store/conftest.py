"""The stores, on each kind of database in turn."""

import pytest

from bot.store import Database
from tests.integration.store.bench import Bench


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)
