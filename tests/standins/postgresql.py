"""A real PostgreSQL server for the tests, run by an unprivileged user as it insists on."""

import contextlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from bot.store.tables import metadata
from tests.redaction import forbid
from tests.standins.migrated import migrate
from tests.standins.ports import free_port
from tests.timing import TIMEOUT_S

USER = "imagine"
GUARDED, TURNED_AWAY = "guarded", "turned_away"  # roles; see `_RULES`
PASSWORD = "database-password-that-nobody-may-see"  # the server trusts without it

# Everybody is trusted but these two: one must know a password, the other never gets in.
_RULES = f"""
host all {GUARDED} all scram-sha-256
host all {TURNED_AWAY} all reject
"""

# A crash may lose all, and every database is gone before a vacuum could do any good.
_IN_HASTE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"


def find_server_programs() -> Path | None:
    """Return the folder with `initdb` and `pg_ctl`; Debian keeps it off the PATH."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@dataclass
class PostgresServer:
    """A running server; every test takes a database of its own."""

    programs: Path
    folder: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _spare: list[str] = field(default_factory=list)  # addresses of databases without rows

    @classmethod
    @contextmanager
    def started(cls, programs: Path) -> Iterator[Self]:
        """Start a server in a folder of its own and remove both afterwards."""
        with tempfile.TemporaryDirectory(prefix="imagine-bot-pg-") as name:
            server = cls(programs, Path(name), free_port())
            server._start()
            try:
                yield server
            finally:
                server._control("stop", "-m", "immediate")

    def new_database(self) -> str:
        """Create a database that has today's schema and give its address."""
        return self._create(template=self._migrated)

    @contextmanager
    def lent_database(self) -> Iterator[str]:
        """Lend such a database, and empty it for the next one: that is quicker than a new one."""
        address = self._spare.pop() if self._spare else self.new_database()
        yield address
        # If the test has broken it, it is of no more use.
        with contextlib.suppress(psycopg.Error), _connected(address) as connection:
            _empty(connection)
            if _revision(connection) == self._newest:
                self._spare.append(address)

    def empty_database(self) -> str:
        """Create an empty database and give its address."""
        return self._create(template="template1")

    def execute(self, *statements: str) -> None:
        """Run statements as the owner of all, each for itself."""
        with _connected(self._address("postgresql", "postgres")) as connection:
            for statement in statements:
                connection.execute(statement)

    @cached_property
    def _migrated(self) -> str:
        address = self.empty_database()
        migrate(address)
        return address.rpartition("/")[2]

    @cached_property
    def _newest(self) -> object:
        with _connected(self._address("postgresql", self._migrated)) as connection:
            return _revision(connection)

    def _create(self, *, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with _connected(self._address("postgresql", "postgres")) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self._address("postgres", name)

    def _address(self, scheme: str, database: str) -> str:
        forbid(PASSWORD)
        return f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def _start(self) -> None:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("nobody")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", USER, "-A", "trust", "--no-sync")
        rules = data / "pg_hba.conf"
        rules.write_text(_RULES + rules.read_text())
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {_IN_HASTE}"
        self._control("start", "-o", options, "-l", str(self.folder / "log"))

    def _control(self, action: str, *arguments: str) -> None:
        wait = ("-w", "-t", str(round(TIMEOUT_S)))
        self._run("pg_ctl", action, "-D", str(self.folder / "data"), *wait, *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*_as_nobody(), str(self.programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            timeout=TIMEOUT_S + 10,
        )


def _connected(address: str) -> psycopg.Connection:
    return psycopg.connect(address, autocommit=True)


def _revision(connection: psycopg.Connection) -> object:
    return connection.execute("SELECT version_num FROM alembic_version").fetchall()


def _empty(connection: psycopg.Connection) -> None:
    """Delete all rows, whoever else is still connected and holds some of them."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for table in reversed(metadata.sorted_tables):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))


def _as_nobody() -> Sequence[str]:
    return ("runuser", "-u", "nobody", "--") if os.geteuid() == 0 else ()
