"""Discord's messages as the core sees them, over REST alone."""

from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import structlog

from bot.domain.conversations import Conversation, ConversationKind, Person
from bot.domain.deliveries import DELETED_MESSAGE
from bot.domain.errors import (
    DeliveryError,
    DeniedError,
    MessageGoneError,
    MessageInDoubtError,
    MessageTooLargeError,
    UndeliverableError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.platforms.discord.calls import (
    discord_call,
    is_message_gone,
    is_too_large,
    lacks_access,
    reason_of,
)
from bot.platforms.discord.cards.custom_ids import card_mark
from bot.platforms.discord.cards.layouts import custom_ids
from bot.platforms.discord.messenger.history import find_card
from bot.platforms.discord.messenger.placeholder import PlaceholderMessage
from bot.platforms.discord.messenger.rendering import message_fields
from bot.ports.messenger import Content, MessengerLimits, Placeholder, ProgressContent

if TYPE_CHECKING:  # the bot's module needs this package
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

MAX_PICTURES = 10  # of one gallery, and of one message's attachments
# Discord takes 10 MiB a file everywhere (more only in boosted guilds) and 25 MiB a request, of
# which the multipart frame and the card need a little.
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_MESSAGE_BYTES = 24 * 1024 * 1024
NONCE_LIFE = timedelta(minutes=2)  # Discord promises "a few minutes"


class DiscordMessenger:
    """`ports.Messenger` for Discord. It remembers nothing between calls."""

    platform = "discord"

    def __init__(self, bot: "ImagineBot") -> None:
        """Speak with the authority of `bot`, once that is logged in."""
        self._bot = bot
        self.limits = MessengerLimits(
            max_pictures=MAX_PICTURES,
            max_file_bytes=MAX_FILE_BYTES,
            max_message_bytes=MAX_MESSAGE_BYTES,
            repeats_suppressed_for=NONCE_LIFE,
            can_replace_with_result=True,
            edit_settles_within=bot.discord_timings.edit_settles_within,
        )

    async def ready(self) -> None:
        """Wait for the login; the gateway is not needed."""
        await self._bot.usable.wait()

    async def send(self, conversation: Conversation, content: Content, *, key: str) -> Message:
        """See `ports.Messenger.send`. Of a message that somebody deleted since, the id is unknown.

        Raises:
            UndeliverableError: it is refused for a reason that holds in other places, too.
        """
        try:
            async with discord_call(self._bot.discord_timings.send_timeout_s) as requests:
                sent = await self._channel(conversation).send(**message_fields(content), nonce=key)
        except discord.HTTPException as error:
            if is_message_gone(error):  # Discord knows the nonce, but not the message any more
                return Message(conversation=conversation, id=DELETED_MESSAGE)
            if requests.in_doubt:  # an earlier one of the call, which discord.py repeated
                raise MessageInDoubtError(reason_of(error)) from error
            raise _refusal(error) from error
        return Message(conversation=conversation, id=str(sent.id))

    async def find(
        self, conversation: Conversation, *, key: str, placeholder: Placeholder
    ) -> Message | None:
        """See `ports.Messenger.find`."""
        assert self._bot.user is not None  # known since the login
        message_id = await find_card(
            self._channel(conversation),
            mark=_mark_of(key),
            after=PlaceholderMessage(self._bot, placeholder).anchor,
            author_id=self._bot.user.id,
            is_direct=conversation.kind is ConversationKind.DIRECT,
            timeout_s=self._bot.discord_timings.send_timeout_s,
        )
        return None if message_id is None else Message(conversation=conversation, id=message_id)

    async def replace(
        self, placeholder: Placeholder, content: Content, *, key: str, by_token: bool = False
    ) -> Message:
        """See `ports.Messenger.replace`."""
        message, timings = PlaceholderMessage(self._bot, placeholder), self._bot.discord_timings
        log.debug("replacing_placeholder", key=key)
        if isinstance(content, ProgressContent):
            async with discord_call(timings.placeholder_timeout_s):
                message_id = await message.edit(
                    content, timeout_s=timings.call_timeout_s, by_token=by_token
                )
        else:
            message_id = await message.edit(
                content, timeout_s=timings.send_timeout_s, by_token=by_token
            )
        return Message(conversation=placeholder.origin.conversation, id=message_id)

    async def shows(self, placeholder: Placeholder, *, key: str) -> Message | None:
        """See `ports.Messenger.shows`."""
        try:
            message = await PlaceholderMessage(self._bot, placeholder).fetch()
        except DeniedError as error:
            raise UnreadableError(error.reason) from error
        if _mark_of(key) not in custom_ids(message):
            return None
        return Message(conversation=placeholder.origin.conversation, id=str(message.id))

    async def delete(self, placeholder: Placeholder) -> None:
        """See `ports.Messenger.delete`."""
        try:
            await PlaceholderMessage(self._bot, placeholder).delete()
        except (MessageGoneError, DeniedError) as error:
            log.info("placeholder_not_deleted", reason=str(error))

    async def direct(self, person: Person) -> Conversation:
        """See `ports.Messenger.direct`."""
        try:
            timeout_s = self._bot.discord_timings.call_timeout_s
            async with discord_call(timeout_s, changes_nothing=True):
                channel = await self._bot.create_dm(discord.Object(int(person.id)))
        except discord.HTTPException as error:
            raise DeniedError(reason_of(error)) from error
        return Conversation(
            platform=self.platform,
            tenant_id=None,
            id=str(channel.id),
            kind=ConversationKind.DIRECT,
        )

    def _channel(self, conversation: Conversation) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(int(conversation.id))


def _mark_of(key: str) -> str:
    """Return the custom id that only the message with this key carries."""
    job_id, number = key.removesuffix("d").split(".")
    return card_mark(job_id, int(number))


def _refusal(error: discord.HTTPException) -> DeliveryError:
    if is_too_large(error):
        return MessageTooLargeError(reason_of(error))
    if lacks_access(error):
        return DeniedError(reason_of(error))
    return UndeliverableError(reason_of(error))
