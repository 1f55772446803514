"""What waits for SQLite shares a transaction, and nobody notices."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection, event, text

from bot.domain.errors import StoreError
from bot.domain.jobs import new_job_id
from bot.store import Database, migrate_database, open_database
from bot.store.batch import MAX_AT_ONCE
from bot.store.limits import DatabaseLimits
from bot.store.sqlite import SqliteTransactor
from tests.jobs import JobStores
from tests.timing import TIMEOUT_S

WORKS = 20
NOW = datetime(2026, 7, 1, tzinfo=UTC)


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


@contextmanager
def hasty(database: Database) -> Iterator[None]:
    """Let transactions wait for a moment only."""
    before = database.limits
    database.limits = replace(before, transaction_timeout_s=0.01)
    yield
    database.limits = before


async def test_who_waited_too_long_for_a_turn_has_changed_nothing(
    database: Database, path: Path
) -> None:
    is_free = threading.Event()
    blocking = asyncio.create_task(database.run(lambda _: is_free.wait()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # its transaction has begun
    with hasty(database), pytest.raises(StoreError, match="too long"):
        await database.run(put, "late")
    is_free.set()
    assert await blocking
    await database.run(put, "next")
    assert "late" not in keys(path)


# ── Another program holds the file ──────────────────────────────────────────────────────────────


# SQLite itself waits only for a moment.
IMPATIENT = DatabaseLimits(busy_timeout_ms=1, close_timeout_s=0.01)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


class Tries:
    """Counts how often transactions have tried to begin, from now on."""

    def __init__(self, database: Database) -> None:
        self._seen = threading.Semaphore(0)
        event.listen(database.engine, "engine_connect", lambda _: self._seen.release())

    async def wait_for(self, count: int) -> None:
        for _ in range(count):
            assert await asyncio.to_thread(self._seen.acquire, timeout=TIMEOUT_S)


def writers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("sqlite")]


async def test_another_program_is_waited_for(path: Path) -> None:
    async with open_database(f"sqlite:///{path}", limits=IMPATIENT) as database:
        tries = Tries(database)
        with locked(path), structlog.testing.capture_logs() as logs:
            waiting = asyncio.create_task(database.run(put, "patient"))
            await tries.wait_for(3)
            assert not waiting.done()
        assert await waiting == "patient"
        assert [entry["event"] for entry in logs] == ["database_locked"]
    assert "patient" in keys(path)


async def test_who_gave_up_while_another_program_held_it_has_changed_nothing(path: Path) -> None:
    async with open_database(f"sqlite:///{path}", limits=IMPATIENT) as database:
        with locked(path):
            patient = asyncio.create_task(database.run(put, "patient"))
            await asyncio.sleep(0)
            with hasty(database), pytest.raises(StoreError, match="too long"):
                await database.run(put, "hasty")
            assert not patient.done()
        await patient
    assert keys(path) >= {"patient"}
    assert "hasty" not in keys(path)


async def test_when_all_have_given_up_the_thread_is_free(path: Path) -> None:
    async with open_database(f"sqlite:///{path}", limits=IMPATIENT) as database:
        with locked(path):
            with hasty(database), pytest.raises(StoreError, match="too long"):
                await database.run(put, "hasty")
            assert await database.transactor._in_thread(lambda: "free") == "free"


async def test_what_another_program_held_up_is_not_written_after_the_close(path: Path) -> None:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(f"sqlite:///{path}", limits=IMPATIENT)
        )
        tries = Tries(database)
        with locked(path):
            late = asyncio.create_task(database.run(put, "late"))
            await tries.wait_for(1)
            await stack.aclose()
            assert writers() == []
        with pytest.raises(StoreError, match="closed"):
            await late
    assert "late" not in keys(path)


async def test_who_waits_in_a_batch_hears_of_the_close(path: Path) -> None:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(f"sqlite:///{path}", limits=IMPATIENT)
        )
        jobs, tries = JobStores(database), Tries(database)
        with locked(path):
            callbacks = [
                asyncio.create_task(jobs.note_callback(new_job_id(), task_id=None, now=NOW))
                for _ in range(MAX_AT_ONCE + 1)  # the last waits for a batch of its own
            ]
            await tries.wait_for(1)
            await stack.aclose()
            async with asyncio.timeout(TIMEOUT_S):
                outcomes = await asyncio.gather(*callbacks, return_exceptions=True)
    assert {str(outcome) for outcome in outcomes} == {"the database is closed"}


async def test_the_file_is_not_free_before_a_slow_commit(path: Path) -> None:
    async with open_database(f"sqlite:///{path}", limits=IMPATIENT) as database:
        is_committing, may_end = threading.Event(), threading.Event()

        def commit_slowly(_: Connection) -> None:
            is_committing.set()
            may_end.wait(TIMEOUT_S)

        event.listen(database.engine, "commit", commit_slowly)
        slow = asyncio.create_task(database.run(put, "slow"))
        assert await asyncio.to_thread(is_committing.wait, TIMEOUT_S)
        # Later on the same loop than the close gives up.
        asyncio.get_running_loop().call_later(10 * IMPATIENT.close_timeout_s, may_end.set)
    assert writers() == []
    with pytest.raises(StoreError, match="closed"):
        await slow  # nobody waited so long
    assert "slow" in keys(path)


async def test_a_close_that_is_cancelled_leaves_no_writer_behind(path: Path) -> None:
    await migrate_database(f"sqlite:///{path}")
    database = Database(
        SqliteTransactor(path, synchronous="FULL", limits=IMPATIENT),
        is_exclusive=True,
        limits=IMPATIENT,
    )
    tries = Tries(database)
    with locked(path):
        late = asyncio.create_task(database.run(put, "late"))
        await tries.wait_for(1)
        close = asyncio.create_task(database.close())
        await asyncio.sleep(0)
        close.cancel()
        await asyncio.wait([close, late])
        assert writers() == []
    assert "late" not in keys(path)
