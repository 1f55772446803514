"""What waits for SQLite shares a transaction, and nobody notices."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from bot.errors import StoreError
from bot.store import Database, open_database
from bot.store import database as database_module

WORKS = 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "imagine.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    async with open_database(f"sqlite:///{path}") as database:
        yield database


def put(connection: Connection, key: str) -> str:
    connection.execute(text("INSERT INTO settings VALUES (:key, '')"), {"key": key})
    return key


def put_and_fail(connection: Connection, key: str) -> None:
    put(connection, key)
    raise LookupError(key)


def keys(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {key for (key,) in connection.execute("SELECT key FROM settings")}


def commits(database: Database) -> list[object]:
    seen: list[object] = []
    event.listen(database.engine, "commit", seen.append)
    return seen


async def test_what_comes_together_is_committed_together(database: Database, path: Path) -> None:
    seen = commits(database)
    names = [f"k{number}" for number in range(WORKS)]
    assert await asyncio.gather(*(database.run(put, name) for name in names)) == names
    assert keys(path) >= set(names)
    assert len(seen) == 1


async def test_what_fails_is_undone_alone(database: Database, path: Path) -> None:
    outcomes = await asyncio.gather(
        database.run(put, "before"),
        database.run(put_and_fail, "between"),
        database.run(put, "before"),  # there is one already
        database.run(put, "after"),
        return_exceptions=True,
    )
    assert outcomes[0] == "before"
    assert isinstance(outcomes[1], LookupError)
    assert isinstance(outcomes[2], StoreError)
    assert outcomes[3] == "after"
    assert {"before", "after"} <= keys(path)
    assert "between" not in keys(path)


async def test_a_commit_that_fails_is_heard_by_all(database: Database, path: Path) -> None:
    event.listen(database.engine, "commit", _refuse, once=True)
    outcomes = await asyncio.gather(
        *(database.run(put, name) for name in ("a", "b")), return_exceptions=True
    )
    assert all(isinstance(outcome, StoreError) for outcome in outcomes)
    assert not {"a", "b"} & keys(path)
    assert await database.run(put, "a") == "a"


async def test_a_transaction_that_ends_too_early_is_heard_of_by_all(
    database: Database, path: Path
) -> None:
    outcomes = await asyncio.gather(
        database.run(put, "a"),
        database.run(lambda connection: connection.exec_driver_sql("ROLLBACK")),
        database.run(put, "b"),
        return_exceptions=True,
    )
    assert all(isinstance(outcome, StoreError) for outcome in outcomes)
    assert not {"a", "b"} & keys(path)
    assert await database.run(put, "a") == "a"


def _refuse(_connection: Connection) -> None:
    raise OSError("no space left on device")


async def test_each_sees_what_came_before(database: Database) -> None:
    counts = await asyncio.gather(*(database.run(_count_and_put, n) for n in range(WORKS)))
    assert [count - counts[0] for count in counts] == list(range(WORKS))


def _count_and_put(connection: Connection, number: int) -> int:
    count = connection.execute(text("SELECT count(*) FROM settings")).scalar_one()
    put(connection, f"k{number}")
    return int(count)


async def test_who_waited_too_long_for_a_turn_has_changed_nothing(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_free = threading.Event()
    blocking = asyncio.create_task(database.run(lambda _: is_free.wait()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # its transaction has begun
    monkeypatch.setattr(database_module, "TRANSACTION_TIMEOUT_S", 0.01)
    with pytest.raises(StoreError, match="too long"):
        await database.run(put, "late")
    is_free.set()
    assert await blocking
    await database.run(put, "next")
    assert "late" not in keys(path)
