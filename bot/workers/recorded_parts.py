"""What is recorded of a result's messages: before each is sent, and afterwards."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

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

    job_id: str
    delivery: Delivery | None
    deliveries: DeliveryStore
    clock: Clock
    fence: Fence

    def __post_init__(self) -> None:
        self.all: tuple[Part, ...] = () if self.delivery is None else self.delivery.parts
        self._unrecorded: Callable[[], Awaitable[Delivery]] | None = None

    @property
    def missing(self) -> list[Part]:
        """Those that were begun and do not stand as far as we know."""
        return [part for part in self.all if part.message_id is None]

    @property
    def in_placeholder(self) -> Part | None:
        """The one that took the placeholder's place."""
        return next((part for part in self.all if part.is_in_placeholder), None)

    @property
    def posted_at(self) -> datetime | None:
        """When the last of them stood."""
        return max((part.posted_at for part in self.all if part.posted_at), default=None)

    async def start(self, number: int, images: Sequence[int], *, is_direct: bool = False) -> Part:
        """Note that a message is about to be sent, and return it.

        Raises:
            PartStandsError: it stands.
            LostLeaseError: another process has taken over; send nothing.
        """
        delivery = await self.deliveries.start_part(
            self.job_id,
            fence=self.fence,
            number=number,
            images=images,
            now=self.clock.now(),
            is_direct=is_direct,
        )
        self.all = delivery.parts
        part = self._part(number)
        if part.message_id is not None:
            raise PartStandsError
        return part

    async def check_unseen(self, number: int) -> None:
        """Make sure that a message that is not there was not deleted by somebody meanwhile.

        Raises:
            PartStandsError: somebody was seen at it.
        """
        delivery = await self.deliveries.get(self.job_id)
        now = None if delivery is None else delivery.part(number)
        if delivery is not None and now is not None and now.message_id is not None:
            self.all = delivery.parts
            raise PartStandsError

    async def clear(self, number: int) -> int:
        """Note that the latest attempt at a message certainly sent nothing; return its number."""
        attempt = self._part(number).attempt
        delivery = await self.deliveries.clear_attempt(self.job_id, number=number, attempt=attempt)
        self.all = delivery.parts
        return attempt

    async def finish(self, number: int, message: Message, *, is_in_placeholder: bool) -> None:
        """Note the message that stands."""
        self._unrecorded = partial(
            self.deliveries.finish_part,
            self.job_id,
            number=number,
            attempt=self._part(number).attempt,
            message_id=message.id,
            conversation_id=message.conversation.id,
            is_in_placeholder=is_in_placeholder,
            now=self.clock.now(),
        )
        await self.catch_up()

    async def catch_up(self) -> None:
        """Record the message that stands and is not recorded; nobody else knows of it."""
        if self._unrecorded is not None:
            self.all = (await retrying(self._unrecorded)).parts
            self._unrecorded = None

    async def reopen(self, number: int) -> None:
        """Note that no message carries this part any more: it is to be posted again."""
        delivery = await self.deliveries.reopen_part(self.job_id, fence=self.fence, number=number)
        self.all = delivery.parts

    def _part(self, number: int) -> Part:
        return next(part for part in self.all if part.number == number)
