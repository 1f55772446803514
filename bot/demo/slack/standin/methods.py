"""What a method of the Web API is, and the conversations, people and tokens of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.demo.slack.standin.api import SlackError, flag
from bot.demo.slack.standin.content import Channel, Message, User
from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.vocabulary import JSON, PRIVATE, PUBLIC

MAX_HISTORY = 999
DEFAULT_HISTORY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: who may call it, with what."""

    handle: Callable[[JSON], JSON]
    required: frozenset[str]
    optional: frozenset[str]
    # Any one of these is enough; none: no scope is needed.
    scopes: frozenset[str]
    # `xoxb-` (the bot's), `xapp-` (the app's), or none.
    token: str
    # Whether it reads a JSON body; the others see no arguments in one.
    takes_json: bool


def method(
    handle: Callable[[JSON], JSON],
    required: str = "",
    optional: str = "",
    *,
    scopes: str = "",
    token: str = "xoxb-",  # noqa: S107 - how it begins
    takes_json: bool = True,
) -> Method:
    """Return a method; names are separated by spaces."""
    return Method(
        handle=handle,
        required=frozenset(required.split()),
        optional=frozenset(optional.split()),
        scopes=frozenset(scopes.split()),
        token=token,
        takes_json=takes_json,
    )


Methods = dict[str, Method]


def text_of(args: JSON, name: str) -> str:
    """Return an argument that is text.

    Raises:
        SlackError: it is not.
    """
    value = args[name]
    if not isinstance(value, str):
        raise SlackError("invalid_arguments", breach=f"{name} is no string")
    return value


def number_of(args: JSON, name: str, default: int, high: int) -> int:
    """Return an argument that is a number."""
    value: Any = args.get(name, default)
    if not str(value).isdecimal() or not 1 <= int(value) <= high:
        raise SlackError("invalid_limit", breach=f"{name} is not between 1 and {high}")
    return int(value)


def channel_of(state: State, args: JSON, name: str = "channel") -> Channel:
    """Return the channel of an argument, if the bot may know of it.

    Raises:
        SlackError: `channel_not_found`.
    """
    id_ = text_of(args, name)
    channel = state.world.channels.get(id_)
    if channel is None and id_[:1] not in "CDG":
        raise SlackError("channel_not_found", breach=f"{name} {id_!r} is no id of a channel")
    if channel is None or not channel.is_visible:
        raise SlackError("channel_not_found")
    return channel


def writable(state: State, channel: Channel) -> Channel:
    """Return the channel if the bot may post there.

    Raises:
        SlackError: not.
    """
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.bot_is_member and "chat:write.public" not in state.scopes:
        raise SlackError("not_in_channel")
    if channel.is_read_only:
        raise SlackError("restricted_action")
    return channel


def user_of(state: State, id_: str) -> User:
    """Return the person of an id.

    Raises:
        SlackError: `user_not_found`.
    """
    user = state.world.users.get(id_)
    if user is None:
        raise SlackError("user_not_found")
    return user


def destination(state: State, args: JSON) -> Channel:
    """Return where a message goes: a channel, or the direct messages of a person's id.

    Raises:
        SlackError: the bot may not post there.
    """
    id_ = text_of(args, "channel")
    if not id_.startswith("U"):
        return writable(state, channel_of(state, args))
    user = state.world.users.get(id_)
    if user is None or user.deleted:
        raise SlackError("channel_not_found")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    return writable(state, state.world.dm(user))


class ConversationMethods:
    """`conversations.*`, `users.*` and `auth.test`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def methods(self) -> Methods:
        """Return the methods by their names."""
        read = "channels:read groups:read im:read mpim:read"
        history = "channels:history groups:history im:history mpim:history"
        span = "cursor include_all_metadata inclusive latest limit oldest"
        return {
            "api.test": method(lambda _args: {}, token=""),
            "auth.test": method(self.auth_test),
            "conversations.info": method(
                self.info,
                "channel",
                "include_locale include_num_members",
                scopes=read,
                takes_json=False,
            ),
            "conversations.join": method(self.join, "channel", scopes="channels:join"),
            "conversations.open": method(
                self.open, "", "channel users return_im prevent_creation", scopes="im:write"
            ),
            "conversations.history": method(
                self.history, "channel", span, scopes=history, takes_json=False
            ),
            "conversations.replies": method(
                self.replies, "channel ts", span, scopes=history, takes_json=False
            ),
            "users.conversations": method(
                self.mine,
                "",
                "cursor exclude_archived limit types",
                scopes=read,
                takes_json=False,
            ),
            "users.info": method(
                self.user, "user", "include_locale", scopes="users:read", takes_json=False
            ),
        }

    def auth_test(self, _args: JSON) -> JSON:
        """`auth.test`."""
        world = self.state.world
        return {
            "url": "https://team.slack.com/",
            "team": "Team",
            "user": world.bot.name,
            "team_id": world.team_id,
            "user_id": world.bot.id,
            "bot_id": world.bot_id,
            "is_enterprise_install": False,
        }

    def mine(self, args: JSON) -> JSON:
        """Return the channels that the bot is in; direct messages are not asked for here."""
        kinds = {"public_channel": PUBLIC, "private_channel": PRIVATE}
        wanted = {kinds[each] for each in str(args.get("types", "public_channel")).split(",")}
        world = self.state.world
        found = [c for c in world.channels.values() if c.kind in wanted and c.bot_is_member]
        return {"channels": [channel.to_json() for channel in found]}

    def info(self, args: JSON) -> JSON:
        """`conversations.info`."""
        channel = channel_of(self.state, args)
        self._check_scope(channel, "read")
        return {"channel": channel.to_json()}

    def join(self, args: JSON) -> JSON:
        """`conversations.join`."""
        channel = channel_of(self.state, args)
        if channel.kind != PUBLIC:
            raise SlackError("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise SlackError("is_archived")
        warning = {"warning": "already_in_channel"} if channel.bot_is_member else {}
        channel.members.add(self.state.world.bot)
        return {"channel": channel.to_json(), **warning}

    def open(self, args: JSON) -> JSON:
        """`conversations.open`."""
        if "users" not in args:
            raise SlackError("users_list_not_supplied", breach="only `users` is understood here")
        user = user_of(self.state, text_of(args, "users"))
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
        if user.deleted:
            raise SlackError("user_disabled")
        channel = self.state.world.dm(user)
        full = channel.to_json() if flag(args, "return_im") else {"id": channel.id}
        return {"channel": full}

    def history(self, args: JSON) -> JSON:
        """`conversations.history`."""
        channel = self._readable(args)
        found = [m for m in channel.messages if m.thread_ts in {None, m.ts}]
        return self._page(found[::-1], args)

    def replies(self, args: JSON) -> JSON:
        """`conversations.replies`."""
        channel, ts = self._readable(args), text_of(args, "ts")
        found = [m for m in channel.messages if ts in {m.ts, m.thread_ts}]
        if not found:
            raise SlackError("thread_not_found")
        return self._page(found, args)

    def _readable(self, args: JSON) -> Channel:
        channel = channel_of(self.state, args)
        self._check_scope(channel, "history")
        if not channel.bot_is_member:
            raise SlackError("not_in_channel")
        return channel

    def _check_scope(self, channel: Channel, verb: str) -> None:
        if f"{channel.kind}:{verb}" not in self.state.scopes:
            raise SlackError("missing_scope")

    def _page(self, found: list[Message], args: JSON) -> JSON:
        limit = number_of(args, "limit", DEFAULT_HISTORY, MAX_HISTORY)
        oldest, latest = float(args.get("oldest", 0)), float(args.get("latest", "inf"))
        if flag(args, "inclusive"):
            chosen = [m for m in found if oldest <= float(m.ts) <= latest]
        else:
            chosen = [m for m in found if oldest < float(m.ts) < latest]
        start = _start(args.get("cursor"))
        rest = chosen[start + limit :]
        cursor = f"next:{start + limit}" if rest else ""
        with_metadata = flag(args, "include_all_metadata")
        page = chosen[start : start + limit]
        return {
            "messages": [m.to_json(with_metadata=with_metadata) for m in page],
            "has_more": bool(rest),
            "response_metadata": {"next_cursor": cursor},
        }

    def user(self, args: JSON) -> JSON:
        """`users.info`."""
        user = user_of(self.state, text_of(args, "user"))
        return {"user": user.to_json(with_locale=flag(args, "include_locale"))}


def _start(cursor: Any) -> int:
    if not cursor:
        return 0
    name, _, place = str(cursor).partition(":")
    if name != "next" or not place.isdecimal():
        raise SlackError("invalid_cursor")
    return int(place)
