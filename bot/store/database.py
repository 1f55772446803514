"""Opening a database and running transactions in it: SQLite or PostgreSQL, the same code above.

Every transaction is a plain function of a SQLAlchemy `Connection`, run by `Database.run`. On SQLite
there is one connection and every transaction begins IMMEDIATE: a deferred one that reads and then
writes is "locked" at once, whatever the busy timeout, and a second writer would only wait.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import StoreError
from bot.store.filelock import hold_file_lock
from bot.store.migrations import is_current, upgrade

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

TRANSACTION_TIMEOUT_S = 15.0
# Between two statements, which follow each other in milliseconds; well before those who wait for
# the locks of that transaction give up.
IDLE_TIMEOUT_S = 5.0
MAX_UNDER_WAY = 1000  # those that wait for a connection included; each holds what it is to write
CLOSE_TIMEOUT_S = 0.5  # transactions take milliseconds, and a stop has 8 s in all
BUSY_TIMEOUT_MS = 10_000  # only other programs (a backup, a shell) can hold a SQLite file
DEADLOCK = "40P01"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
POOL_SIZE, POOL_OVERFLOW = 3, 2  # small PostgreSQL plans allow about 20 connections in all


class Database:
    """An open database whose schema is current."""

    def __init__(self, engine: AsyncEngine, *, is_exclusive: bool) -> None:
        """Wrap an engine; `is_exclusive` says that no other process can have it open (SQLite)."""
        self._engine = engine
        self.is_exclusive = is_exclusive
        self._is_closed = False
        self._under_way: set[asyncio.Task[Any]] = set()

    async def run(
        self,
        work: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work` in a transaction of its own and give its result.

        Whoever stops waiting leaves it to end by itself: to interrupt a statement costs the
        connection, and with SQLite's only one everybody waits for a new one.

        Raises:
            StoreError: the database did not do it; nothing was changed, or (a lost commit)
                it cannot be told. Exceptions of `work` itself roll back and pass through.
        """
        if self._is_closed:
            raise StoreError("the database is closed")
        if len(self._under_way) >= MAX_UNDER_WAY:
            raise StoreError("too many transactions at once")
        task = asyncio.create_task(self._transact(lambda c: work(c, *args, **kwargs)))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def _transact(self, work: Callable[[Connection], T]) -> T:
        try:
            async with asyncio.timeout(TRANSACTION_TIMEOUT_S):
                return await self._until_no_deadlock(work)
        except TimeoutError as error:
            raise StoreError("the database took too long") from error
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"the database failed ({type(error).__name__})") from error

    async def _until_no_deadlock(self, work: Callable[[Connection], T]) -> T:
        """Run `work` again if PostgreSQL chose it to end a deadlock: then it has done nothing.

        Processes that change the same jobs at once, each in its own order, can run into one.
        """
        while True:
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                    raise
                log.info("deadlock_resolved")

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be waiting for it any more

    async def close(self) -> None:
        """Begin no more transactions, let those under way end, and close all connections.

        A handler that outlives the rest must not write once the file may be another process's.
        """
        self._is_closed = True
        if self._under_way:
            _, hanging = await asyncio.wait(self._under_way, timeout=CLOSE_TIMEOUT_S)
            for task in hanging:
                task.cancel()
        await self._engine.dispose()

    async def is_ready(self) -> bool:
        """Whether the database answers and has the schema that this code expects."""
        try:
            return await self.run(is_current)
        except StoreError:
            return False


def lock_for(connection: Connection, key: int) -> None:
    """Serialise transactions with the same `key` over all processes, until this one ends.

    In a statement of its own: a lock and a count in one statement would see an old snapshot.
    SQLite needs none, its transactions are serial anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


@asynccontextmanager
async def open_database(url: str, *, lock_timeout_s: float = 60.0) -> AsyncIterator[Database]:
    """Open `url`, bring its schema up to date, and close it at the end.

    `sqlite://` is a private temporary file, removed at the end; `sqlite:///file` is held by an OS
    lock, since it belongs to one process; `postgres://…` goes through psycopg 3.

    Raises:
        StoreBusyError: another process has held the SQLite file for `lock_timeout_s`.
        StoreUnusableError: the SQLite file cannot be where it should.
        StoreError: the database cannot be reached or migrated.
    """
    async with AsyncExitStack() as stack:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = await _open_sqlite(parsed, stack, lock_timeout_s)
        else:
            engine = _postgresql_engine(parsed)
        database = Database(engine, is_exclusive=engine.dialect.name == "sqlite")
        stack.push_async_callback(database.close)
        await _migrate(database)
        yield database


async def migrate_database(url: str) -> None:
    """Bring the schema of `url` up to date; see `open_database` for what it raises."""
    async with open_database(url):
        pass


async def _open_sqlite(url: URL, stack: AsyncExitStack, lock_timeout_s: float) -> AsyncEngine:
    if not url.database:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-bot-"))
        return _sqlite_engine(Path(folder) / "imagine.db", synchronous="OFF")
    path = Path(url.database)
    await stack.enter_async_context(hold_file_lock(path, timeout_s=lock_timeout_s))
    # FULL: after a power cut a job that was submitted must not look queued again.
    return _sqlite_engine(path, synchronous="FULL")


def _sqlite_engine(path: Path, *, synchronous: str) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=TRANSACTION_TIMEOUT_S,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that DDL rolls back too
        # For searches that ignore case: SQLite's own knows no letters but A to Z.
        connection.create_function("lower", 1, _lower, deterministic=True)
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()


def _postgresql_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=TRANSACTION_TIMEOUT_S,
        pool_pre_ping=True,
        hide_parameters=True,
        # PgBouncer in transaction mode knows no prepared statements.
        connect_args={"prepare_threshold": None, "connect_timeout": 10},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # A frozen process, or one whose host is gone, must not hold a lock that all others need.
        # By statement: PgBouncer takes no options with a connection.
        limit_ms = round(IDLE_TIMEOUT_S * 1000)
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = {limit_ms}")
        cursor.close()
        connection.commit()

    return engine


async def _migrate(database: Database) -> None:
    """Upgrade the schema under a lock, so that overlapping starts do it once."""
    if not await database.run(is_current):
        await database.run(upgrade)
