"""At what a person acted, as far as an answer must know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.conversations import Conversation, Person
from bot.domain.messages import Message
from bot.domain.views import Action
from bot.platforms.slack.ids import user_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One command, press, choice or form."""

    id: str  # of the interaction
    person: Person
    conversation: Conversation
    trigger_id: str | None = None  # opens one form, within 3 s
    response_url: str | None = None  # a secret
    message_ts: str | None = None  # of the message at which it was done
    is_ephemeral: bool = False  # nobody else sees that message
    actions: tuple[Action, ...] = ()  # that it offers
    fields: Mapping[str, str] = field(default_factory=dict)  # of a form that was sent off
    home_screen: Sequence[Mapping[str, Any]] = ()  # blocks that Home showed below its tabs
    bot_name: str  # as people call it there
    came_at_s: float  # when we heard of it, by the loop's clock

    @property
    def user_id(self) -> str:
        """Return the user's id, as Slack names the person."""
        return user_of(self.person.id)

    @property
    def message(self) -> Message | None:
        """Return the message at which it was done, where it can be reached as one."""
        if self.message_ts is None or self.is_ephemeral:
            return None
        return Message(conversation=self.conversation, id=self.message_ts)
