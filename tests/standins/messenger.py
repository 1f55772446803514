"""A chat in memory, in the place of a platform: `ports.Messenger` with trouble to order."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TypeVar

from bot.domain.conversations import Conversation, ConversationKind, Person
from bot.domain.errors import MessageGoneError
from bot.ports.messenger import (
    Content,
    DoneContent,
    Message,
    MessengerLimits,
    Placeholder,
    ProgressContent,
    ResultContent,
)

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


@dataclass
class FakeMessenger:
    """Remembers what stands, and what was asked of it. Placeholders are known by their job."""

    platform: str = "discord"
    limits: MessengerLimits = LIMITS
    sent: list[Sent] = field(default_factory=list)
    placeholders: dict[str, Content | None] = field(default_factory=dict)  # by source key
    calls: list[tuple[str, str]] = field(default_factory=list)  # method, and key or source key
    # The next calls of a method raise these: before it had its effect, or after it.
    failing: dict[str, deque[Exception]] = field(default_factory=dict)
    failing_after: dict[str, deque[Exception]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)  # conversations where calls wait for `open`
    open: asyncio.Event = field(default_factory=asyncio.Event)
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: count[int] = field(default_factory=lambda: count(1000))

    def __post_init__(self) -> None:
        self.is_ready.set()

    # ── What a test asks ──

    @property
    def shown(self) -> list[str]:
        """The jobs whose placeholders were changed, in order."""
        return [key for method, key in self.calls if method == "replace"]

    @property
    def told(self) -> list[str]:
        """The jobs of "done" messages."""
        return [s.content.job.id for s in self.sent if isinstance(s.content, DoneContent)]

    @property
    def results(self) -> list[Sent]:
        """The messages of results that stand by themselves."""
        return [s for s in self.sent if isinstance(s.content, ResultContent)]

    def fail(self, method: str, *errors: Exception, after: bool = False) -> None:
        """Let the next calls of a method fail, with or `after` their effect."""
        (self.failing_after if after else self.failing).setdefault(method, deque()).extend(errors)

    # ── ports.Messenger ──

    async def ready(self) -> None:
        """See `ports.Messenger.ready`."""
        await self.is_ready.wait()

    async def send(self, conversation: Conversation, content: Content, *, key: str) -> Message:
        """See `ports.Messenger.send`. Repeats with the same key give the first one's message."""

        def effect() -> Message:
            for sent in self.sent:
                if sent.key == key:
                    return sent.message
            message = Message(conversation=conversation, id=str(next(self._numbers)))
            self.sent.append(Sent(message=message, key=key, content=content))
            return message

        return await self._call("send", key, conversation, effect)

    async def find(
        self, conversation: Conversation, *, key: str, placeholder: Placeholder
    ) -> Message | None:
        """See `ports.Messenger.find`."""

        def effect() -> Message | None:
            return next((sent.message for sent in self.sent if sent.key == key), None)

        return await self._call("find", key, conversation, effect)

    async def replace(
        self, placeholder: Placeholder, content: Content, *, key: str, by_token: bool = False
    ) -> Message:
        """See `ports.Messenger.replace`."""

        def effect() -> Message:
            if self.placeholders.get(placeholder.source_key, content) is None:
                raise MessageGoneError
            self.placeholders[placeholder.source_key] = content
            return _message(placeholder)

        return await self._call("replace", key, placeholder.origin.conversation, effect)

    async def shows(self, placeholder: Placeholder, *, key: str) -> Message | None:
        """See `ports.Messenger.shows`."""

        def effect() -> Message | None:
            content = self.placeholders.get(placeholder.source_key)
            is_it = (
                isinstance(content, ResultContent) and key == f"{content.job.id}.{content.number}"
            )
            return _message(placeholder) if is_it else None

        return await self._call("shows", key, placeholder.origin.conversation, effect)

    async def delete(self, placeholder: Placeholder) -> None:
        """See `ports.Messenger.delete`."""

        def effect() -> None:
            self.placeholders[placeholder.source_key] = None

        await self._call("delete", placeholder.source_key, placeholder.origin.conversation, effect)

    async def direct(self, person: Person) -> Conversation:
        """See `ports.Messenger.direct`."""
        conversation = Conversation(
            platform=self.platform,
            tenant_id=None,
            id=f"direct {person.id}",
            kind=ConversationKind.DIRECT,
        )
        return await self._call("direct", person.id, conversation, lambda: conversation)

    async def _call(
        self, method: str, key: str, conversation: Conversation, effect: Callable[[], T]
    ) -> T:
        self.calls.append((method, key))
        if conversation.id in self.slow:
            await self.open.wait()
        if self.failing.get(method):
            raise self.failing[method].popleft()
        result = effect()
        if self.failing_after.get(method):
            raise self.failing_after[method].popleft()
        return result


def _message(placeholder: Placeholder) -> Message:
    origin = placeholder.origin
    return Message(conversation=origin.conversation, id=origin.placeholder_id or "placeholder")


def progress_of(content: Content | None) -> ProgressContent:
    """Return what a placeholder says, which is how its jobs go."""
    assert isinstance(content, ProgressContent)
    return content
