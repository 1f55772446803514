"""A job between the queue and the provider: claims, and what came of the submit."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, Mode
from bot.domain.leases import Fence
from bot.domain.queue import Claim
from bot.domain.submit_window import WindowChange, unchanged
from bot.store.database import SqlStore, transaction
from bot.store.fair_queue import claimable, in_flight, keep_in_order, next_queued
from bot.store.leases import check_fence
from bot.store.outbox import show_placeholders, show_results
from bot.store.rows import to_job
from bot.store.submit_window import change_window, read_window
from bot.store.tables import IS_QUEUED, UtcDateTime, jobs
from bot.store.transitions import (
    NO_CLAIM,
    QUEUED,
    RUNNING,
    SUBMITTING,
    UNKNOWN,
    ended,
    fail,
    get_job,
    moved,
    row_where,
)

# What the provider may take beyond its own timeout before we call a job late.
DEADLINE_GRACE = timedelta(minutes=2)


# ── What the leader decides ─────────────────────────────────────────────────────────────────────


def _take_over(connection: Connection, fence: Fence, *, now: datetime) -> int:
    check_fence(connection, fence)
    return _lose_all(connection, jobs.c.leader_fence < fence.number, now)


def _leave(connection: Connection, fence: Fence, *, now: datetime) -> int:
    check_fence(connection, fence)
    return _lose_all(connection, jobs.c.leader_fence == fence.number, now)


def _lose_all(connection: Connection, condition: ColumnElement[bool], now: datetime) -> int:
    moves = [_lose(connection, row.id, row.attempt) for row in _submitting(connection, condition)]
    lost = [job for job in moves if job is not None]
    if lost:
        _show_lost(connection, lost, now)
        change_window(connection, lambda window: window.failed(now))
    return len(lost)


def _submitting(connection: Connection, condition: ColumnElement[bool]) -> list[Row[Any]]:
    """Find the jobs whose submit has no outcome yet, by id: no deadlocks."""
    found = select(jobs.c.id, jobs.c.attempt).where(
        jobs.c.slot.is_not(None), jobs.c.status == SUBMITTING, condition
    )
    rows: list[Row[Any]] = list(connection.execute(found))
    return sorted(rows, key=lambda row: row.id)


def _claim(
    connection: Connection,
    fence: Fence,
    *,
    holding: Collection[str],
    slots: int,
    hooked: bool,
    now: datetime,
    platforms: Collection[str] | None = None,
) -> Claim:
    """Take the next jobs, each with a slot."""
    check_fence(connection, fence)
    keep_in_order(connection)
    _give_back(connection, fence, holding, now)
    window = read_window(connection)
    claimed: list[Job] = []
    if room := window.room(now, len(holding)):
        claim = {"leader_fence": fence.number, "hooked": hooked}
        candidates = claimable(now, platforms)
        claimed = _take_next(connection, candidates, claim, room=room, slots=slots, now=now)
    return Claim(jobs=claimed, reopens_at=window.reopens_at(now))


def _take_next(
    connection: Connection,
    candidates: Select[Any],
    claim: dict[str, Any],
    *,
    room: int,
    slots: int,
    now: datetime,
) -> list[Job]:
    """Take as many of the candidates as there is room for, and slots."""
    taken = in_flight(connection)
    claimed: list[Job] = []
    while len(claimed) < room and (slot := taken.free_slot(slots)) is not None:
        candidate = next_queued(connection, taken, candidates)
        if candidate is None:
            break
        job = _start_submitting(connection, candidate, {**claim, "slot": slot}, now)
        if job is not None:  # else it was cancelled just now
            claimed.append(job)
            taken.take(slot, candidate.person)
    return claimed


def _give_back(
    connection: Connection, fence: Fence, holding: Collection[str], now: datetime
) -> None:
    """Return to the queue what was claimed under this fence without the leader hearing of it."""
    is_lost = (jobs.c.leader_fence == fence.number) & jobs.c.id.not_in(holding)
    rows = _submitting(connection, is_lost)
    for row in rows:
        _return(connection, row.id, row.attempt, now)
    show_placeholders(connection, [row.id for row in rows], now)


def _start_submitting(
    connection: Connection, candidate: Row[Any], claim: dict[str, Any], now: datetime
) -> Job | None:
    timeout = Mode(candidate.mode).provider_timeout
    changes = {
        **claim,
        "status": SUBMITTING,
        "attempt": jobs.c.attempt + 1,
        "sent_back": False,
        "submitted_at": now,
        "deadline_at": now + timeout + DEADLINE_GRACE,
    }
    return moved(connection, candidate.id, [IS_QUEUED], changes)


# ── What came of the submit ─────────────────────────────────────────────────────────────────────

# The submit has not been settled by anything but, perhaps, a callback.
_is_unsettled = or_(
    jobs.c.status.in_([SUBMITTING, UNKNOWN]),
    (jobs.c.status == RUNNING) & ~jobs.c.task_id_confirmed,
)


def record_accepted(
    connection: Connection,
    job_id: str,
    *,
    attempt: int,
    task_id: str,
    next_poll_at: datetime,
    now: datetime,
) -> Job | None:
    """Note that the provider took the job, unless its answer names the task of another."""
    wanted = select(jobs).where(or_(jobs.c.id == job_id, jobs.c.provider_task_id == task_id))
    rows = {row["id"]: row for row in connection.execute(wanted).mappings()}
    row = rows.pop(job_id, None)
    other = next(iter(rows.values()), None)
    if other is not None and other["task_id_confirmed"]:  # given twice, it tells us nothing
        return _record_lost(connection, job_id, attempt=attempt, now=now)
    if other is not None:
        _take_from_forger(connection, other["id"], task_id)
    job = to_job(row) if row is not None else None
    if job is None or job.attempt != attempt or job.submitted_at is None:
        return None
    submitted_at = job.submitted_at
    running = _start_running(connection, job, task_id, next_poll_at, now)
    if running is not None:
        show_placeholders(connection, [job_id], now)
    if running is not None or job.status.is_final:  # it was fast; the provider works all the same
        change_window(connection, lambda window: window.accepted(now, submitted_at=submitted_at))
    return running


def _start_running(
    connection: Connection, job: Job, task_id: str, next_poll_at: datetime, now: datetime
) -> Job | None:
    changes = {
        "status": RUNNING,
        "provider_task_id": task_id,
        "task_id_confirmed": True,
        "deadline_at": now + job.mode.provider_timeout + DEADLINE_GRACE,
        # A callback that came before this answer has already made it due.
        "next_poll_at": func.coalesce(jobs.c.next_poll_at, next_poll_at),
    }
    # Another id can only come from a callback, even if a poll has found such a task since.
    is_adopted = (jobs.c.status == RUNNING) & (jobs.c.provider_task_id != task_id)
    conditions = [jobs.c.attempt == job.attempt, or_(_is_unsettled, is_adopted)]
    return moved(connection, job.id, conditions, changes)


def _take_from_forger(connection: Connection, job_id: str, task_id: str) -> None:
    """Let this job not keep a task that only a callback named as its own."""
    adopted = [
        jobs.c.id == job_id,
        jobs.c.provider_task_id == task_id,
        ~jobs.c.task_id_confirmed,
    ]
    connection.execute(
        update(jobs).where(*adopted).values(provider_task_id=None, next_poll_at=None)
    )


def _record_not_started(
    connection: Connection,
    job_id: str,
    *,
    attempt: int,
    now: datetime,
    change: WindowChange = unchanged,
) -> Job | None:
    job = _return(connection, job_id, attempt, now)
    if job is not None:
        show_placeholders(connection, [job_id], now)
        if change is not unchanged:
            change_window(connection, change)
    return job


def _return(connection: Connection, job_id: str, attempt: int, now: datetime) -> Job | None:
    """Put the job back at the head of the queue."""
    changes = {
        **NO_CLAIM,
        # Nobody wants it any more, and it was not paid for: it need not be drawn.
        "status": case((jobs.c.is_discarded, JobStatus.CANCELLED.value), else_=QUEUED),
        "finished_at": case((jobs.c.is_discarded, literal(now, UtcDateTime))),
        "sent_back": True,
        "claimable_at": now,
        "submitted_at": None,
        "deadline_at": None,
        "provider_task_id": None,
        "hinted_at": None,
    }
    conditions = [jobs.c.attempt == attempt, _is_unsettled, jobs.c.status != UNKNOWN]
    return moved(connection, job_id, conditions, changes)


def _record_account_refused(
    connection: Connection, job_id: str, *, attempt: int, code: FailureCode, now: datetime
) -> Job | None:
    claimed = get_job(connection, job_id)
    if claimed is None or claimed.attempt != attempt or claimed.submitted_at is None:
        return None
    before = change_window(connection, lambda window: window.account_refused(code, now))
    if before.is_probe(claimed.submitted_at):
        return _record_not_started(connection, job_id, attempt=attempt, now=now)
    failure = Failure(code=code)
    return _record_refused(connection, job_id, attempt=attempt, failure=failure, now=now)


def _record_refused(
    connection: Connection, job_id: str, *, attempt: int, failure: Failure, now: datetime
) -> Job | None:
    """Fail the job: the provider will not draw it."""
    failed = fail(connection, job_id, [jobs.c.attempt == attempt, _is_unsettled], failure, now)
    return next(iter(ended(connection, [failed], now)), None)


def _record_lost(connection: Connection, job_id: str, *, attempt: int, now: datetime) -> Job | None:
    """Note that nobody knows what came of the submit, and let nobody else try for a while."""
    job = _lose(connection, job_id, attempt)
    if job is not None:
        _show_lost(connection, [job], now)
    if job is not None or _is_named(connection, job_id, attempt):
        change_window(connection, lambda window: window.failed(now))
    return job


def _is_named(connection: Connection, job_id: str, attempt: int) -> bool:
    """Whether a callback, and nothing else, has named the job's task."""
    is_named = (jobs.c.status == RUNNING) & ~jobs.c.task_id_confirmed
    ours = (jobs.c.id == job_id) & (jobs.c.attempt == attempt)
    return row_where(connection, ours & is_named) is not None


def _lose(connection: Connection, job_id: str, attempt: int) -> Job | None:
    """Put the job in doubt. It keeps its slot until the deadline, since it may run."""
    changes = {
        "status": UNKNOWN,
        # Without a callback nothing can resolve it: the person is told at once.
        "failure_code": case((~jobs.c.hooked, FailureCode.UNCERTAIN.value)),
    }
    ours = [jobs.c.status == SUBMITTING, jobs.c.attempt == attempt]
    return moved(connection, job_id, ours, changes)


def _show_lost(connection: Connection, lost: Collection[Job], now: datetime) -> None:
    """Let it be shown that these are in doubt, as a result where nothing can resolve that."""
    told = {job.id for job in lost if job.failure is not None and not job.is_discarded}
    show_results(connection, told, now)
    changed = {job.id for job in lost if job.id not in told or job.group_id is not None}
    show_placeholders(connection, changed, now)


class SqlQueueStore(SqlStore):
    """Implements `ports.QueueStore`."""

    take_over = transaction(_take_over)
    leave = transaction(_leave)
    claim = transaction(_claim)
    record_account_refused = transaction(_record_account_refused)
    record_accepted = transaction(record_accepted)
    record_not_started = transaction(_record_not_started)
    record_refused = transaction(_record_refused)
    record_lost = transaction(_record_lost)
