"""The moves of a job: compare-and-set, forwards only. The phases of its life are made of these."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from bot.domain.jobs import Failure, Job, JobStatus
from bot.store.outbox import show_placeholders, show_results
from bot.store.rows import to_job
from bot.store.tables import jobs

QUEUED = JobStatus.QUEUED.value
SUBMITTING = JobStatus.SUBMITTING.value
RUNNING = JobStatus.RUNNING.value
UNKNOWN = JobStatus.UNKNOWN.value

# What a job loses with its slot.
NO_CLAIM: dict[str, Any] = {
    "slot": None,
    "next_poll_at": None,
}


def row_where(connection: Connection, condition: ColumnElement[bool]) -> RowMapping | None:
    """Read the one job that fits, or None."""
    return connection.execute(select(jobs).where(condition)).mappings().one_or_none()


def get_job(connection: Connection, job_id: str) -> Job | None:
    """Return a job, or None."""
    row = row_where(connection, jobs.c.id == job_id)
    return to_job(row) if row else None


def moved(
    connection: Connection,
    job_id: str,
    conditions: Sequence[ColumnElement[bool]],
    changes: Mapping[str, Any],
) -> Job | None:
    """Move the job and return it as it is now; None if it did not move."""
    statement = update(jobs).where(jobs.c.id == job_id, *conditions).values(**changes)
    row = connection.execute(statement.returning(jobs)).mappings().one_or_none()
    return None if row is None else to_job(row)


def fail(
    connection: Connection,
    job_id: str,
    conditions: Sequence[ColumnElement[bool]],
    failure: Failure,
    now: datetime,
) -> Job | None:
    """End the job with a failure; return it as it is now, or None. `ended` lets it be shown."""
    changes = {
        **NO_CLAIM,
        "status": JobStatus.FAILED.value,
        "failure_code": failure.code.value,
        "failure_detail": failure.detail,
        "finished_at": now,
    }
    return moved(connection, job_id, conditions, changes)


def ended(connection: Connection, moved_jobs: Iterable[Job | None], now: datetime) -> list[Job]:
    """Return those jobs that moved to their end, and let it be shown: a result, if it is wanted."""
    over = [job for job in moved_jobs if job is not None]
    show_results(connection, [job.id for job in over if not job.is_discarded], now)
    counted = [job.id for job in over if job.is_discarded and job.group_id is not None]
    show_placeholders(connection, counted, now)
    return over
