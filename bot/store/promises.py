"""Promises: the answers that people wait for before there is a job."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from bot.domain.deliveries import Promise
from bot.store import admission
from bot.store.batch import Batches
from bot.store.database import Database, insert_into
from bot.store.rows import from_promise
from bot.store.tables import promises


class SqlPromiseStore:
    """Implements `ports.PromiseStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made: Batches[dict[str, Any], None] = Batches(lambda rows: database.run(_make, rows))

    async def make(self, promise: Promise, *, now: datetime) -> None:
        """See `ports.PromiseStore.make`."""
        await self._made.do(from_promise(promise, made_at=now))

    async def take_back(self, *, made_before: datetime, now: datetime, limit: int) -> list[Promise]:
        """See `ports.PromiseStore.take_back`."""
        return await self._database.run(admission.take_back, made_before, now, limit)

    async def note_told(self, promise: Promise) -> None:
        """See `ports.PromiseStore.note_told`."""
        await self._database.run(_note_told, promise.reply_token)


def _make(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[None]:
    """Store promises; another process may have promised the same."""
    connection.execute(insert_into(connection, promises).on_conflict_do_nothing(), rows)
    return [None] * len(rows)


def _note_told(connection: Connection, reply_token: str) -> None:
    wanted = promises.c.reply_token == reply_token
    connection.execute(update(promises).where(wanted).values(is_told=True))
