"""A job in flight: when to ask about it, what the answers say, and when it is too late."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, case, func, or_, select, update

from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, TaskReport
from bot.domain.leases import Fence
from bot.domain.submit_window import SubmitWindow
from bot.store.callbacks import MIN_POLL_GAP
from bot.store.database import SqlStore, transaction
from bot.store.leases import check_fence
from bot.store.rows import to_job
from bot.store.submit_window import change_window
from bot.store.tables import UtcDateTime, jobs
from bot.store.transitions import NO_CLAIM, RUNNING, UNKNOWN, ended, fail, moved


def _to_poll(connection: Connection, *, now: datetime, limit: int) -> list[Job]:
    """Read the jobs in flight, if any of them is due."""
    in_flight = (
        select(jobs)
        .where(jobs.c.next_poll_at.is_not(None), jobs.c.provider_task_id.is_not(None))
        .order_by(jobs.c.next_poll_at)
        .limit(limit)
    )
    rows = connection.execute(in_flight).mappings().all()
    is_any_due = bool(rows) and rows[0]["next_poll_at"] <= now
    return list(map(to_job, rows)) if is_any_due else []


def _next_poll_at(connection: Connection) -> datetime | None:
    """Read the earliest appointment."""
    earliest: datetime | None = connection.execute(
        select(func.min(jobs.c.next_poll_at, type_=jobs.c.next_poll_at.type)).where(
            jobs.c.next_poll_at.is_not(None)
        )
    ).scalar()
    return earliest


def _poll_all_now(connection: Connection, fence: Fence, *, now: datetime) -> None:
    """Make every job in flight due."""
    check_fence(connection, fence)
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


def _record_poll(
    connection: Connection,
    fence: Fence,
    reports: Sequence[TaskReport],
    *,
    next_polls: Mapping[str, datetime],
    asked_at: datetime,
    now: datetime,
) -> list[Job]:
    """Note when the jobs were asked about, and what came of their tasks."""
    check_fence(connection, fence)
    soon = asked_at + MIN_POLL_GAP
    due = [
        {"job": job_id, "asked_at": asked_at, "soon": soon, "later": later}
        for job_id, later in sorted(next_polls.items())  # in one order: no deadlocks
    ]
    if due:
        connection.execute(_NOTE_POLL, due)
    rows = _of_tasks(connection, [report.task_id for report in reports])
    moves = [
        _record_report(connection, rows[report.task_id], report, now)
        for report in reports
        if report.task_id in rows
    ]
    return _freed(connection, ended(connection, moves, now))


def _freed(connection: Connection, over: list[Job]) -> list[Job]:
    """Note that these jobs gave their slots back."""
    if over:
        change_window(connection, SubmitWindow.slot_freed)
    return over


def _of_tasks(connection: Connection, task_ids: Collection[str]) -> Mapping[str, RowMapping]:
    """Find the jobs of these tasks."""
    rows = connection.execute(
        select(jobs.c.id, jobs.c.provider_task_id, jobs.c.task_id_confirmed).where(
            jobs.c.provider_task_id.in_(task_ids)
        )
    )
    return {row["provider_task_id"]: row for row in rows.mappings()}


def _record_report(
    connection: Connection, row: RowMapping, report: TaskReport, now: datetime
) -> Job | None:
    running = [jobs.c.status == RUNNING, jobs.c.provider_task_id == report.task_id]
    if not report.is_finished:
        if not row["task_id_confirmed"]:
            moved(connection, row["id"], running, {"task_id_confirmed": True})
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
    return moved(connection, row["id"], running, changes)


def _fail_overdue(
    connection: Connection, fence: Fence, *, now: datetime, give_up_before: datetime
) -> list[Job]:
    """Fail what is past its deadline, with what is known of it."""
    check_fence(connection, fence)
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
    )
    failed = []
    # In one order: no deadlocks. Sorted here: told to, SQLite would read all jobs in this order.
    for row in sorted(rows, key=lambda row: row.id):
        code = FailureCode.LATE if row.status == RUNNING else FailureCode.UNCERTAIN
        conditions = [jobs.c.status == row.status]
        failed.append(fail(connection, row.id, conditions, Failure(code=code), now))
    return _freed(connection, ended(connection, failed, now))


class SqlPollStore(SqlStore):
    """Implements `ports.PollStore`."""

    to_poll = transaction(_to_poll)
    next_poll_at = transaction(_next_poll_at)
    poll_all_now = transaction(_poll_all_now)
    record_poll = transaction(_record_poll)
    fail_overdue = transaction(_fail_overdue)
