"""Discord's messages as the core sees them, over REST alone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

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
    UnexplainedError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.domain.views import Notice, View
from bot.platforms.discord.connection.calls import (
    discord_call,
    is_message_gone,
    is_too_large,
    is_unexplained,
    lacks_access,
    reason_of,
)
from bot.platforms.discord.messenger.history import carries, find_message
from bot.platforms.discord.messenger.links import address_of
from bot.platforms.discord.messenger.placeholder import PlaceholderMessage
from bot.platforms.discord.names import PLATFORM
from bot.platforms.discord.rendering import files_of, render_notice, render_view, rings
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.clock import Clock
from bot.ports.messenger import MessengerLimits, Placeholder, always
from bot.screens import actions

log = structlog.get_logger(__name__)

MAX_PICTURES = 10  # of one gallery, and of one message's attachments
# Discord takes 10 MiB a file everywhere (more only in boosted guilds) and 25 MiB a request, of
# which the multipart frame and the card need a little.
MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_MESSAGE_BYTES = 24 * 1024 * 1024
NONCE_LIFE = timedelta(minutes=2)  # Discord promises "a few minutes"


class DiscordMessenger:
    """`ports.Messenger` for Discord. It remembers nothing between calls."""

    platform = PLATFORM

    def __init__(
        self,
        client: discord.Client,
        *,
        ready: Callable[[], Awaitable[object]],
        clock: Clock,
        timings: DiscordTimings,
    ) -> None:
        """Speak with the authority of `client`; `ready` waits until it is logged in."""
        self._client = client
        self._ready = ready
        self._clock = clock
        self._timings = timings
        self.limits = MessengerLimits(
            max_pictures=MAX_PICTURES,
            max_file_bytes=MAX_FILE_BYTES,
            max_message_bytes=MAX_MESSAGE_BYTES,
            repeats_suppressed_for=NONCE_LIFE,
            send_settles_within=timedelta(0),
            can_replace_with_result=True,
            sends_placeholders=False,
            edit_settles_within=timings.edit_settles_within,
        )

    async def ready(self) -> None:
        """Wait for the login; the gateway is not needed."""
        await self._ready()

    async def send(
        self,
        conversation: Conversation,
        what: View | Notice,
        *,
        key: str,
        check: Callable[[], None] = always,
    ) -> Message:
        """See `ports.Messenger.send`. Of a message that was deleted since, the id is unknown.

        Raises:
            UndeliverableError: it is refused for a reason that holds in other places, too.
            UnexplainedError: it is refused, and not in Discord's words.
        """
        try:
            async with discord_call(self._timings.send_timeout_s) as requests:
                check()
                sent = await self._channel(conversation).send(**_fields(what), nonce=key)
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
        assert self._client.user is not None  # known since the login
        message_id = await find_message(
            self._channel(conversation),
            mark=_mark_of(key),
            after=self._placeholder(placeholder).anchor,
            author_id=self._client.user.id,
            is_direct=conversation.kind is ConversationKind.DIRECT,
            timeout_s=self._timings.send_timeout_s,
        )
        return None if message_id is None else Message(conversation=conversation, id=message_id)

    async def replace(
        self, placeholder: Placeholder, view: View, *, key: str, by_token: bool = False
    ) -> Message:
        """See `ports.Messenger.replace`."""
        log.debug("replacing_placeholder", key=key)
        message, timings = self._placeholder(placeholder), self._timings
        if view.pictures:
            message_id = await message.edit(
                view, timeout_s=timings.send_timeout_s, by_token=by_token
            )
        else:
            async with discord_call(timings.placeholder_timeout_s):
                message_id = await message.edit(
                    view, timeout_s=timings.call_timeout_s, by_token=by_token
                )
        return Message(conversation=placeholder.origin.conversation, id=message_id)

    async def shows(self, placeholder: Placeholder, *, key: str) -> Message | None:
        """See `ports.Messenger.shows`."""
        try:
            message = await self._placeholder(placeholder).fetch()
        except DeniedError as error:
            raise UnreadableError(error.reason) from error
        if not carries(message, _mark_of(key)):
            return None
        return Message(conversation=placeholder.origin.conversation, id=str(message.id))

    async def delete(self, placeholder: Placeholder) -> None:
        """See `ports.Messenger.delete`."""
        try:
            await self._placeholder(placeholder).delete()
        except (MessageGoneError, DeniedError) as error:
            log.info("placeholder_not_deleted", reason=str(error))

    async def direct(self, person: Person) -> Conversation:
        """See `ports.Messenger.direct`."""
        try:
            timeout_s = self._timings.call_timeout_s
            async with discord_call(timeout_s, changes_nothing=True):
                channel = await self._client.create_dm(discord.Object(int(person.id)))
        except discord.HTTPException as error:
            if is_unexplained(error):
                raise UnexplainedError(reason_of(error)) from error
            raise DeniedError(reason_of(error)) from error
        return Conversation(
            platform=self.platform, tenant_id=None, id=str(channel.id), kind=ConversationKind.DIRECT
        )

    def address(self, message: Message) -> str:
        """See `ports.Messenger.address`."""
        return address_of(message)

    def _placeholder(self, placeholder: Placeholder) -> PlaceholderMessage:
        return PlaceholderMessage(
            self._client, placeholder, clock=self._clock, timings=self._timings
        )

    def _channel(self, conversation: Conversation) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(int(conversation.id))


def _mark_of(key: str) -> str:
    """Return the custom id that only the message with this key carries."""
    job_id, number = key.removesuffix("d").split(".")
    return str(actions.part_mark(job_id, int(number)))


def _fields(what: View | Notice) -> dict[str, Any]:
    """Return a new message as keywords of one send; discord.py closes the files."""
    if isinstance(what, Notice):
        return render_notice(what)
    return {"view": render_view(what), "files": files_of(what), "allowed_mentions": rings(what)}


def _refusal(error: discord.HTTPException) -> DeliveryError:
    if is_too_large(error):
        return MessageTooLargeError(reason_of(error))
    if is_unexplained(error):
        return UnexplainedError(reason_of(error))
    if lacks_access(error):
        return DeniedError(reason_of(error))
    return UndeliverableError(reason_of(error))
