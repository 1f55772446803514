"""Small facts that outlive the process."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.domain.submit_window import SubmitWindow
from bot.store.batch import batched
from bot.store.database import SqlStore, insert_into, transaction
from bot.store.submit_window import KEY, to_window
from bot.store.tables import settings


def _get_all(connection: Connection, keys: Sequence[str]) -> list[str | None]:
    rows = connection.execute(
        select(settings.c.key, settings.c.value).where(settings.c.key.in_(set(keys)))
    )
    values = {row.key: row.value for row in rows}
    return [values.get(key) for key in keys]


def _put(connection: Connection, key: str, value: str) -> None:
    """Set a value."""
    insert = insert_into(connection, settings).values(key=key, value=value)
    connection.execute(
        insert.on_conflict_do_update(index_elements=["key"], set_={"value": insert.excluded.value})
    )


def _get_or_create(connection: Connection, key: str, value: str) -> str:
    insert = insert_into(connection, settings).values(key=key, value=value)
    connection.execute(insert.on_conflict_do_nothing())
    [stored] = _get_all(connection, [key])
    assert stored is not None
    return stored


class SqlSettingStore(SqlStore):
    """Implements `ports.SettingStore`."""

    get = batched(_get_all)
    put = transaction(_put)
    get_or_create = transaction(_get_or_create)

    async def submit_window(self) -> SubmitWindow:
        """See `ports.SettingStore.submit_window`."""
        return to_window(await self.get(KEY))
