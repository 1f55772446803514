"""SQLite: one connection in one thread, and one transaction for all the work that waits.

A change of threads and a flush to the disk cost many times what the work itself does. So what
comes while a transaction runs shares the next one, each piece in a savepoint of its own: none sees
whether another failed, and nobody hears of success before the commit. Transactions begin IMMEDIATE:
a deferred one that reads and then writes is "locked" at once, whatever the busy timeout.

Another program (a backup, a shell) may hold the file. It is waited for here, a moment at a time:
SQLite's own waiting cannot be interrupted, neither for a stop nor when all who asked have given up.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeAlias, TypeVar

import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from bot.domain.errors import StoreError, StoreUnusableError
from bot.store.limits import DATABASE_LIMITS, DatabaseLimits
from bot.store.outcomes import tell

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], Any]
Piece: TypeAlias = tuple[Work, asyncio.Future[Any]]  # and its result

MAX_AT_ONCE = 100  # pieces of work in one transaction; each waits for all of them


class SqliteTransactor:
    """Runs transactions on a SQLite file that is ours alone; see `database.Transactor`."""

    def __init__(
        self, path: Path, *, synchronous: str, limits: DatabaseLimits = DATABASE_LIMITS
    ) -> None:
        self.name = "the database"
        self._path = path
        self.engine = _engine(path, synchronous, limits)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._waiting: list[Piece] = []
        self._writer: asyncio.Task[None] | None = None

    def start(self, work: Callable[[Connection], T], *, timeout_s: float) -> asyncio.Future[T]:
        """See `database.Transactor.start`; who has waited too long for a turn gets none."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()
        give_up = loop.call_later(timeout_s, tell, result, TimeoutError())
        result.add_done_callback(lambda _: give_up.cancel())
        self._waiting.append((work, result))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return result

    def failure(self, error: Exception) -> StoreError:
        """See `database.Transactor.failure`."""
        reason = getattr(error, "orig", None) or type(error).__name__
        if _code(error) in _LASTING:
            return StoreUnusableError(f"{self._path} cannot be used: {reason}")
        return StoreError(f"{self._path} cannot be used just now: {reason}")

    async def close(self) -> None:
        """See `database.Transactor.close`; the thread has ended then, however slow the disk.

        The lock beside the file is freed next, and no commit may come after that. A host that waits
        less kills the process, which does both at once.
        """
        try:
            await self._in_thread(self.engine.dispose)
        finally:
            self._thread.shutdown()  # waits for it, even if we were cancelled

    async def _write(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:MAX_AT_ONCE], self._waiting[MAX_AT_ONCE:]
            begun = [(work, result) for work, result in taken if not result.done()]
            outcomes = await self._in_thread(_transact, self.engine, begun) if begun else []
            for (_, result), outcome in zip(begun, outcomes, strict=True):
                tell(result, outcome)

    def _in_thread(
        self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, partial(call, *args, **kwargs))


def _transact(engine: Engine, pieces: Sequence[Piece]) -> Sequence[Any]:
    """Do all of it in one transaction, once no other program has the file.

    Return what each piece gave, or the exception that it raised.
    """
    has_said_so = False
    while True:
        try:
            return _try_to_transact(engine, pieces)
        except (SQLAlchemyError, OSError) as error:
            if not _is_busy(error) or all(result.done() for _, result in pieces):
                return [error] * len(pieces)
        if not has_said_so:
            log.warning("database_locked", hint="another program holds the SQLite file")
            has_said_so = True


def _try_to_transact(engine: Engine, pieces: Sequence[Piece]) -> list[Any]:
    """Do it; what fails alone leaves the others be, and what fails all of them is raised."""
    try:
        with engine.begin() as connection:
            return [_attempt(connection, work, result) for work, result in pieces]
    except sqlite3.Error as error:  # a full disk, for one, ends the transaction with its savepoints
        raise OperationalError("SAVEPOINT", None, error) from error


def _is_busy(error: Exception) -> bool:
    return _code(error) == sqlite3.SQLITE_BUSY


# What is wrong with the file itself, or with our rights to it: waiting cannot help.
_LASTING = {
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


def _code(error: BaseException | None) -> int:
    """Return SQLite's code of an error, 0 if it has none."""
    code: int = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return code & 0xFF  # in the higher bits extended codes say more


def _attempt(connection: Connection, work: Work, result: asyncio.Future[Any]) -> Any:
    if result.done():
        return None  # who asked gave up before its turn came, and was told of no change
    # Straight to the driver: SQLAlchemy's own savepoints cost more than most of what is in them.
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT work")
    try:
        return work(connection)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is for the one who asked
        driver.execute("ROLLBACK TO work")
        return error
    finally:
        driver.execute("RELEASE work")


def _engine(path: Path, synchronous: str, limits: DatabaseLimits) -> Engine:
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
            f"busy_timeout = {limits.busy_timeout_ms}",
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
