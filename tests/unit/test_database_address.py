"""DATABASE_URL: what it names, what is refused, and that no password is ever shown."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.database_address import (
    AddressError,
    PostgresqlAddress,
    SqliteAddress,
    normalise,
    read_address,
)


def postgresql(text: str) -> PostgresqlAddress:
    address = read_address(text)
    assert isinstance(address, PostgresqlAddress)
    return address


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sqlite://", None),
        ("SQLite://", None),
        ("sqlite:///imagine.db", Path("imagine.db")),
        ("SQLITE:///Imagine.db", Path("Imagine.db")),
        ("sqlite:////data/imagine.db", Path("/data/imagine.db")),
        ("sqlite:///./data/my jobs.db", Path("data/my jobs.db")),
        ("sqlite:///C:/data/imagine.db", Path("C:/data/imagine.db")),
    ],
)
def test_two_forms_of_sqlite_are_taken(text: str, path: Path | None) -> None:
    assert read_address(text) == SqliteAddress(path=path)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("sqlite://imagine.db", "sqlite:///imagine.db"),
        ("sqlite://data/imagine.db", "sqlite:///data/imagine.db"),
        ("sqlite:imagine.db", "sqlite:///imagine.db"),
        ("sqlite:/imagine.db", "sqlite:////imagine.db"),
        ("sqlite:/data/imagine.db", "sqlite:////data/imagine.db"),
        ("sqlite:", "sqlite:///imagine.db"),
        ("sqlite:/", "sqlite:///imagine.db"),
        ("sqlite:///", "sqlite:///imagine.db"),
        ("sqlite:////", "sqlite:///imagine.db"),
        ("sqlite:///  ", "sqlite:///imagine.db"),
        ("sqlite:///?mode=ro", "sqlite:///imagine.db"),
        ("sqlite:///imagine.db?mode=ro", "sqlite:///imagine.db"),
        ("sqlite://:memory:", "sqlite://"),
        ("sqlite:///:memory:", "sqlite://"),
        ("sqlite+aiosqlite:///imagine.db", "sqlite:///imagine.db"),
        ("sqlite3:///imagine.db", "sqlite:///imagine.db"),
        ("SQLITE://imagine.db", "sqlite:///imagine.db"),
        ("sqlite://bot:hunter2@db/imagine", "sqlite:///imagine.db"),
    ],
)
def test_every_other_form_of_sqlite_is_refused_with_the_right_one(text: str, right: str) -> None:
    with pytest.raises(AddressError) as caught:
        normalise(text)
    said = str(caught.value)
    assert said.startswith(f"expected {right}")
    assert "hunter2" not in said
    assert "\n" not in said


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "name", "parameters"),
    [
        (
            "postgres://bot:pw@db.example/jobs",
            'PostgreSQL at db.example:5432 as "bot"',
            {"host": "db.example", "user": "bot", "password": "pw", "dbname": "jobs"},
        ),
        (
            "PostgreSQL://bot@db.example:6543",
            'PostgreSQL at db.example:6543 as "bot"',
            {"host": "db.example", "port": "6543", "user": "bot"},
        ),
        (
            "postgresql+psycopg://b%40t:p%2Fw%3A@[::1]:5433/jobs?sslmode=require",
            'PostgreSQL at [::1]:5433 as "b@t"',
            {
                "host": "::1",
                "port": "5433",
                "user": "b@t",
                "password": "p/w:",
                "dbname": "jobs",
                "sslmode": "require",
            },
        ),
        (
            "postgres://bot:p@ss:w#rd@db/jobs",  # not escaped, and still clear
            'PostgreSQL at db:5432 as "bot"',
            {"host": "db", "user": "bot", "password": "p@ss:w#rd", "dbname": "jobs"},
        ),
        (
            "postgres://bot@one,two:5433/jobs",
            'PostgreSQL at one:5432,two:5433 as "bot"',
            {"host": "one,two", "port": ",5433", "user": "bot", "dbname": "jobs"},
        ),
        (
            "postgres:///jobs?host=/run/postgresql&user=bot",
            'PostgreSQL at /run/postgresql as "bot"',
            {"host": "/run/postgresql", "user": "bot", "dbname": "jobs"},
        ),
        ("postgres:///jobs", "PostgreSQL on this host", {"dbname": "jobs"}),
        (
            "postgres://bot@db/jobs?pgbouncer=true&sslmode=require",
            'PostgreSQL at db:5432 as "bot"',
            {"host": "db", "user": "bot", "dbname": "jobs", "sslmode": "require"},
        ),
    ],
)
def test_addresses_are_read_as_libpq_takes_them(
    text: str, name: str, parameters: dict[str, str]
) -> None:
    address = postgresql(text)
    assert address.parameters == parameters
    assert str(address) == name
    assert "pw" not in repr(address)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://bot:hunter2@db.example:54x2/jobs",
        "postgres://bot:hunter2@db.example:99999/jobs",
        "postgres://bot:hunter2@db.example:0/jobs",
        "postgres://bot:hunter2/@db.example/jobs",
        "postgres://bot:hunter2?@db.example/jobs",
        "postgres://bot:a@hunter2/@db.example/jobs",
        "postgres://bot:hunter2@[::1/jobs",
        "postgres://bot:hunter2@db.example:5432:5433/jobs",
        "postgres://bot:hunter2",
        "postgres://bot:hunter2/jobs",
        "postgres://bot:hunter2?x=1",
        "postgres://bot:hunter2@db/jobs?pgbouncer=maybe",
        "postgres://bot:hunter2%00@db/jobs",
    ],
)
def test_an_unreadable_address_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        read_address(text)
    said = str(caught.value)
    assert "expected" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "text",
    [
        "mysql://u:hunter2@h/db",
        "postgresql+asyncpg://u:hunter2@h/db",
        "postgres:u:hunter2@h/db",
        "postgres:/u:hunter2@h/db",
        "postgres://",
        "psql://u:hunter2@h/db",
        "hunter2",
        "u:hunter2@h/db",
        "://hunter2",
        "jobs.db",
        "C:\\data\\jobs.db",
        "",
    ],
)
def test_no_other_kind_of_database_is_taken(text: str) -> None:
    with pytest.raises(AddressError, match="expected postgres://") as caught:
        normalise(text)
    assert "hunter2" not in str(caught.value)


SECRET = st.text(st.characters(codec="utf-8"), min_size=4, max_size=12).map(
    lambda text: f"§{text}§"
)


@given(
    password=SECRET, port=st.sampled_from(["", ":5432", ":x", ":70000"]), is_escaped=st.booleans()
)
def test_no_password_is_ever_shown(password: str, port: str, *, is_escaped: bool) -> None:
    shown = quote(password, safe="") if is_escaped else password
    try:
        address = read_address(f"postgres://bot:{shown}@db.example{port}/jobs")
    except AddressError as error:
        said = str(error)
    else:
        said = f"{address} {address!r}"
        if is_escaped:
            assert address.parameters["password"] == password
    assert "§" not in said
    assert quote("§") not in said


@given(st.text(max_size=60))
def test_whatever_is_given_is_read_or_refused(text: str) -> None:
    for prefix in ("", "postgres://", "sqlite:", "sqlite://"):
        assert what_is_said_of(prefix + text).isprintable()


def what_is_said_of(text: str) -> str:
    try:
        address = read_address(text)
    except AddressError as error:
        return str(error)
    return str(address) if isinstance(address, PostgresqlAddress) else ""
