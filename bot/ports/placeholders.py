"""The placeholders that the outbox sends, as they are stored."""

from datetime import datetime
from typing import Protocol

from bot.domain.leases import Fence


class PlaceholderStore(Protocol):
    """Which placeholder stands, or may stand: noted before it is sent, and afterwards."""

    async def start(self, job_id: str, *, fence: Fence, now: datetime) -> None:
        """Note that the placeholder of a job is about to be sent: from now on it may stand.

        Raises:
            LostLeaseError: another process has taken over; send nothing.
        """

    async def clear(self, job_id: str) -> None:
        """Note that it was certainly not sent."""

    async def finish(self, job_id: str, *, message_id: str) -> None:
        """Note the message that is the placeholder of the job and its group."""
