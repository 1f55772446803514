"""Small facts that outlive the process."""

import asyncio
import json
import math
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.jobs import FailureCode
from bot.domain.queue import AccountPause
from bot.store.batch import Batches
from bot.store.database import Database, SqlStore, insert_into
from bot.store.tables import settings

_ACCOUNT_PAUSE = "account_pause"
PAUSE_GOOD_FOR_S = 1.0  # then we look whether another process paused the account


class SqlSettingStore(SqlStore):
    """Implements `ports.SettingStore`."""

    def __init__(self, database: Database, *, pause_good_for_s: float = PAUSE_GOOD_FOR_S) -> None:
        super().__init__(database)
        self._pause_good_for_s = pause_good_for_s
        self._values: Batches[str, str | None] = Batches(lambda keys: database.run(_get_all, keys))
        self._pause: AccountPause | None = None
        self._pause_ages_at = -math.inf  # by the event loop's clock
        self._pauses_set = 0

    async def get(self, key: str) -> str | None:
        """See `ports.SettingStore.get`."""
        return await self._values.do(key)

    async def put(self, key: str, value: str) -> None:
        """See `ports.SettingStore.put`."""
        await self._database.run(put_setting, key, value)

    async def get_or_create(self, key: str, value: str) -> str:
        """See `ports.SettingStore.get_or_create`."""
        return await self._database.run(_get_or_create, key, value)

    async def account_pause(self) -> AccountPause | None:
        """See `ports.SettingStore.account_pause`."""
        now = asyncio.get_running_loop().time()
        if now >= self._pause_ages_at:
            before = self._pauses_set
            stored = await self.get(_ACCOUNT_PAUSE)
            if self._pauses_set == before:  # else what was read may be older
                self._remember(_to_pause(stored) if stored else None)
        return self._pause

    async def set_account_pause(self, pause: AccountPause | None) -> None:
        """See `ports.SettingStore.set_account_pause`."""
        await self.put(_ACCOUNT_PAUSE, _from_pause(pause) if pause else "")
        self._pauses_set += 1
        self._remember(pause)

    def _remember(self, pause: AccountPause | None) -> None:
        self._pause = pause
        self._pause_ages_at = asyncio.get_running_loop().time() + self._pause_good_for_s


def _get_all(connection: Connection, keys: Sequence[str]) -> list[str | None]:
    rows = connection.execute(
        select(settings.c.key, settings.c.value).where(settings.c.key.in_(set(keys)))
    )
    values = {row.key: row.value for row in rows}
    return [values.get(key) for key in keys]


def put_setting(connection: Connection, key: str, value: str) -> None:
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


def _to_pause(stored: str) -> AccountPause:
    value = json.loads(stored)
    return AccountPause(
        code=FailureCode(value["code"]),
        until=datetime.fromisoformat(value["until"]),
        failures=value["failures"],
    )


def _from_pause(pause: AccountPause) -> str:
    return json.dumps(
        {
            "code": pause.code.value,
            "until": pause.until.isoformat(),
            "failures": pause.failures,
        }
    )
