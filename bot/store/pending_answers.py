"""The answers that people wait for before there is a job."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.deliveries import PendingAnswer
from bot.store.batch import Batches
from bot.store.database import Database, SqlStore, insert_into, lock_for
from bot.store.requests import ADD_LOCK_KEY
from bot.store.rows import from_pending_answer, to_pending_answer
from bot.store.tables import IS_QUEUED, UtcDateTime, jobs, pending_answers

KEPT_FOR = timedelta(days=1)  # a process may be frozen for long, and then go on with its command


class SqlPendingAnswerStore(SqlStore):
    """Implements `ports.PendingAnswerStore`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._made: Batches[dict[str, Any], None] = Batches(lambda rows: database.run(_make, rows))

    async def make(self, pending_answer: PendingAnswer, *, now: datetime) -> None:
        """See `ports.PendingAnswerStore.make`."""
        await self._made.do(from_pending_answer(pending_answer, made_at=now))

    async def take_back(
        self, *, made_before: datetime, now: datetime, limit: int
    ) -> list[PendingAnswer]:
        """See `ports.PendingAnswerStore.take_back`."""
        return await self._database.run(_take_back, made_before, now, limit)

    async def note_told(self, pending_answer: PendingAnswer) -> None:
        """See `ports.PendingAnswerStore.note_told`."""
        await self._database.run(_note_told, pending_answer.reply_token)


def _make(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[None]:
    """Store pending answers; another process may have stored the same."""
    connection.execute(insert_into(connection, pending_answers).on_conflict_do_nothing(), rows)
    return [None] * len(rows)


def _note_told(connection: Connection, reply_token: str) -> None:
    wanted = pending_answers.c.reply_token == reply_token
    connection.execute(update(pending_answers).where(wanted).values(is_told=True))


# Promises of which there are jobs. These know how the command that made them is answered: a yes may
# be given by two presses, and "thinking…" stands under both.
_BEGUN = select(
    pending_answers.c.reply_token,
    jobs.c.id.label("job_id"),
    (jobs.c.reply_token == pending_answers.c.reply_token).label("is_kept"),
).join(jobs, jobs.c.source_key == pending_answers.c.source_key)
# Whoever stored them may have died before it said so, and their turn may be far away.
_NOTE_UNANSWERED = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), IS_QUEUED, jobs.c.answered_at.is_(None))
    .values(noted_at=bindparam("at", type_=UtcDateTime))
)


def _take_back(
    connection: Connection, made_before: datetime, now: datetime, limit: int
) -> list[PendingAnswer]:
    """Take back promises whose commands have become no jobs; give those of which nobody told."""
    connection.execute(delete(pending_answers).where(pending_answers.c.made_at < now - KEPT_FOR))
    rows = (
        connection.execute(
            select(pending_answers)
            .where(pending_answers.c.made_at < made_before, pending_answers.c.is_told.is_(False))
            .order_by(pending_answers.c.made_at)
            .limit(limit)
        )
        .mappings()
        .all()
    )
    if not rows:
        return []
    lock_for(connection, ADD_LOCK_KEY)
    of_these = pending_answers.c.reply_token.in_([row["reply_token"] for row in rows])
    begun = {row.reply_token: row for row in connection.execute(_BEGUN.where(of_these))}
    kept = {token: row.job_id for token, row in begun.items() if row.is_kept}
    if kept:
        noted = [{"job": job_id, "at": now} for job_id in sorted(kept.values())]  # no deadlocks
        connection.execute(_NOTE_UNANSWERED, noted)
        connection.execute(delete(pending_answers).where(pending_answers.c.reply_token.in_(kept)))
    connection.execute(update(pending_answers).where(of_these).values(is_taken_back=True))
    return [
        to_pending_answer(row, is_repeat=row["reply_token"] in begun)
        for row in rows
        if row["reply_token"] not in kept
    ]
