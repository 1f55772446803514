"""What must still be shown to somebody, as it is stored.

Whatever changes a job writes the entry in the same transaction.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.outbox import OutboxEntry


class OutboxStore(Protocol):
    """What must still be shown to somebody; whatever changes a job writes it, as one transaction.

    Entries of one platform at a time: its leader alone works on them.
    """

    async def due(
        self,
        platform: str,
        *,
        now: datetime,
        limit: int,
        but_keys: Collection[str] = (),
        but_conversations: Collection[str] = (),
    ) -> list[OutboxEntry]:
        """Return entries that are due, the longest due first, without those that are excluded."""

    async def drop(self, entry: OutboxEntry) -> bool:
        """Note that it was shown. A later version stays; False: there is one, or it is gone."""

    async def postpone(self, entry: OutboxEntry, *, due_at: datetime, now: datetime) -> None:
        """Count an attempt at it, and let it be due later. A later version is left as it is."""
