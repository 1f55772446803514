"""Who asks, and where messages go. Ids are the platform's own, as text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks. Limits, fairness, presets and settings are theirs."""

    platform: str  # "discord"
    id: str  # unique on that platform; Discord: the user's id, Slack: those of team and user

    @classmethod
    def of(cls, key: str) -> Self:
        """Return the person who is known by this key."""
        platform, _, id_ = key.partition(":")
        return cls(platform=platform, id=id_)

    @property
    def key(self) -> str:
        """What the person is known by over all platforms."""
        return f"{self.platform}:{self.id}"


class ConversationKind(StrEnum):
    """What a conversation is."""

    CHANNEL = "channel"
    THREAD = "thread"
    DIRECT = "direct"  # between one person and the bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where messages go."""

    platform: str
    tenant_id: str | None  # guild or workspace; a direct conversation on Discord has none
    id: str
    kind: ConversationKind = ConversationKind.CHANNEL

    @property
    def key(self) -> str:
        """What the conversation is known by over all platforms."""
        return f"{self.platform}:{self.id}"

    @property
    def is_direct(self) -> bool:
        """Nobody but one person and the bot is there."""
        return self.kind is ConversationKind.DIRECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a job came from."""

    person: Person  # who asked
    conversation: Conversation  # where
    interaction_id: str | None = None  # of the command or press; Discord orders it with messages
    locale: str = "en"  # BCP 47, as the platform gives it
    placeholder_id: str | None = None  # message id of the placeholder, once known
    placeholder_begun_at: datetime | None = None  # since then the outbox may have sent it
    reply_token: str | None = None  # lets us edit the first answer; a secret, erased when it ends
    reply_token_ends_at: datetime | None = None
