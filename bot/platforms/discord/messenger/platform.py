"""Discord as services and screens see it: `ports.Platform`."""

from collections.abc import Collection
from datetime import datetime

import discord
import structlog

from bot.domain.conversations import Conversation, Person
from bot.domain.errors import DeliveryDelayedError, DeniedError, ReplyLostError, UnreadableError
from bot.domain.messages import Message, SeenPicture
from bot.platforms.discord.connection.calls import discord_call, reason_of
from bot.platforms.discord.messenger.links import address_of, link_end, on_cdn
from bot.platforms.discord.messenger.membership import Membership
from bot.platforms.discord.names import PLATFORM, TITLE
from bot.platforms.discord.rendering.reading import pictures_in
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.clock import Clock
from bot.ports.images import ImageFetcher

log = structlog.get_logger(__name__)


class DiscordPlatform:
    """Answers what is asked about people, messages and their pictures, over REST alone."""

    name = PLATFORM
    title = TITLE
    has_public_files = True

    def __init__(
        self,
        client: discord.Client,
        *,
        images: ImageFetcher,
        cdn_url: str,
        clock: Clock,
        timings: DiscordTimings,
    ) -> None:
        """Ask with the authority of `client`, once that is logged in.

        `cdn_url` is the origin that uploaded files are read back from.
        """
        self._client = client
        self._images = images
        self._cdn_url = cdn_url
        self._timings = timings
        self._membership = Membership(client, clock=clock, timings=timings)

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        """See `ports.Platform.is_member`."""
        return await self._membership.is_in_any(person.id, tenant_ids)

    async def check_may_post(self, conversation: Conversation) -> None:
        """See `ports.Platform.check_may_post`: each interaction has said it already."""

    def address(self, message: Message) -> str | None:
        """See `ports.Platform.address`."""
        return address_of(message)

    async def pictures_of(self, message: Message) -> tuple[SeenPicture, ...]:
        """See `ports.Platform.pictures_of`."""
        try:
            async with discord_call(self._timings.call_timeout_s, changes_nothing=True):
                return pictures_in(await self._at(message).fetch())
        except discord.HTTPException as error:
            raise UnreadableError(reason_of(error)) from error
        except DeliveryDelayedError as error:
            raise UnreadableError(error.reason) from error

    async def fetch(self, link: str) -> tuple[bytes, str]:
        """See `ports.Platform.fetch`."""
        return await self._images.fetch(on_cdn(self._cdn_url, link))

    def link_end(self, link: str, asked_at: datetime | None) -> datetime | None:
        """See `ports.Platform.link_end`."""
        return link_end(self._cdn_url, link, asked_at)

    async def remove(self, message: Message) -> None:
        """See `ports.Platform.remove`."""
        try:
            async with discord_call(self._timings.call_timeout_s):
                await self._at(message).delete()
        except discord.NotFound:
            log.debug("message_gone_already")
        except discord.HTTPException as error:
            raise DeniedError(reason_of(error)) from error
        except DeliveryDelayedError as error:
            raise ReplyLostError(error.reason, platform=self.title) from error

    def _at(self, message: Message) -> discord.PartialMessage:
        channel = self._client.get_partial_messageable(int(message.conversation.id))
        return channel.get_partial_message(int(message.id))
