"""A job in flight: when to ask about it, what the answers say, and when it is too late."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, TaskReport
from bot.store.callbacks import MIN_POLL_GAP
from bot.store.database import SqlStore
from bot.store.rows import to_job
from bot.store.tables import UtcDateTime, jobs
from bot.store.transitions import NO_CLAIM, RUNNING, UNKNOWN, ended, fail, move, moved, row_where


class SqlPollStore(SqlStore):
    """Implements `ports.PollStore`."""

    async def to_poll(self, *, now: datetime, limit: int) -> list[Job]:
        """See `ports.PollStore.to_poll`."""
        return await self._database.run(_to_poll, now, limit)

    async def next_poll_at(self) -> datetime | None:
        """See `ports.PollStore.next_poll_at`."""
        return await self._database.run(_next_poll_at)

    async def poll_all_now(self, *, now: datetime) -> None:
        """See `ports.PollStore.poll_all_now`."""
        await self._database.run(_poll_all_now, now)

    async def record_poll(
        self,
        reports: Sequence[TaskReport],
        *,
        next_polls: Mapping[str, datetime],
        asked_at: datetime,
        now: datetime,
    ) -> list[Job]:
        """See `ports.PollStore.record_poll`."""
        return await self._database.run(_record_poll, reports, next_polls, asked_at, now)

    async def fail_overdue(self, *, now: datetime, give_up_before: datetime) -> list[Job]:
        """See `ports.PollStore.fail_overdue`."""
        return await self._database.run(_fail_overdue, now, give_up_before)


def _to_poll(connection: Connection, now: datetime, limit: int) -> list[Job]:
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


def _poll_all_now(connection: Connection, now: datetime) -> None:
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


def _record_poll(
    connection: Connection,
    reports: Sequence[TaskReport],
    next_polls: Mapping[str, datetime],
    asked_at: datetime,
    now: datetime,
) -> list[Job]:
    """Note when the jobs were asked about, and what came of their tasks."""
    soon = asked_at + MIN_POLL_GAP
    polled = [
        {"job": job_id, "asked_at": asked_at, "soon": soon, "later": later}
        for job_id, later in sorted(next_polls.items())  # in one order: no deadlocks
    ]
    if polled:
        connection.execute(_NOTE_POLL, polled)
    return ended(connection, [_record_report(connection, each, now) for each in reports], now)


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
    return moved(connection, row["id"], running, changes)


def _fail_overdue(connection: Connection, now: datetime, give_up_before: datetime) -> list[Job]:
    """Fail what is past its deadline, with what is known of it."""
    rows = connection.execute(
        select(jobs.c.id, jobs.c.status)
        .where(
            jobs.c.slot.is_not(None),
            jobs.c.deadline_at < now,
            jobs.c.status.in_([RUNNING, UNKNOWN]),
            or_(
                jobs.c.provider_task_id.is_(None),
                jobs.c.last_polled_at >= jobs.c.deadline_at,
                jobs.c.deadline_at < give_up_before,
            ),
        )
        .order_by(jobs.c.id)  # no deadlocks
    ).all()
    failed = []
    for row in rows:
        code = FailureCode.LATE if row.status == RUNNING else FailureCode.UNCERTAIN
        conditions = [jobs.c.status == row.status]
        failed.append(fail(connection, row.id, conditions, Failure(code=code), now))
    return ended(connection, failed, now)
