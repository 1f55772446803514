"""Discord as the core sees it: `ports.Platform`."""

from collections.abc import Collection, Sequence

import discord

from bot.errors import UndeliverableError
from bot.models import Delivery, FetchedImage, GroupProgress, Job
from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.calls import reason_of
from bot.platforms.discord.membership import Membership
from bot.platforms.discord.posting import Posting
from bot.ports import PostLog


class DiscordPlatform:
    """Posts results into Discord's channels, over REST alone."""

    name = "discord"

    def __init__(self, bot: ImagineBot) -> None:
        """Post with the authority of `bot`, once that is logged in."""
        self._bot = bot
        self._membership = Membership(bot, bot.clock)

    async def wait_until_usable(self) -> None:
        """Wait for the login; the gateway is not needed."""
        await self._bot.usable.wait()

    async def deliver(self, job: Job, images: Sequence[FetchedImage], log: PostLog) -> None:
        """See `ports.Platform.deliver`."""
        posting = Posting(self._bot, self._bot.clock, job=job, images=images, post_log=log)
        try:
            await posting.complete()
        except discord.HTTPException as error:
            raise UndeliverableError(reason_of(error)) from error

    async def show_progress(self, job: Job, progress: GroupProgress) -> None:
        """See `ports.Platform.show_progress`."""

    async def tell_done(self, job: Job, delivery: Delivery) -> None:
        """See `ports.Platform.tell_done`."""

    async def is_member(self, user_id: str, tenant_ids: Collection[str]) -> bool:
        """See `ports.Platform.is_member`."""
        return await self._membership.is_in_any(user_id, tenant_ids)
