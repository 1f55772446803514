"""A platform's way to send, find, replace and delete a message.

An adapter holds no state machine and decides nothing about jobs: that is `bot.workers`' business.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.messages import Message
from bot.domain.views import Notice, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """The placeholder of a job or a group, whose message's id may not be known."""

    origin: Origin
    is_private: bool  # only the person who asked sees it
    key: str | None = None  # by which one can be found that the outbox sent
    asked_at: datetime | None = None  # when the job was stored: no message of it is older


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerLimits:
    """What a platform's messages can carry, and what becomes of calls that were given up."""

    max_pictures: int  # of one message
    max_file_bytes: int
    max_message_bytes: int  # all files of one message together
    # How long a second `send` with the same key gives the first one's message. Zero: never.
    repeats_suppressed_for: timedelta
    # How long a `send` that was given up may still land, from its beginning; zero where repeats are
    # suppressed for longer.
    send_settles_within: timedelta
    can_replace_with_result: bool  # a placeholder can become a result: edits may bring files
    sends_placeholders: bool  # as messages of their own; else they are answers to interactions
    edit_settles_within: timedelta  # from its beginning: how long an edit may still land


def always() -> None:
    """Let a message be sent."""


class Messenger(Protocol):
    """What the outbox needs of a platform. Every call has a timeout.

    All calls but `ready` and `address` raise NotSentError: it certainly did not happen, and why.
    All that change something raise MessageInDoubtError: nobody knows whether it did. Keys are at
    most 25 characters, and a part of a result can be found by its key.
    """

    platform: str
    limits: MessengerLimits

    async def ready(self) -> None:
        """Wait until messages can be sent."""

    async def send(
        self,
        conversation: Conversation,
        what: View | Notice,
        *,
        key: str,
        check: Callable[[], None] = always,
    ) -> Message:
        """Send a new message.

        `check` is called right before that, after all that takes time, such as bringing the files
        to the platform. What it raises comes out, and nothing is sent.

        Raises:
            DeniedError: the bot may not write there.
            MessageTooLargeError: the files are more than the platform takes.
            FilesRefusedError: it takes none of them; the message may go without.
            UndeliverableError: it is refused for a reason that holds in every place.
        """

    async def find(
        self, conversation: Conversation, *, key: str, placeholder: Placeholder
    ) -> Message | None:
        """Look for our own message with this key after the placeholder; None: there is none.

        Raises:
            UnreadableError: it cannot be told; the conversation may not be read.
        """

    async def replace(
        self, placeholder: Placeholder, view: View, *, key: str, by_token: bool = False
    ) -> Message:
        """Let the placeholder show this instead; may be repeated.

        As its author, else by the reply token while that lives. `by_token`: by the token alone,
        where the bot itself may not write.

        Raises:
            MessageGoneError: it was deleted, or there never was one.
            DeniedError: it cannot be changed by any means.
            MessageTooLargeError: the files are more than the platform takes.
        """

    async def shows(self, placeholder: Placeholder, *, key: str) -> Message | None:
        """Return the placeholder if it shows the message with this key.

        Raises:
            MessageGoneError: it was deleted, or there never was one.
            UnreadableError: it cannot be told.
        """

    async def delete(self, placeholder: Placeholder) -> None:
        """Delete it with its files; one that cannot be deleted by any means stays."""

    async def direct(self, person: Person) -> Conversation:
        """Return the direct conversation with this person.

        Raises:
            DeniedError: they take no direct messages.
        """

    def address(self, message: Message) -> str | None:
        """Return the address that opens a message; None: there is none that lasts."""
