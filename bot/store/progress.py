"""How far jobs, their groups and the queue are. Reads only."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.domain.conversations import Person
from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import GroupProgress, JobStatus
from bot.domain.queue import QueueState, QueueStats
from bot.store.database import SqlStore, transaction
from bot.store.fair_queue import place
from bot.store.tables import IS_QUEUED, IS_RESULT, deliveries, jobs, outbox
from bot.store.transitions import get_job

_IS_IN_FLIGHT = jobs.c.slot.is_not(None)


def in_group_of(connection: Connection, job_id: str) -> ColumnElement[bool]:
    """Return the condition that a job is the given one or one of its group."""
    group_id = connection.execute(select(jobs.c.group_id).where(jobs.c.id == job_id)).scalar()
    return jobs.c.id == job_id if group_id is None else jobs.c.group_id == group_id


# What is counted of a group, each job beside its delivery.
_is_cancelled = jobs.c.status == JobStatus.CANCELLED.value
_is_undelivered = deliveries.c.job_id.is_(None)
_is_undeliverable = deliveries.c.status == DeliveryStatus.UNDELIVERABLE.value
_is_discarded = and_(jobs.c.is_discarded, _is_undelivered, ~_is_cancelled)
_is_over = or_(
    and_(_is_cancelled, _is_undelivered),
    _is_discarded,
    _is_undeliverable,
    deliveries.c.status == DeliveryStatus.POSTED.value,
)
_goes_on = func.coalesce(~_is_over, True)
_COUNTED: dict[str, ColumnElement[bool]] = {
    "finished": _is_over,
    "in_flight": and_(_IS_IN_FLIGHT, _goes_on),
    "in_doubt": and_(jobs.c.status == JobStatus.UNKNOWN.value, _goes_on),
    "waiting": IS_QUEUED,
    "cancelled": _is_cancelled,
    "discarded": _is_discarded,
    "undeliverable": _is_undeliverable,
}
_COUNTS = select(
    func.count().label("total"),
    *(func.count().filter(each).label(name) for name, each in _COUNTED.items()),
).select_from(jobs.outerjoin(deliveries))


def _group_progress(connection: Connection, job_id: str) -> GroupProgress:
    """Count the group's jobs, and those of which nothing more will come."""
    rows = connection.execute(_COUNTS.where(in_group_of(connection, job_id)))
    return GroupProgress(**rows.mappings().one())


def _queue_state(connection: Connection, person: Person | None = None) -> QueueState:
    """Count what waits and runs."""
    theirs = [] if person is None else [jobs.c.person == person.key]
    counts = (
        connection.execute(
            select(func.count()).select_from(jobs).where(condition, *theirs)
        ).scalar_one()
        for condition in (IS_QUEUED, _IS_IN_FLIGHT)
    )
    waiting, in_flight = counts
    return QueueState(waiting=waiting, in_flight=in_flight)


def _queue_stats(connection: Connection, *, slots: int, now: datetime) -> QueueStats:
    """Count what has not ended, from partial indexes alone."""
    in_flight = connection.execute(
        select(jobs.c.status, func.count()).where(_IS_IN_FLIGHT).group_by(jobs.c.status)
    )
    oldest = func.min(jobs.c.created_at, type_=jobs.c.created_at.type)
    waiting, created_at = connection.execute(select(func.count(), oldest).where(IS_QUEUED)).one()
    undelivered = connection.execute(
        select(func.count()).select_from(outbox).where(IS_RESULT)
    ).scalar_one()
    by_state = {status: 0 for status in JobStatus if status.is_in_flight}
    by_state |= {JobStatus(status): count for status, count in in_flight}
    return QueueStats(
        by_state={JobStatus.QUEUED: waiting, **by_state},
        oldest_waiting=timedelta() if created_at is None else now - created_at,
        slots_in_use=sum(by_state.values()),
        slots=slots,
        deliveries_waiting=undelivered,
    )


class SqlProgressStore(SqlStore):
    """Implements `ports.ProgressStore`."""

    group_progress = transaction(_group_progress)
    queue_stats = transaction(_queue_stats)
    get = transaction(get_job)
    queue_state = transaction(_queue_state)
    place = transaction(place)
