"""DATABASE_URL: which database it names. Pure, and no message of this module holds a password.

The whole address is read here and nowhere else: a parser that reads a part differently would look
for the jobs in another place, or show a password as the name of a host.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote

IN_MEMORY = "sqlite://"
_POSTGRESQL_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")
_POSTGRESQL_FORM = "postgres://user:password@host:5432/database"
_ESCAPES = "in user and password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23"
_FILE = re.compile(r"[\w ./\\-]+\.(?:db|sqlite3?)")  # what is no address, and no secret either
_SECRET_OPTIONS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key")
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


class AddressError(ValueError):
    """The address cannot be used as it stands; the message says what is right, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteAddress:
    """A SQLite file."""

    path: Path | None  # None: a private temporary file, gone with the process


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlAddress:
    """A PostgreSQL server, in the words of libpq."""

    # By libpq's names: host, port, user, password, dbname, and the options behind the "?".
    parameters: Mapping[str, str] = field(repr=False)

    def __str__(self) -> str:
        """Name the server and the user, for messages: `PostgreSQL at db.example:5432 as "bot"`."""
        given = self.parameters
        host = given.get("host") or given.get("hostaddr")
        user = given.get("user")
        place = f"at {_one_line(_with_ports(host, given.get('port')))}" if host else "on this host"
        return f"PostgreSQL {place}" + (f" as {_quoted(user)}" if user else "")

    @property
    def secrets(self) -> Sequence[str]:
        """What others may have quoted, and nobody may see."""
        return [value for name in _SECRET_OPTIONS if (value := self.parameters.get(name))]


def normalise(text: str) -> str:
    """Check the kind of database and return the address with its scheme in lower case.

    Of PostgreSQL's addresses only the scheme is judged: the parts are read when it is opened.

    Raises:
        AddressError: there is no such kind of database, or no such form of SQLite's address.
    """
    scheme, colon, rest = text.partition(":")
    scheme = scheme.strip().lower()
    if not colon or not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme):
        shown = f", not {_quoted(text)}" if _FILE.fullmatch(text) else ""
        raise AddressError(f"expected {_POSTGRESQL_FORM} or sqlite:///imagine.db{shown}")
    if scheme.startswith("sqlite"):
        address = f"{scheme}:{rest}"
        _sqlite_path(address)
        return address
    if scheme in _POSTGRESQL_SCHEMES and re.match("//.", rest):
        return f"{scheme}:{rest}"
    if scheme in _POSTGRESQL_SCHEMES or scheme.startswith(("postgres", "pgsql", "psql")):
        raise AddressError(f"expected {_POSTGRESQL_FORM}, not {scheme}:…")
    raise AddressError(f"expected {_POSTGRESQL_FORM} or sqlite:///imagine.db, not {scheme}:…")


def is_sqlite(text: str) -> bool:
    """Whether a normalised address is one of SQLite."""
    return text.startswith("sqlite:")


def read_address(text: str) -> SqliteAddress | PostgresqlAddress:
    """Read a whole address.

    Raises:
        AddressError: it cannot be read.
    """
    address = normalise(text)
    if is_sqlite(address):
        return SqliteAddress(path=_sqlite_path(address))
    return _read_postgresql(address.partition("://")[2])


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


def _sqlite_path(text: str) -> Path | None:
    if text == IN_MEMORY:
        return None
    found = re.fullmatch(r"sqlite:///([^?]+)", text)
    if found is not None and found[1].strip("/ ") and "\0" not in text and found[1] != ":memory:":
        return Path(found[1])
    raise AddressError(f"{_sqlite_advice(text)}, not {_quoted(_hide_user(text))}")


def _sqlite_advice(text: str) -> str:
    """Say what was probably meant; the slashes are what people get wrong."""
    rest = text.partition(":")[2].partition("?")[0]
    path = rest.lstrip("/")
    if ":memory:" in text:
        return "expected sqlite:// for a database that is gone when the bot stops"
    if not path.strip() or "@" in path:
        return "expected sqlite:///imagine.db"
    if rest.startswith("////") or (rest.startswith("/") and not rest.startswith("//")):
        return f"expected sqlite:////{_one_line(path)} (four slashes: an absolute path)"
    return f"expected sqlite:///{_one_line(path)} (three slashes)"


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────

_HOST = re.compile(r"(?:\[(?P<ipv6>[^\]]*)\]|(?P<name>[^\[\]:#]*))(?::(?P<port>[0-9]*))?")
_DEFAULT_PORT, _PORTS = 5432, range(1, 65536)


def _read_postgresql(rest: str) -> PostgresqlAddress:
    """Read what follows the scheme; only an "@" or ":" in a password need not be escaped."""
    before, _, query = rest.partition("?")
    place, _, database = before.partition("/")
    user_part, _, hosts = place.rpartition("@")
    user, _, password = user_part.partition(":")
    found = [_HOST.fullmatch(each) for each in hosts.split(",")]
    names = [unquote(each["ipv6"] or each["name"] or "") for each in found if each]
    ports = [each["port"] or "" for each in found if each]
    parameters = {
        "host": ",".join(names) if any(names) else "",  # as libpq takes several
        "port": ",".join(ports) if any(ports) else "",
        "user": unquote(user),
        "password": unquote(password),
        "dbname": unquote(database),
    }
    given = {name: value for name, value in parameters.items() if value} | _options(query)
    is_bad = None in found or any(int(port) not in _PORTS for port in ports if port)
    is_bad |= any("\0" in each for each in given.values())
    # Behind the hosts an "@" is the end of a password that has a "/" or "?" in it.
    if is_bad or "@" in database + query:
        raise AddressError(f"expected {_POSTGRESQL_FORM}; {_ESCAPES}")
    return PostgresqlAddress(parameters=MappingProxyType(given))


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name in [each for each in options if each.lower() == "pgbouncer"]:
        # Prisma's word for "a pooler is between": prepared statements are never used anyway.
        if options.pop(name).lower() not in (*_TRUE, *_FALSE, ""):
            raise AddressError("expected pgbouncer=true or pgbouncer=false")
    return {"dbname" if name == "database" else name: value for name, value in options.items()}


# ── What may be shown ───────────────────────────────────────────────────────────────────────────


def _with_ports(hosts: str, ports: str | None) -> str:
    """Join each of the hosts with its port; of sockets only the folder is shown."""
    names, numbers = hosts.split(","), (ports or "").split(",")
    if len(numbers) != len(names):  # one for all
        numbers = [numbers[0]] * len(names)
    return ",".join(
        name if name.startswith("/") else f"{_in_brackets(name)}:{number or _DEFAULT_PORT}"
        for name, number in zip(names, numbers, strict=True)
    )


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _hide_user(text: str) -> str:
    """Leave out what stands before an "@" or behind a "?": both may hold a password."""
    shown = re.sub(r"(?<=:)(/*).*@", r"\1…@", text, flags=re.DOTALL)
    return re.sub(r"\?.+", "?…", shown, flags=re.DOTALL)


def _one_line(text: str) -> str:
    """Return the text as it is, but for what would break the line."""
    return text if text.isprintable() else _quoted(text)[1:-1]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
