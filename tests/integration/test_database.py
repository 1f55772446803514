"""Opening and closing a database: what is under way when it closes."""

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.errors import StoreError
from bot.store import database as database_module
from bot.store import open_database


def write_slowly(connection: Connection) -> None:
    connection.execute(text("INSERT INTO settings VALUES ('begun', 'yes')"))
    time.sleep(0.1)
    connection.execute(text("INSERT INTO settings VALUES ('ended', 'yes')"))


def written(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM settings")).scalar_one())


async def test_a_transaction_under_way_ends_before_the_database_closes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'imagine.db'}"
    async with open_database(url) as database:
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


async def test_a_transaction_that_hangs_does_not_keep_it_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "CLOSE_TIMEOUT_S", 0.05)
    async with open_database(f"sqlite:///{tmp_path / 'imagine.db'}") as database:
        hanging = asyncio.create_task(asyncio.sleep(600))
        database._under_way.add(hanging)
    assert not await database.is_ready()
    await asyncio.wait([hanging])
    assert hanging.cancelled()
