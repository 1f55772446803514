"""What a process hears from the chat in memory, and how it answers: `ports.Reply`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from bot.domain.errors import (
    ReplyGivenUpError,
    ReplyLostError,
)
from bot.domain.views import Action, Form, Notice, View
from bot.ports.clock import Clock
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
from tests.simulation.memory import TITLE, Line, MemoryMessenger, MemoryPlatform, address_of, named
from tests.simulation.memory_chat import Asked, BusyError, LostError, MemoryChat, Message
from tests.standins.messenger import LIMITS

T = TypeVar("T")

TOKEN_LIFE = timedelta(minutes=14, seconds=30)
SIGN_AFTER_S = 1.0
SLOW_AFTER_S = 4.0
FORM_WITHIN_S = 2.0
ATTEMPTS = 2


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
        message=named(message),
        is_ours=True,
        is_alone=message.ephemeral,
        url=None if message.ephemeral else address_of(named(message)),
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
