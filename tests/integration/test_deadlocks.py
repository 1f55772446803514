"""Processes that lock the same rows in different orders, as PostgreSQL meets them."""

import asyncio

from sqlalchemy import Connection, text

from bot.store import open_database
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
