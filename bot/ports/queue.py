"""The queue of jobs to be submitted, as it is stored."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.jobs import Failure, FailureCode, Job
from bot.domain.leases import Fence
from bot.domain.queue import Claim
from bot.domain.submit_window import WindowChange, unchanged


class QueueStore(Protocol):
    """Claims on queued jobs, and what came of their submits. A late or repeated move does nothing.

    Methods that take a `fence` decide, and raise LostLeaseError if another process leads by now.
    Those that take an `attempt` report: they change the job only while that claim is the latest
    one, whoever leads. Each changes the submit window in the same transaction.
    """

    async def take_over(self, fence: Fence, *, now: datetime) -> int:
        """Put what former leaders left submitting to unknown; count it.

        If there is any, the window closes, once for all of it.
        """

    async def leave(self, fence: Fence, *, now: datetime) -> int:
        """Put what is still submitting under `fence` to unknown, as `take_over` would; count it."""

    async def claim(
        self,
        fence: Fence,
        *,
        holding: Collection[str],
        slots: int,
        hooked: bool,
        now: datetime,
        platforms: Collection[str] | None = None,
    ) -> Claim:
        """Move as many queued jobs to submitting as the window has room for, each with a slot.

        Fewest jobs in flight for that person first, then the oldest; jobs that the provider
        sent back go before all. Slots are 1…`slots`; `hooked` says whether the submits will carry a
        callback address. `holding` names the jobs whose submits are under way: others under this
        fence were claimed by a call whose answer was lost. They were not submitted, and go back
        first. `platforms` are those that are set: jobs of others stay in the queue. None: all.
        """

    async def record_accepted(
        self, job_id: str, *, attempt: int, task_id: str, next_poll_at: datetime, now: datetime
    ) -> Job | None:
        """The provider took the job: running. Overrides a task id adopted from a callback."""

    async def record_not_started(
        self, job_id: str, *, attempt: int, now: datetime, change: WindowChange = unchanged
    ) -> Job | None:
        """Nothing was started: back to the head of the queue, slot freed.

        A discarded job is cancelled instead. `change` is what it means for the window.
        """

    async def record_account_refused(
        self, job_id: str, *, attempt: int, code: FailureCode, now: datetime
    ) -> Job | None:
        """The provider refused the account, or our key: failed, and nobody submits for a while.

        A job that was to find out whether the account can be used again goes back to the queue.
        """

    async def record_refused(
        self, job_id: str, *, attempt: int, failure: Failure, now: datetime
    ) -> Job | None:
        """The provider refused the job: failed, slot freed, delivery pending."""

    async def record_lost(self, job_id: str, *, attempt: int, now: datetime) -> Job | None:
        """The answer is lost: unknown, slot kept; nobody claims for 1, 2, 4 … 60 s.

        Without a callback address nothing can resolve it, so the person is told now.
        """
