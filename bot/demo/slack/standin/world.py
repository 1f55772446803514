"""All that exists in one workspace, by its id. Knows no HTTP."""

import itertools
import time
from collections.abc import Callable

from bot.demo.slack.standin.content import Channel, File, Message, User, pings
from bot.demo.slack.standin.vocabulary import DIRECT, GROUP_DIRECT, PUBLIC


class World:
    """The objects of the workspace."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        """Both clocks are in seconds; `now` counts how old something is."""
        self.now = now
        self.time_of_day = time_of_day
        self._numbers = itertools.count(1)
        self._presses = itertools.count(1)
        self._last_ts = 0
        self.team_id = self.new_id("T")
        self.app_id = self.new_id("A")
        self.bot_id = self.new_id("B")
        self.base_url = ""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.bot = self.add_user("imagine", is_bot=True)

    def new_id(self, letter: str) -> str:
        """Return an id as Slack's look: a letter that says the kind, and ten more."""
        return f"{letter}0{next(self._numbers):09X}"

    def new_ts(self) -> str:
        """Return the time as a message's id; no two are the same."""
        self._last_ts = max(int(self.time_of_day() * 1e6), self._last_ts + 1)
        return f"{self._last_ts // 10**6}.{self._last_ts % 10**6:06}"

    def new_press_ts(self) -> str:
        """Return the time of a press: people take ten seconds between two."""
        return f"{self.time_of_day() + 10 * next(self._presses):.6f}"

    def add_user(
        self,
        name: str,
        *,
        team_id: str | None = None,
        locale: str = "en-US",
        is_admin: bool = False,
        is_bot: bool = False,
    ) -> User:
        """Add somebody to the workspace."""
        user = User(
            id=self.new_id("U"),
            name=name,
            team_id=team_id or self.team_id,
            locale=locale,
            is_admin=is_admin,
            is_bot=is_bot,
        )
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, *members: User, kind: str = PUBLIC) -> Channel:
        """Add a channel, or direct messages, with its members."""
        letter = "D" if kind == DIRECT else "G" if kind == GROUP_DIRECT else "C"
        channel = Channel(
            id=self.new_id(letter), name=name, world=self, kind=kind, members=set(members)
        )
        self.channels[channel.id] = channel
        return channel

    def dm(self, user: User) -> Channel:
        """Return the direct messages of the bot and `user`, opened if need be."""
        for channel in self.channels.values():
            if channel.kind == DIRECT and channel.members == {self.bot, user}:
                return channel
        return self.add_channel("", self.bot, user, kind=DIRECT)

    def add_file(self, owner: User, name: str, content: bytes | None, size: int) -> File:
        """Add a file, which nobody sees yet."""
        id_ = self.new_id("F")
        url = f"{self.base_url}/files-pri/{self.team_id}-{id_}/{name}"
        file = File(id=id_, name=name, owner=owner, size=size, url=url, content=content)
        self.files[id_] = file
        return file

    def share(self, user: User, channel: Channel, name: str, content: bytes) -> File:
        """Add a person's file, which the channel can see."""
        file = self.add_file(user, name, content, len(content))
        file.completed = True
        file.shares.add(channel.id)
        return file

    def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        *files: tuple[str, bytes],
        thread: Message | None = None,
    ) -> Message:
        """Let a person write an ordinary message."""
        message = Message(
            ts=self.new_ts(),
            channel=channel,
            author=user,
            text=text,
            thread_ts=thread.ts if thread else None,
            files=[self.share(user, channel, name, data) for name, data in files],
        )
        self.post(message)
        return message

    def post(self, message: Message) -> None:
        """Let a new message stand, and notify whom it names."""
        message.pinged = pings(message)
        message.channel.all_messages.append(message)
