"""The posting of results, as it is stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import Delivery
from bot.domain.jobs import Job
from bot.ports.leases import ClaimStore


class DeliveryStore(ClaimStore, Protocol):
    """Deliveries and their moves; a fence works as in `QueueStore`."""

    async def claim(
        self,
        *,
        owner: str,
        lease_until: datetime,
        busy_channels: Collection[str],
        limit: int,
        now: datetime,
        holding: Collection[str] | None = None,
    ) -> list[tuple[Delivery, Job]]:
        """Take due deliveries, oldest first, at most one a channel and none for `busy_channels`.

        `holding` names all jobs whose deliveries the owner knows to hold: they are not given again,
        even if it slept through their leases. Others of its own were claimed by a call whose answer
        was lost, and are due again.
        """

    async def start_part(
        self,
        job_id: str,
        *,
        fence: int,
        number: int,
        images: Sequence[int],
        now: datetime,
        is_direct: bool = False,
    ) -> Delivery:
        """Note that message `number` is about to be sent with these images.

        A repeat keeps the time of the first start there; of a message that stands nothing changes,
        and one that goes to the person directly does so for good.

        Raises:
            LostLeaseError: another process has taken the delivery over; send nothing.
        """

    async def finish_part(
        self,
        job_id: str,
        *,
        fence: int,
        number: int,
        message_id: str,
        channel_id: str,
        now: datetime,
    ) -> Delivery:
        """Note the message that carries part `number`, and that it stands now.

        Raises:
            LostLeaseError: another process has taken the delivery over.
        """

    async def reopen_part(self, job_id: str, *, fence: int, number: int) -> Delivery:
        """Note that no message carries part `number` any more: it is to be posted again.

        Raises:
            LostLeaseError: another process has taken the delivery over.
        """

    async def record_sent(self, job_id: str, *, fence: int, now: datetime) -> None:
        """All parts stand in the channel; a placeholder of this job alone is gone.

        This, and the two below, may be repeated, in case the answer was lost.

        Raises:
            LostLeaseError: another process has taken the delivery over.
        """

    async def record_undeliverable(
        self, job_id: str, *, fence: int, reason: str, now: datetime
    ) -> None:
        """It can never be posted; the result stays with the job."""

    async def record_delayed(self, job_id: str, *, fence: int, next_attempt_at: datetime) -> None:
        """Try again later."""

    async def end_leases_but(self, owner: str, *, now: datetime) -> None:
        """End the leases of all other owners, which are known dead."""

    async def get(self, job_id: str) -> Delivery | None:
        """Return the delivery of a job, or None."""
