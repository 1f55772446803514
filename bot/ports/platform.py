"""What services and screens need of a chat platform, beside its messages."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Conversation, Person
from bot.domain.messages import Message, SeenPicture


class Platform(Protocol):
    """A chat platform as the core sees it."""

    name: str  # as in `Person.platform`
    title: str  # as people call it
    has_public_files: bool  # whoever has the link of an uploaded file can read it

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        """Whether the person belongs to one of these tenants. Used for direct messages."""

    async def check_may_post(self, conversation: Conversation) -> None:
        """Refuse what could not be posted there, where that can be told before it is tried.

        Raises:
            NotAllowedError: the sentence says what to do.
        """

    def address(self, message: Message) -> str | None:
        """Return the address that opens a message; None: there is none that lasts."""

    async def pictures_of(self, message: Message) -> tuple[SeenPicture, ...]:
        """Return the pictures that a message of ours shows.

        Raises:
            UnreadableError: it is gone, or cannot be read now.
        """

    async def fetch(self, link: str) -> tuple[bytes, str]:
        """Download a file that was uploaded to the platform; return its bytes and file extension.

        Whatever host the link names, only the platform's own is asked.

        Raises:
            NoImageError, TooManyBytesError: it is no image, or too large.
            ImageError: it is gone.
        """

    def link_end(self, link: str, asked_at: datetime | None) -> datetime | None:
        """Return when the link of an uploaded file ends or has ended; None: nobody can tell.

        `asked_at` is when a prompt that holds it was sent off first.
        """

    async def remove(self, message: Message) -> None:
        """Remove a message of ours; it may be gone already.

        Raises:
            DeniedError: the bot may not.
            ReplyLostError: the platform broke down or gave no usable answer.
        """
