"""A database that cannot be opened: what is said of it, and whether waiting can help.

The server is a real one, and the sentences are made of what it and libpq really say.
"""

import asyncio
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.domain.errors import StoreError, StoreUnusableError
from bot.store import migrate_database, open_database
from tests.standins.pgbouncer import find_pgbouncer, pooled
from tests.standins.ports import free_port
from tests.standins.postgresql import GUARDED, PASSWORD, TURNED_AWAY, USER, PostgresServer

SECRET = "hunter2-the-password"


@pytest.fixture(scope="session")
def roles(postgres_server: PostgresServer) -> None:
    postgres_server.execute(
        f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{SECRET}'",
        f"CREATE ROLE {TURNED_AWAY} LOGIN",
        "CREATE ROLE powerless LOGIN",
        "CREATE ROLE no_login",
    )


async def failure(url: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        await migrate_database(url)
    said = str(caught.value)
    assert "\n" not in said
    assert SECRET not in said
    assert PASSWORD not in said
    return caught.value


def at(server: PostgresServer, user: str, password: str, database: str) -> str:
    return f"postgres://{user}:{password}@127.0.0.1:{server.port}/{database}"


@pytest.mark.usefixtures("roles")
@pytest.mark.parametrize(
    ("user", "password", "database", "reason"),
    [
        (GUARDED, "wrong", "postgres", f'password authentication failed for user "{GUARDED}"'),
        (GUARDED, "", "postgres", "fe_sendauth: no password supplied"),
        ("nobody", SECRET, "postgres", 'role "nobody" does not exist'),
        ("no_login", SECRET, "postgres", 'role "no_login" is not permitted to log in'),
        (USER, SECRET, "nowhere", 'database "nowhere" does not exist'),
    ],
)
async def test_what_a_person_must_change_is_not_waited_for(
    postgres_server: PostgresServer, user: str, password: str, database: str, reason: str
) -> None:
    error = await failure(at(postgres_server, user, password, database))
    place = f'PostgreSQL at 127.0.0.1:{postgres_server.port} as "{user}"'
    assert str(error) == f"can't reach {place}: {reason}"
    assert isinstance(error, StoreUnusableError)


@pytest.mark.usefixtures("roles")
async def test_a_role_that_is_turned_away_is_not_waited_for(
    postgres_server: PostgresServer,
) -> None:
    error = await failure(at(postgres_server, TURNED_AWAY, SECRET, "postgres"))
    assert "pg_hba.conf rejects connection" in str(error)
    assert isinstance(error, StoreUnusableError)


@pytest.mark.usefixtures("roles")
async def test_a_role_without_rights_is_not_waited_for(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty_database()
    name = url.rpartition("/")[2]
    error = await failure(at(postgres_server, "powerless", SECRET, name))
    place = f'PostgreSQL at 127.0.0.1:{postgres_server.port} as "powerless"'
    assert str(error) == f"can't use {place}: permission denied for schema public"
    assert isinstance(error, StoreUnusableError)
    postgres_server.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    error = await failure(at(postgres_server, "powerless", SECRET, name))
    assert str(error) == f'can\'t reach {place}: permission denied for database "{name}"'
    assert isinstance(error, StoreUnusableError)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("?connection_limit=1", 'DATABASE_URL has the unknown option "connection_limit"'),
        ("?pgbouncer=true&schema=public", 'DATABASE_URL has the unknown option "schema"'),
        ("?ssl=require", 'DATABASE_URL has the unknown option "ssl"'),
        ("?prepare_threshold=0", 'DATABASE_URL has the unknown option "prepare_threshold"'),
        (f"?{SECRET}", "DATABASE_URL has the unknown option another"),
        ("?sslmode=always", 'invalid sslmode value: "always"'),
        ("?target_session_attrs=best", 'invalid target_session_attrs value: "best"'),
        ("?keepalives=often", 'invalid integer value "often" for connection option "keepalives"'),
        ("?sslmode=require", "server does not support SSL, but SSL was required"),
        ("?options=-c%20no_such_setting%3D1", 'unrecognized configuration parameter "no_such_'),
    ],
)
async def test_an_option_that_cannot_work_is_not_waited_for(
    postgres_server: PostgresServer, options: str, reason: str
) -> None:
    error = await failure(postgres_server.empty_database() + options)
    place = f'PostgreSQL at 127.0.0.1:{postgres_server.port} as "{USER}"'
    assert place in str(error)
    assert reason in str(error)
    assert isinstance(error, StoreUnusableError)


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://bot:{SECRET}@db.example:54x2/jobs",
        f"postgres://bot:{SECRET}@db.example:99999/jobs",
        f"postgres://bot:{SECRET}@[db.example/jobs",
        f"postgres://bot:{SECRET}",
        f"mysql://bot:{SECRET}@db.example/jobs",
        "sqlite://imagine.db",
        "sqlite:///",
    ],
)
async def test_an_address_that_cannot_be_read_is_not_waited_for(url: str) -> None:
    error = await failure(url)
    assert str(error).startswith("DATABASE_URL: expected ")
    assert isinstance(error, StoreUnusableError)


def of_encoding(server: PostgresServer, encoding: str) -> str:
    """Create a database of this encoding."""
    name = f"of_{encoding.lower()}"
    server.execute(
        f"DROP DATABASE IF EXISTS {name}",
        f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 "
        "LC_COLLATE 'C' LC_CTYPE 'C'",
    )
    return at(server, USER, PASSWORD, name)


async def test_an_encoding_without_emoji_is_not_waited_for(postgres_server: PostgresServer) -> None:
    error = await failure(of_encoding(postgres_server, "LATIN1"))
    assert isinstance(error, StoreUnusableError)
    assert "has the encoding LATIN1" in str(error)


async def test_a_database_that_knows_no_encoding_can_be_used(
    postgres_server: PostgresServer,
) -> None:
    url = of_encoding(postgres_server, "SQL_ASCII")
    await migrate_database(url)
    async with open_database(url) as database:
        assert await database.is_ready()


async def test_what_is_no_file_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    error = await failure(f"sqlite:///{tmp_path}")
    assert str(error) == f"{tmp_path} cannot be used: it is a folder or a device, not a file"
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


async def test_a_file_that_cannot_even_be_looked_at_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / ("a" * 300)
    error = await failure(f"sqlite:///{file}")
    assert isinstance(error, StoreUnusableError)
    assert str(error) == f"{file} cannot be used: {os.strerror(errno.ENAMETOOLONG)}"


async def test_a_refused_connection_may_pass() -> None:
    port = free_port()
    error = await failure(f"postgres://bot:{SECRET}@127.0.0.1:{port}/jobs")
    place = f'PostgreSQL at 127.0.0.1:{port} as "bot"'
    assert str(error) == f"can't reach {place}: connection refused"
    assert not isinstance(error, StoreUnusableError)


async def test_an_unknown_host_may_pass() -> None:
    error = await failure(f"postgres://bot:{SECRET}@db.invalid/jobs")
    place = 'PostgreSQL at db.invalid:5432 as "bot"'
    assert str(error) == f"can't reach {place}: unknown host"
    assert not isinstance(error, StoreUnusableError)


async def test_a_socket_that_is_not_there_may_pass(tmp_path: Path) -> None:
    error = await failure(f"postgres://bot:{SECRET}@/jobs?host={tmp_path}")
    assert str(error) == (
        f'can\'t reach PostgreSQL at {tmp_path} as "bot": no such file or directory'
    )
    assert not isinstance(error, StoreUnusableError)


async def test_a_database_that_is_closed_for_now_may_pass(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty_database()
    name = url.rpartition("/")[2]
    postgres_server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    error = await failure(url)
    assert str(error).endswith(f'database "{name}" is not currently accepting connections')
    assert not isinstance(error, StoreUnusableError)


async def test_a_full_database_may_pass(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty_database()
    name = url.rpartition("/")[2]
    postgres_server.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0", "CREATE ROLE guest LOGIN")
    error = await failure(at(postgres_server, "guest", SECRET, name))
    assert str(error).endswith(f'too many connections for database "{name}"')
    assert not isinstance(error, StoreUnusableError)


@pytest.mark.parametrize(
    "answer",
    [
        b"E\0\0\0\x3cSFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"",
    ],
    ids=["starting", "another-program", "silence"],
)
async def test_a_server_that_is_not_ready_may_pass(answer: bytes) -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        error = await failure(f"postgres://bot:{SECRET}@127.0.0.1:{port}/jobs?sslmode=disable")
    assert str(error).startswith(f'can\'t reach PostgreSQL at 127.0.0.1:{port} as "bot": ')
    assert not isinstance(error, StoreUnusableError)
    if b"starting" in answer:
        assert str(error).endswith(": the database system is starting up")


@pytest.mark.usefixtures("roles")
async def test_a_password_with_every_character_is_the_right_one(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.empty_database()
    name = url.rpartition("/")[2]
    postgres_server.execute(
        f"ALTER ROLE {GUARDED} PASSWORD 'p@ss:w/rd#1'", f"ALTER DATABASE {name} OWNER TO {GUARDED}"
    )
    for password in ("p@ss:w%2Frd#1", "p%40ss%3Aw%2Frd%231"):
        async with open_database(at(postgres_server, GUARDED, password, name)) as database:
            assert await database.is_ready()
    postgres_server.execute(f"ALTER ROLE {GUARDED} PASSWORD '{SECRET}'")


async def test_a_pooler_is_told_by_its_option(postgres_server: PostgresServer) -> None:
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed")
    url = postgres_server.empty_database()
    with pooled(program, postgres_server, url) as through:
        async with open_database(f"{through}?pgbouncer=true") as database:
            assert await database.is_ready()


async def test_the_first_of_several_hosts_may_be_away(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty_database()
    parts = urlsplit(url)
    several = url.replace("127.0.0.1:", f"127.0.0.1:{free_port()},127.0.0.1:")
    assert parts.port is not None
    async with open_database(several) as database:
        assert await database.is_ready()


# ── SQLite's files are their owner's ────────────────────────────────────────────────────────────


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()}


PRIVATE = dict.fromkeys(["jobs.db", "jobs.db.lock", "jobs.db-wal", "jobs.db-shm"], "0o600")


@pytest.mark.parametrize("mask", [0o022, 0o000, 0o077])
async def test_the_files_of_sqlite_are_for_their_owner_alone(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        async with open_database(f"sqlite:///{tmp_path / 'jobs.db'}") as database:
            assert await database.is_ready()
            assert modes(tmp_path) == PRIVATE


async def test_files_that_were_open_to_others_are_closed_to_them(tmp_path: Path) -> None:
    for name in PRIVATE:
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    async with open_database(f"sqlite:///{tmp_path / 'jobs.db'}") as database:
        assert await database.is_ready()
        assert modes(tmp_path) == PRIVATE


async def test_a_file_behind_a_link_is_for_its_owner_alone(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    (tmp_path / "link.db").symlink_to(volume / "jobs.db")
    with umask(0o022):
        async with open_database(f"sqlite:///{tmp_path / 'link.db'}"):
            assert modes(volume) == PRIVATE


async def test_a_database_in_memory_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with umask(0o022):
        async with open_database("sqlite://"):
            (folder,) = tmp_path.iterdir()
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert set(modes(folder).values()) == {"0o600"}
