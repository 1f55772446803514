"""Making callbacks durable, many in one transaction.

A callback is a hint: it says "look at this job now", and names its task if we do not know it yet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.jobs import JobStatus
from bot.store.batch import Batches
from bot.store.database import Database, SqlStore
from bot.store.outbox import show_placeholders
from bot.store.tables import jobs

MIN_POLL_GAP = timedelta(seconds=1)  # however many hints arrive

_RUNNING = {"status": JobStatus.RUNNING.value}
_IN_FLIGHT = frozenset(status.value for status in JobStatus if status.is_in_flight)

# What a callback may change, and what that depends on.
_CHANGEABLE = (
    jobs.c.provider_task_id,
    jobs.c.status,
    jobs.c.hinted_at,
    jobs.c.poll_count,
    jobs.c.next_poll_at,
)
_READ = (jobs.c.id, jobs.c.task_id_confirmed, jobs.c.last_polled_at, *_CHANGEABLE)
# One statement for all callbacks of a batch, whatever each of them changes.
_WRITE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values({column: bindparam(f"new_{column.name}", type_=column.type) for column in _CHANGEABLE})
)


@dataclass(frozen=True, slots=True)
class CallbackNote:
    """What a callback with a right tag told us."""

    job_id: str
    task_id: str | None
    now: datetime


class SqlCallbackStore(SqlStore):
    """Implements `ports.CallbackStore`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._callbacks: Batches[CallbackNote, bool] = Batches(
            lambda notes: database.run(note_callbacks, notes)
        )

    async def note_callback(self, job_id: str, *, task_id: str | None, now: datetime) -> bool:
        """See `ports.CallbackStore.note_callback`."""
        return await self._callbacks.do(CallbackNote(job_id, task_id, now))


def note_callbacks(connection: Connection, notes: Sequence[CallbackNote]) -> list[bool]:
    """Record all `notes`; for each, whether there is such a job."""
    rows = {row["id"]: row for row in _locked(connection, {note.job_id for note in notes})}
    nameless = {job_id for job_id, row in rows.items() if not row["task_id_confirmed"]}
    named = {note.task_id for note in notes if note.task_id and note.job_id in nameless}
    known_task_ids = set(_known_task_ids(connection, named))
    changed: dict[str, dict[str, Any]] = {}
    started: set[str] = set()
    for note in notes:
        row = rows.get(note.job_id)
        if row is None or row["status"] not in _IN_FLIGHT:
            continue
        changes = _changes(row, note, known_task_ids)
        if changes:
            if changes.get("status", row["status"]) != row["status"]:
                started.add(note.job_id)
            row |= changes
            known_task_ids.add(changes.get("provider_task_id", ""))
            changed[note.job_id] = row
    _write(connection, changed.values())
    show_placeholders(connection, started, notes[-1].now)
    return [note.job_id in rows for note in notes]


def _locked(connection: Connection, job_ids: set[str]) -> Iterator[dict[str, Any]]:
    """Read these jobs, and keep others from changing them meanwhile; in one order: no deadlocks."""
    wanted = select(*_READ).where(jobs.c.id.in_(job_ids)).order_by(jobs.c.id)
    locked = wanted.with_for_update(key_share=True)  # outbox entries may name them meanwhile
    yield from map(dict, connection.execute(locked).mappings())


def _write(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Return the jobs, whose rows are locked, the values that these have now."""
    changes = [
        {"job": row["id"], **{f"new_{column.name}": row[column.name] for column in _CHANGEABLE}}
        for row in rows
    ]
    if changes:
        connection.execute(_WRITE, changes)


def _known_task_ids(connection: Connection, task_ids: set[str]) -> Iterator[str]:
    """Return those of the tasks that belong to jobs already."""
    if task_ids:
        yield from connection.execute(
            select(jobs.c.provider_task_id).where(jobs.c.provider_task_id.in_(task_ids))
        ).scalars()


def _changes(
    row: Mapping[str, Any], note: CallbackNote, known_task_ids: set[str]
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    task_id = note.task_id
    is_confirmed = row["task_id_confirmed"]
    if task_id is not None and not is_confirmed and task_id not in known_task_ids:
        changes["provider_task_id"] = task_id
    if changes.get("provider_task_id") or row["provider_task_id"]:
        changes |= _RUNNING | _poll_change(row, note.now)
    return changes


def _poll_change(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Poll at once, but no job more than once a second; an earlier appointment stands."""
    last = row["last_polled_at"]
    soonest = now if last is None else max(now, last + MIN_POLL_GAP)
    changes: dict[str, Any] = {}
    if row["hinted_at"] is None:
        changes |= {"hinted_at": now, "poll_count": 0}
    if row["next_poll_at"] is None or row["next_poll_at"] > soonest:
        changes["next_poll_at"] = soonest
    return changes
