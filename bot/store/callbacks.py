"""Making callbacks durable, many in one transaction.

A callback is a hint: it says "look at this job now", and names its task if we do not know it yet.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.jobs import JobStatus
from bot.store.batch import batched
from bot.store.database import SqlStore
from bot.store.outbox import show_placeholders
from bot.store.tables import jobs

MIN_POLL_GAP = timedelta(seconds=1)  # however many hints arrive

_IN_FLIGHT = frozenset(status.value for status in JobStatus if status.is_in_flight)

# What a callback may change, and what that depends on.
_READ = (
    jobs.c.id,
    jobs.c.status,
    jobs.c.provider_task_id,
    jobs.c.task_id_confirmed,
    jobs.c.last_polled_at,
    jobs.c.next_poll_at,
    jobs.c.hinted_at,
)
_NAMED = jobs.c.id.in_(bindparam("job_ids", expanding=True))
# They are kept from changing until the end; in one order: no deadlocks.
_LOCKED = (
    select(*_READ)
    .where(_NAMED)
    .order_by(jobs.c.id)
    .with_for_update(key_share=True)  # outbox entries may name them meanwhile
)


@dataclass(frozen=True, slots=True)
class CallbackNote:
    """What a callback with a right tag told us."""

    job_id: str
    task_id: str | None
    now: datetime


def note_callbacks(connection: Connection, notes: Sequence[CallbackNote]) -> list[bool]:
    """Record all `notes`; for each, whether there is such a job."""
    # One time for all, so that they can be written together. A poll that one of them came just
    # before is repeated; with an earlier time one that came just after a poll would be overlooked.
    now = max(note.now for note in notes)
    rows = _read(connection, {note.job_id for note in notes})
    nameless = {job_id for job_id, row in rows.items() if not row["task_id_confirmed"]}
    named = {note.task_id for note in notes if note.task_id and note.job_id in nameless}
    known_task_ids = set(_known_task_ids(connection, named))
    changed: dict[str, dict[str, Any]] = {}
    for note in notes:
        row = rows.get(note.job_id)
        if row is not None and row["status"] in _IN_FLIGHT:
            changes = _changes(row, note.task_id, known_task_ids, now)
            row |= changes
            known_task_ids.add(changes.get("provider_task_id", ""))
            changed.setdefault(note.job_id, {}).update(changes)
    _write(connection, changed)
    started = {job_id for job_id, changes in changed.items() if "status" in changes}
    show_placeholders(connection, started, now)
    return [note.job_id in rows for note in notes]


def _read(connection: Connection, job_ids: set[str]) -> dict[str, dict[str, Any]]:
    """Read these jobs, by their ids, and keep others from changing them meanwhile."""
    names = [column.name for column in _READ]
    found = connection.execute(_LOCKED, {"job_ids": list(job_ids)})
    rows = (dict(zip(names, row, strict=True)) for row in found)
    return {row["id"]: row for row in rows}


def _write(connection: Connection, changed: Mapping[str, Mapping[str, Any]]) -> None:
    """Change jobs, whose rows are locked; those that change alike, as most do, by one statement."""
    alike: dict[Hashable, list[str]] = {}
    for job_id, changes in changed.items():
        if changes:
            alike.setdefault(tuple(changes.items()), []).append(job_id)
    for job_ids in alike.values():
        write = update(jobs).where(_NAMED).values(**changed[job_ids[0]])
        connection.execute(write, {"job_ids": job_ids})


def _known_task_ids(connection: Connection, task_ids: set[str]) -> Iterator[str]:
    """Return those of the tasks that belong to jobs already."""
    if task_ids:
        yield from connection.execute(
            select(jobs.c.provider_task_id).where(jobs.c.provider_task_id.in_(task_ids))
        ).scalars()


def _changes(
    row: Mapping[str, Any], task_id: str | None, known_task_ids: set[str], now: datetime
) -> dict[str, Any]:
    """Return what a callback changes of its job, and only that: each value costs indexes."""
    changes: dict[str, Any] = {}
    is_confirmed = row["task_id_confirmed"]
    if task_id is not None and not is_confirmed and task_id not in known_task_ids:
        changes["provider_task_id"] = task_id
    if not changes and row["provider_task_id"] is None:
        return {}
    if row["status"] != JobStatus.RUNNING.value:
        changes["status"] = JobStatus.RUNNING.value
    return changes | _poll_change(row, now)


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


class SqlCallbackStore(SqlStore):
    """Implements `ports.CallbackStore`."""

    _note = batched(note_callbacks)

    async def note_callback(self, job_id: str, *, task_id: str | None, now: datetime) -> bool:
        """See `ports.CallbackStore.note_callback`."""
        return await self._note(CallbackNote(job_id, task_id, now))
