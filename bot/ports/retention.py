"""What is to end or to be forgotten with time."""

from datetime import datetime
from typing import Protocol

from bot.domain.jobs import Job
from bot.domain.leases import Fence


class RetentionStore(Protocol):
    """Jobs that waited too long, and what is kept no longer."""

    async def expire_queued(
        self, fence: Fence, *, created_before: datetime, now: datetime
    ) -> list[Job]:
        """Fail jobs that waited in the queue since before `created_before`.

        Raises:
            LostLeaseError: another process leads by now.
        """

    async def drop_finished(self, *, finished_before: datetime, limit: int) -> int:
        """Drop up to `limit` jobs, the oldest first, that ended before this; count them.

        None whose result is still to be posted, and none whose group is not all over and as old.
        """

    async def erase_reply_tokens(self, *, now: datetime) -> int:
        """Erase the reply tokens that have ended; count them."""
