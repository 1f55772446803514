"""PostgreSQL through psycopg 3: a small pool, every transaction on a connection of its own."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog
from psycopg import pq
from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.database_address import PostgresqlAddress
from bot.domain.errors import StoreError, StoreUnusableError
from bot.store.limits import DatabaseLimits
from bot.store.postgresql_errors import explain

log = structlog.get_logger(__name__)

T = TypeVar("T")

DEADLOCK = "40P01"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
POOL_SIZE, POOL_OVERFLOW = 3, 2  # small plans allow about 20 connections in all


class PostgresqlTransactor:
    """Runs transactions on a server that other processes use too; see `database.Transactor`."""

    def __init__(self, address: PostgresqlAddress, limits: DatabaseLimits) -> None:
        """Prepare it; nothing is connected yet.

        Raises:
            StoreUnusableError: the address has an option that libpq does not know.
        """
        _check_options(address)
        self.name = str(address)
        self._address = address
        self._engine = _engine(address, limits)
        self.engine = self._engine.sync_engine

    def start(self, work: Callable[[Connection], T], *, timeout_s: float) -> asyncio.Future[T]:
        """See `database.Transactor.start`."""
        return asyncio.create_task(self._transact(work, timeout_s))

    def failure(self, error: Exception) -> StoreError:
        """See `database.Transactor.failure`."""
        return explain(error, self._address)

    async def close(self) -> None:
        """See `database.Transactor.close`."""
        await self._engine.dispose()

    async def _transact(self, work: Callable[[Connection], T], timeout_s: float) -> T:
        async with asyncio.timeout(timeout_s):
            return await self._until_no_deadlock(work)

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


def _check_options(address: PostgresqlAddress) -> None:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    unknown = sorted(set(address.parameters) - known)
    if unknown:
        names = ", ".join(f'"{name}"' if name.isidentifier() else "another" for name in unknown)
        raise StoreUnusableError(
            f"can't use {address}: DATABASE_URL has the unknown option {names}"
        )


def _engine(address: PostgresqlAddress, limits: DatabaseLimits) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=limits.transaction_timeout_s,
        pool_pre_ping=True,
        hide_parameters=True,
        # PgBouncer in transaction mode knows no prepared statements. libpq reads the address: not
        # all that it understands fits into an address of SQLAlchemy's.
        connect_args={
            "connect_timeout": 10,
            **address.parameters,
            "client_encoding": "utf8",  # psycopg gives bytes otherwise, if the server names none
            "prepare_threshold": None,
        },
    )

    @event.listens_for(engine.sync_engine, "begin")
    def limit(connection: Connection) -> None:
        # A frozen process, or one whose host is gone, must not hold a lock that others need. For
        # each transaction: a pooler passes on no settings of connections.
        limit_ms = round(limits.idle_timeout_s * 1000)
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {limit_ms}")

    return engine
