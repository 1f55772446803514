"""A chat in memory, in the place of a platform: `ports.Messenger` with trouble to order."""

import asyncio
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
from bot.ports.clock import Clock
from bot.ports.messenger import Content, DoneContent, MessengerLimits, Placeholder, ResultContent

T = TypeVar("T")

LIMITS = MessengerLimits(
    max_pictures=10,
    max_file_bytes=10_000_000,
    max_message_bytes=24_000_000,
    repeats_suppressed_for=timedelta(minutes=2),
    can_replace_with_result=True,
    edit_settles_within=timedelta(seconds=45),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that stands."""

    message: Message
    key: str
    content: Content
    sent_at: datetime


@dataclass
class FakeMessenger:
    """Remembers what stands, and what was asked of it."""

    platform: str = "discord"
    limits: MessengerLimits = LIMITS
    clock: Clock = field(default_factory=SystemClock)  # tells how old a message is
    sent: list[Sent] = field(default_factory=list)
    # What each shows, by `name_of`; None: it was deleted.
    placeholders: dict[str, Content | None] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)  # method, and key or name
    # The next calls of a method raise these (None: nothing): before it had its effect, or after it.
    failing: dict[str, deque[Exception | None]] = field(default_factory=dict)
    failing_after: dict[str, deque[Exception | None]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)  # conversations where calls wait for `open`
    denied: set[str] = field(default_factory=set)  # those where the bot may change nothing
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
        return [s.content.job.id for s in self.sent if isinstance(s.content, DoneContent)]

    @property
    def results(self) -> list[Sent]:
        """The messages of results that stand by themselves."""
        return [s for s in self.sent if isinstance(s.content, ResultContent)]

    def fail(self, method: str, *errors: Exception | None, after: bool = False) -> None:
        """Let the next calls of a method fail, with or `after` their effect."""
        (self.failing_after if after else self.failing).setdefault(method, deque()).extend(errors)

    # ── ports.Messenger ──

    async def ready(self) -> None:
        """See `ports.Messenger.ready`."""
        await self.is_ready.wait()

    async def send(self, conversation: Conversation, content: Content, *, key: str) -> Message:
        """See `ports.Messenger.send`."""

        def effect() -> Message:
            now = self.clock.now()
            for sent in self._with_key(conversation, key):
                if now - sent.sent_at < self.limits.repeats_suppressed_for:
                    return sent.message
            message = Message(conversation=conversation, id=str(next(self._numbers)))
            self.sent.append(Sent(message=message, key=key, content=content, sent_at=now))
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
        self, placeholder: Placeholder, content: Content, *, key: str, by_token: bool = False
    ) -> Message:
        """See `ports.Messenger.replace`."""

        def effect() -> Message:
            if self.placeholders.get(name_of(placeholder), content) is None:
                raise MessageGoneError
            self.placeholders[name_of(placeholder)] = content
            return _message(placeholder)

        return await self._call("replace", key, placeholder.origin.conversation, effect)

    async def shows(self, placeholder: Placeholder, *, key: str) -> Message | None:
        """See `ports.Messenger.shows`."""

        def effect() -> Message | None:
            name = name_of(placeholder)
            content = self.placeholders.get(name)
            if content is None and name in self.placeholders:
                raise MessageGoneError
            is_it = (
                isinstance(content, ResultContent) and key == f"{content.job.id}.{content.number}"
            )
            return _message(placeholder) if is_it else None

        return await self._call("shows", key, placeholder.origin.conversation, effect)

    async def delete(self, placeholder: Placeholder) -> None:
        """See `ports.Messenger.delete`."""

        def effect() -> None:
            self.placeholders[name_of(placeholder)] = None

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
    name = placeholder.origin.placeholder_id or placeholder.origin.interaction_id
    assert name is not None
    return name


def _message(placeholder: Placeholder) -> Message:
    return Message(conversation=placeholder.origin.conversation, id=name_of(placeholder))
