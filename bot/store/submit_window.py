"""The submit window, kept in one row, so that it is one for all processes and outlives them."""

from functools import lru_cache

from pydantic import TypeAdapter
from sqlalchemy import Connection, select, update

from bot.domain.submit_window import SubmitWindow, WindowChange
from bot.store.database import insert_into
from bot.store.tables import settings

KEY = "submit_window"

_JSON = TypeAdapter(SubmitWindow)
_STORED = select(settings.c.value).where(settings.c.key == KEY)


@lru_cache(maxsize=1)  # every command reads it, and it changes seldom
def to_window(stored: str | None) -> SubmitWindow:
    """Read what is stored; it is closed as far as can be while nothing is."""
    return SubmitWindow() if stored is None else _JSON.validate_json(stored)


def read_window(connection: Connection) -> SubmitWindow:
    """Return the window as it is."""
    return to_window(connection.execute(_STORED).scalar())


def change_window(connection: Connection, change: WindowChange) -> SubmitWindow:
    """Change it, and return what it was; others who would change it wait until the commit."""
    stored = connection.execute(_STORED.with_for_update()).scalar()
    if stored is None:
        insert = insert_into(connection, settings).values(key=KEY, value=_to_json(SubmitWindow()))
        connection.execute(insert.on_conflict_do_nothing())
        stored = connection.execute(_STORED.with_for_update()).scalar()
    window = to_window(stored)
    changed = change(window)
    if changed != window:
        connection.execute(
            update(settings).where(settings.c.key == KEY).values(value=_to_json(changed))
        )
    return window


def _to_json(window: SubmitWindow) -> str:
    return _JSON.dump_json(window).decode()
