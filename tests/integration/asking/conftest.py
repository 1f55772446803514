"""The world of these tests."""

import pytest

from bot.store import Database
from tests.integration.asking.fixtures import Chat, World


@pytest.fixture
def world(database: Database) -> World:
    return World(database, Chat())
