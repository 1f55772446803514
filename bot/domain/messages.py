"""Messages that stand somewhere, and what they show."""

from dataclasses import dataclass

from bot.domain.conversations import Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that stands, or that somebody deleted since."""

    conversation: Conversation
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPicture:
    """A picture that a message shows, or that came with it."""

    link: str
    file_name: str  # as it was sent
