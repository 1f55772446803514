"""What ends or is forgotten with time: jobs that waited too long, and those that ended long ago."""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from bot.domain.jobs import Failure, FailureCode, Job
from bot.domain.leases import Fence
from bot.store.database import SqlStore, transaction
from bot.store.leases import check_fence
from bot.store.tables import IS_QUEUED, IS_RESULT, jobs, outbox
from bot.store.transitions import ended, fail


def _drop_finished(connection: Connection, *, finished_before: datetime, limit: int) -> int:
    """Drop jobs whose result has found its end too; a group goes only when all of it is over."""
    others = jobs.alias()
    is_group_needed = (
        select(others.c.id)
        .where(
            others.c.group_id == jobs.c.group_id,
            or_(others.c.finished_at.is_(None), others.c.finished_at >= finished_before),
        )
        .exists()
    )
    is_on_its_way = select(outbox.c.job_id).where(outbox.c.job_id == jobs.c.id, IS_RESULT).exists()
    oldest = (
        select(jobs.c.id)
        .where(jobs.c.finished_at < finished_before, ~is_group_needed, ~is_on_its_way)
        .order_by(jobs.c.finished_at)
        .limit(limit)
    )
    # What was posted of them goes with them, by the foreign key.
    return connection.execute(delete(jobs).where(jobs.c.id.in_(oldest))).rowcount


def _expire_queued(
    connection: Connection, fence: Fence, *, created_before: datetime, now: datetime
) -> list[Job]:
    """Fail what has waited since before then, a hundred at most."""
    check_fence(connection, fence)
    rows = connection.execute(
        select(jobs.c.id).where(IS_QUEUED, jobs.c.created_at < created_before).limit(100)
    ).all()
    failure = Failure(code=FailureCode.EXPIRED)
    still_queued = [IS_QUEUED]
    failed = [fail(connection, row.id, still_queued, failure, now) for row in rows]
    return ended(connection, failed, now)


def _erase_reply_tokens(connection: Connection, *, now: datetime) -> int:
    """Forget reply tokens that have ended; return how many."""
    return connection.execute(
        update(jobs)
        .where(jobs.c.reply_token.is_not(None), jobs.c.reply_token_ends_at < now)
        .values(reply_token=None)
    ).rowcount


class SqlRetentionStore(SqlStore):
    """Implements `ports.RetentionStore`."""

    expire_queued = transaction(_expire_queued)
    drop_finished = transaction(_drop_finished)
    erase_reply_tokens = transaction(_erase_reply_tokens)
