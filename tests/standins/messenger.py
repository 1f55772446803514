"""A chat in memory, in the place of a platform: `ports.Messenger` with trouble to order."""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from bot.clock import SystemClock
from bot.domain.conversations import Conversation, ConversationKind, Person
from bot.domain.errors import DeniedError, MessageGoneError
from bot.domain.messages import Message
from bot.domain.views import Notice, View
from bot.ports.clock import Clock
from bot.ports.messenger import MessengerLimits, Placeholder, always

T = TypeVar("T")

LIMITS = MessengerLimits(
    max_pictures=10,
    max_file_bytes=10_000_000,
    max_message_bytes=24_000_000,
    repeats_suppressed_for=timedelta(minutes=2),
    send_settles_within=timedelta(),
    can_replace_with_result=True,
    sends_placeholders=False,
    edit_settles_within=timedelta(seconds=45),
)


_OF_RESULT = re.compile(r"(?P<job_id>\w+)\.(?P<number>\d+)d?")
_OF_DONE = ".done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a message shows, and with which key."""

    key: str
    what: View | Notice

    @property
    def job_id(self) -> str:
        """The job that it is about."""
        return self.key.partition(".")[0]

    @property
    def is_result(self) -> bool:
        """Whether it is a part of a job's result."""
        return _OF_RESULT.fullmatch(self.key) is not None

    @property
    def number(self) -> int:
        """Which part of the result it is."""
        found = _OF_RESULT.fullmatch(self.key)
        assert found is not None
        return int(found["number"])

    @property
    def view(self) -> View:
        """What it shows, if that is no single sentence."""
        assert isinstance(self.what, View)
        return self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Shown):
    """A message that stands."""

    message: Message
    sent_at: datetime


@dataclass
class FakeMessenger:
    """Remembers what stands, and what was asked of it."""

    platform: str = "discord"
    limits: MessengerLimits = LIMITS
    clock: Clock = field(default_factory=SystemClock)  # tells how old a message is
    sent: list[Sent] = field(default_factory=list)
    # What each shows, by `name_of`; None: it was deleted.
    placeholders: dict[str, Shown | None] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)  # method, and key or name
    # The next calls of a method raise these (None: nothing): before it had its effect, or after it.
    failing: dict[str, deque[Exception | None]] = field(default_factory=dict)
    failing_after: dict[str, deque[Exception | None]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)  # conversations where calls wait for `open`
    denied: set[str] = field(default_factory=set)  # those where the bot may change nothing
    upload: Callable[[], None] = always  # what happens while files are brought to the platform
    open: asyncio.Event = field(default_factory=asyncio.Event)
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: "count[int]" = field(default_factory=lambda: count(1000))

    def __post_init__(self) -> None:
        self.is_ready.set()

    # ── What a test asks ──

    @property
    def shown(self) -> list[str]:
        """The jobs whose placeholders were to say how it goes, in order."""
        return [key for method, key in self.calls if method == "replace" and "." not in key]

    @property
    def told(self) -> list[str]:
        """The jobs of "done" messages."""
        return [sent.job_id for sent in self.sent if sent.key.endswith(_OF_DONE)]

    @property
    def results(self) -> list[Sent]:
        """The messages of results that stand by themselves."""
        return [sent for sent in self.sent if sent.is_result]

    def fail(self, method: str, *errors: Exception | None, after: bool = False) -> None:
        """Let the next calls of a method fail, with or `after` their effect."""
        (self.failing_after if after else self.failing).setdefault(method, deque()).extend(errors)

    # ── ports.Messenger ──

    async def ready(self) -> None:
        """See `ports.Messenger.ready`."""
        await self.is_ready.wait()

    async def send(
        self,
        conversation: Conversation,
        what: View | Notice,
        *,
        key: str,
        check: Callable[[], None] = always,
    ) -> Message:
        """See `ports.Messenger.send`."""
        self.upload()
        check()

        def effect() -> Message:
            now = self.clock.now()
            for sent in self._with_key(conversation, key):
                if now - sent.sent_at < self.limits.repeats_suppressed_for:
                    return sent.message
            message = Message(conversation=conversation, id=str(next(self._numbers)))
            self.sent.append(Sent(message=message, key=key, what=what, sent_at=now))
            return message

        return await self._call("send", key, conversation, effect)

    async def find(
        self, conversation: Conversation, *, key: str, placeholder: Placeholder
    ) -> Message | None:
        """See `ports.Messenger.find`."""

        def effect() -> Message | None:
            return next((sent.message for sent in self._with_key(conversation, key)), None)

        return await self._call("find", key, conversation, effect)

    async def replace(
        self, placeholder: Placeholder, view: View, *, key: str, by_token: bool = False
    ) -> Message:
        """See `ports.Messenger.replace`."""

        def effect() -> Message:
            if self._is_gone(placeholder):
                raise MessageGoneError
            self.placeholders[name_of(placeholder)] = Shown(key=key, what=view)
            return _message(placeholder)

        return await self._call("replace", key, placeholder.origin.conversation, effect)

    async def shows(self, placeholder: Placeholder, *, key: str) -> Message | None:
        """See `ports.Messenger.shows`."""

        def effect() -> Message | None:
            if self._is_gone(placeholder):
                raise MessageGoneError
            shown = self.placeholders.get(name_of(placeholder))
            return _message(placeholder) if shown is not None and shown.key == key else None

        return await self._call("shows", key, placeholder.origin.conversation, effect)

    async def delete(self, placeholder: Placeholder) -> None:
        """See `ports.Messenger.delete`."""

        def effect() -> None:
            self.placeholders[name_of(placeholder)] = None
            self.sent = [each for each in self.sent if each.key != placeholder.key]

        name = name_of(placeholder)
        await self._call("delete", name, placeholder.origin.conversation, effect)

    async def direct(self, person: Person) -> Conversation:
        """See `ports.Messenger.direct`."""
        conversation = Conversation(
            platform=self.platform,
            tenant_id=None,
            id=f"direct {person.id}",
            kind=ConversationKind.DIRECT,
        )
        return await self._call("direct", person.id, conversation, lambda: conversation)

    def address(self, message: Message) -> str:
        """See `ports.Messenger.address`."""
        return f"https://chat.example/{message.conversation.id}/{message.id}"

    def _is_gone(self, placeholder: Placeholder) -> bool:
        return self.placeholders.get(name_of(placeholder), ...) is None

    def _with_key(self, conversation: Conversation, key: str) -> list[Sent]:
        return [s for s in self.sent if s.message.conversation == conversation and s.key == key]

    async def _call(
        self, method: str, key: str, conversation: Conversation, effect: Callable[[], T]
    ) -> T:
        self.calls.append((method, key))
        if conversation.id in self.slow:
            await self.open.wait()
        if conversation.id in self.denied and method in {"send", "replace"}:
            raise DeniedError("closed")
        _raise_next(self.failing.get(method))
        result = effect()
        _raise_next(self.failing_after.get(method))
        return result


def _raise_next(errors: deque[Exception | None] | None) -> None:
    if errors and (error := errors.popleft()) is not None:
        raise error


def name_of(placeholder: Placeholder) -> str:
    """Return what a placeholder is known by: its message, or else the command it answers."""
    origin = placeholder.origin
    name = origin.placeholder_id or origin.interaction_id or placeholder.key
    assert name is not None
    return name


def _message(placeholder: Placeholder) -> Message:
    return Message(conversation=placeholder.origin.conversation, id=name_of(placeholder))
