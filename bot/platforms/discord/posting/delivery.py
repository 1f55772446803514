"""Discord as the core sees it: `ports.Platform`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import discord
import structlog

from bot.domain.conversations import Person
from bot.domain.deliveries import Delivery, PendingAnswer
from bot.domain.errors import DeliveryDelayedError, UndeliverableError
from bot.domain.jobs import GroupProgress, Job, JobStatus
from bot.domain.pictures import FetchedImage
from bot.domain.texts import msg
from bot.platforms.discord.bot import ImagineBot
from bot.platforms.discord.calls import discord_call, reason_of
from bot.platforms.discord.cards.links import message_url
from bot.platforms.discord.cards.markdown import Markdown, render
from bot.platforms.discord.interactions.attachments import publish_attachments
from bot.platforms.discord.membership import Membership
from bot.platforms.discord.posting.pending_answers import take_back
from bot.platforms.discord.posting.posting import Posting
from bot.ports.platform import PostLog

log = structlog.get_logger(__name__)


class DiscordPlatform:
    """Posts results into Discord's channels, over REST alone."""

    name = "discord"

    def __init__(self, bot: ImagineBot) -> None:
        """Post with the authority of `bot`, once that is logged in."""
        self._bot = bot
        self._membership = Membership(bot)

    async def wait_until_usable(self) -> None:
        """Wait for the login; the gateway is not needed."""
        await self._bot.usable.wait()

    async def deliver(
        self, job: Job, images: Sequence[FetchedImage], log: PostLog
    ) -> datetime | None:
        """See `ports.Platform.deliver`."""
        posting = Posting(self._bot, job=job, images=images, post_log=log)
        try:
            with self._bot.placeholders.delivering(job):
                return await posting.complete()
        except discord.HTTPException as error:
            raise UndeliverableError(reason_of(error)) from error

    async def show_progress(
        self, job: Job, progress: GroupProgress, *, noted_at: datetime
    ) -> datetime | None:
        """See `ports.Platform.show_progress`."""
        return await self._bot.placeholders.show(job, progress, noted_at=noted_at)

    async def take_back(self, pending_answer: PendingAnswer) -> None:
        """See `ports.Platform.take_back`."""
        await take_back(self._bot, pending_answer)

    async def tell_done(self, job: Job, delivery: Delivery) -> None:
        """See `ports.Platform.tell_done`."""
        link = message_url(job, delivery)
        if link is None:
            return
        try:
            async with discord_call(self._bot.discord_timings.call_timeout_s):
                channel = await self._bot.create_dm(discord.Object(job.origin.person.id))
                await channel.send(_done(job, link), nonce=f"{job.group_id or job.id}.done")
        except (discord.HTTPException, DeliveryDelayedError) as error:
            log.info("not_told_by_direct_message", job_id=job.id, error=type(error).__name__)

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


def _done(job: Job, link: str) -> str:
    link = Markdown(link)  # our own: it is there to be followed
    if job.status is JobStatus.SUCCEEDED:
        return render(msg("Your pictures are ready: {link}", link=link), job.origin.locale)
    return render(msg("Your pictures didn't work out: {link}", link=link), job.origin.locale)
