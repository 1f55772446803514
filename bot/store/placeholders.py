"""The placeholders that the outbox sends: which stand, and which may stand."""

from datetime import datetime

from sqlalchemy import Connection, update

from bot.domain.leases import Fence
from bot.store.database import SqlStore, transaction
from bot.store.leases import check_fence
from bot.store.progress import in_group_of
from bot.store.tables import jobs


def _start(connection: Connection, job_id: str, *, fence: Fence, now: datetime) -> None:
    check_fence(connection, fence)
    _note_begun(connection, job_id, now)


def _clear(connection: Connection, job_id: str) -> None:
    _note_begun(connection, job_id, None)


def _note_begun(connection: Connection, job_id: str, at: datetime | None) -> None:
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(placeholder_begun_at=at))


def _finish(connection: Connection, job_id: str, *, message_id: str) -> None:
    of_command = in_group_of(connection, job_id)
    connection.execute(update(jobs).where(of_command).values(placeholder_id=message_id))


class SqlPlaceholderStore(SqlStore):
    """Implements `ports.PlaceholderStore`."""

    start = transaction(_start)
    clear = transaction(_clear)
    finish = transaction(_finish)
