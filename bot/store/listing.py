"""Jobs as lists and counts: a group, a person's pages, the queue. Reads only."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from bot.models import (
    DeliveryStatus,
    GroupProgress,
    JobFilter,
    JobPage,
    JobStatus,
    QueueState,
)
from bot.store.rows import to_job
from bot.store.tables import IS_QUEUED, deliveries, jobs

# A person's prompts to look through for a suggestion; the typing goes on meanwhile.
RECENT_WINDOW = 200

_IS_IN_FLIGHT = jobs.c.slot.is_not(None)


def in_group_of(connection: Connection, job_id: str) -> ColumnElement[bool]:
    """Give the condition that a job is the given one or one of its group."""
    group_id = connection.execute(select(jobs.c.group_id).where(jobs.c.id == job_id)).scalar()
    return jobs.c.id == job_id if group_id is None else jobs.c.group_id == group_id


def group_progress(connection: Connection, job_id: str) -> GroupProgress:
    """Count the group's jobs, and those of which nothing more will come."""
    over = [DeliveryStatus.SENT.value, DeliveryStatus.UNDELIVERABLE.value]
    is_final = jobs.c.status.in_([status.value for status in JobStatus if status.is_final])
    is_over = or_(deliveries.c.status.in_(over), and_(is_final, deliveries.c.job_id.is_(None)))
    row = connection.execute(
        select(
            func.count().label("total"),
            func.count().filter(is_over).label("finished"),
            func.count().filter(_IS_IN_FLIGHT).label("in_flight"),
        )
        .select_from(jobs.outerjoin(deliveries))
        .where(in_group_of(connection, job_id))
    ).one()
    return GroupProgress(total=row.total, finished=row.finished, in_flight=row.in_flight)


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
    return JobPage(jobs=found, number=number, total=total, size=size)


def recent_prompts(connection: Connection, requester: str, search: str, limit: int) -> list[str]:
    """Read a person's latest prompts, each once."""
    rows = connection.execute(
        _newest_first(select(jobs.c.prompt).where(jobs.c.requester == requester)).limit(
            RECENT_WINDOW
        )
    ).scalars()
    wanted = search.casefold()
    matching = (prompt for prompt in rows if wanted in prompt.casefold())
    return list(dict.fromkeys(matching))[:limit]


def _conditions(requester: str, wanted: JobFilter) -> list[ColumnElement[bool]]:
    conditions = [jobs.c.requester == requester]
    if wanted.statuses:
        conditions.append(jobs.c.status.in_([status.value for status in wanted.statuses]))
    if wanted.search:
        conditions.append(jobs.c.prompt.icontains(wanted.search, autoescape=True))
    return conditions


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
