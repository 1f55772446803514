"""Slack as services and screens see it: `ports.Platform`."""

from collections.abc import Collection
from datetime import datetime

import structlog

from bot.domain.conversations import Conversation, Person
from bot.domain.errors import (
    DeliveryDelayedError,
    MessageGoneError,
    NotSentError,
    ReplyLostError,
    UnreadableError,
)
from bot.domain.messages import Message, SeenPicture
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.ids import PLATFORM, TITLE, team_of
from bot.platforms.slack.messenger.files import Files
from bot.platforms.slack.messenger.messenger import SlackMessenger
from bot.platforms.slack.rendering.reading import pictures_in

log = structlog.get_logger(__name__)


class SlackPlatform:
    """Answers what is asked about people, channels, messages and their pictures."""

    name = PLATFORM
    title = TITLE
    has_public_files = False

    def __init__(self, *, messenger: SlackMessenger, channels: Channels, files: Files) -> None:
        self._messenger = messenger
        self._channels = channels
        self._files = files

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        """See `ports.Platform.is_member`: a person's id says to which workspace they belong."""
        return team_of(person.id) in tenant_ids

    async def check_may_post(self, conversation: Conversation) -> None:
        """See `ports.Platform.check_may_post`."""
        await self._channels.check_may_post(conversation)

    def address(self, message: Message) -> str | None:
        """See `ports.Platform.address`."""
        return self._messenger.address(message)

    async def pictures_of(self, message: Message) -> tuple[SeenPicture, ...]:
        """See `ports.Platform.pictures_of`."""
        try:
            standing = await self._messenger.read(message)
        except NotSentError as error:
            raise UnreadableError(error.reason) from error
        if standing is None:
            raise UnreadableError("the message is gone")
        return pictures_in(standing)

    async def fetch(self, link: str) -> tuple[bytes, str]:
        """See `ports.Platform.fetch`."""
        return await self._files.fetch(link)

    def link_end(self, link: str, asked_at: datetime | None) -> datetime | None:  # noqa: ARG002
        """See `ports.Platform.link_end`; links of Slack's last as long as their files."""
        return None

    async def remove(self, message: Message) -> None:
        """See `ports.Platform.remove`; the files go with it."""
        try:
            await self._messenger.remove(message)
        except MessageGoneError:
            log.debug("message_gone_already")
        except DeliveryDelayedError as error:
            raise ReplyLostError(error.reason, platform=self.title) from error
