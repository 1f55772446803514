"""The chat in memory as a platform. Nothing here remembers: what stands is the chat's to know."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.domain import errors, messages
from bot.domain.conversations import Conversation, Person
from bot.domain.views import Form, Notice, View
from bot.ports.messenger import Placeholder, always
from bot.ports.reply import Place, Shown, SlowAnswer, Visibility
from tests.simulation.memory_chat import PLATFORM, Asked, Message
from tests.simulation.memory_line import Line
from tests.standins.messenger import LIMITS

T = TypeVar("T")

TITLE = "Chat"
TOKEN_LIFE = timedelta(minutes=14, seconds=30)
SIGN_AFTER_S = 1.0
SLOW_AFTER_S = 4.0


class MemoryMessenger:
    """`ports.Messenger`, and `ports.Platform` that has no pictures but those of the provider."""

    platform = name = PLATFORM
    title = TITLE
    limits = LIMITS

    def __init__(self, line: Line) -> None:
        self._line = line
        self._chat = line.chat

    async def ready(self) -> None: ...

    async def send(
        self,
        conversation: Conversation,
        what: View | Notice,
        *,
        key: str,
        check: Callable[[], None] = always,
    ) -> messages.Message:
        check()

        def effect() -> messages.Message:
            channel = self._chat.channel_of(conversation)
            if channel.deleted:
                raise errors.UndeliverableError("the channel is gone")
            if not channel.is_writable:
                raise errors.DeniedError("closed")
            since = self._chat.time() - LIMITS.repeats_suppressed_for.total_seconds()
            lately = next((each for each in channel.with_key(key) if each.sent_at > since), None)
            return (lately or self._chat.post(channel, what, key=key)).named

        return await self._line.change("send", effect)

    async def find(
        self, conversation: Conversation, *, key: str, placeholder: Placeholder
    ) -> messages.Message | None:
        def effect() -> messages.Message | None:
            channel = self._chat.channel_of(conversation)
            if not channel.is_readable:
                raise errors.UnreadableError
            return next((each.named for each in channel.with_key(key) if not each.deleted), None)

        return await self._line.look("find", effect)

    async def replace(
        self, placeholder: Placeholder, view: View, *, key: str, by_token: bool = False
    ) -> messages.Message:
        reach = self._at(placeholder, by_token=by_token)

        def effect() -> messages.Message:
            message = reach()
            message.what, message.key, message.is_waiting = view, key, False
            return message.named

        return await self._line.change("replace", effect)

    async def shows(self, placeholder: Placeholder, *, key: str) -> messages.Message | None:
        try:
            reach = self._at(placeholder)
            return await self._line.look("shows", lambda: reach().named_if(key))
        except errors.DeniedError as error:
            raise errors.UnreadableError(error.reason) from error

    async def delete(self, placeholder: Placeholder) -> None:
        with suppress(errors.MessageGoneError, errors.DeniedError):
            reach = self._at(placeholder)
            await self._line.change("delete", lambda: reach().delete())

    async def direct(self, person: Person) -> Conversation:
        return await self._line.change("direct", lambda: self._chat.dm_of(person).conversation)

    async def is_member(self, person: Person, tenant_ids: Collection[str]) -> bool:
        return True

    @staticmethod
    def address(message: messages.Message) -> str:
        return f"https://chat.example/{message.conversation.id}/{message.id}"

    async def pictures_of(self, message: messages.Message) -> tuple[messages.SeenPicture, ...]:
        raise errors.UnreadableError

    async def fetch(self, link: str) -> tuple[bytes, str]:
        raise errors.ImageError("there are none")

    def link_end(self, link: str, asked_at: datetime | None) -> None: ...

    async def check_may_post(self, conversation: Conversation) -> None: ...

    async def remove(self, message: messages.Message) -> None: ...

    def _at(self, placeholder: Placeholder, *, by_token: bool = False) -> Callable[[], Message]:
        """Return what reaches its message: for its author, or for whoever has the reply token."""
        origin, channel = placeholder.origin, self._chat.channel_of(placeholder.origin.conversation)
        asked = self._chat.interactions[int(origin.interaction_id or 0)]
        needs_token = placeholder.is_private or by_token or origin.placeholder_id is None
        is_token_over = self._chat.time() - asked.sent_at >= TOKEN_LIFE.total_seconds()
        if is_token_over and (needs_token or "view_channel" in channel.denied):
            raise errors.DeniedError("the reply token has ended")

        def reach() -> Message:
            found = self._chat.messages.get(int(origin.placeholder_id or 0), asked.response)
            if found is None or found.deleted or channel.deleted or isinstance(found.what, Notice):
                raise errors.MessageGoneError  # or another process had something else to say
            return found

        return reach


class MemoryReply:
    """`ports.Reply` to one thing that somebody asked."""

    max_file_bytes = LIMITS.max_file_bytes
    shows_placeholder = True
    max_field_length = 4000
    attaches_alone = True
    is_given_up = False

    def __init__(self, line: Line, asked: Asked) -> None:
        self._line = line
        self._chat = line.chat
        self._asked = asked

    async def wait(self, work: Awaitable[T], place: Place, *, slow: SlowAnswer | None = None) -> T:
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=SIGN_AFTER_S)
            if not (task.done() or await self.acknowledge(place) or slow):
                raise errors.ReplyGivenUpError("another process answers")
            await asyncio.wait({task}, timeout=SLOW_AFTER_S - SIGN_AFTER_S)
            if slow is not None and not task.done():
                await self._say_slow(slow)
            return await task
        finally:
            task.cancel()

    async def wait_for_form(self, work: Awaitable[T]) -> T:
        return await work

    async def acknowledge(self, place: Place) -> bool:
        def effect() -> bool:
            is_ours = self._chat.take(self._asked, self)
            if is_ours and place is not Place.SAME and self._asked.response is None:
                self._asked.response = self._post(None, place)
            return is_ours

        with suppress(errors.ReplyLostError):  # what became of it is found out by `show`
            self.is_given_up = not await self._call("answer", effect)
        return not self.is_given_up

    async def _say_slow(self, slow: SlowAnswer) -> None:
        """Say so where a sign stands, and nothing else by now."""
        view = await slow.view()

        def effect() -> None:
            if (sign := self._asked.sign) is not None:
                sign.what = view

        if slow.may_be_said():
            with suppress(errors.ReplyLostError):
                await self._call("answer", effect)

    async def show(self, view: View, place: Place) -> Shown:
        answer = partial(self._change if place is Place.SAME else self._answer, view, place)
        with suppress(errors.ReplyLostError):
            return self._seen(await self._call("answer", answer))
        try:
            message = await self._call("look", lambda: self._asked.response)
        except errors.ReplyLostError:
            return Shown(visibility=Visibility.UNCLEAR)
        if message is None:
            raise errors.ReplyLostError("the answer did not arrive", platform=TITLE)
        return self._seen(message)

    def _change(self, view: View, _: Place) -> Message:
        message = self._asked.message
        if not self._chat.take(self._asked, self) or message is None or message.deleted:
            raise errors.ReplyGivenUpError("another process answers, or the message is gone")
        message.what = view
        return message

    def _answer(self, view: View, place: Place) -> Message | None:
        """Answer, also where another process stopped at a sign; return what stands there."""
        standing, sign = self._asked.response, self._asked.sign
        is_ours = self._chat.take(self._asked, self)
        if sign is not None and (sign.ephemeral or place is Place.HERE):
            sign.what, sign.is_waiting = view, False
        elif sign is not None or (standing is None and is_ours):
            if sign is not None:  # nobody else may see even that
                sign.delete()
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
            if (sign := self._asked.sign) is not None:
                sign.delete()
            told = self._post(notice, Place.ALONE)
            self._asked.response = self._asked.response or told

        if not self.is_given_up:
            with suppress(errors.ReplyLostError):
                await self._call("tell", effect)

    async def open_form(self, form: Form) -> None:
        await self.acknowledge(Place.SAME)

    async def update_form(self, form: Form) -> None: ...

    async def remove(self) -> None:
        if await self.acknowledge(Place.SAME) and self._asked.message is not None:
            await self._call("remove", self._asked.message.delete)

    async def dismiss(self) -> None:
        if self._asked.message is not None and self._asked.message.ephemeral:
            with suppress(errors.ReplyLostError):
                await self.remove()

    def _post(self, what: View | Notice | None, place: Place) -> Message:
        user = self._asked.user if place is Place.ALONE else None
        return self._chat.post(self._asked.channel, what, visible_to=user, is_waiting=what is None)

    async def _call(self, name: str, effect: Callable[[], T]) -> T:
        try:
            return await self._line.change(name, effect)
        except errors.DeliveryDelayedError as error:
            raise errors.ReplyLostError(type(error).__name__, platform=TITLE) from error
