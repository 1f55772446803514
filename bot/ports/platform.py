"""What services and screens need of a chat platform, beside its messages."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Person
from bot.domain.messages import Message, SeenPicture


class Platform(Protocol):
    """A chat platform as the core sees it."""

    name: str  # as in `Person.platform`
    title: str  # as people call it

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

    def address(self, message: Message) -> str | None:
        """Return the address that opens a message; None: there is none that lasts."""

    async def pictures_of(self, message: Message) -> tuple[SeenPicture, ...]:
        """Return the pictures that a message of ours shows.

        Raises:
            UnreadableError: it is gone, or cannot be read now.
        """

    async def fetch(self, link: str) -> tuple[bytes, str]:
        """Download a file that was uploaded to the platform; give its bytes and file extension.

        Whatever host the link names, only the platform's own is asked.

        Raises:
            ImageError: no image, too large, or gone.
        """

    async def remove(self, message: Message) -> None:
        """Remove a message of ours; it may be gone already.

        Raises:
            DeniedError: the bot may not.
        """
