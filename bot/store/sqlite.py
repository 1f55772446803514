"""SQLite: one connection in one thread, and one transaction for all the work that waits.

A change of threads and a flush to the disk cost many times what the work itself does. So what
comes while a transaction runs shares the next one, each piece in a savepoint of its own: none sees
whether another failed, and nobody hears of success before the commit. Transactions begin IMMEDIATE:
a deferred one that reads and then writes is "locked" at once, whatever the busy timeout.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeAlias, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

P = ParamSpec("P")
T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], Any]

BUSY_TIMEOUT_MS = 10_000  # only other programs (a backup, a shell) can hold a SQLite file
MAX_AT_ONCE = 100  # pieces of work in one transaction; each waits for all of them
CLOSE_TIMEOUT_S = 0.5  # for a transaction that hangs


class SqliteTransactor:
    """Runs transactions on a SQLite file that is ours alone; see `database.Transactor`."""

    def __init__(self, path: Path, *, synchronous: str) -> None:
        self.engine = _engine(path, synchronous)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._writer: asyncio.Task[None] | None = None

    def start(self, work: Callable[[Connection], T], *, timeout_s: float) -> asyncio.Future[T]:
        """See `database.Transactor.start`; who has waited too long for a turn gets none."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()
        give_up = loop.call_later(timeout_s, _give_up, result)
        result.add_done_callback(lambda _: give_up.cancel())
        self._waiting.append((work, result))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return result

    async def close(self) -> None:
        """See `database.Transactor.close`."""
        closing = self._in_thread(self.engine.dispose)
        await asyncio.wait({closing}, timeout=CLOSE_TIMEOUT_S)
        self._thread.shutdown(wait=False)

    async def _write(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:MAX_AT_ONCE], self._waiting[MAX_AT_ONCE:]
            begun = [(work, result) for work, result in taken if not result.done()]
            outcomes = await self._in_thread(_transact, self.engine, [work for work, _ in begun])
            for (_, result), outcome in zip(begun, outcomes, strict=True):
                if not result.done():
                    outcome.tell(result)

    def _in_thread(
        self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, partial(call, *args, **kwargs))


def _give_up(result: asyncio.Future[Any]) -> None:
    if not result.done():
        result.set_exception(TimeoutError())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What one piece of work gave or raised."""

    value: Any = None
    error: Exception | None = None

    def tell(self, result: asyncio.Future[Any]) -> None:
        if self.error is None:
            result.set_result(self.value)
        else:
            result.set_exception(self.error)


def _transact(engine: Engine, works: Sequence[Work]) -> list[_Outcome]:
    """Do all of it in one transaction; what fails alone leaves the others be."""
    try:
        with engine.begin() as connection:
            return [_attempt(connection, work) for work in works]
    except (SQLAlchemyError, OSError) as error:
        failure: Exception = error
    except sqlite3.Error as error:  # a full disk, for one, ends the transaction with its savepoints
        failure = OperationalError("SAVEPOINT", None, error)
    return [_Outcome(error=failure)] * len(works)


def _attempt(connection: Connection, work: Work) -> _Outcome:
    # Straight to the driver: SQLAlchemy's own savepoints cost more than most of what is in them.
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT work")
    try:
        return _Outcome(value=work(connection))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is for the one who asked
        driver.execute("ROLLBACK TO work")
        return _Outcome(error=error)
    finally:
        driver.execute("RELEASE work")


def _engine(path: Path, synchronous: str) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that DDL rolls back too
        # For searches that ignore case: SQLite's own knows no letters but A to Z.
        connection.create_function("lower", 1, _lower, deterministic=True)
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()
