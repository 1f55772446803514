"""The posting of results, as it is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import Delivery
from bot.domain.leases import Fence
from bot.domain.outbox import OutboxEntry


class DeliveryStore(Protocol):
    """The messages of each result: recorded before they are sent, completed afterwards.

    What decides that something is sent checks the fence of the platform's leader. What reports on
    a call that was made checks the part's own attempt, and is accepted from a former leader too.
    """

    async def get(self, job_id: str) -> Delivery | None:
        """Return the delivery of a job; None while nothing of it was begun."""

    async def start_part(
        self,
        job_id: str,
        *,
        fence: Fence,
        number: int,
        images: Sequence[int],
        now: datetime,
        is_direct: bool = False,
    ) -> Delivery:
        """Note that message `number` is about to be sent with these images: a new attempt at it.

        A repeat keeps the time of the first attempt whose outcome is not known. Of a message that
        stands nothing changes, and one that goes to the person directly does so for good.

        Raises:
            LostLeaseError: another process has taken over; send nothing.
        """

    async def finish_part(
        self,
        job_id: str,
        *,
        number: int,
        attempt: int,
        message_id: str,
        conversation_id: str,
        now: datetime,
        is_in_placeholder: bool = False,
    ) -> Delivery:
        """Note the message that carries part `number`, and that it stands now. May be repeated.

        Raises:
            LostLeaseError: a later attempt was begun.
        """

    async def clear_attempt(self, job_id: str, *, number: int, attempt: int) -> Delivery:
        """Note that this attempt certainly sent nothing.

        A part of which no other attempt is in doubt is forgotten, unless it is direct.

        Raises:
            LostLeaseError: a later attempt was begun.
        """

    async def note_seen(
        self, job_id: str, *, number: int, message_id: str, conversation_id: str, now: datetime
    ) -> Delivery:
        """Note that somebody saw the message that carries part `number`: its post arrived.

        Of a part whose message is known, or that was never begun, nothing changes.
        """

    async def reopen_part(self, job_id: str, *, fence: Fence, number: int) -> Delivery:
        """Note that no message carries part `number` any more: it is to be posted again.

        Raises:
            LostLeaseError: another process has taken over.
        """

    async def record_posted(self, entry: OutboxEntry, *, now: datetime) -> bool:
        """Note that all messages of the result stand, and drop its entry.

        In the same transaction the placeholder of a group is to be shown anew, and the person told
        by direct message if they wish. False: the entry has changed meanwhile, or is gone.
        """

    async def record_undeliverable(self, entry: OutboxEntry, *, reason: str, now: datetime) -> bool:
        """Note that it can never be posted, and drop its entry; the result stays with the job.

        The placeholder is to say so, in the same transaction. False: as for `record_posted`.
        """
