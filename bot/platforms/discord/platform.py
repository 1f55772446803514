"""Discord as services see it: `ports.Platform`."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.conversations import Person
from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.interactions.attachments import link_end, on_cdn
from bot.platforms.discord.membership import Membership


class DiscordPlatform:
    """Answers what services ask about people and pictures, over REST alone."""

    name = "discord"
    title = "Discord"

    def __init__(self, bot: ImagineBot) -> None:
        """Ask with the authority of `bot`, once that is logged in."""
        self._bot = bot
        self._membership = Membership(bot)

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        """See `ports.Platform.is_member`."""
        return await self._membership.is_in_any(person.id, tenant_ids)

    async def fetch(self, link: str) -> tuple[bytes, str]:
        """See `ports.Platform.fetch`."""
        return await self._bot.images.fetch(on_cdn(self._bot.cdn_url, link))

    def link_end(self, link: str, asked_at: datetime | None) -> datetime | None:
        """See `ports.Platform.link_end`."""
        return link_end(self._bot.cdn_url, link, asked_at)
