"""Where worlds are played: one loop and one database after the other, cleared in between."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace

import pytest
import structlog
import tenacity
from structlog.typing import EventDict

import bot.domain.jobs
from bot.store import Database, open_database
from tests.simulation.journal import open_journal
from tests.simulation.virtual_time import VirtualTimeLoop


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """What the worlds of a test share; each finds it empty."""

    loop: VirtualTimeLoop
    database: Database
    log: list[EventDict]
    ids: Random  # where the ids of jobs come from

    @property
    def is_unsteady(self) -> bool:
        """Whether two runs of the same may differ: nobody knows when a socket answers."""
        return self.database.engine.dialect.name == "postgresql"


class _Ids(Random):
    """Stands for `secrets`, and can be put back to a start."""

    token_bytes = Random.randbytes


@contextmanager
def rig_on(database_url: str) -> Iterator[Rig]:
    """Return a rig on a database of its own. SQLite's work is done without threads."""
    with ExitStack() as stack:
        log = stack.enter_context(structlog.testing.capture_logs())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        ids = _Ids()
        patch.setattr(bot.domain.jobs, "secrets", ids)
        loop = VirtualTimeLoop()
        # What looks at the clock of the machine itself.
        patch.setattr(tenacity, "time", SimpleNamespace(monotonic=loop.time))
        stack.callback(loop.close)
        opening = open_database(database_url)
        database = loop.let(opening.__aenter__())
        stack.callback(lambda: loop.let(opening.__aexit__(None, None, None)))
        loop.let(database.run(open_journal))
        yield Rig(loop=loop, database=database, log=log, ids=ids)
