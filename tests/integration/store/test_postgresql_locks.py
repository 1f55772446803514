"""Processes that get into each other's way on PostgreSQL: deadlocks, and locks never let go."""

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.util import await_only

from bot.errors import StoreError
from bot.store import database, open_database, postgresql
from tests.standins.postgresql import PostgresServer


async def test_a_deadlock_is_run_through_again(postgres_server: PostgresServer) -> None:
    async with open_database(postgres_server.new_database()) as one:
        await one.run(_set_up)
        await asyncio.gather(one.run(_add_one_to, "a", "b"), one.run(_add_one_to, "b", "a"))
        assert await one.run(_values) == ["2", "2"]


def _set_up(connection: Connection) -> None:
    connection.execute(text("INSERT INTO settings (key, value) VALUES ('a', '0'), ('b', '0')"))


def _add_one_to(connection: Connection, first: str, second: str) -> None:
    """Change both rows, slowly enough for another one to change the second meanwhile."""
    connection.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
    for key in (first, second):
        connection.execute(
            text("UPDATE settings SET value = value::int + 1 WHERE key = :key"), {"key": key}
        )
        connection.execute(text("SELECT pg_sleep(0.3)"))


def _values(connection: Connection) -> list[str]:
    return [*connection.execute(text("SELECT value FROM settings ORDER BY key")).scalars()]


async def test_a_process_that_freezes_with_a_lock_loses_it(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_server.new_database()
    monkeypatch.setattr(postgresql, "IDLE_TIMEOUT_S", 0.5)  # as the frozen one connects
    async with open_database(url) as frozen:
        assert await frozen.is_ready()
        monkeypatch.setattr(postgresql, "IDLE_TIMEOUT_S", 30.0)
        async with open_database(url) as alive:
            thawing, locked = asyncio.Event(), asyncio.Event()
            holding = asyncio.create_task(frozen.run(_hold_the_lock, locked, thawing))
            await locked.wait()
            await asyncio.wait_for(alive.run(lambda c: database.lock_for(c, 1)), 10)
            thawing.set()
            with pytest.raises(StoreError):
                await holding


def _hold_the_lock(connection: Connection, locked: asyncio.Event, thawing: asyncio.Event) -> None:
    """Take a lock and do nothing until the process may go on."""
    database.lock_for(connection, 1)
    locked.set()
    await_only(thawing.wait())
