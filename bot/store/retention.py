"""Forgetting jobs that ended long ago, with everything that belongs to them."""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from bot.store.tables import deliveries, jobs


def drop_finished(connection: Connection, finished_before: datetime, limit: int) -> int:
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
    is_on_its_way = (
        select(deliveries.c.job_id)
        .where(deliveries.c.job_id == jobs.c.id, deliveries.c.due_at.is_not(None))
        .exists()
    )
    oldest = (
        select(jobs.c.id)
        .where(jobs.c.finished_at < finished_before, ~is_group_needed, ~is_on_its_way)
        .order_by(jobs.c.finished_at)
        .limit(limit)
    )
    # Their deliveries go with them, by the foreign key.
    return connection.execute(delete(jobs).where(jobs.c.id.in_(oldest))).rowcount
