"""How far jobs are, as it is stored."""

from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.jobs import GroupProgress, Job
from bot.domain.queue import QueuePlace, QueueState, QueueStats


class ProgressStore(Protocol):
    """How far jobs, their groups and the queue are. Reads only."""

    async def get(self, job_id: str) -> Job | None:
        """Return the job, or None."""

    async def group_progress(self, job_id: str) -> GroupProgress:
        """How far the job and its group are."""

    async def queue_state(self, person: Person | None = None) -> QueueState:
        """Count what waits and runs, of one person or of all."""

    async def queue_stats(self, *, slots: int, now: datetime) -> QueueStats:
        """Count what an operator watches; cheap at any length of the queue's history."""

    async def place(self, person: Person, *, slots: int) -> QueuePlace:
        """Return the place in the queue that a new job of this person would have."""
