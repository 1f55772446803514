"""The provider's callbacks, as they are stored."""

from datetime import datetime
from typing import Protocol


class CallbackStore(Protocol):
    """What callbacks say about jobs."""

    async def note_callback(self, job_id: str, *, task_id: str | None, now: datetime) -> bool:
        """Make a callback durable: adopt its task id if we have none, poll at once.

        Repeats, and callbacks for a job that is over, change nothing. False: no such job.
        """
