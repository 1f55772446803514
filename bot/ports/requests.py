"""Taking in requests, as it is stored."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.jobs import Job, NewJob
from bot.domain.people import Usage
from bot.domain.queue import QueuePlace


class RequestStore(Protocol):
    """What a person asks for, and takes back. A repeated call changes nothing."""

    async def add(
        self,
        new: Sequence[NewJob],
        *,
        admit: Callable[[Usage], None],
        check_receipt: Callable[[], bool] = lambda: False,
        slots: int,
        now: datetime,
        claimable_at: datetime,
    ) -> tuple[tuple[Job, ...], QueuePlace]:
        """Store queued jobs of one command, all or none.

        If the first one's `source_key` is known, the jobs that the command made before are given
        instead. `admit` sees the usage in the same transaction and raises to keep new jobs out;
        its exception passes through, and nothing is stored. So does `check_receipt`, which is
        called last; it says whether the placeholder goes into the outbox at once.
        """

    async def of_command(self, source_key: str) -> tuple[Job, ...]:
        """Return the jobs that a command made, by the first one's `source_key`; none if none."""

    async def mark_answered(
        self, job_id: str, *, placeholder_id: str | None, now: datetime
    ) -> None:
        """Note that the person has the placeholder of the job and its group: they may start."""

    async def cancel_unanswered(self, job_id: str, *, now: datetime) -> int:
        """Cancel the queued job, and its group, whose command nobody answered; count them."""

    async def cancel(self, job_id: str, *, now: datetime) -> int:
        """Cancel the job and its group as far as they are queued; count them."""

    async def discard(self, job_id: str, *, now: datetime) -> int:
        """Keep the results of the job and its group, as far as in flight, from being posted."""

    async def usage(self, person: Person, *, now: datetime) -> Usage:
        """Count what stands against the limits of a person."""
