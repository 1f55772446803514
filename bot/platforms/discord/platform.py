"""Discord as services see it: `ports.Platform`."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.domain.conversations import Person
from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.interactions.attachments import publish_attachments
from bot.platforms.discord.membership import Membership


class DiscordPlatform:
    """Answers what services ask about people and pictures, over REST alone."""

    name = "discord"

    def __init__(self, bot: ImagineBot) -> None:
        """Ask with the authority of `bot`, once that is logged in."""
        self._bot = bot
        self._membership = Membership(bot)

    async def publish(self, links: Collection[str], *, person: Person) -> Mapping[str, str]:
        """See `ports.Platform.publish`."""
        return await publish_attachments(self._bot, links, person=person)

    async def current_links(
        self, links: Collection[str], *, asked_at: datetime | None = None
    ) -> Mapping[str, str | None]:
        """See `ports.Platform.current_links`."""
        return await self._bot.references.current(links, asked_at=asked_at)

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        """See `ports.Platform.is_member`."""
        return await self._membership.is_in_any(person.id, tenant_ids)
