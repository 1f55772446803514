"""The service that publishes pictures."""

import pytest

from bot.clock import SystemClock
from bot.images import clean_png
from bot.services.memory_budget import MemoryBudget
from bot.services.references import ReferenceService
from bot.store import Database, SqlReferenceStore
from tests.integration.references.fixtures import HOME, link_of


@pytest.fixture
def service(database: Database) -> ReferenceService:
    return ReferenceService(
        store=SqlReferenceStore(database),
        clock=SystemClock(),
        clean=clean_png,
        link=link_of,
        id_in=lambda link: link.rpartition("/")[2] if link.startswith(HOME) else None,
        memory=MemoryBudget(1),
    )
