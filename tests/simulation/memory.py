"""The chat in memory as a platform: `ports.Messenger`, `ports.Reply` and `ports.Platform`."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
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
    ReplyGivenUpError,
    ReplyLostError,
    UndeliverableError,
    UnreadableError,
)
from bot.domain.views import Action, Form, Notice, View
from bot.ports.clock import Clock
from bot.ports.messenger import Placeholder
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from bot.screens.bundle import Screens
from bot.screens.interaction import Interaction, SeenMessage
from bot.services.receipts import Receipt
from bot.services.requests import Request
from bot.services.timeouts import within
from bot.wiring import Parts
from bot.wiring.chat import Chat
from tests.shown import actions_of
from tests.simulation.fault_injection import Border
from tests.simulation.memory_chat import PLATFORM, Asked, BusyError, LostError, MemoryChat, Message
from tests.standins.messenger import LIMITS

T = TypeVar("T")

TITLE = "Chat"
TOKEN_LIFE = timedelta(minutes=14, seconds=30)
TIMEOUTS_S = {"send": 60.0, "replace": 20.0, "answer": 10.0, "look": 10.0}
CALL_TIMEOUT_S = 15.0  # of the others
SIGN_AFTER_S = 1.0
SLOW_AFTER_S = 4.0
FORM_WITHIN_S = 2.0
ATTEMPTS = 2


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
            return _named(message, DELETED_MESSAGE if message.deleted else None)

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
            return next(map(_named, found), None)

        return await self._read("find", effect)

    async def replace(
        self, placeholder: Placeholder, view: View, *, key: str, by_token: bool = False
    ) -> messages.Message:
        def effect(message: Message) -> messages.Message:
            message.show(view)
            message.key = key
            return _named(message)

        return await self._change("replace", self._at(placeholder, effect, by_token=by_token))

    async def shows(self, placeholder: Placeholder, *, key: str) -> messages.Message | None:
        def effect(message: Message) -> messages.Message | None:
            return _named(message) if message.key == key else None

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


def _named(message: Message, message_id: str | None = None) -> messages.Message:
    conversation = message.channel.conversation
    return messages.Message(conversation=conversation, id=message_id or str(message.id))


class MemoryReply:
    """`ports.Reply` to one thing that somebody asked."""

    max_file_bytes = LIMITS.max_file_bytes

    def __init__(self, line: Line, asked: Asked) -> None:
        self._line = line
        self._chat = line.chat
        self._asked = asked
        self.is_given_up = False

    async def wait(self, work: Awaitable[T], place: Place, *, slow: SlowAnswer | None = None) -> T:
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=SIGN_AFTER_S)
            if not (task.done() or await self.acknowledge(place) or slow):
                raise ReplyGivenUpError("another process answers")
            if slow is not None:
                await asyncio.wait({task}, timeout=SLOW_AFTER_S - SIGN_AFTER_S)
                if not task.done():
                    await self._say_slow(slow)
            return await task
        finally:
            task.cancel()

    async def wait_for_form(self, work: Awaitable[T]) -> T:
        return await within(FORM_WITHIN_S, work)

    async def acknowledge(self, place: Place) -> bool:
        def effect() -> bool:
            is_ours = self._chat.take(self._asked, self)
            if is_ours and place is not Place.SAME and self._asked.response is None:
                self._asked.response = self._post(None, place, is_waiting=True)
            return is_ours

        with suppress(ReplyLostError):  # what became of it is found out by `show`
            self.is_given_up = not await self._call("answer", effect)
        return not self.is_given_up

    async def _say_slow(self, slow: SlowAnswer) -> None:
        """Say so where a sign stands, and nothing else by now."""
        view = await slow.view()

        def effect() -> None:
            if (message := self._waiting()) is not None:
                message.show(view, is_waiting=True)

        with suppress(ReplyLostError):
            if await self._call("look", self._waiting) is not None and slow.may_be_said():
                await self._call("answer", effect)

    async def show(self, view: View, place: Place) -> Shown:
        if place is Place.SAME:
            return await self._change(view)
        for _ in range(ATTEMPTS):  # the chat takes one answer, so another attempt harms nothing
            with suppress(ReplyLostError):
                return self._seen(await self._call("answer", lambda: self._answer(view, place)))
        try:
            message = await self._call("look", lambda: self._asked.response)
        except ReplyLostError:
            return Shown(visibility=Visibility.UNCLEAR)
        if message is None:
            raise ReplyLostError("the answer did not arrive", platform=TITLE)
        return self._seen(message)

    async def _change(self, view: View) -> Shown:
        def effect() -> None:
            message = self._asked.message
            if not self._chat.take(self._asked, self) or message is None or message.deleted:
                raise ReplyGivenUpError("another process answers, or the message is gone")
            message.show(view)

        await self._call("answer", effect)
        return Shown(visibility=Visibility.SEEN)

    def _answer(self, view: View, place: Place) -> Message | None:
        """Answer, also where another process stopped at a sign; return what stands there."""
        standing, waiting = self._asked.response, self._waiting()
        is_ours = self._chat.take(self._asked, self)
        if waiting is not None and (waiting.ephemeral or place is Place.HERE):
            waiting.show(view)
        elif waiting is not None or (standing is None and is_ours):
            if waiting is not None:  # nobody else may see even that
                waiting.deleted = True
            self._asked.response = self._post(view, place)
        return self._asked.response

    def _seen(self, message: Message | None) -> Shown:
        self.is_given_up = message is None
        if message is None or isinstance(message.what, Notice):  # too late, or refused by another
            return Shown(visibility=Visibility.NOT_SEEN)
        if message.deleted:
            return Shown(visibility=Visibility.UNCLEAR)
        return Shown(visibility=Visibility.SEEN, message_id=str(message.id))

    async def tell(self, notice: Notice) -> None:
        def effect() -> None:
            if self._asked.taken_by is None and not self._chat.take(self._asked, self):
                return
            if (waiting := self._waiting()) is not None:
                waiting.deleted = True
            told = self._post(notice, Place.ALONE)
            self._asked.response = self._asked.response or told

        if not self.is_given_up:
            with suppress(ReplyLostError):
                await self._call("tell", effect)

    async def open_form(self, form: Form) -> None:
        await self._call("answer", lambda: self._chat.take(self._asked, self))

    async def remove(self) -> None:
        await self.acknowledge(Place.SAME)
        await self._call("remove", self._remove)

    async def dismiss(self) -> None:
        if self._asked.message is not None and self._asked.message.ephemeral:
            with suppress(ReplyLostError):
                await self._call("remove", self._remove)

    def _remove(self) -> None:
        if self._asked.message is not None:
            self._asked.message.deleted = True

    def _waiting(self) -> Message | None:
        message = self._asked.response
        is_waiting = message is not None and message.is_waiting and not message.deleted
        return message if is_waiting else None

    def _post(
        self, what: View | Notice | None, place: Place, *, is_waiting: bool = False
    ) -> Message:
        user = self._asked.user if place is Place.ALONE else None
        return self._chat.post(self._asked.channel, what, visible_to=user, is_waiting=is_waiting)

    async def _call(self, name: str, effect: Callable[[], T]) -> T:
        try:
            return await self._line.call(name, effect)
        except (BusyError, LostError, TimeoutError) as error:
            raise ReplyLostError(type(error).__name__, platform=TITLE) from error


def heard(line: Line, asked: Asked, clock: Clock) -> Interaction:
    """Return what somebody asked, as a process hears of it."""
    message = asked.message
    return Interaction(
        id=str(asked.id),
        received_at=line.chat.time_of(asked),
        person=asked.user.person,
        is_moderator=False,
        conversation=asked.channel.conversation,
        locale="en",
        reply=MemoryReply(line, asked),
        receipt=Receipt(clock),
        action=Action.parse(asked.custom_id),
        seen=None if message is None else _as_seen(message),
        reply_token=f"token of {asked.id}",
        reply_token_ends_at=clock.now() + TOKEN_LIFE,
    )


def _as_seen(message: Message) -> SeenMessage:
    return SeenMessage(
        message=_named(message),
        is_ours=True,
        is_alone=message.ephemeral,
        url=None if message.ephemeral else address_of(_named(message)),
        actions=() if message.what is None else actions_of(message.what),
    )


class MemoryDoor:
    """How one process hears of things, and what of it speaks to the chat."""

    def __init__(self, chat: MemoryChat, border: Border, clock: Clock) -> None:
        self._line = Line(chat, border)
        self._clock = clock
        self.externals = {"chat": self._speaks}

    def _speaks(self, screens: Screens) -> Chat:
        self._screens = screens
        return Chat(platform=MemoryPlatform(), messenger=MemoryMessenger(self._line, self._clock))

    def open(self, parts: Parts) -> None:
        """Be there at once."""

    async def imagine(self, asked: Asked, request: Request) -> None:
        """Hear of a command."""
        interaction = heard(self._line, asked, self._clock)
        await self._screens.edge.run(
            interaction, self._screens.imagine.imagine(interaction, request)
        )

    async def press(self, asked: Asked) -> None:
        """Hear that somebody pressed a button."""
        await self._screens.edge.answer(heard(self._line, asked, self._clock))
