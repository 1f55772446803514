"""The outbox: what must still be shown to somebody.

Whatever changes a job writes the entry in the same transaction, with one of the functions here. A
later change of the same key replaces an earlier one, and its version tells them apart.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    case,
    delete,
    func,
    literal,
    literal_column,
    null,
    select,
    update,
)

from bot.domain.outbox import OutboxEntry, OutboxKind
from bot.store.database import SqlStore, insert_into
from bot.store.tables import UtcDateTime, jobs, outbox, preferences

_OF_GROUP = func.coalesce(jobs.c.group_id, jobs.c.id)
_KEYS = {  # see `domain.outbox`
    OutboxKind.PLACEHOLDER: case(
        (jobs.c.group_id.is_not(None), jobs.c.group_id + ".g"), else_=jobs.c.id
    ),
    OutboxKind.RESULT: jobs.c.id,
    OutboxKind.DONE: _OF_GROUP + ".done",
}
_JOBS = {
    OutboxKind.PLACEHOLDER: _OF_GROUP,
    OutboxKind.RESULT: jobs.c.id,
    OutboxKind.DONE: jobs.c.id,
}


class SqlOutboxStore(SqlStore):
    """Implements `ports.OutboxStore`."""

    async def due(
        self,
        platform: str,
        *,
        now: datetime,
        limit: int,
        but_keys: Collection[str] = (),
        but_conversations: Collection[str] = (),
    ) -> list[OutboxEntry]:
        """See `ports.OutboxStore.due`."""
        excluded = (but_keys, but_conversations)
        return await self._database.run(_due, platform, now, limit, excluded)

    async def drop(self, entry: OutboxEntry) -> None:
        """See `ports.OutboxStore.drop`."""
        await self._database.run(drop_entry, entry)

    async def postpone(self, entry: OutboxEntry, *, due_at: datetime, now: datetime) -> None:
        """See `ports.OutboxStore.postpone`."""
        await self._database.run(_postpone, entry, due_at, now)


# ── Writing entries ─────────────────────────────────────────────────────────────────────────────


def show_placeholders(
    connection: Connection, now: datetime, *conditions: ColumnElement[bool]
) -> None:
    """Let the placeholders of these jobs, or of their groups, be brought up to date."""
    _put(connection, OutboxKind.PLACEHOLDER, now, *conditions)


def show_placeholder(connection: Connection, job_id: str, now: datetime) -> None:
    """Let the placeholder of the job, or of its group, be brought up to date."""
    show_placeholders(connection, now, jobs.c.id == job_id)


def show_result(connection: Connection, job_id: str, now: datetime) -> None:
    """Let what came of the job be posted."""
    _put(connection, OutboxKind.RESULT, now, jobs.c.id == job_id)


def show_posted(connection: Connection, job_id: str, now: datetime) -> None:
    """Let those know who wait to hear that a result was posted.

    That is a placeholder that counts, and a person who wants a direct message.
    """
    _put(connection, OutboxKind.PLACEHOLDER, now, jobs.c.id == job_id, jobs.c.group_id.is_not(None))
    wants_dm = select(preferences.c.requester).where(
        preferences.c.requester == jobs.c.requester, preferences.c.wants_dm
    )
    _put(connection, OutboxKind.DONE, now, jobs.c.id == job_id, wants_dm.exists())


def _put(
    connection: Connection, kind: OutboxKind, now: datetime, *conditions: ColumnElement[bool]
) -> None:
    entry: dict[str, ColumnElement[Any]] = {
        "key": _KEYS[kind],
        "kind": literal_column(f"'{kind}'"),
        "version": literal_column("1"),
        "job_id": _JOBS[kind],
        "platform": jobs.c.platform,
        "conversation": jobs.c.platform + ":" + jobs.c.channel_id,
        "changed_at": literal(now, UtcDateTime),
        "due_at": literal(now, UtcDateTime),
        "attempts": literal_column("0"),
    }
    # Distinct: the jobs of one group share an entry. Sorted: no deadlocks.
    rows = select(*entry.values()).distinct().where(*conditions).order_by(entry["key"])
    insert = insert_into(connection, outbox).from_select(list(entry), rows)
    replaced = {name: insert.excluded[name] for name in entry if name not in {"key", "version"}}
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[outbox.c.key],
            set_={**replaced, "version": outbox.c.version + 1, "first_attempt_at": null()},
        )
    )


# ── Working on entries ──────────────────────────────────────────────────────────────────────────


def drop_entry(connection: Connection, entry: OutboxEntry) -> bool:
    """Drop the entry unless it has changed; False if it has, or is gone."""
    return connection.execute(delete(outbox).where(*_unchanged(entry))).rowcount == 1


def _due(
    connection: Connection,
    platform: str,
    now: datetime,
    limit: int,
    excluded: tuple[Collection[str], Collection[str]],
) -> list[OutboxEntry]:
    keys, conversations = excluded
    conditions: list[ColumnElement[bool]] = [outbox.c.platform == platform, outbox.c.due_at <= now]
    if keys:
        conditions.append(outbox.c.key.not_in(keys))
    if conversations:
        conditions.append(outbox.c.conversation.not_in(conversations))
    rows = connection.execute(
        select(outbox).where(*conditions).order_by(outbox.c.due_at).limit(limit)
    )
    return [_to_entry(row) for row in rows.mappings()]


def _to_entry(row: Any) -> OutboxEntry:
    values = {name: value for name, value in row.items() if name != "platform"}
    return OutboxEntry(**{**values, "kind": OutboxKind(row["kind"])})


def _postpone(connection: Connection, entry: OutboxEntry, due_at: datetime, now: datetime) -> None:
    connection.execute(
        update(outbox)
        .where(*_unchanged(entry))
        .values(
            due_at=due_at,
            attempts=outbox.c.attempts + 1,
            first_attempt_at=func.coalesce(outbox.c.first_attempt_at, literal(now, UtcDateTime)),
        )
    )


def _unchanged(entry: OutboxEntry) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.key == entry.key, outbox.c.version == entry.version
