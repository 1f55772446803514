"""A chat in memory, with nothing of any real one: people, channels, messages."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.domain import messages
from bot.domain.conversations import Conversation, ConversationKind, Person
from bot.domain.deliveries import DELETED_MESSAGE
from bot.domain.views import Notice, View
from tests.shown import actions_of, buttons_of, plain, text_of
from tests.simulation.memory_line import Troubles
from tests.simulation.virtual_time import EPOCH, MICROSECOND, VirtualTimeLoop

PLATFORM = "discord"  # the settings know no other yet
ANSWER_WITHIN_S = 3.0  # then a chat tells the person that the bot is not there
MAX_KEY_LENGTH = 25


@dataclass(eq=False, slots=True, kw_only=True)
class User:
    """Somebody who is there."""

    id: int
    accepts_dms: bool = True

    @property
    def mention(self) -> str:
        return f"@{self.id}"

    @property
    def person(self) -> Person:
        return Person(platform=PLATFORM, id=str(self.id))


@dataclass(eq=False, slots=True, kw_only=True)
class Channel:
    """Where messages stand; with a recipient it is direct."""

    id: int
    recipient: User | None = None
    deleted: bool = False
    denied: set[str] = field(default_factory=set)  # what the bot may not do there
    all_messages: list["Message"] = field(default_factory=list, repr=False)

    @property
    def conversation(self) -> Conversation:
        is_direct = self.recipient is not None
        return Conversation(
            platform=PLATFORM,
            tenant_id=None if is_direct else "1",
            id=str(self.id),
            kind=ConversationKind.DIRECT if is_direct else ConversationKind.CHANNEL,
        )

    @property
    def is_writable(self) -> bool:
        return not self.denied & {"send_messages", "view_channel"} and (
            self.recipient is None or self.recipient.accepts_dms
        )

    @property
    def is_readable(self) -> bool:
        return not (self.deleted or self.denied & {"read_message_history", "view_channel"})

    def deny(self, *permissions: str) -> None:
        self.denied.update(permissions)

    def allow(self, *permissions: str) -> None:
        self.denied.difference_update(permissions)

    def delete(self) -> None:
        self.deleted = True

    @property
    def messages(self) -> list["Message"]:
        return [each for each in self.all_messages if not (each.deleted or each.ephemeral)]

    def with_key(self, key: str) -> list["Message"]:
        return [each for each in self.all_messages if each.key == key]

    def seen_by(self, user: User) -> list["Message"]:
        return [
            each
            for each in self.all_messages
            if not each.deleted and each.visible_to in {None, user}
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenButton:
    """A button, as people see it."""

    custom_id: str
    label: str


@dataclass(eq=False, slots=True, kw_only=True)
class Message:
    """A message of the bot."""

    id: int
    channel: Channel
    what: View | Notice | None = field(repr=False)  # None: only a sign that an answer is to come
    key: str = ""
    visible_to: User | None = None
    is_waiting: bool = False  # an answer is to come in its place
    deleted: bool = False
    sent_at: float

    @property
    def named(self) -> messages.Message:
        message_id = DELETED_MESSAGE if self.deleted else str(self.id)
        return messages.Message(conversation=self.channel.conversation, id=message_id)

    def named_if(self, key: str) -> messages.Message | None:
        return self.named if self.key == key else None

    def delete(self) -> None:
        self.deleted = True

    @property
    def loading(self) -> bool:
        return self.what is None

    @property
    def ephemeral(self) -> bool:
        return self.visible_to is not None

    @property
    def text(self) -> str:
        return "" if self.what is None else text_of(self.what)

    @property
    def buttons(self) -> list[SeenButton]:
        shown = buttons_of(self.what) if isinstance(self.what, View) else []
        return [
            SeenButton(custom_id=str(each.action or ""), label=plain(each.label)) for each in shown
        ]

    @property
    def pinged(self) -> set[int]:
        person = self.what.notifies if isinstance(self.what, View) else None
        return set() if person is None else {int(person.id)}


@dataclass(eq=False, slots=True, kw_only=True)
class Asked:
    """A command, or a press at a message."""

    id: int
    user: User
    channel: Channel
    message: Message | None = None
    custom_id: str = ""
    sent_at: float
    taken_by: object | None = None  # whoever answered first
    response: Message | None = None

    @property
    def sign(self) -> Message | None:
        """Return what stands in the answer's place until it comes."""
        sign = self.response
        return sign if sign is not None and sign.is_waiting and not sign.deleted else None


class MemoryChat(Troubles):
    """Keeps what stands; takes one first answer to whatever somebody asked, and that in time."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__(loop)
        self._numbers = count(1)  # of everything, in its order
        self.people = tuple(User(id=next(self._numbers)) for _ in range(3))
        self.channels = tuple(Channel(id=next(self._numbers)) for _ in range(2))
        directs = [Channel(id=next(self._numbers), recipient=each) for each in self.people]
        self.every_channel = (*self.channels, *directs)
        self.interactions: dict[int, Asked] = {}
        self.messages: dict[int, Message] = {}
        self.violations: list[str] = []

    @property
    def ann(self) -> User:
        return self.people[0]

    @property
    def channel(self) -> Channel:
        return self.channels[0]

    def dm(self, user: User) -> Channel:
        """Return the channel between a person and the bot."""
        return next(each for each in self.every_channel if each.recipient is user)

    def close_dm(self, user: User) -> None:
        """Let the bot write nothing to a person any more."""
        user.accepts_dms = False

    @property
    def answered(self) -> list[Asked]:
        """What people asked, whose answers may say that more is to come."""
        return [*self.interactions.values()]

    def dm_of(self, person: Person) -> Channel:
        return next(self.dm(each) for each in self.people if each.person == person)

    def ask(
        self,
        user: User,
        channel: Channel,
        *,
        message: Message | None = None,
        custom_id: str = "",
        ago_s: float = 0.0,
    ) -> Asked:
        """Let somebody send a command, or press a button of a message."""
        asked = Asked(
            id=next(self._numbers),
            user=user,
            channel=channel,
            message=message,
            custom_id=custom_id,
            sent_at=self.time() - ago_s,
        )
        self.interactions[asked.id] = asked
        return asked

    def time_of(self, asked: Asked) -> datetime:
        """Return when somebody asked."""
        return EPOCH + round(asked.sent_at * 1_000_000) * MICROSECOND

    def channel_of(self, conversation: Conversation) -> Channel:
        return next(each for each in self.every_channel if str(each.id) == conversation.id)

    def post(self, channel: Channel, what: View | Notice | None, **more: object) -> Message:
        """Let a message stand there."""
        message = Message(
            id=next(self._numbers),
            channel=channel,
            what=what,
            sent_at=self.time(),
            **more,  # type: ignore[arg-type]
        )
        if len(message.key) > MAX_KEY_LENGTH:
            self.violations.append(f"a key is too long: {message.key}")
        if len({*map(str, _actions(what))}) < len(_actions(what)):
            self.violations.append(f"two buttons do the same: {message.text}")
        channel.all_messages.append(message)
        self.messages[message.id] = message
        return message

    def take(self, asked: Asked, taker: object) -> bool:
        """Whether this is who answers first, and in time; it may ask again."""
        if asked.taken_by is None and self.time() - asked.sent_at <= ANSWER_WITHIN_S:
            asked.taken_by = taker
        return asked.taken_by is taker

    def story(self) -> str:
        """Tell what was said where."""
        return "\n".join(
            f"#{each.channel.id} {each.id}{' (deleted)' * each.deleted} "
            f"{'alone ' * each.ephemeral}{each.key}: {each.text!r}"
            for each in self.messages.values()
        )


def _actions(what: View | Notice | None) -> tuple[object, ...]:
    return () if what is None else actions_of(what)
