"""The queue of jobs to be submitted, as it is stored."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.jobs import Failure, Job
from bot.ports.leases import ClaimStore


class QueueStore(ClaimStore, Protocol):
    """Claims on queued jobs, and what came of their submits. A late or repeated move does nothing.

    Methods that take a `fence` change the job only while that claim is the latest one.
    """

    async def claim(
        self,
        *,
        owner: str,
        lease_until: datetime,
        slots: int,
        limit: int,
        hooked: bool,
        now: datetime,
        holding: Collection[str] | None = None,
        platforms: Collection[str] | None = None,
    ) -> list[Job]:
        """Move up to `limit` queued jobs to submitting, each into a free slot of 1…`slots`.

        Fewest jobs in flight for that person first, then the oldest; jobs that the provider
        sent back go before all. `hooked` says whether the submit will carry a callback address.
        `holding` names all jobs that the owner knows to hold: others of its own were claimed by a
        call whose answer was lost. They were not submitted, and go back first. `platforms` are
        those that are set: jobs of others stay in the queue. None: all.

        None while the pause after a doubtful submit lasts, whoever's that was; then one, while no
        other is being submitted, until `record_accepted` ends this.
        """

    async def expire_leases(self, *, now: datetime, dead_owners_but: str | None = None) -> int:
        """Return up claims whose lease ended: submitting jobs become unknown; count them.

        If there are any, submitting pauses as after `record_lost`.

        With `dead_owners_but`, all leases of other owners end at once (a held SQLite lock
        proves their processes dead).
        """

    async def record_accepted(
        self, job_id: str, *, fence: int, task_id: str, next_poll_at: datetime, now: datetime
    ) -> Job | None:
        """The provider took the job: running. Overrides a task id adopted from a callback."""

    async def record_not_started(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """Nothing was started: back to the head of the queue, slot freed.

        A discarded job is cancelled instead.
        """

    async def record_refused(
        self, job_id: str, *, fence: int, failure: Failure, now: datetime
    ) -> Job | None:
        """The provider refused the job: failed, slot freed, delivery pending."""

    async def record_lost(self, job_id: str, *, fence: int, now: datetime) -> Job | None:
        """The answer is lost: unknown, slot kept; nobody claims for 1, 2, 4 … 60 s.

        Without a callback address nothing can resolve it, so the person is told now.
        """
