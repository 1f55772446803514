"""A job in flight: when to ask about it, what the answers say, and when it is too late."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, Mode, TaskReport
from bot.store.callbacks import MIN_POLL_GAP
from bot.store.rows import to_job
from bot.store.tables import HAS_SUCCEEDED, IS_QUEUED, UtcDateTime, jobs
from bot.store.transitions import NO_CLAIM, RUNNING, UNKNOWN, end, fail, move, row_where


def to_poll(connection: Connection, now: datetime, limit: int) -> list[Job]:
    """See `ports.JobStore.to_poll`."""
    in_flight = (
        select(jobs)
        .where(jobs.c.next_poll_at.is_not(None), jobs.c.provider_task_id.is_not(None))
        .order_by(jobs.c.next_poll_at)
        .limit(limit)
    )
    rows = connection.execute(in_flight).mappings().all()
    is_any_due = bool(rows) and rows[0]["next_poll_at"] <= now
    return list(map(to_job, rows)) if is_any_due else []


def next_poll_at(connection: Connection) -> datetime | None:
    """See `ports.JobStore.next_poll_at`."""
    earliest: datetime | None = connection.execute(
        select(func.min(jobs.c.next_poll_at, type_=jobs.c.next_poll_at.type)).where(
            jobs.c.next_poll_at.is_not(None)
        )
    ).scalar()
    return earliest


def recent_durations(
    connection: Connection, wanted: Sequence[tuple[Mode, int]]
) -> list[list[timedelta]]:
    """Give, for each mode and limit, how long the latest successes took."""
    found = {each: _durations(connection, *each) for each in set(wanted)}
    return [found[each] for each in wanted]


def _durations(connection: Connection, mode: Mode, limit: int) -> list[timedelta]:
    rows = connection.execute(
        select(jobs.c.submitted_at, jobs.c.finished_at)
        .where(HAS_SUCCEEDED, jobs.c.mode == mode.value)
        .order_by(jobs.c.finished_at.desc())
        .limit(limit)
    )
    return [row.finished_at - row.submitted_at for row in rows]


def poll_all_now(connection: Connection, now: datetime) -> None:
    """Make every job in flight due."""
    connection.execute(
        update(jobs)
        .where(jobs.c.slot.is_not(None), jobs.c.provider_task_id.is_not(None))
        .values(next_poll_at=now)
    )


# One statement for all the jobs that were asked about.
_NOTE_POLL = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.status == RUNNING)
    .values(
        last_polled_at=bindparam("asked_at", type_=UtcDateTime),
        next_poll_at=case(
            (
                jobs.c.hinted_at > bindparam("asked_at", type_=UtcDateTime),
                bindparam("soon", type_=UtcDateTime),
            ),
            else_=bindparam("later", type_=UtcDateTime),
        ),
        poll_count=jobs.c.poll_count + 1,
    )
)


def record_poll(
    connection: Connection,
    reports: Sequence[TaskReport],
    next_polls: Mapping[str, datetime],
    asked_at: datetime,
    now: datetime,
) -> list[Job]:
    """See `ports.JobStore.record_poll`."""
    soon = asked_at + MIN_POLL_GAP
    polled = [
        {"job": job_id, "asked_at": asked_at, "soon": soon, "later": later}
        for job_id, later in sorted(next_polls.items())  # in one order: no deadlocks
    ]
    if polled:
        connection.execute(_NOTE_POLL, polled)
    ended = (_record_report(connection, report, now) for report in reports)
    return [job for job in ended if job is not None]


def _record_report(connection: Connection, report: TaskReport, now: datetime) -> Job | None:
    row = row_where(connection, jobs.c.provider_task_id == report.task_id)
    if row is None:
        return None
    running = [jobs.c.status == RUNNING, jobs.c.provider_task_id == report.task_id]
    if not report.is_finished:
        move(connection, row["id"], running, {"task_id_confirmed": True})
        return None
    if report.failure is not None:
        return fail(connection, row["id"], running, report.failure, now)
    changes = {
        **NO_CLAIM,
        "status": JobStatus.SUCCEEDED.value,
        "image_urls": list(report.image_urls),
        "failure_code": None,  # of one that was told as doubtful before its answer came
        "failure_detail": None,
        "finished_at": now,
    }
    return end(connection, row["id"], running, changes)


def fail_overdue(connection: Connection, now: datetime, give_up_before: datetime) -> list[Job]:
    """See `ports.JobStore.fail_overdue`."""
    rows = connection.execute(
        select(jobs.c.id, jobs.c.status).where(
            jobs.c.slot.is_not(None),
            jobs.c.deadline_at < now,
            jobs.c.status.in_([RUNNING, UNKNOWN]),
            or_(
                jobs.c.provider_task_id.is_(None),
                jobs.c.last_polled_at >= jobs.c.deadline_at,
                jobs.c.deadline_at < give_up_before,
            ),
        )
    ).all()
    failed = []
    for row in rows:
        code = FailureCode.LATE if row.status == RUNNING else FailureCode.UNCERTAIN
        conditions = [jobs.c.status == row.status]
        failed.append(fail(connection, row.id, conditions, Failure(code=code), now))
    return [job for job in failed if job is not None]


def expire_queued(connection: Connection, created_before: datetime, now: datetime) -> list[Job]:
    """Fail what has waited since before then, a hundred at most."""
    rows = connection.execute(
        select(jobs.c.id).where(IS_QUEUED, jobs.c.created_at < created_before).limit(100)
    ).all()
    failure = Failure(code=FailureCode.EXPIRED)
    still_queued = [IS_QUEUED]
    failed = [fail(connection, row.id, still_queued, failure, now) for row in rows]
    return [job for job in failed if job is not None]


def erase_reply_tokens(connection: Connection, now: datetime) -> int:
    """Forget reply tokens that have ended; give how many."""
    return connection.execute(
        update(jobs)
        .where(jobs.c.reply_token.is_not(None), jobs.c.reply_token_ends_at < now)
        .values(reply_token=None)
    ).rowcount
