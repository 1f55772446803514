"""What is recorded of a result's messages: before each is sent, and afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.deliveries import Delivery, Part
from bot.domain.leases import Fence
from bot.domain.messages import Message
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.services.retrying import retrying


class PartStandsError(Exception):
    """A message that was to be sent stands, or stood: somebody was seen at it."""


@dataclass(kw_only=True, eq=False)
class RecordedParts:
    """The messages of one result, as the store knows them during one attempt."""

    delivery: Delivery
    deliveries: DeliveryStore
    clock: Clock
    fence: Fence

    @property
    def missing(self) -> list[Part]:
        """Those that were begun and do not stand as far as we know."""
        return [part for part in self.delivery.parts if part.message_id is None]

    @property
    def in_placeholder(self) -> Part | None:
        """The one that took the placeholder's place."""
        return next((part for part in self.delivery.parts if part.is_in_placeholder), None)

    async def start(self, number: int, images: Sequence[int], *, is_direct: bool = False) -> Part:
        """Note that a message is about to be sent, and return it.

        Raises:
            PartStandsError: it stands.
            LostLeaseError: another process has taken over; send nothing.
        """
        self.delivery = await self.deliveries.start_part(
            self.delivery.job_id,
            fence=self.fence,
            number=number,
            images=images,
            now=self.clock.now(),
            is_direct=is_direct,
        )
        part = self._part(number)
        if part.message_id is not None:
            raise PartStandsError
        return part

    async def check_unseen(self, number: int) -> None:
        """Make sure that a message that is not there was not deleted by somebody meanwhile.

        Raises:
            PartStandsError: somebody was seen at it.
        """
        found = await self.deliveries.get(self.delivery.job_id)
        part = None if found is None else found.part(number)
        if found is not None and part is not None and part.message_id is not None:
            self.delivery = found
            raise PartStandsError

    async def clear(self, number: int) -> int:
        """Note that the latest attempt at a message certainly sent nothing; return its number."""
        attempt = self._part(number).attempt
        self.delivery = await self.deliveries.clear_attempt(
            self.delivery.job_id, number=number, attempt=attempt
        )
        return attempt

    async def finish(self, number: int, message: Message, *, is_in_placeholder: bool) -> None:
        """Note the message that stands; nobody else knows of it."""
        attempt, now = self._part(number).attempt, self.clock.now()
        self.delivery = await retrying(
            lambda: self.deliveries.finish_part(
                self.delivery.job_id,
                number=number,
                attempt=attempt,
                message_id=message.id,
                conversation_id=message.conversation.id,
                is_in_placeholder=is_in_placeholder,
                now=now,
            )
        )

    async def reopen(self, number: int) -> None:
        """Note that no message carries this part any more: it is to be posted again."""
        self.delivery = await self.deliveries.reopen_part(
            self.delivery.job_id, fence=self.fence, number=number
        )

    def _part(self, number: int) -> Part:
        part = self.delivery.part(number)
        assert part is not None, "it was begun"
        return part
