"""A job between the queue and the provider: claims, their leases, and what came of the submit."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, literal, or_, select, update

from bot.domain.jobs import Failure, FailureCode, Job, JobStatus, Mode
from bot.store.database import SqlStore, lock_for
from bot.store.fair_queue import Candidates, in_flight, keep_in_order, next_queued
from bot.store.outage import begin_outage, end_outage, room
from bot.store.outbox import show_placeholders, show_results
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

_CLAIM_LOCK_KEY = 0x696D6703


class SqlQueueStore(SqlStore):
    """Implements `ports.QueueStore`."""

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
        platforms: Collection[str] | None = None,
    ) -> list[Job]:
        """See `ports.QueueStore.claim`."""
        claim = {"owner": owner, "lease_until": lease_until, "hooked": hooked}
        wanted = Candidates(now=now, platforms=platforms)
        return await self._database.run(_claim, claim, slots, limit, wanted, holding=holding)

    async def renew_leases(
        self, job_ids: Collection[str], *, owner: str, until: datetime
    ) -> Collection[str]:
        """See `ports.ClaimStore.renew_leases`."""
        return await self._database.run(renew_leases, job_ids, owner, until)

    async def expire_leases(self, *, now: datetime, dead_owners_but: str | None = None) -> int:
        """See `ports.QueueStore.expire_leases`."""
        return await self._database.run(_expire_leases, now, dead_owners_but)

    async def record_accepted(
        self, job_id: str, *, fence: int, task_id: str, next_poll_at: datetime, now: datetime
    ) -> Job | None:
        """See `ports.QueueStore.record_accepted`."""
        accepted = {"provider_task_id": task_id, "next_poll_at": next_poll_at}
        return await self._database.run(record_accepted, job_id, fence, accepted, now)

    async def record_not_started(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """See `ports.QueueStore.record_not_started`."""
        return await self._database.run(_record_not_started, job_id, fence, now)

    async def record_refused(
        self, job_id: str, *, fence: int, failure: Failure, now: datetime
    ) -> Job | None:
        """See `ports.QueueStore.record_refused`."""
        return await self._database.run(_record_refused, job_id, fence, failure, now)

    async def record_lost(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """See `ports.QueueStore.record_lost`."""
        return await self._database.run(record_lost, job_id, fence, now)


# ── Claims ──────────────────────────────────────────────────────────────────────────────────────


def _claim(
    connection: Connection,
    claim: dict[str, Any],
    slots: int,
    limit: int,
    wanted: Candidates,
    *,
    holding: Collection[str] | None,
) -> list[Job]:
    """Take the next jobs for an owner, each with a slot."""
    now = wanted.now
    lock_for(connection, _CLAIM_LOCK_KEY)
    if holding is not None:
        _give_back(connection, claim["owner"], holding, now)
    limit = room(connection, limit, now)
    keep_in_order(connection)
    taken = in_flight(connection)
    claimed: list[Job] = []
    while len(claimed) < limit and (slot := taken.free_slot(slots)) is not None:
        candidate = next_queued(connection, taken, wanted)
        if candidate is None:
            break
        job = _start_submitting(connection, candidate, claim, slot, now)
        if job is not None:  # else it was cancelled just now
            claimed.append(job)
            taken.take(slot, candidate.person)
    return claimed


def _give_back(connection: Connection, owner: str, holding: Collection[str], now: datetime) -> None:
    """Return to the queue what the owner claimed without hearing of it."""
    rows = connection.execute(
        select(jobs.c.id, jobs.c.fence)
        .where(
            jobs.c.slot.is_not(None),
            jobs.c.status == SUBMITTING,
            jobs.c.owner == owner,
            jobs.c.id.not_in(holding),
        )
        .order_by(jobs.c.id)  # no deadlocks
    ).all()
    for row in rows:
        _return(connection, row.id, row.fence, now)
    show_placeholders(connection, [row.id for row in rows], now)


def _start_submitting(
    connection: Connection, candidate: Row[Any], claim: dict[str, Any], slot: int, now: datetime
) -> Job | None:
    timeout = Mode(candidate.mode).provider_timeout
    changes = {
        **claim,
        "status": SUBMITTING,
        "slot": slot,
        "fence": jobs.c.fence + 1,
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
    connection: Connection, job_id: str, fence: int, accepted: dict[str, Any], now: datetime
) -> Job | None:
    """Note that the provider took the job, unless its answer names the task of another."""
    task_id = accepted["provider_task_id"]
    _take_from_forger(connection, job_id, task_id)
    if (
        row_where(connection, (jobs.c.provider_task_id == task_id) & (jobs.c.id != job_id))
        is not None
    ):
        return record_lost(connection, job_id, fence, now)  # an id given twice tells us nothing
    job = get_job(connection, job_id)
    if job is None:
        return None
    changes = {
        "status": RUNNING,
        "provider_task_id": task_id,
        "task_id_confirmed": True,
        "owner": None,
        "lease_until": None,
        "deadline_at": now + job.mode.provider_timeout + DEADLINE_GRACE,
        # A callback that came before this answer has already made it due.
        "next_poll_at": func.coalesce(jobs.c.next_poll_at, accepted["next_poll_at"]),
    }
    # Another id can only come from a callback, even if a poll has found such a task since.
    is_adopted = (jobs.c.status == RUNNING) & (jobs.c.provider_task_id != task_id)
    conditions = [jobs.c.fence == fence, or_(_is_unsettled, is_adopted)]
    running = moved(connection, job_id, conditions, changes)
    if running is not None:
        show_placeholders(connection, [job_id], now)
    end_outage(connection)  # even if the job has ended meanwhile: the provider works
    return running


def _take_from_forger(connection: Connection, job_id: str, task_id: str) -> None:
    """Let no other job keep a task that only a callback named as its own."""
    adopted = [jobs.c.id != job_id, jobs.c.provider_task_id == task_id, ~jobs.c.task_id_confirmed]
    connection.execute(
        update(jobs).where(*adopted).values(provider_task_id=None, next_poll_at=None)
    )


def _record_not_started(
    connection: Connection, job_id: str, fence: int, now: datetime
) -> Job | None:
    job = _return(connection, job_id, fence, now)
    if job is not None:
        show_placeholders(connection, [job_id], now)
    return job


def _return(connection: Connection, job_id: str, fence: int, now: datetime) -> Job | None:
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
    conditions = [jobs.c.fence == fence, _is_unsettled, jobs.c.status != UNKNOWN]
    return moved(connection, job_id, conditions, changes)


def _record_refused(
    connection: Connection, job_id: str, fence: int, failure: Failure, now: datetime
) -> Job | None:
    """Fail the job: the provider will not draw it."""
    failed = fail(connection, job_id, [jobs.c.fence == fence, _is_unsettled], failure, now)
    return next(iter(ended(connection, [failed], now)), None)


def record_lost(connection: Connection, job_id: str, fence: int, now: datetime) -> Job | None:
    """Note that nobody knows what came of the submit, and let nobody else try for a while."""
    job = _lose(connection, job_id, fence)
    if job is not None:
        _show_lost(connection, [job], now)
        begin_outage(connection, now)
    return job


def _lose(
    connection: Connection, job_id: str, fence: int, *conditions: ColumnElement[bool]
) -> Job | None:
    """Put the job in doubt. It keeps its slot until the deadline, since it may run."""
    changes = {
        "status": UNKNOWN,
        "owner": None,
        "lease_until": None,
        # Without a callback nothing can resolve it: the person is told at once.
        "failure_code": case((~jobs.c.hooked, FailureCode.UNCERTAIN.value)),
    }
    ours = [jobs.c.status == SUBMITTING, jobs.c.fence == fence, *conditions]
    return moved(connection, job_id, ours, changes)


def _show_lost(connection: Connection, lost: Collection[Job], now: datetime) -> None:
    """Let it be shown that these are in doubt, as a result where nothing can resolve that."""
    told = {job.id for job in lost if job.failure is not None and not job.is_discarded}
    show_results(connection, told, now)
    changed = {job.id for job in lost if job.id not in told or job.group_id is not None}
    show_placeholders(connection, changed, now)


# ── Leases ──────────────────────────────────────────────────────────────────────────────────────


def renew_leases(
    connection: Connection, job_ids: Collection[str], owner: str, until: datetime
) -> Collection[str]:
    """Put off the end of these claims; give those that were still held."""
    renewed = connection.execute(
        update(jobs)
        .where(jobs.c.id.in_(job_ids), jobs.c.owner == owner, jobs.c.status == SUBMITTING)
        .values(lease_until=until)
        .returning(jobs.c.id)
    )
    return renewed.scalars().all()


def _expire_leases(connection: Connection, now: datetime, dead_owners_but: str | None) -> int:
    """Put the submits of those that seem dead in doubt; give how many."""
    expired = jobs.c.lease_until < now
    if dead_owners_but is not None:
        expired = or_(expired, jobs.c.owner != dead_owners_but)
    rows = connection.execute(
        select(jobs.c.id, jobs.c.fence)
        .where(jobs.c.slot.is_not(None), jobs.c.status == SUBMITTING, expired)
        .order_by(jobs.c.id)  # no deadlocks
    ).all()
    moves = [_lose(connection, row.id, row.fence, expired) for row in rows]
    lost = [job for job in moves if job is not None]
    if lost:
        _show_lost(connection, lost, now)
        begin_outage(connection, now)
    return len(lost)
