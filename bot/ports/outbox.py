"""What must still be shown to somebody, as it is stored."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import OutboxEntry, PendingAnswer


class OutboxStore(Protocol):
    """Notes: what changed about jobs and is not shown yet. The moves of jobs write them."""

    async def entries(
        self, *, busy_channels: Collection[str], but_of: Collection[str], limit: int
    ) -> list[OutboxEntry]:
        """Return the oldest notes, without those of these channels and these placeholders."""

    async def drop_entries(self, entries: Collection[OutboxEntry]) -> None:
        """Drop notes that are worked off; one that was renewed in the meantime stays."""


class PendingAnswerStore(Protocol):
    """Promises that no process may be alive to keep."""

    async def make(self, pending_answer: PendingAnswer, *, now: datetime) -> None:
        """Note a promise. Whoever stops waiting leaves it to be noted all the same."""

    async def take_back(
        self, *, made_before: datetime, now: datetime, limit: int
    ) -> list[PendingAnswer]:
        """Take old promises back: those whose commands have not become jobs never will.

        Gives the oldest of these, as long as nobody noted that the person was told. It says of each
        whether another press became the jobs.
        """

    async def note_told(self, pending_answer: PendingAnswer) -> None:
        """Note that the person knows that it was taken back."""
