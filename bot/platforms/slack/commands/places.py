"""Where something was done, as far as Slack does not say it with what was done."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.conversations import Conversation, Person
from bot.domain.errors import DeliveryError
from bot.domain.messages import Message
from bot.domain.views import Action
from bot.platforms.slack.cache import Answer, Cache
from bot.platforms.slack.commands.incoming import At, Heard
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.ids import PLATFORM, channel_of, conversation_of, team_of, user_of
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.rendering.reading import actions_in
from bot.ports.clock import Clock
from bot.screens import actions
from bot.screens.interaction import SeenMessage
from bot.screens.visibility import public_jobs
from bot.services.timeouts import within

DIRECT_FOR = timedelta(hours=1)  # such a conversation never changes
UNKNOWN_FOR = timedelta(seconds=30)
MAX_REMEMBERED = 2048

_AT_COPIES = frozenset({actions.AGAIN, actions.EDIT})
_VALUES = 3  # the job, and where its copy stands


@dataclass(kw_only=True, eq=False)
class Places:
    """Finds out where people are, and what stands there."""

    messenger: SlackMessenger
    identity: IdentityHolder
    clock: Clock
    within_s: float  # for each look

    def __post_init__(self) -> None:
        self._directs = Cache(self._open_direct, clock=self.clock, limit=MAX_REMEMBERED)

    async def direct(self, person: Person) -> Conversation:
        """Return where a person and the bot write to each other, for what is done in no channel."""
        channel_id = await self._directs.get(person.id)
        return conversation_of(team_of(person.id), channel_id, is_direct=True)

    async def _open_direct(self, person_id: str) -> Answer[str]:
        person = Person(platform=PLATFORM, id=person_id)
        try:
            found = await within(self.within_s, self.messenger.direct(person))
        except (DeliveryError, TimeoutError):  # a message to the person's id reaches them too
            return Answer(user_of(person_id), UNKNOWN_FOR)
        return Answer(channel_of(found), DIRECT_FOR)

    def seen(self, at: At | None, conversation: Conversation) -> SeenMessage | None:
        """Return the message at which something was done."""
        us = self.identity.known
        if at is None or us is None:
            return None
        message = Message(conversation=conversation, id=at.ts)
        is_ours = at.is_pressed or at.bot_id == us.bot_id
        return SeenMessage(
            message=message,
            is_ours=is_ours,
            is_ephemeral=at.is_ephemeral,
            url=None if at.is_ephemeral else self.messenger.address(message),
            actions=at.actions if is_ours else (),  # another app's may look like ours
            pictures=at.pictures,
        )

    @staticmethod
    def names_copy(heard: Heard) -> bool:
        """Whether a press says of itself where a copy of its private job stands."""
        at, action = heard.at, heard.action
        if at is None or action is None or not at.is_ephemeral or heard.fields is not None:
            return False
        return action.name in _AT_COPIES and len(action.values) == _VALUES

    async def with_verified_copy(self, heard: Heard) -> Heard:
        """Return a press at details with its action among those that stand there, if that is true.

        Details of a private job that were asked for at a copy of its result say in their buttons
        where that copy is. Slack does not say what stands in a message that one person alone sees,
        and a changed app may press anything: so the copy itself is looked at.
        """
        assert heard.action is not None
        assert heard.at is not None
        if not await self._is_copy(heard.action, heard.conversation):
            return heard
        return replace(heard, at=replace(heard.at, actions=(heard.action,)))

    async def _is_copy(self, action: Action, conversation: Conversation | None) -> bool:
        """Whether the message that an action names makes its job public in this conversation."""
        job_id, conversation_id, ts = action.values
        if conversation is None or conversation_id != conversation.id:
            return False
        copy = Message(conversation=conversation, id=ts)
        try:
            standing = await within(self.within_s, self.messenger.read(copy))
        except (DeliveryError, TimeoutError):
            return False
        if standing is None:
            return False
        at = At(ts=ts, bot_id=standing.get("bot_id"), actions=actions_in(standing))
        seen = self.seen(at, conversation)
        return seen is not None and job_id in public_jobs(seen)
