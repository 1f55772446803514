"""Opening a database and running transactions in it: SQLite or PostgreSQL, the same code above.

Every transaction is a plain function of a SQLAlchemy `Connection`, run by `Database.run`.
"""

import asyncio
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from bot.domain.database_address import AddressError, PostgresqlAddress, SqliteAddress, read_address
from bot.domain.errors import StoreConflictError, StoreError, StoreUnusableError, UnfitValueError
from bot.store.filelock import hold_file_lock
from bot.store.limits import DATABASE_LIMITS, DatabaseLimits
from bot.store.migrations import is_current, upgrade
from bot.store.private_files import keep_private
from bot.store.sqlite import SqliteTransactor

if TYPE_CHECKING:  # only PostgreSQL's users need it
    from sqlalchemy.dialects import postgresql

P = ParamSpec("P")
T = TypeVar("T")


class Transactor(Protocol):
    """Runs transactions on one kind of database."""

    engine: Engine  # beneath; for its events
    name: str  # for messages

    def start(self, work: Callable[[Connection], T], *, timeout_s: float) -> asyncio.Future[T]:
        """Let `work` run in a transaction; the future has its result once that is committed.

        The future raises what `work` raises (it is rolled back then), what the database raises, and
        TimeoutError.
        """

    def failure(self, error: Exception) -> StoreError:
        """Say what an exception means; it is a `StoreUnusableError` if waiting is no use."""

    async def close(self) -> None:
        """Close all connections; nobody waits for what is still under way."""


class Database:
    """An open database whose schema is current."""

    def __init__(
        self,
        transactor: Transactor,
        *,
        is_exclusive: bool,
        limits: DatabaseLimits = DATABASE_LIMITS,
    ) -> None:
        """Wrap it; `is_exclusive` says that no other process can have it open (SQLite)."""
        self.transactor = transactor
        self.engine = transactor.engine
        self.is_exclusive = is_exclusive
        self.limits = limits  # may be exchanged while it is open
        self._is_closed = False
        self._under_way: set[asyncio.Future[Any]] = set()

    async def run(
        self,
        work: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `work` in a transaction of its own and return its result.

        Cancelling the caller does not cancel the statement: to interrupt one costs the
        connection, and with SQLite's only one everybody waits for a new one.

        Raises:
            StoreError: the database did not do it; nothing was changed, or (a lost commit)
                it cannot be told. Exceptions of `work` itself roll back and pass through.
        """
        return await self._run(
            lambda connection: work(connection, *args, **kwargs),
            timeout_s=self.limits.transaction_timeout_s,
        )

    async def migrate(self) -> None:
        """Bring the schema up to date, which may take long where there is much; as `run`."""
        if not await self.run(is_current):
            await self._run(upgrade, timeout_s=self.limits.migration_timeout_s)

    async def _run(self, work: Callable[[Connection], T], *, timeout_s: float) -> T:
        if self._is_closed:
            raise StoreError("the database is closed")
        if len(self._under_way) >= self.limits.max_under_way:
            raise StoreError("too many transactions at once")
        future = self.transactor.start(work, timeout_s=timeout_s)
        self._under_way.add(future)
        future.add_done_callback(self._ended)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if future.cancelled() and not _is_being_cancelled():
                raise StoreError("the database is closed") from None
            raise
        except TimeoutError as error:
            raise StoreError(f"{self.transactor.name} took too long") from error
        except DataError as error:
            raise UnfitValueError(_failed(error)) from error
        except IntegrityError as error:
            raise StoreConflictError(_failed(error)) from error
        except (SQLAlchemyError, OSError) as error:
            raise self.transactor.failure(error) from error

    def _ended(self, future: asyncio.Future[Any]) -> None:
        self._under_way.discard(future)
        if not future.cancelled():
            future.exception()  # nobody may be waiting for it any more

    async def close(self) -> None:
        """Begin no more transactions, let those under way end, and close all connections.

        A handler that outlives the rest must not write once the file may be another process's.
        """
        self._is_closed = True
        try:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=self.limits.close_timeout_s)
        finally:
            for future in self._under_way:
                future.cancel()
            await self.transactor.close()

    async def is_ready(self) -> bool:
        """Whether the database answers and has the schema that this code expects."""
        try:
            return await self.run(is_current)
        except StoreError:
            return False


def _failed(error: Exception) -> str:
    return f"the database failed ({type(error).__name__})"


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def lock_for(connection: Connection, key: int) -> None:
    """Serialise transactions with the same `key` over all processes, until this one ends.

    In a statement of its own: a lock and a count in one statement would see an old snapshot.
    SQLite needs none, its transactions are serial anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def insert_into(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """Return an INSERT that can say what to do about rows that are there already."""
    return insert_of(connection.dialect.name, table)


def insert_of(dialect: str, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """Return the same for a dialect of SQLAlchemy."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - all of its drivers

        return postgresql.insert(table)
    return sqlite.insert(table)


@asynccontextmanager
async def open_database(
    url: str, *, lock_timeout_s: float = 60.0, limits: DatabaseLimits = DATABASE_LIMITS
) -> AsyncIterator[Database]:
    """Open `url`, bring its schema up to date, and close it at the end.

    `sqlite://` is a private temporary file, removed at the end; `sqlite:///file` is held by an OS
    lock, since it belongs to one process; `postgres://…` goes through psycopg 3.

    Raises:
        StoreBusyError: another process has held the SQLite file for `lock_timeout_s`.
        StoreUnusableError: a person must change something: the address cannot be read, the SQLite
            file cannot be there, or the server does not let us in.
        StoreError: the database cannot be reached now.
    """
    async with AsyncExitStack() as stack:
        address = _read_address(url)
        is_sqlite = isinstance(address, SqliteAddress)
        transactor: Transactor
        if isinstance(address, SqliteAddress):
            transactor = await _open_sqlite(address.path, stack, lock_timeout_s, limits)
        else:
            transactor = _postgresql(address, limits)
        database = Database(transactor, is_exclusive=is_sqlite, limits=limits)
        stack.push_async_callback(database.close)
        await database.migrate()  # under a lock, so that overlapping starts do it once
        yield database


async def migrate_database(url: str) -> None:
    """Bring the schema of `url` up to date; see `open_database` for what it raises."""
    async with open_database(url):
        pass


def _read_address(url: str) -> SqliteAddress | PostgresqlAddress:
    try:
        return read_address(url)
    except AddressError as error:
        raise StoreUnusableError(f"DATABASE_URL: {error}") from None


async def _open_sqlite(
    path: Path | None, stack: AsyncExitStack, lock_timeout_s: float, limits: DatabaseLimits
) -> Transactor:
    if path is None:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-bot-"))
        file = Path(folder) / "imagine.db"
        keep_private(file)
        return SqliteTransactor(file, synchronous="OFF", limits=limits)
    _check_is_file(path)
    await stack.enter_async_context(hold_file_lock(path, timeout_s=lock_timeout_s))
    keep_private(path)
    # FULL: after a power cut a job that was submitted must not look queued again.
    return SqliteTransactor(path, synchronous="FULL", limits=limits)


def _check_is_file(path: Path) -> None:
    """Refuse a folder or a device before its rights are changed."""
    with suppress(OSError):  # it is not there, or whoever opens it says why it cannot be
        if not stat.S_ISREG(path.stat().st_mode):
            reason = "it is a folder or a device, not a file"
            raise StoreUnusableError(f"{path} cannot be used: {reason}")


def _postgresql(address: PostgresqlAddress, limits: DatabaseLimits) -> Transactor:
    # Late: its libraries take time and memory that SQLite's users need not spend.
    from bot.store.postgresql import PostgresqlTransactor  # noqa: PLC0415

    return PostgresqlTransactor(address, limits)


class SqlStore:
    """What the stores have in common: their database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batches: dict[object, Any] = {}  # see `batch.batched`


def transaction(
    work: Callable[Concatenate[Connection, P], T],
) -> Callable[Concatenate[SqlStore, P], Coroutine[Any, Any, T]]:
    """Return the method of a store that does `work` in a transaction of its own.

    It takes what `work` takes after the connection, and raises what `Database.run` does.
    """

    @wraps(work)
    async def method(store: SqlStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store._database.run(work, *args, **kwargs)  # noqa: SLF001 - its own

    return method
