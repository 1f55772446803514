"""The answers that people wait for before there is a job."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from bot.domain.deliveries import PendingAnswer
from bot.store import admission
from bot.store.batch import Batches
from bot.store.database import Database, insert_into
from bot.store.rows import from_pending_answer
from bot.store.tables import pending_answers


class SqlPendingAnswerStore:
    """Implements `ports.PendingAnswerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made: Batches[dict[str, Any], None] = Batches(lambda rows: database.run(_make, rows))

    async def make(self, pending_answer: PendingAnswer, *, now: datetime) -> None:
        """See `ports.PendingAnswerStore.make`."""
        await self._made.do(from_pending_answer(pending_answer, made_at=now))

    async def take_back(
        self, *, made_before: datetime, now: datetime, limit: int
    ) -> list[PendingAnswer]:
        """See `ports.PendingAnswerStore.take_back`."""
        return await self._database.run(admission.take_back, made_before, now, limit)

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
