"""Slack's ids as ours. Pure.

A user's id is unique only together with the team's, and a thread is a message of a channel: both
pairs are written with a slash between them, which no id of Slack's has.
"""

from bot.domain.conversations import Conversation, ConversationKind, Person

PLATFORM = "slack"  # as in `Person.platform`
TITLE = "Slack"  # as people call it

_BETWEEN = "/"
OF_PEOPLE = ("U", "W")  # the ids of people begin so; a message to one is a direct message
_DIRECT = "D"  # the ids of conversations between two begin so


def person_of(team_id: str, user_id: str) -> Person:
    """Return who that is."""
    return Person(platform=PLATFORM, id=f"{team_id}{_BETWEEN}{user_id}")


def user_of(person_id: str) -> str:
    """Return the user's id alone, with which Slack names a person."""
    return person_id.rpartition(_BETWEEN)[2]


def team_of(person_id: str) -> str:
    """Return the team's id alone."""
    return person_id.partition(_BETWEEN)[0]


def conversation_of(
    team_id: str, channel_id: str, *, thread_ts: str | None = None, is_direct: bool = False
) -> Conversation:
    """Return a channel, a thread in one, or the messages between one person and the bot."""
    id_ = channel_id if thread_ts is None else f"{channel_id}{_BETWEEN}{thread_ts}"
    kind = ConversationKind.CHANNEL if thread_ts is None else ConversationKind.THREAD
    if is_direct:
        kind = ConversationKind.DIRECT
    return Conversation(platform=PLATFORM, tenant_id=team_id, id=id_, kind=kind)


def conversation_in(team_id: str, channel_id: str, thread_ts: str | None = None) -> Conversation:
    """Return the same of a channel as a payload names it."""
    return conversation_of(
        team_id, channel_id, thread_ts=thread_ts, is_direct=is_direct(channel_id)
    )


def is_direct(channel_id: str) -> bool:
    """Whether two write to each other there, be the bot one of them or not."""
    return channel_id.startswith(_DIRECT)


def channel_of(conversation: Conversation) -> str:
    """Return the channel's id."""
    return conversation.id.partition(_BETWEEN)[0]


def thread_of(conversation: Conversation) -> str | None:
    """Return the message that began the thread; None: this is none."""
    return conversation.id.partition(_BETWEEN)[2] or None
