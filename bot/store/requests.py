"""Taking in what people ask for: the limits, the place in the queue, and each command only once.

All commands that wait are taken in together. What they are measured against is read once, and grows
with each of them.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from bot.domain.conversations import Person
from bot.domain.jobs import FailureCode, Job, JobStatus, NewJob
from bot.domain.limits import DAY
from bot.domain.people import Usage
from bot.domain.queue import QueuePlace
from bot.store.batch import batched
from bot.store.database import SqlStore, lock_for, transaction
from bot.store.fair_queue import in_flight, place_of, queued
from bot.store.outbox import show_placeholders
from bot.store.progress import in_group_of
from bot.store.rows import AS_QUEUED, from_queued, to_job
from bot.store.tables import IS_QUEUED, UtcDateTime, jobs

MICROSECOND = timedelta(microseconds=1)

ADD_LOCK_KEY = 0x696D6702  # one command at a time, of all processes

# Failures that certainly cost nothing; they do not count against a person's day.
_FREE_FAILURES = (FailureCode.QUOTA.value, FailureCode.KEY.value, FailureCode.EXPIRED.value)
_INSERT = jobs.insert().values(AS_QUEUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What one command asks for."""

    jobs: tuple[Job, ...]  # what it becomes
    source_key: str  # what it is known by
    person: str  # who asks
    admit: Callable[[Usage], None]  # raises to keep them out
    check_receipt: Callable[[], bool]  # the same; whether their placeholder must be shown later
    slots: int
    now: datetime


Admitted: TypeAlias = tuple[tuple[Job, ...], QueuePlace]


@dataclass(frozen=True, slots=True)
class AnswerNote:
    """What became of the answer to a command: the person saw it."""

    job_id: str
    placeholder_id: str | None
    now: datetime


def _take_in(connection: Connection, commands: Sequence[Command]) -> list[Admitted | Exception]:
    """Store the jobs of these commands; return those of each, or what kept them out."""
    lock_for(connection, ADD_LOCK_KEY)
    counts = _Counts(connection, {command.person for command in commands}, commands[0].now)
    known = dict(_known(connection, {command.source_key for command in commands}))
    rows: list[dict[str, Any]] = []
    to_show: list[str] = []  # whose person was told that the bot is slow
    outcomes: list[Admitted | Exception] = []
    for command in commands:
        place = counts.place(command.person, command.slots)
        if command.source_key not in known:
            try:
                command.admit(counts.usage(command.person))
                is_shown_later = command.check_receipt()
            except Exception as error:  # noqa: BLE001 - it is for the one who asked
                outcomes.append(error)
                continue
            known[command.source_key] = command.jobs
            counts.add(command)
            rows += map(from_queued, command.jobs)
            if is_shown_later:
                to_show.append(command.jobs[0].id)
        outcomes.append((known[command.source_key], place))
    if rows:
        connection.execute(_INSERT, rows)
    if to_show:
        show_placeholders(connection, to_show, commands[0].now)
    return outcomes


def _of_command(connection: Connection, source_key: str) -> tuple[Job, ...]:
    """Return the jobs of a command that was taken in before."""
    return dict(_known(connection, {source_key})).get(source_key, ())


def _usage(connection: Connection, person: Person, *, now: datetime) -> Usage:
    """Count what stands against the limits of a person."""
    return _Counts(connection, {person.key}, now).usage(person.key)


class _Counts:
    """What waits, what runs, and what some people asked for in the last 24 hours."""

    def __init__(self, connection: Connection, persons: Collection[str], now: datetime) -> None:
        self._in_flight = in_flight(connection)
        self._waiting = queued(connection)
        self._recent = dict(_recent(connection, persons, now - DAY))

    def place(self, person: str, slots: int) -> QueuePlace:
        """Where the next job of this person will stand."""
        return place_of(person, self._in_flight, self._waiting, slots)

    def usage(self, person: str) -> Usage:
        """What stands against the next jobs of this person."""
        recent, oldest_at = self._recent.get(person, (0, None))
        return Usage(
            waiting=self._waiting.total,
            waiting_of_user=self._waiting.per_person[person],
            recent_of_user=recent,
            oldest_recent_at=oldest_at,
        )

    def add(self, command: Command) -> None:
        """Count the jobs of a command that was admitted."""
        added = len(command.jobs)
        recent, oldest_at = self._recent.get(command.person, (0, None))
        self._recent[command.person] = (recent + added, oldest_at or command.now)
        self._waiting.add(command.person, added)


def _recent(
    connection: Connection, persons: Collection[str], since: datetime
) -> Iterator[tuple[str, tuple[int, datetime]]]:
    """Count the jobs since then that may have cost something, and find the oldest of them."""
    rows = connection.execute(
        select(
            jobs.c.person,
            func.count().label("jobs"),
            func.min(jobs.c.created_at, type_=jobs.c.created_at.type).label("oldest_at"),
        )
        .where(
            jobs.c.person.in_(persons),
            jobs.c.created_at > since,
            jobs.c.status != JobStatus.CANCELLED.value,
            or_(jobs.c.failure_code.is_(None), jobs.c.failure_code.not_in(_FREE_FAILURES)),
        )
        .group_by(jobs.c.person)
    )
    for row in rows:
        yield row.person, (row.jobs, row.oldest_at)


def _known(
    connection: Connection, source_keys: Collection[str]
) -> Iterator[tuple[str, tuple[Job, ...]]]:
    """Find the jobs of commands that were taken in before."""
    rows = connection.execute(
        select(jobs.c.source_key, jobs.c.id).where(jobs.c.source_key.in_(source_keys))
    ).all()
    for row in rows:
        group = in_group_of(connection, row.id)
        found = connection.execute(select(jobs).where(group).order_by(jobs.c.created_at))
        yield row.source_key, tuple(map(to_job, found.mappings()))


# ── Answered, and taken back ────────────────────────────────────────────────────────────────────

# One statement for all that come together.
_GROUP_OF = select(jobs.c.group_id).where(jobs.c.id == bindparam("job")).scalar_subquery()
_NOTE_ANSWER = (
    update(jobs)
    .where(or_(jobs.c.id == bindparam("job"), jobs.c.group_id == _GROUP_OF))
    .values(
        answered_at=func.coalesce(jobs.c.answered_at, bindparam("at", type_=UtcDateTime)),
        placeholder_id=func.coalesce(bindparam("message", type_=String), jobs.c.placeholder_id),
        claimable_at=case(
            (
                jobs.c.claimable_at > bindparam("at", type_=UtcDateTime),
                bindparam("at", type_=UtcDateTime),
            ),
            else_=jobs.c.claimable_at,
        ),
    )
)


def _note_answers(connection: Connection, notes: Sequence[AnswerNote]) -> list[None]:
    """Note that people saw answers to their commands; these jobs may be claimed from now on."""
    given = [{"job": note.job_id, "message": note.placeholder_id, "at": note.now} for note in notes]
    unseen = _given_up_unseen(connection, [note.job_id for note in notes])
    connection.execute(_NOTE_ANSWER, sorted(given, key=itemgetter("job")))  # no deadlocks
    show_placeholders(connection, unseen, notes[-1].now)
    return [None] * len(notes)


def _given_up_unseen(connection: Connection, job_ids: Collection[str]) -> Collection[str]:
    """Find what another process gave up while the answer was on its way: it has to say so."""
    groups = select(jobs.c.group_id).where(jobs.c.id.in_(job_ids))
    return connection.scalars(
        select(jobs.c.id).where(
            or_(jobs.c.id.in_(job_ids), jobs.c.group_id.in_(groups)),
            jobs.c.status == JobStatus.CANCELLED.value,
            jobs.c.answered_at.is_(None),
        )
    ).all()


def _cancel_unanswered(connection: Connection, job_id: str, *, now: datetime) -> int:
    """Take back the jobs of a command that could not be answered; return how many."""
    group = in_group_of(connection, job_id)
    return connection.execute(_cancelling(group, jobs.c.answered_at.is_(None), now=now)).rowcount


def cancel(connection: Connection, job_id: str, *, now: datetime) -> int:
    """Take back the waiting jobs of a group; return how many."""
    cancelling = _cancelling(in_group_of(connection, job_id), now=now)
    return _show_change(connection, job_id, cancelling, now)


def _cancelling(*conditions: ColumnElement[bool], now: datetime) -> Update:
    cancelled = {"status": JobStatus.CANCELLED.value, "finished_at": now}
    return update(jobs).where(IS_QUEUED, *conditions).values(cancelled)


def _discard(connection: Connection, job_id: str, *, now: datetime) -> int:
    """Note that nobody wants what the jobs in flight of a group will give; return how many."""
    in_flight = update(jobs).where(in_group_of(connection, job_id), jobs.c.slot.is_not(None))
    return _show_change(connection, job_id, in_flight.values(is_discarded=True), now)


def _show_change(connection: Connection, job_id: str, change: Update, now: datetime) -> int:
    """Change jobs of one command, and let its placeholder say so; return how many."""
    count = connection.execute(change).rowcount
    if count:
        show_placeholders(connection, [job_id], now)
    return count


class SqlRequestStore(SqlStore):
    """Implements `ports.RequestStore`."""

    of_command = transaction(_of_command)
    cancel_unanswered = transaction(_cancel_unanswered)
    cancel = transaction(cancel)
    discard = transaction(_discard)
    usage = transaction(_usage)
    _take_in = batched(_take_in)
    _note_answer = batched(_note_answers)

    async def add(
        self,
        new: Sequence[NewJob],
        *,
        admit: Callable[[Usage], None],
        check_receipt: Callable[[], bool] = lambda: False,
        slots: int,
        now: datetime,
        claimable_at: datetime,
    ) -> tuple[tuple[Job, ...], QueuePlace]:
        """See `ports.RequestStore.add`."""
        jobs = tuple(
            # A microsecond apart, so that the jobs of one command keep their order.
            job.queued(created_at=now + number * MICROSECOND, claimable_at=claimable_at)
            for number, job in enumerate(new)
        )
        return await self._take_in(
            Command(
                jobs=jobs,
                source_key=new[0].source_key,
                person=new[0].origin.person.key,
                admit=admit,
                check_receipt=check_receipt,
                slots=slots,
                now=now,
            )
        )

    async def mark_answered(
        self, job_id: str, *, placeholder_id: str | None, now: datetime
    ) -> None:
        """See `ports.RequestStore.mark_answered`."""
        await self._note_answer(AnswerNote(job_id, placeholder_id, now))
