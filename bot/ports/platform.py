"""What a chat platform brings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.deliveries import Delivery, Part, PendingAnswer
from bot.domain.jobs import GroupProgress, Job
from bot.domain.pictures import FetchedImage


class PostLog(Protocol):
    """The durable record of one delivery's messages, bound to our claim on it."""

    @property
    def delivery(self) -> Delivery:
        """The delivery as last recorded."""

    async def start_part(
        self, number: int, images: Sequence[int], *, is_direct: bool = False
    ) -> Part:
        """Note, before sending, that message `number` will carry these images.

        A repeat may change the images, and keeps the time of the first start. `is_direct`: it
        certainly does not stand where it was asked for, and goes to the person from now on.

        Raises:
            LostLeaseError: another process has taken over; send nothing.
        """

    async def finish_part(self, number: int, *, message_id: str, channel_id: str) -> None:
        """Note the message that stands in the channel."""

    async def reopen_part(self, number: int) -> None:
        """Note that the message shows something else by now; it is missing again.

        Raises:
            LostLeaseError: another process has taken over.
        """


class Progress(Protocol):
    """Tells people how their jobs go."""

    async def before_posted(self, job: Job) -> None:
        """Prepare for a result being recorded as posted: its messages stand. Never fails."""


class Platform(Protocol):
    """A chat platform as the core sees it."""

    name: str  # as in Person.platform and Conversation.platform

    async def wait_until_usable(self) -> None:
        """Wait until messages can be sent."""

    async def deliver(
        self, job: Job, images: Sequence[FetchedImage], log: PostLog
    ) -> datetime | None:
        """Post the finished job into its channel, exactly once, and remove the placeholder.

        May be called again after a crash at any point; `log.delivery.parts` tells what was done.
        Gives None when it is over, else when to call again: the result stands, and its place is to
        be looked at once more.

        Raises:
            UndeliverableError: it can never be posted there.
            DeliveryDelayedError: not now; call again later.
        """

    async def show_progress(
        self, job: Job, progress: GroupProgress, *, noted_at: datetime
    ) -> datetime | None:
        """Bring the placeholder of the job, or of its group, up to date with what was noted then.

        A complete group's placeholder goes. Best effort: never raises for the platform's sake.
        Gives None when it is over, else when to call again: what was begun before, or this change
        itself, may come about late and cover up what is shown for good.
        """

    async def take_back(self, pending_answer: PendingAnswer) -> None:
        """Say that nothing came of a command, if the person still waits for an answer.

        Raises:
            DeliveryDelayedError: not now; call again later.
        """

    async def tell_done(self, job: Job, delivery: Delivery) -> None:
        """Tell the person by direct message that a result stands in its channel. Best effort."""

    async def publish(self, links: Collection[str], *, person: Person) -> Mapping[str, str]:
        """Return links for the provider to pictures that this person attached to a request.

        Either all are published or none. Takes a second or more.

        Raises:
            UserError: one is no picture, too large, gone, or one too many; the text says which.
        """

    async def current_links(
        self, links: Collection[str], *, asked_at: datetime | None = None
    ) -> Mapping[str, str | None]:
        """Return where the picture behind each link is now; None: the link is known to be dead.

        `asked_at` is when a prompt that is repeated was sent off first.
        """

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        """Whether the person belongs to one of these tenants. Used for direct messages."""
