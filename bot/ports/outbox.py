"""What must still be shown to somebody, as it is stored."""

from collections.abc import Collection
from typing import Protocol

from bot.domain.deliveries import OutboxEntry


class OutboxStore(Protocol):
    """What changed about jobs and is not shown yet. Each change of a job writes its entry."""

    async def entries(
        self, *, busy_channels: Collection[str], but_of: Collection[str], limit: int
    ) -> list[OutboxEntry]:
        """Return the oldest entries, without those of these channels and these placeholders."""

    async def drop_entries(self, entries: Collection[OutboxEntry]) -> None:
        """Drop entries that were shown; one that was renewed in the meantime stays."""
