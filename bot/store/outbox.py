"""The outbox: what must still be shown, and how the moves of jobs write it.

Whoever writes entries locks the rows of the jobs before those of the outbox, and several entries in
the order of their keys, results first: no deadlocks.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    null,
    select,
    update,
)

from bot.domain.deliveries import DeliveryStatus
from bot.domain.outbox import OutboxEntry, OutboxKind, done_key, group_key
from bot.store.database import SqlStore, insert_of, transaction
from bot.store.tables import UtcDateTime, deliveries, jobs, outbox, preferences

_OF_ENTRY = [column for column in outbox.c if column.name != "platform"]


def _due(
    connection: Connection,
    platform: str,
    *,
    now: datetime,
    limit: int,
    but_keys: Collection[str] = (),
    but_conversations: Collection[str] = (),
) -> list[OutboxEntry]:
    wanted = select(*_OF_ENTRY).where(outbox.c.platform == platform, outbox.c.due_at <= now)
    if but_keys:
        wanted = wanted.where(outbox.c.key.not_in(but_keys))
    if but_conversations:
        wanted = wanted.where(outbox.c.conversation.not_in(but_conversations))
    rows = connection.execute(wanted.order_by(outbox.c.due_at).limit(limit)).mappings()
    return [OutboxEntry(**{**row, "kind": OutboxKind(row["kind"])}) for row in rows]


def _postpone(
    connection: Connection, entry: OutboxEntry, *, due_at: datetime, now: datetime
) -> None:
    connection.execute(
        update(outbox)
        .where(_is(entry))
        .values(
            due_at=due_at,
            attempts=entry.attempts + 1,
            first_attempt_at=entry.first_attempt_at or now,
        )
    )


def drop_entry(connection: Connection, entry: OutboxEntry) -> bool:
    """Drop this version of an entry; False if it is gone, or there is a later one."""
    return connection.execute(delete(outbox).where(_is(entry))).rowcount == 1


def _is(entry: OutboxEntry) -> ColumnElement[bool]:
    """Whether it is still this version. Versions begin anew when a key was dropped: so the time."""
    return (
        (outbox.c.key == entry.key)
        & (outbox.c.version == entry.version)
        & (outbox.c.kind == entry.kind.value)
        & (outbox.c.changed_at == entry.changed_at)
    )


# ── What moves of jobs write ────────────────────────────────────────────────────────────────────

_first_job_id = func.coalesce(jobs.c.group_id, jobs.c.id)
_placeholder_key = case(
    (jobs.c.group_id.is_(None), jobs.c.id), else_=jobs.c.group_id + group_key("")
)
_wants_dm = (
    select(preferences.c.person)
    .where(preferences.c.person == jobs.c.person, preferences.c.wants_dm)
    .exists()
)
_was_told = (
    select(deliveries.c.job_id)
    .where(deliveries.c.job_id == jobs.c.id, deliveries.c.status != DeliveryStatus.POSTING.value)
    .exists()
)


_ours = jobs.c.id.in_(bindparam("job_ids", expanding=True))
# By kind: the key of a job's entry, and for which jobs there is one.
_WANTED: dict[OutboxKind, tuple[ColumnElement[str], ColumnElement[bool]]] = {
    OutboxKind.PLACEHOLDER: (_placeholder_key, jobs.c.id.in_(select(_first_job_id).where(_ours))),
    OutboxKind.RESULT: (jobs.c.id, _ours & ~_was_told),
    OutboxKind.DONE: (_first_job_id + done_key("", None), _ours),
}
_POSTED = select(jobs.c.group_id, _wants_dm.label("wants_dm")).where(_ours)


def show_placeholders(connection: Connection, job_ids: Collection[str], now: datetime) -> None:
    """Let the placeholders of these jobs be shown anew."""
    _write(connection, OutboxKind.PLACEHOLDER, job_ids, now)


def show_results(connection: Connection, job_ids: Collection[str], now: datetime) -> None:
    """Let the results of these jobs be posted, but of those that were told as doubtful."""
    _write(connection, OutboxKind.RESULT, job_ids, now)


def show_posted(connection: Connection, job_id: str, now: datetime) -> None:
    """Let a group's placeholder count this result, and the person be told of it if they wish."""
    job = connection.execute(_POSTED, {"job_ids": [job_id]}).one()
    if job.group_id is not None:
        _write(connection, OutboxKind.PLACEHOLDER, [job_id], now)
    if job.wants_dm:
        _write(connection, OutboxKind.DONE, [job_id], now)


def _write(
    connection: Connection, kind: OutboxKind, job_ids: Collection[str], now: datetime
) -> None:
    if job_ids:
        statement = _writing(kind, connection.dialect.name)
        connection.execute(statement, {"job_ids": list(job_ids), "now": now})


@cache  # to build it takes longer than to execute it
def _writing(kind: OutboxKind, dialect: str) -> Insert:
    """Return what writes an entry for each of the jobs, in place of one with the same key."""
    key, wanted = _WANTED[kind]
    at = bindparam("now", type_=UtcDateTime)
    columns: dict[str, ColumnElement[Any]] = {
        "key": key,
        "kind": literal(kind.value),
        "version": literal_column("1"),
        "job_id": jobs.c.id,
        "platform": jobs.c.platform,
        "conversation": jobs.c.platform + ":" + jobs.c.conversation_id,
        "changed_at": at,
        "due_at": at,
        "attempts": literal_column("0"),
        "first_attempt_at": null(),
    }
    entries = select(*columns.values()).where(wanted).order_by(key)
    insert = insert_of(dialect, outbox).from_select(list(columns), entries)
    replaced: dict[str, ColumnElement[Any]] = {
        name: insert.excluded[name] for name in columns if name != "key"
    }
    replaced["version"] = outbox.c.version + 1
    return insert.on_conflict_do_update(index_elements=[outbox.c.key], set_=replaced)


class SqlOutboxStore(SqlStore):
    """Implements `ports.OutboxStore`."""

    due = transaction(_due)
    drop = transaction(drop_entry)
    postpone = transaction(_postpone)
