"""What a database looks like from outside: facts for `doctor`, which change nothing.

A SQLite file may belong to a running bot, so it is only read, and nothing is locked or created. A
server is written to in a transaction that is rolled back.
"""

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

from bot.domain.database_address import AddressError, PostgresqlAddress, SqliteAddress, read_address
from bot.domain.errors import StoreError
from bot.domain.submit_window import SubmitWindow
from bot.store.filelock import holder_of
from bot.store.migrations import RELEASED, head
from bot.store.submit_window import KEY, to_window

CONNECT_TIMEOUT_S = 6

DiskFree: TypeAlias = Callable[[Path], int]  # bytes


class Schema(Enum):
    """How the tables stand to this version of the bot."""

    EMPTY = "empty"  # the first start makes them
    OLD = "old"  # the next start brings them up to date
    TOO_OLD = "too old"  # older than the first release
    CURRENT = "current"  # or newer, which is fine while a deploy is rolled back


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """What only a PostgreSQL server has."""

    version: str
    now: datetime
    free_connections: int
    is_pooled: bool  # a pooler such as PgBouncer is between
    refusal: str | None  # why nothing can be written; None: it can


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What only a SQLite file has."""

    path: Path
    exists: bool
    holder: str | None  # the process that has it, such as "process 12"; None: nobody
    refusal: str | None  # why nothing can be written; None: it can
    free_bytes: int
    file_system: str | None  # a network file system that it is on; None: none that we know


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """A database that was looked at."""

    name: str
    schema: Schema = Schema.EMPTY
    settings: dict[str, str] = field(default_factory=dict, repr=False)  # with the secret
    has_running_bot: bool = False
    file: FileFacts | None = None
    server: ServerFacts | None = None

    @property
    def webhook_secret(self) -> str | None:
        """The secret that the bot made for itself, if it has."""
        return self.settings.get("webhook_secret")

    @property
    def submit_window(self) -> SubmitWindow:
        """How far submitting is open, with the pause of the account."""
        return to_window(self.settings.get(KEY))


def _disk_free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


async def inspect_database(url: str, *, disk_free: DiskFree = _disk_free) -> DatabaseFacts:
    """Look at the database of an address.

    Raises:
        StoreError: it cannot be read; the text says why.
    """
    try:
        address = read_address(url)
    except AddressError as error:
        raise StoreError(f"DATABASE_URL: {error}") from None
    if isinstance(address, PostgresqlAddress):
        return await _inspect_server(address)
    if address.path is None:
        return DatabaseFacts(name="in memory")
    try:
        return await asyncio.to_thread(_inspect_file, address, disk_free)
    except OSError as error:  # a folder that may not be entered, a name that is too long
        reason = error.strerror or type(error).__name__
        raise StoreError(f"{address.path} cannot be read: {reason}") from None


def _schema(revision: str | None) -> Schema:
    if revision is None:
        return Schema.EMPTY
    if not revision.startswith(RELEASED):
        return Schema.TOO_OLD
    return Schema.CURRENT if revision >= head() else Schema.OLD


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


def _inspect_file(address: SqliteAddress, disk_free: DiskFree) -> DatabaseFacts:
    assert address.path is not None
    path = address.path.resolve()
    exists = _exists(path)
    folder = _nearest_folder(path)
    holder = holder_of(path)
    file = FileFacts(
        path=address.path,
        exists=exists,
        holder=holder,
        refusal=_refusal(path, folder),
        free_bytes=disk_free(folder),
        file_system=_network_file_system(folder),
    )
    revision, settings = _read_file(path) if file.exists else (None, {})
    return DatabaseFacts(
        name=f"SQLite {sqlite3.sqlite_version}, {address.path}",
        schema=_schema(revision),
        settings=settings,
        has_running_bot=holder is not None,
        file=file,
    )


def _exists(path: Path) -> bool:
    """Whether it is there; unlike `Path.exists`, raises when that can't be told."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _nearest_folder(path: Path) -> Path:
    """Return the folder of a file, or the one in which that will be made."""
    return next((each for each in path.parents if each.is_dir()), Path.cwd())


def _refusal(path: Path, folder: Path) -> str | None:
    if path.is_dir():
        return "it is a folder"
    if not os.access(folder, os.W_OK):  # side files come beside it
        return f"the folder {folder} cannot be written to"
    if path.exists() and not os.access(path, os.W_OK):
        return "the file cannot be written to"
    return None


def _read_file(path: Path) -> tuple[str | None, dict[str, str]]:
    try:
        with contextlib.closing(_open_read_only(path)) as connection:
            return _read_facts(lambda sql: list(connection.execute(sql)), _SQLITE_TABLE)
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read: {error}") from None


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=CONNECT_TIMEOUT_S)


# Both give a row if the schema has a revision.
_SQLITE_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
_SERVER_TABLE = "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"


def _read_facts(
    execute: Callable[[str], list[Any]], find_table: str
) -> tuple[str | None, dict[str, str]]:
    """Return the revision of the schema, and the small facts that are kept."""
    if not execute(find_table):
        return None, {}
    rows = execute("SELECT version_num FROM alembic_version")
    revision = rows[0][0] if rows else None
    is_ours = revision is not None and revision.startswith(RELEASED)
    return revision, dict(execute("SELECT key, value FROM settings") if is_ours else [])


_NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"})


def _network_file_system(folder: Path) -> str | None:
    """Return the kind, if the folder is on one: SQLite's log needs memory that hosts share."""
    mounts = [(Path(place), kind) for place, kind in _mounts() if folder.is_relative_to(place)]
    if not mounts:
        return None
    _, kind = max(mounts, key=lambda mount: len(mount[0].parts))
    return kind if kind in _NETWORK_FILE_SYSTEMS else None


def _mounts() -> Iterator[tuple[str, str]]:
    with contextlib.suppress(OSError):  # there is such a file on Linux only
        for line in Path("/proc/mounts").read_text(errors="replace").splitlines():
            _, place, kind, *_ = line.split(" ")
            yield place.replace("\\040", " "), kind


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────

_CONNECTIONS = """
    SELECT current_setting('max_connections')::int
         - current_setting('superuser_reserved_connections')::int
         - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
"""
_LEADERS = "SELECT count(*) FROM leases WHERE owner <> '' AND until > now()"


async def _inspect_server(address: PostgresqlAddress) -> DatabaseFacts:
    # Late: its library takes time that SQLite's users need not spend.
    import psycopg  # noqa: PLC0415

    from bot.store.postgresql_errors import explain  # noqa: PLC0415

    given = {"connect_timeout": CONNECT_TIMEOUT_S, **address.parameters}
    try:
        return await asyncio.to_thread(_ask_server, address, given)
    except psycopg.Error as error:
        raise explain(error, address) from None


def _ask_server(address: PostgresqlAddress, given: dict[str, Any]) -> DatabaseFacts:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(**given, prepare_threshold=None, autocommit=True) as connection:

        def execute(statement: str) -> list[Any]:
            return connection.execute(statement.encode()).fetchall()

        revision, settings = _read_facts(execute, _SERVER_TABLE)
        schema = _schema(revision)
        [(version, now, process)] = execute(
            "SELECT current_setting('server_version'), clock_timestamp(), pg_backend_pid()"
        )
        server = ServerFacts(
            version=version.split(" ")[0],
            now=now.astimezone(UTC),
            free_connections=execute(_CONNECTIONS)[0][0],
            # A pooler gives its clients numbers of its own.
            is_pooled=process != connection.info.backend_pid,
            refusal=_write_refusal(connection, schema),
        )
        has_leader = schema is Schema.CURRENT and execute(_LEADERS)[0][0] > 0
    return DatabaseFacts(
        name=f"{address}, version {server.version}",
        schema=schema,
        settings=settings,
        has_running_bot=has_leader,
        server=server,
    )


def _write_refusal(connection: Any, schema: Schema) -> str | None:
    """Try to write and to make a table, and take both back."""
    import psycopg  # noqa: PLC0415

    try:
        with connection.transaction(force_rollback=True):
            if schema is Schema.CURRENT:
                connection.execute("INSERT INTO settings (key, value) VALUES ('doctor', '')")
            else:
                connection.execute("CREATE TABLE imagine_bot_doctor (id int)")
    except psycopg.Error as error:
        return error.diag.message_primary or type(error).__name__
    return None
