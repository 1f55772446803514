"""The chat in memory as a platform: `ports.Messenger` and `ports.Platform`."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain import messages
from bot.domain.conversations import Conversation, Person
from bot.domain.deliveries import DELETED_MESSAGE
from bot.domain.errors import (
    DeniedError,
    ImageError,
    MessageGoneError,
    MessageInDoubtError,
    NotSentError,
    UndeliverableError,
    UnreadableError,
)
from bot.domain.views import Notice, View
from bot.ports.clock import Clock
from bot.ports.messenger import Placeholder
from tests.simulation.fault_injection import Border
from tests.simulation.memory_chat import PLATFORM, BusyError, LostError, MemoryChat, Message
from tests.standins.messenger import LIMITS

T = TypeVar("T")

TITLE = "Chat"
TIMEOUTS_S = {"send": 60.0, "replace": 20.0, "answer": 10.0, "look": 10.0}
CALL_TIMEOUT_S = 15.0  # of the others


class Line:
    """One process's connection to the chat."""

    def __init__(self, chat: MemoryChat, border: Border) -> None:
        self.chat = chat
        self._border = border

    async def call(self, name: str, effect: Callable[[], T]) -> T:
        """Let the chat do something, which it may also do when nobody waits for it any more.

        Raises:
            LostError, TimeoutError: nobody knows whether it did.
            BusyError: it did not.
        """
        place = f"chat {name}"
        async with asyncio.timeout(TIMEOUTS_S.get(name, CALL_TIMEOUT_S)):
            await self._border.cross(place, LostError)
            result = await self.chat.late_calls.run(self.chat.serve(name, effect))
            await self._border.cross(place, LostError, is_back=True)
            return result


class MemoryPlatform:
    """Knows everybody, and no pictures but those of the provider."""

    name = PLATFORM
    title = TITLE

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        return True

    def address(self, message: messages.Message) -> str:
        return address_of(message)

    async def pictures_of(self, message: messages.Message) -> tuple[messages.SeenPicture, ...]:
        raise UnreadableError

    async def fetch(self, link: str) -> tuple[bytes, str]:
        raise ImageError("there are none")

    def link_end(self, link: str, asked_at: datetime | None) -> datetime | None:
        return None

    async def remove(self, message: messages.Message) -> None:
        raise DeniedError("nobody asks for that")


def address_of(message: messages.Message) -> str:
    return f"https://chat.example/{message.conversation.id}/{message.id}"


class MemoryMessenger:
    """`ports.Messenger`; it remembers nothing between calls."""

    platform = PLATFORM
    limits = LIMITS

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line = line
        self._chat = line.chat
        self._clock = clock

    async def ready(self) -> None:
        """Be ready at once."""

    async def send(
        self, conversation: Conversation, what: View | Notice, *, key: str
    ) -> messages.Message:
        def effect() -> messages.Message:
            channel = self._chat.channel_of(conversation)
            if channel.deleted:
                raise UndeliverableError("the channel is gone")
            if not channel.is_writable:
                raise DeniedError("closed")
            message = self._sent_lately(key, conversation) or self._chat.post(
                channel, what, key=key
            )
            return named(message, DELETED_MESSAGE if message.deleted else None)

        return await self._change("send", effect)

    def _sent_lately(self, key: str, conversation: Conversation) -> Message | None:
        since = asyncio.get_running_loop().time() - LIMITS.repeats_suppressed_for.total_seconds()
        return next((m for m in self._with(key, conversation) if m.sent_at > since), None)

    def _with(self, key: str, conversation: Conversation) -> list[Message]:
        there = self._chat.channel_of(conversation).all_messages
        return [each for each in there if each.key == key]

    async def find(
        self, conversation: Conversation, *, key: str, placeholder: Placeholder
    ) -> messages.Message | None:
        def effect() -> messages.Message | None:
            if not self._chat.channel_of(conversation).is_readable:
                raise UnreadableError
            after = int(placeholder.origin.placeholder_id or placeholder.origin.interaction_id or 0)
            found = (m for m in self._with(key, conversation) if m.id > after and not m.deleted)
            return next(map(named, found), None)

        return await self._read("find", effect)

    async def replace(
        self, placeholder: Placeholder, view: View, *, key: str, by_token: bool = False
    ) -> messages.Message:
        def effect(message: Message) -> messages.Message:
            message.show(view)
            message.key = key
            return named(message)

        return await self._change("replace", self._at(placeholder, effect, by_token=by_token))

    async def shows(self, placeholder: Placeholder, *, key: str) -> messages.Message | None:
        def effect(message: Message) -> messages.Message | None:
            return named(message) if message.key == key else None

        try:
            return await self._read("shows", self._at(placeholder, effect))
        except DeniedError as error:
            raise UnreadableError(error.reason) from error

    async def delete(self, placeholder: Placeholder) -> None:
        def effect(message: Message) -> None:
            message.deleted = True

        with suppress(MessageGoneError, DeniedError):
            await self._change("delete", self._at(placeholder, effect))

    async def direct(self, person: Person) -> Conversation:
        (user,) = (each for each in self._chat.people if each.person == person)
        return await self._change("direct", lambda: self._chat.dm(user).conversation)

    def address(self, message: messages.Message) -> str:
        return address_of(message)

    def _at(
        self, placeholder: Placeholder, effect: Callable[[Message], T], *, by_token: bool = False
    ) -> Callable[[], T]:
        """Return what is to be done at its message.

        Raises:
            DeniedError: it takes the reply token, which has ended.
        """
        origin = placeholder.origin
        ends_at = origin.reply_token_ends_at if origin.reply_token else None
        has_token = ends_at is not None and self._clock.now() < ends_at
        needs_it = placeholder.is_private or by_token or origin.placeholder_id is None
        if needs_it and not has_token:
            raise DeniedError("the reply token has ended")
        return lambda: effect(self._reach(placeholder, has_token=has_token))

    def _reach(self, placeholder: Placeholder, *, has_token: bool) -> Message:
        """Return its message: for its author, or for whoever has the token."""
        origin = placeholder.origin
        channel = self._chat.channel_of(origin.conversation)
        if "view_channel" in channel.denied and not has_token:
            raise DeniedError("closed")
        asked, known = self._chat.interactions[int(origin.interaction_id or 0)], self._chat.messages
        message = known[int(origin.placeholder_id)] if origin.placeholder_id else asked.response
        if message is None or message.deleted or channel.deleted:
            raise MessageGoneError
        if isinstance(message.what, Notice):  # another process had something else to say
            raise MessageGoneError
        return message

    async def _change(self, name: str, effect: Callable[[], T]) -> T:
        try:
            return await self._line.call(name, effect)
        except BusyError as error:
            retry_after = timedelta(seconds=error.seconds)
            raise NotSentError("busy", retry_after=retry_after) from error
        except (LostError, TimeoutError) as error:
            raise MessageInDoubtError("no answer") from error

    async def _read(self, name: str, effect: Callable[[], T]) -> T:
        try:
            return await self._change(name, effect)
        except MessageInDoubtError as error:
            raise NotSentError("no answer") from error


def named(message: Message, message_id: str | None = None) -> messages.Message:
    conversation = message.channel.conversation
    return messages.Message(conversation=conversation, id=message_id or str(message.id))
