"""Jobs as lists and counts: a group, a person's pages, the queue. Reads only."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.jobs import GroupProgress, JobFilter, JobPage, JobStatus, RecentPrompt
from bot.domain.queue import QueueState, QueueStats
from bot.store.rows import to_delivery, to_job
from bot.store.tables import IS_QUEUED, deliveries, jobs

# A person's prompts to look through for a suggestion; the typing goes on meanwhile.
RECENT_WINDOW = 200

_IS_IN_FLIGHT = jobs.c.slot.is_not(None)


def in_group_of(connection: Connection, job_id: str) -> ColumnElement[bool]:
    """Return the condition that a job is the given one or one of its group."""
    group_id = connection.execute(select(jobs.c.group_id).where(jobs.c.id == job_id)).scalar()
    return jobs.c.id == job_id if group_id is None else jobs.c.group_id == group_id


def group_progress(connection: Connection, job_id: str) -> GroupProgress:
    """Count the group's jobs, and those of which nothing more will come."""
    is_cancelled = jobs.c.status == JobStatus.CANCELLED.value
    is_undelivered = deliveries.c.job_id.is_(None)
    is_undeliverable = deliveries.c.status == DeliveryStatus.UNDELIVERABLE.value
    is_discarded = and_(jobs.c.is_discarded, is_undelivered, ~is_cancelled)
    is_over = or_(
        and_(is_cancelled, is_undelivered),
        is_discarded,
        is_undeliverable,
        deliveries.c.status == DeliveryStatus.SENT.value,
    )
    goes_on = func.coalesce(~is_over, True)
    counted = {
        "finished": is_over,
        "in_flight": and_(_IS_IN_FLIGHT, goes_on),
        "in_doubt": and_(jobs.c.status == JobStatus.UNKNOWN.value, goes_on),
        "waiting": IS_QUEUED,
        "cancelled": is_cancelled,
        "discarded": is_discarded,
        "undeliverable": is_undeliverable,
    }
    row = connection.execute(
        select(
            func.count().label("total"),
            *(func.count().filter(each).label(name) for name, each in counted.items()),
        )
        .select_from(jobs.outerjoin(deliveries))
        .where(in_group_of(connection, job_id))
    ).mappings()
    return GroupProgress(**row.one())


def queue_state(connection: Connection, requester: str | None) -> QueueState:
    """Count what waits and runs."""
    theirs = [] if requester is None else [jobs.c.requester == requester]
    counts = (
        connection.execute(
            select(func.count()).select_from(jobs).where(condition, *theirs)
        ).scalar_one()
        for condition in (IS_QUEUED, _IS_IN_FLIGHT)
    )
    waiting, in_flight = counts
    return QueueState(waiting=waiting, in_flight=in_flight)


def queue_stats(connection: Connection, slots: int, now: datetime) -> QueueStats:
    """Count what has not ended, from partial indexes alone."""
    in_flight = connection.execute(
        select(jobs.c.status, func.count()).where(_IS_IN_FLIGHT).group_by(jobs.c.status)
    )
    oldest = func.min(jobs.c.created_at, type_=jobs.c.created_at.type)
    waiting, created_at = connection.execute(select(func.count(), oldest).where(IS_QUEUED)).one()
    undelivered = connection.execute(
        select(func.count()).select_from(deliveries).where(deliveries.c.due_at.is_not(None))
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


def page(
    connection: Connection, requester: str, wanted: JobFilter, number: int, size: int
) -> JobPage:
    """Read one page, newest first."""
    conditions = _conditions(requester, wanted)
    total = connection.execute(
        select(func.count()).select_from(jobs).where(*conditions)
    ).scalar_one()
    number = max(0, min(number, (total - 1) // size))
    rows = connection.execute(
        _newest_first(select(jobs).where(*conditions)).limit(size).offset(number * size)
    )
    found = tuple(map(to_job, rows.mappings()))
    return JobPage(
        jobs=found,
        number=number,
        total=total,
        size=size,
        deliveries=_deliveries_of(connection, [job.id for job in found]),
    )


def _deliveries_of(connection: Connection, job_ids: list[str]) -> dict[str, Delivery]:
    if not job_ids:
        return {}
    rows = connection.execute(select(deliveries).where(deliveries.c.job_id.in_(job_ids))).mappings()
    return {row["job_id"]: to_delivery(row) for row in rows}


def recent_prompts(
    connection: Connection, requester: str, search: str, limit: int
) -> list[RecentPrompt]:
    """Read a person's latest prompts, each once."""
    rows = connection.execute(
        _newest_first(select(jobs.c.id, jobs.c.prompt).where(jobs.c.requester == requester)).limit(
            RECENT_WINDOW
        )
    )
    wanted = search.casefold()
    found: dict[str, RecentPrompt] = {}
    for job_id, prompt in rows:
        if wanted in prompt.casefold():
            found.setdefault(prompt, RecentPrompt(job_id=job_id, prompt=prompt))
    return list(found.values())[:limit]


def _conditions(requester: str, wanted: JobFilter) -> list[ColumnElement[bool]]:
    conditions = [jobs.c.requester == requester]
    if wanted.statuses:
        conditions.append(jobs.c.status.in_([status.value for status in wanted.statuses]))
    if wanted.job_id is not None:
        conditions.append(jobs.c.id == wanted.job_id)
    if wanted.search:
        conditions.append(jobs.c.prompt.icontains(wanted.search, autoescape=True))
    return conditions


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
