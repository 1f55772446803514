"""What must still be shown to somebody, as it is stored."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import OutboxEntry, PendingAnswer


class OutboxStore(Protocol):
    """What changed about jobs and is not shown yet. Each change of a job writes its entry."""

    async def entries(
        self, *, busy_channels: Collection[str], but_of: Collection[str], limit: int
    ) -> list[OutboxEntry]:
        """Return the oldest entries, without those of these channels and these placeholders."""

    async def drop_entries(self, entries: Collection[OutboxEntry]) -> None:
        """Drop entries that were shown; one that was renewed in the meantime stays."""


class PendingAnswerStore(Protocol):
    """Answers that a process deferred, and may have died over."""

    async def make(self, pending_answer: PendingAnswer, *, now: datetime) -> None:
        """Store a pending answer. Cancelling the caller does not cancel the write."""

    async def take_back(
        self, *, made_before: datetime, now: datetime, limit: int
    ) -> list[PendingAnswer]:
        """Withdraw old ones: a command that has not become a job by now never will.

        Returns the oldest of these whose person was not told yet, and says of each whether
        another press became the jobs.
        """

    async def note_told(self, pending_answer: PendingAnswer) -> None:
        """Note that the person knows that it was withdrawn."""
