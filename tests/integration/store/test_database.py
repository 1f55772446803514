"""Opening and closing a database: what is under way when it closes, or when nobody waits for it."""

import asyncio
import re
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from bot.domain.errors import StoreError, StoreUnusableError
from bot.store import SqlSettingStore, migrate_database, open_database
from bot.store.limits import DatabaseLimits
from tests.integration.store.bench import Bench
from tests.timing import TIMEOUT_S


def write_slowly(connection: Connection) -> None:
    connection.execute(text("INSERT INTO settings VALUES ('begun', 'yes')"))
    time.sleep(0.1)
    connection.execute(text("INSERT INTO settings VALUES ('ended', 'yes')"))


def written(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM settings")).scalar_one())


PATIENT = DatabaseLimits(close_timeout_s=TIMEOUT_S)


async def test_a_transaction_under_way_ends_before_the_database_closes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'imagine.db'}"
    async with open_database(url, limits=PATIENT) as database:
        writing = asyncio.create_task(database.run(write_slowly))
        await asyncio.sleep(0)  # it has begun
    assert writing.done()
    await writing
    async with open_database(url) as database:
        assert await database.run(written) == 2


async def test_after_its_close_nothing_is_written(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path / 'imagine.db'}") as database:
        pass
    with pytest.raises(StoreError, match="closed"):
        await database.run(write_slowly)
    assert not await database.is_ready()


@pytest.mark.parametrize("is_folder", [True, False])
async def test_what_is_no_database_is_not_waited_for(tmp_path: Path, *, is_folder: bool) -> None:
    path = tmp_path / "imagine.db"
    if is_folder:
        path.mkdir()
    else:
        path.write_bytes(b"some notes, and nothing that SQLite could read" * 100)
    with pytest.raises(StoreUnusableError, match=re.escape(f"{path} cannot be used: ")):
        await migrate_database(f"sqlite:///{path}")


async def test_a_transaction_that_hangs_does_not_keep_it_open(tmp_path: Path) -> None:
    limits = DatabaseLimits(close_timeout_s=0.05)
    async with open_database(f"sqlite:///{tmp_path / 'imagine.db'}", limits=limits) as database:
        hanging = asyncio.create_task(asyncio.sleep(600))
        database._under_way.add(hanging)
    assert not await database.is_ready()
    await asyncio.wait([hanging])
    assert hanging.cancelled()


# ── Callers that stop waiting ───────────────────────────────────────────────────────────────────


async def test_who_stops_waiting_neither_undoes_a_transaction_nor_costs_a_connection(
    bench: Bench,
) -> None:
    opened: list[object] = []
    event.listen(bench.database.engine, "connect", lambda *_: opened.append(1))
    waiting = [asyncio.create_task(bench.settings.put(f"k{n}", "v")) for n in range(3)]
    await asyncio.sleep(0)  # each has begun
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
    async with asyncio.timeout(TIMEOUT_S):
        while [await bench.settings.get(f"k{n}") for n in range(3)] != ["v"] * 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # PostgreSQL's other connections
    if bench.database.is_exclusive:
        assert opened == []


async def test_closing_waits_for_what_nobody_waits_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    async with open_database(url, limits=PATIENT) as database:
        task = asyncio.create_task(SqlSettingStore(database).put("k", "v"))
        await asyncio.sleep(0)
        task.cancel()
    async with open_database(url) as database:
        assert await SqlSettingStore(database).get("k") == "v"
