"""What services need of a chat platform."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.conversations import Person


class Platform(Protocol):
    """A chat platform as services see it."""

    name: str  # as in `Person.platform`

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
