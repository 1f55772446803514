"""Databases that have today's schema from the start: migrated once a session, then copied.

Most tests need one and are not about how it came to be; to migrate each takes longer than they do.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

from bot.store import Database, open_database
from tests.haste import UNHURRIED_DATABASE


def migrate(database_url: str) -> None:
    """Bring a database up to date, whether or not an event loop runs here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _migrate(database_url)).result()


async def _migrate(database_url: str) -> None:
    async with open_database(database_url, limits=UNHURRIED_DATABASE):
        pass


def migrated_file(path: Path) -> str:
    """Write a migrated SQLite file and give its address."""
    path.write_bytes(_migrated_bytes())
    return f"sqlite:///{path}"


@contextmanager
def scratch_url() -> Iterator[str]:
    """Return the address of a migrated SQLite file that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="imagine-bot-") as folder:
        yield migrated_file(Path(folder) / "scratch.db")


@asynccontextmanager
async def scratch_database() -> AsyncIterator[Database]:
    """Open a migrated SQLite file that is deleted afterwards."""
    with scratch_url() as url:
        async with open_database(url, limits=UNHURRIED_DATABASE) as database:
            yield database


@cache
def _migrated_bytes() -> bytes:
    with tempfile.TemporaryDirectory(prefix="imagine-bot-") as folder:
        path = Path(folder) / "migrated.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()
