"""What must still be shown to somebody, as it is stored."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import Note, Promise


class NoteStore(Protocol):
    """Notes: what changed about jobs and is not shown yet. The moves of `JobStore` write them."""

    async def notes(
        self, *, busy_channels: Collection[str], but_of: Collection[str], limit: int
    ) -> list[Note]:
        """Give the oldest notes, without those of these channels and these placeholders."""

    async def drop_notes(self, notes: Collection[Note]) -> None:
        """Drop notes that are worked off; one that was renewed in the meantime stays."""


class PromiseStore(Protocol):
    """Promises that no process may be alive to keep."""

    async def make(self, promise: Promise, *, now: datetime) -> None:
        """Note a promise. Whoever stops waiting leaves it to be noted all the same."""

    async def take_back(self, *, made_before: datetime, now: datetime, limit: int) -> list[Promise]:
        """Take old promises back: those whose commands have not become jobs never will.

        Gives the oldest of these, as long as nobody noted that the person was told. It says of each
        whether another press became the jobs.
        """

    async def note_told(self, promise: Promise) -> None:
        """Note that the person knows that it was taken back."""
