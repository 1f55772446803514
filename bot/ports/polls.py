"""The status polls of jobs in flight, as they are stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.jobs import Job, TaskReport
from bot.domain.leases import Fence


class PollStore(Protocol):
    """Jobs in flight: when to ask about them, and what the answers say.

    Methods that take a `fence` raise LostLeaseError if another process leads by now.
    """

    async def to_poll(self, *, now: datetime, limit: int) -> list[Job]:
        """Return the jobs with a task id in flight, most overdue first; none while no poll is due.

        One call asks about all of them, so those that are not due yet cost nothing more.
        """

    async def next_poll_at(self) -> datetime | None:
        """When the next poll or deadline is due; None when nothing is in flight."""

    async def poll_all_now(self, fence: Fence, *, now: datetime) -> None:
        """Make every job in flight due (after a start)."""

    async def record_poll(
        self,
        fence: Fence,
        reports: Sequence[TaskReport],
        *,
        next_polls: Mapping[str, datetime],
        asked_at: datetime,
        now: datetime,
    ) -> list[Job]:
        """Settle the jobs of all finished tasks and return those that this ended.

        `next_polls` says when the jobs that were due are due next if they go on.
        A job whose first callback came after `asked_at` is due at once: the answer may be older.
        """

    async def fail_overdue(
        self, fence: Fence, *, now: datetime, give_up_before: datetime
    ) -> list[Job]:
        """Fail the jobs past their deadline.

        One with a task id only after a status poll later than its deadline, unless the deadline
        was before `give_up_before` (the provider has not answered any poll since).
        """
