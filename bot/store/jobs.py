"""Jobs and every move they make. Each is one compare-and-set in one short transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    String,
    Update,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.models import (
    Failure,
    FailureCode,
    GroupProgress,
    Job,
    JobFilter,
    JobPage,
    JobStatus,
    Mode,
    NewJob,
    QueuePlace,
    QueueState,
    QueueStats,
    RecentPrompt,
    TaskReport,
    Usage,
)
from bot.store.admission import Admitted, Command, take_in, usage
from bot.store.batch import Batches
from bot.store.callbacks import MIN_POLL_GAP, CallbackNote, note_callbacks
from bot.store.claims import in_flight, keep_in_order, next_queued, place
from bot.store.database import Database, lock_for
from bot.store.deliveries import add_delivery, expire_deliveries
from bot.store.listing import (
    group_progress,
    in_group_of,
    page,
    queue_state,
    queue_stats,
    recent_prompts,
)
from bot.store.retention import drop_finished
from bot.store.rows import from_new_job, to_job
from bot.store.tables import HAS_SUCCEEDED, IS_QUEUED, UtcDateTime, jobs

MICROSECOND = timedelta(microseconds=1)
# What the provider may take beyond its own timeout before we call a job late.
DEADLINE_GRACE = timedelta(minutes=2)

_CLAIM_LOCK_KEY = 0x696D6703

_QUEUED = JobStatus.QUEUED.value
_SUBMITTING = JobStatus.SUBMITTING.value
_RUNNING = JobStatus.RUNNING.value
_UNKNOWN = JobStatus.UNKNOWN.value


class SqlJobStore:
    """Implements `ports.JobStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._commands: Batches[Command, Admitted] = Batches(
            lambda commands: database.run(take_in, commands)
        )
        self._durations: Batches[tuple[Mode, int], list[timedelta]] = Batches(
            lambda wanted: database.run(_recent_durations, wanted)
        )
        self._callbacks: Batches[CallbackNote, bool] = Batches(
            lambda notes: database.run(note_callbacks, notes)
        )

    async def add(
        self,
        new: Sequence[NewJob],
        *,
        admit: Callable[[Usage], None],
        slots: int,
        now: datetime,
        claimable_at: datetime,
    ) -> tuple[tuple[Job, ...], QueuePlace]:
        """See `ports.JobStore.add`."""
        rows = [
            # A microsecond apart, so that the jobs of one command keep their order.
            from_new_job(job, now=now + number * MICROSECOND, claimable_at=claimable_at)
            for number, job in enumerate(new)
        ]
        return await self._commands.do(Command(rows=rows, admit=admit, slots=slots, now=now))

    async def get(self, job_id: str) -> Job | None:
        """See `ports.JobStore.get`."""
        return await self._database.run(_get, job_id)

    async def mark_answered(
        self, job_id: str, *, placeholder_id: str | None, now: datetime
    ) -> None:
        """See `ports.JobStore.mark_answered`."""
        await self._database.run(_mark_answered, job_id, placeholder_id, now)

    async def cancel_unanswered(self, job_id: str, *, now: datetime) -> int:
        """See `ports.JobStore.cancel_unanswered`."""
        return await self._database.run(_cancel_unanswered, job_id, now)

    async def cancel(self, job_id: str, *, now: datetime) -> int:
        """See `ports.JobStore.cancel`."""
        return await self._database.run(_cancel, job_id, now)

    async def discard(self, job_id: str, *, now: datetime) -> int:
        """See `ports.JobStore.discard`."""
        return await self._database.run(_discard, job_id, now)

    async def group_progress(self, job_id: str) -> GroupProgress:
        """See `ports.JobStore.group_progress`."""
        return await self._database.run(group_progress, job_id)

    async def usage(self, requester: str, *, now: datetime) -> Usage:
        """See `ports.JobStore.usage`."""
        return await self._database.run(usage, requester, now)

    async def queue_state(self, requester: str | None = None) -> QueueState:
        """See `ports.JobStore.queue_state`."""
        return await self._database.run(queue_state, requester)

    async def queue_stats(self, *, slots: int, now: datetime) -> QueueStats:
        """See `ports.JobStore.queue_stats`."""
        return await self._database.run(queue_stats, slots, now)

    async def place(self, requester: str, *, slots: int) -> QueuePlace:
        """See `ports.JobStore.place`."""
        return await self._database.run(place, requester, slots)

    async def page(self, requester: str, wanted: JobFilter, *, number: int, size: int) -> JobPage:
        """See `ports.JobStore.page`."""
        return await self._database.run(page, requester, wanted, number, size)

    async def recent_prompts(
        self, requester: str, *, search: str, limit: int
    ) -> list[RecentPrompt]:
        """See `ports.JobStore.recent_prompts`."""
        return await self._database.run(recent_prompts, requester, search, limit)

    async def claim(
        self,
        *,
        owner: str,
        lease_until: datetime,
        slots: int,
        limit: int,
        hooked: bool,
        now: datetime,
        holding: Collection[str] | None = None,
    ) -> list[Job]:
        """See `ports.JobStore.claim`."""
        claim = {"owner": owner, "lease_until": lease_until, "hooked": hooked}
        return await self._database.run(_claim, claim, slots, limit, now, holding=holding)

    async def renew_leases(
        self, job_ids: Collection[str], *, owner: str, until: datetime
    ) -> Collection[str]:
        """See `ports.ClaimStore.renew_leases`."""
        return await self._database.run(_renew_leases, job_ids, owner, until)

    async def expire_leases(self, *, now: datetime, dead_owners_but: str | None = None) -> int:
        """See `ports.JobStore.expire_leases`."""
        return await self._database.run(_expire_leases, now, dead_owners_but)

    async def record_accepted(
        self, job_id: str, *, fence: int, task_id: str, next_poll_at: datetime, now: datetime
    ) -> Job | None:
        """See `ports.JobStore.record_accepted`."""
        accepted = {"provider_task_id": task_id, "next_poll_at": next_poll_at}
        return await self._database.run(_record_accepted, job_id, fence, accepted, now)

    async def record_not_started(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """See `ports.JobStore.record_not_started`."""
        return await self._database.run(_record_not_started, job_id, fence, now)

    async def record_refused(
        self, job_id: str, *, fence: int, failure: Failure, now: datetime
    ) -> Job | None:
        """See `ports.JobStore.record_refused`."""
        return await self._database.run(_record_refused, job_id, fence, failure, now)

    async def record_lost(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """See `ports.JobStore.record_lost`."""
        return await self._database.run(_record_lost, job_id, fence, now)

    async def note_callback(self, job_id: str, *, task_id: str | None, now: datetime) -> bool:
        """See `ports.JobStore.note_callback`."""
        return await self._callbacks.do(CallbackNote(job_id, task_id, now))

    async def to_poll(self, *, now: datetime, limit: int) -> list[Job]:
        """See `ports.JobStore.to_poll`."""
        return await self._database.run(_to_poll, now, limit)

    async def next_poll_at(self) -> datetime | None:
        """See `ports.JobStore.next_poll_at`."""
        return await self._database.run(_next_poll_at)

    async def poll_all_now(self, *, now: datetime) -> None:
        """See `ports.JobStore.poll_all_now`."""
        await self._database.run(_poll_all_now, now)

    async def record_poll(
        self,
        reports: Sequence[TaskReport],
        *,
        next_polls: Mapping[str, datetime],
        asked_at: datetime,
        now: datetime,
    ) -> list[Job]:
        """See `ports.JobStore.record_poll`."""
        return await self._database.run(_record_poll, reports, next_polls, asked_at, now)

    async def fail_overdue(self, *, now: datetime, give_up_before: datetime) -> list[Job]:
        """See `ports.JobStore.fail_overdue`."""
        return await self._database.run(_fail_overdue, now, give_up_before)

    async def expire_queued(self, *, created_before: datetime, now: datetime) -> list[Job]:
        """See `ports.JobStore.expire_queued`."""
        return await self._database.run(_expire_queued, created_before, now)

    async def recent_durations(self, mode: Mode, *, limit: int) -> list[timedelta]:
        """See `ports.JobStore.recent_durations`."""
        return await self._durations.do((mode, limit))

    async def drop_finished(self, *, finished_before: datetime, limit: int) -> int:
        """See `ports.JobStore.drop_finished`."""
        return await self._database.run(drop_finished, finished_before, limit)

    async def erase_reply_tokens(self, *, now: datetime) -> int:
        """See `ports.JobStore.erase_reply_tokens`."""
        return await self._database.run(_erase_reply_tokens, now)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────


def _row(connection: Connection, condition: ColumnElement[bool]) -> RowMapping | None:
    return connection.execute(select(jobs).where(condition)).mappings().one_or_none()


def _get(connection: Connection, job_id: str) -> Job | None:
    row = _row(connection, jobs.c.id == job_id)
    return to_job(row) if row else None


def _to_poll(connection: Connection, now: datetime, limit: int) -> list[Job]:
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
    earliest: datetime | None = connection.execute(
        select(func.min(jobs.c.next_poll_at, type_=jobs.c.next_poll_at.type)).where(
            jobs.c.next_poll_at.is_not(None)
        )
    ).scalar()
    return earliest


def _recent_durations(
    connection: Connection, wanted: Sequence[tuple[Mode, int]]
) -> list[list[timedelta]]:
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


# ── Coming in ───────────────────────────────────────────────────────────────────────────────────


# Made once: it runs for every command, when many come at once.
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


def _mark_answered(
    connection: Connection, job_id: str, placeholder_id: str | None, now: datetime
) -> None:
    connection.execute(_NOTE_ANSWER, {"job": job_id, "message": placeholder_id, "at": now})


def _cancel_unanswered(connection: Connection, job_id: str, now: datetime) -> int:
    group = in_group_of(connection, job_id)
    return connection.execute(_cancelling(group, jobs.c.answered_at.is_(None), now=now)).rowcount


def _cancel(connection: Connection, job_id: str, now: datetime) -> int:
    cancelling = _cancelling(in_group_of(connection, job_id), now=now)
    return connection.execute(cancelling.values(noted_at=now)).rowcount


def _cancelling(*conditions: ColumnElement[bool], now: datetime) -> Update:
    cancelled = {"status": JobStatus.CANCELLED.value, "finished_at": now}
    return update(jobs).where(IS_QUEUED, *conditions).values(cancelled)


def _discard(connection: Connection, job_id: str, now: datetime) -> int:
    return connection.execute(
        update(jobs)
        .where(in_group_of(connection, job_id), jobs.c.slot.is_not(None))
        .values(is_discarded=True, noted_at=now)
    ).rowcount


# ── Submitting ──────────────────────────────────────────────────────────────────────────────────


def _claim(
    connection: Connection,
    claim: dict[str, Any],
    slots: int,
    limit: int,
    now: datetime,
    *,
    holding: Collection[str] | None,
) -> list[Job]:
    lock_for(connection, _CLAIM_LOCK_KEY)
    if holding is not None:
        _give_back(connection, claim["owner"], holding, now)
    keep_in_order(connection)
    taken = in_flight(connection)
    claimed: list[Job] = []
    while len(claimed) < limit and (slot := taken.free_slot(slots)) is not None:
        candidate = next_queued(connection, taken, now)
        if candidate is None:
            break
        job = _start_submitting(connection, candidate, claim, slot, now)
        if job is not None:  # else it was cancelled just now
            claimed.append(job)
            taken.take(slot, candidate.requester)
    return claimed


def _give_back(connection: Connection, owner: str, holding: Collection[str], now: datetime) -> None:
    """Return to the queue what the owner claimed without hearing of it."""
    rows = connection.execute(
        select(jobs.c.id, jobs.c.fence).where(
            jobs.c.slot.is_not(None),
            jobs.c.status == _SUBMITTING,
            jobs.c.owner == owner,
            jobs.c.id.not_in(holding),
        )
    ).all()
    for row in rows:
        _record_not_started(connection, row.id, row.fence, now)


def _start_submitting(
    connection: Connection, candidate: Row[Any], claim: dict[str, Any], slot: int, now: datetime
) -> Job | None:
    timeout = Mode(candidate.mode).provider_timeout
    changes = {
        **claim,
        "status": _SUBMITTING,
        "slot": slot,
        "fence": jobs.c.fence + 1,
        "sent_back": False,
        "submitted_at": now,
        "deadline_at": now + timeout + DEADLINE_GRACE,
    }
    return _moved(connection, candidate.id, [IS_QUEUED], changes)


# The submit has not been settled by anything but, perhaps, a callback.
_is_unsettled = or_(
    jobs.c.status.in_([_SUBMITTING, _UNKNOWN]),
    (jobs.c.status == _RUNNING) & ~jobs.c.task_id_confirmed,
)


def _record_accepted(
    connection: Connection, job_id: str, fence: int, accepted: dict[str, Any], now: datetime
) -> Job | None:
    task_id = accepted["provider_task_id"]
    _take_from_forger(connection, job_id, task_id)
    if _row(connection, (jobs.c.provider_task_id == task_id) & (jobs.c.id != job_id)) is not None:
        return _record_lost(connection, job_id, fence, now)  # an id given twice tells us nothing
    job = _get(connection, job_id)
    if job is None:
        return None
    changes = {
        "status": _RUNNING,
        "provider_task_id": task_id,
        "task_id_confirmed": True,
        "owner": None,
        "lease_until": None,
        "deadline_at": now + job.mode.provider_timeout + DEADLINE_GRACE,
        # A callback that came before this answer has already made it due.
        "next_poll_at": func.coalesce(jobs.c.next_poll_at, accepted["next_poll_at"]),
        "noted_at": now,
    }
    # Another id can only come from a callback, even if a poll has found such a task since.
    is_adopted = (jobs.c.status == _RUNNING) & (jobs.c.provider_task_id != task_id)
    conditions = [jobs.c.fence == fence, or_(_is_unsettled, is_adopted)]
    return _moved(connection, job_id, conditions, changes)


def _take_from_forger(connection: Connection, job_id: str, task_id: str) -> None:
    """Let no other job keep a task that only a callback named as its own."""
    adopted = [jobs.c.id != job_id, jobs.c.provider_task_id == task_id, ~jobs.c.task_id_confirmed]
    connection.execute(
        update(jobs).where(*adopted).values(provider_task_id=None, next_poll_at=None)
    )


def _record_not_started(
    connection: Connection, job_id: str, fence: int, now: datetime
) -> Job | None:
    changes = {
        **_NO_CLAIM,
        # Nobody wants it any more, and it was not paid for: it need not be drawn.
        "status": case((jobs.c.is_discarded, JobStatus.CANCELLED.value), else_=_QUEUED),
        "finished_at": case((jobs.c.is_discarded, literal(now, UtcDateTime))),
        "sent_back": True,
        "claimable_at": now,
        "submitted_at": None,
        "deadline_at": None,
        "provider_task_id": None,
        "hinted_at": None,
        "noted_at": now,
    }
    conditions = [jobs.c.fence == fence, _is_unsettled, jobs.c.status != _UNKNOWN]
    return _moved(connection, job_id, conditions, changes)


def _record_refused(
    connection: Connection, job_id: str, fence: int, failure: Failure, now: datetime
) -> Job | None:
    return _fail(connection, job_id, [jobs.c.fence == fence, _is_unsettled], failure, now)


def _record_lost(
    connection: Connection,
    job_id: str,
    fence: int,
    now: datetime,
    *conditions: ColumnElement[bool],
) -> Job | None:
    changes = {"status": _UNKNOWN, "owner": None, "lease_until": None, "noted_at": now}
    ours = [jobs.c.status == _SUBMITTING, jobs.c.fence == fence, *conditions]
    job = _moved(connection, job_id, ours, changes)
    if job is not None and not _is_hooked(connection, job_id):
        _tell_uncertain(connection, job_id, now)
        job = _get(connection, job_id)
    return job


def _is_hooked(connection: Connection, job_id: str) -> bool:
    return bool(connection.execute(select(jobs.c.hooked).where(jobs.c.id == job_id)).scalar())


def _tell_uncertain(connection: Connection, job_id: str, now: datetime) -> None:
    """Tell the person at once; the job keeps its slot until the deadline, since it may run."""
    changes = {"failure_code": FailureCode.UNCERTAIN.value}
    job = _moved(connection, job_id, [jobs.c.status == _UNKNOWN], changes)
    if job is not None and not job.is_discarded:
        add_delivery(connection, job_id, now)


# ── Leases ──────────────────────────────────────────────────────────────────────────────────────


def _renew_leases(
    connection: Connection, job_ids: Collection[str], owner: str, until: datetime
) -> Collection[str]:
    renewed = connection.execute(
        update(jobs)
        .where(jobs.c.id.in_(job_ids), jobs.c.owner == owner, jobs.c.status == _SUBMITTING)
        .values(lease_until=until)
        .returning(jobs.c.id)
    )
    return renewed.scalars().all()


def _expire_leases(connection: Connection, now: datetime, dead_owners_but: str | None) -> int:
    expired = jobs.c.lease_until < now
    if dead_owners_but is not None:
        expired = or_(expired, jobs.c.owner != dead_owners_but)
    rows = connection.execute(
        select(jobs.c.id, jobs.c.fence).where(
            jobs.c.slot.is_not(None), jobs.c.status == _SUBMITTING, expired
        )
    ).all()
    lost = [_record_lost(connection, row.id, row.fence, now, expired) for row in rows]
    if dead_owners_but is not None:
        expire_deliveries(connection, dead_owners_but, now)
    return sum(job is not None for job in lost)


# ── Ending ──────────────────────────────────────────────────────────────────────────────────────


def _poll_all_now(connection: Connection, now: datetime) -> None:
    connection.execute(
        update(jobs)
        .where(jobs.c.slot.is_not(None), jobs.c.provider_task_id.is_not(None))
        .values(next_poll_at=now)
    )


# One statement for all the jobs that were asked about.
_NOTE_POLL = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.status == _RUNNING)
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
    row = _row(connection, jobs.c.provider_task_id == report.task_id)
    if row is None:
        return None
    running = [jobs.c.status == _RUNNING, jobs.c.provider_task_id == report.task_id]
    if not report.is_finished:
        _move(connection, row["id"], running, {"task_id_confirmed": True})
        return None
    if report.failure is not None:
        return _fail(connection, row["id"], running, report.failure, now)
    changes = {
        **_NO_CLAIM,
        "status": JobStatus.SUCCEEDED.value,
        "image_urls": list(report.image_urls),
        "failure_code": None,  # of one that was told as doubtful before its answer came
        "failure_detail": None,
        "finished_at": now,
    }
    return _ended(connection, row["id"], running, changes)


def _fail_overdue(connection: Connection, now: datetime, give_up_before: datetime) -> list[Job]:
    rows = connection.execute(
        select(jobs.c.id, jobs.c.status).where(
            jobs.c.slot.is_not(None),
            jobs.c.deadline_at < now,
            jobs.c.status.in_([_RUNNING, _UNKNOWN]),
            or_(
                jobs.c.provider_task_id.is_(None),
                jobs.c.last_polled_at >= jobs.c.deadline_at,
                jobs.c.deadline_at < give_up_before,
            ),
        )
    ).all()
    failed = []
    for row in rows:
        code = FailureCode.LATE if row.status == _RUNNING else FailureCode.UNCERTAIN
        conditions = [jobs.c.status == row.status]
        failed.append(_fail(connection, row.id, conditions, Failure(code=code), now))
    return [job for job in failed if job is not None]


def _expire_queued(connection: Connection, created_before: datetime, now: datetime) -> list[Job]:
    rows = connection.execute(
        select(jobs.c.id).where(IS_QUEUED, jobs.c.created_at < created_before).limit(100)
    ).all()
    failure = Failure(code=FailureCode.EXPIRED)
    still_queued = [IS_QUEUED]
    failed = [_fail(connection, row.id, still_queued, failure, now) for row in rows]
    return [job for job in failed if job is not None]


def _erase_reply_tokens(connection: Connection, now: datetime) -> int:
    return connection.execute(
        update(jobs)
        .where(jobs.c.reply_token.is_not(None), jobs.c.reply_token_ends_at < now)
        .values(reply_token=None)
    ).rowcount


# ── Moves ───────────────────────────────────────────────────────────────────────────────────────

# What a job loses with its slot.
_NO_CLAIM: dict[str, Any] = {
    "slot": None,
    "owner": None,
    "lease_until": None,
    "next_poll_at": None,
}


def _move(
    connection: Connection,
    job_id: str,
    conditions: Sequence[ColumnElement[bool]],
    changes: Mapping[str, Any],
) -> bool:
    """Change the job if it still is as the conditions say; False if it is not."""
    statement = update(jobs).where(jobs.c.id == job_id, *conditions).values(**changes)
    return connection.execute(statement).rowcount == 1


def _moved(
    connection: Connection,
    job_id: str,
    conditions: Sequence[ColumnElement[bool]],
    changes: Mapping[str, Any],
) -> Job | None:
    """Move the job and give it as it is now; None if it did not move."""
    return _get(connection, job_id) if _move(connection, job_id, conditions, changes) else None


def _fail(
    connection: Connection,
    job_id: str,
    conditions: Sequence[ColumnElement[bool]],
    failure: Failure,
    now: datetime,
) -> Job | None:
    changes = {
        **_NO_CLAIM,
        "status": JobStatus.FAILED.value,
        "failure_code": failure.code.value,
        "failure_detail": failure.detail,
        "finished_at": now,
    }
    return _ended(connection, job_id, conditions, changes)


def _ended(
    connection: Connection,
    job_id: str,
    conditions: Sequence[ColumnElement[bool]],
    changes: Mapping[str, Any],
) -> Job | None:
    """Move the job to its end; what becomes of it is posted, unless nobody wants it."""
    job = _moved(connection, job_id, conditions, changes)
    if job is not None and not job.is_discarded:
        add_delivery(connection, job.id, now=changes["finished_at"])
    return job
