"""The outbox: which jobs have changed since their placeholder, or the person, was told.

An entry is a time in the job's own row. The statement that changes the job writes it, so none gets
lost and none costs a write of its own. The process that shows things finds it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, update

from bot.domain.deliveries import OutboxEntry
from bot.store.database import SqlStore
from bot.store.tables import jobs, preferences

_channel = jobs.c.platform + ":" + jobs.c.conversation_id
_placeholder_of = func.coalesce(jobs.c.group_id, jobs.c.id)


class SqlOutboxStore(SqlStore):
    """Implements `ports.OutboxStore`."""

    async def entries(
        self, *, busy_channels: Collection[str], but_of: Collection[str], limit: int
    ) -> list[OutboxEntry]:
        """See `ports.OutboxStore.entries`."""
        return await self._database.run(_entries, busy_channels, but_of, limit)

    async def drop_entries(self, entries: Collection[OutboxEntry]) -> None:
        """See `ports.OutboxStore.drop_entries`."""
        await self._database.run(_drop_entries, entries)


def note_posted(connection: Connection, job_id: str, now: datetime) -> None:
    """Add an entry that says that a result was posted, where somebody waits to be told.

    That is a placeholder that counts, or a person who wants a direct message.
    """
    wants_dm = select(preferences.c.person).where(
        preferences.c.person == jobs.c.person, preferences.c.wants_dm
    )
    is_awaited = or_(jobs.c.group_id.is_not(None), wants_dm.exists())
    connection.execute(update(jobs).where(jobs.c.id == job_id, is_awaited).values(noted_at=now))


def _entries(
    connection: Connection, busy_channels: Collection[str], but_of: Collection[str], limit: int
) -> list[OutboxEntry]:
    conditions: list[ColumnElement[bool]] = [jobs.c.noted_at.is_not(None)]
    if busy_channels:
        conditions.append(_channel.not_in(busy_channels))
    if but_of:
        conditions.append(_placeholder_of.not_in(but_of))
    rows = connection.execute(
        select(
            jobs.c.id.label("job_id"),
            _placeholder_of.label("placeholder_of"),
            _channel.label("channel"),
            jobs.c.noted_at,
        )
        .where(*conditions)
        .order_by(jobs.c.noted_at)
        .limit(limit)
    )
    return [OutboxEntry(**row) for row in rows.mappings()]


def _drop_entries(connection: Connection, entries: Collection[OutboxEntry]) -> None:
    ours = [and_(jobs.c.id == entry.job_id, jobs.c.noted_at == entry.noted_at) for entry in entries]
    connection.execute(update(jobs).where(or_(false(), *ours)).values(noted_at=None))
