"""Processes that get into each other's way on PostgreSQL: deadlocks, and locks never let go."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.util import await_only

from bot.domain.errors import StoreError
from bot.store import open_database
from bot.store.database import lock_for
from bot.store.limits import DatabaseLimits
from tests.haste import UNHURRIED_DATABASE
from tests.standins.postgresql import PostgresServer
from tests.timing import TIMEOUT_S


async def test_a_deadlock_is_run_through_again(postgres_server: PostgresServer) -> None:
    async with open_database(postgres_server.new_database(), limits=UNHURRIED_DATABASE) as one:
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


def _change_a(connection: Connection) -> None:
    connection.execute(text("UPDATE settings SET value = '1' WHERE key = 'a'"))


def _lock(connection: Connection) -> None:
    lock_for(connection, 1)


@pytest.mark.parametrize("take", [_change_a, _lock])
async def test_a_process_that_freezes_with_a_lock_loses_it_behind_a_pooler_too(
    postgres_server: PostgresServer,
    take: Callable[[Connection], None],
) -> None:
    url = postgres_server.new_database()
    hasty = DatabaseLimits(idle_timeout_s=1.0)
    async with open_database(url) as alive, open_database(url, limits=hasty) as frozen:
        await alive.run(_set_up)
        await frozen.run(_forget_the_limit)
        thawing, taken = asyncio.Event(), asyncio.Event()

        def take_and_freeze(connection: Connection) -> None:
            take(connection)
            taken.set()
            await_only(thawing.wait())

        holding = asyncio.create_task(frozen.run(take_and_freeze))
        await taken.wait()
        await asyncio.wait_for(alive.run(take), TIMEOUT_S)
        thawing.set()
        with pytest.raises(StoreError):
            await holding


def _forget_the_limit(connection: Connection) -> None:
    """Make the connection one that others have set up, as a pooler hands out."""
    connection.execute(text("SET SESSION idle_in_transaction_session_timeout = 0"))
