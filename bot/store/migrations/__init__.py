"""Bringing the schema up to date with Alembic, which is imported only when there is work to do."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.domain.errors import StoreUnusableError

_FOLDER = Path(__file__).parent
RELEASED = "r"  # revisions of releases begin so; before the first release they were plain numbers
_LOCK_KEY = 0x696D6701  # "img" and a number of its own; so has every lock of the store
# The second one holds the bytes that we send, and those are UTF-8.
_ENCODINGS = ("UTF8", "SQL_ASCII")


def head() -> str:
    """Return the newest revision; revisions are numbered files, so no import is needed."""
    return RELEASED + max(path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def is_current(connection: Connection) -> bool:
    """Whether the schema is at least ours; newer is fine while a deploy is rolled back."""
    found = _revision(connection)
    return found is not None and found >= head()


def upgrade(connection: Connection) -> None:
    """Run all missing migrations in the caller's transaction; overlapping callers wait.

    Raises:
        StoreUnusableError: the schema is older than the first release, or the database cannot hold
            what people type.
    """
    from alembic import command  # noqa: PLC0415  takes 0.3 s, and most starts need nothing
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        _check_encoding(connection)
    found = _revision(connection)
    if found is not None and not found.startswith(RELEASED):
        raise StoreUnusableError(
            "the database is older than the first release and cannot be brought up to date: "
            "delete it, or set DATABASE_URL to an empty one"
        )
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_encoding(connection: Connection) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding not in _ENCODINGS:
        raise StoreUnusableError(
            f"the database has the encoding {encoding}, which lacks letters and emoji that people "
            "type: create one with UTF8"
        )


def _revision(connection: Connection) -> str | None:
    """Return the revision that the schema has; None: it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
