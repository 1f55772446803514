"""All that exists on the stand-in, by its id, and who hears of a change. Knows no HTTP."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlparse

from tests.standins.discord.content import Message, StoredFile, User
from tests.standins.discord.places import Channel, Guild
from tests.standins.discord.vocabulary import JSON, ChannelKind, Intent, Permission

DISCORD_EPOCH_MS = 1420070400000


class Snowflakes:
    """Makes ids that grow, and that carry the time as Discord's do."""

    def __init__(self, time_of_day: Callable[[], float]) -> None:
        self._time_of_day = time_of_day
        self._last = 0

    def next(self) -> int:
        now = (int(self._time_of_day() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return self._last


Emit = Callable[[str, JSON, Intent], None]


class World:
    """The objects by id, and the two hooks through which a change is heard."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        """Both clocks are in seconds; `now` counts how old something is."""
        self.now = now
        self.snowflakes = Snowflakes(time_of_day)
        self.bot = User(id=self.snowflakes.next(), name="imagine", bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.files: dict[int, StoredFile] = {}
        self.cdn_url = ""
        self.emit: Emit = lambda _event, _data, _intent: None

    def add_user(self, name: str, *guilds: Guild, locale: str = "en-US") -> User:
        user = User(id=self.snowflakes.next(), name=name, locale=locale)
        self.users[user.id] = user
        for guild in guilds:
            guild.add_member(user)
        return user

    def add_guild(self, name: str, *, bot_is_member: bool = True) -> Guild:
        guild = Guild(id=self.snowflakes.next(), name=name, world=self, bot_is_member=bot_is_member)
        self.guilds[guild.id] = guild
        if bot_is_member:
            self.emit("GUILD_CREATE", guild.create_json(), Intent.GUILDS)
        return guild

    def add_channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(
            id=self.snowflakes.next(), world=self, kind=ChannelKind.TEXT, name=name, guild=guild
        )
        self._add(channel, "CHANNEL_CREATE")
        return channel

    def add_thread(
        self, parent: Channel, name: str, *, private: bool = False, bot_is_inside: bool = True
    ) -> Channel:
        thread = Channel(
            id=self.snowflakes.next(),
            world=self,
            kind=ChannelKind.PRIVATE_THREAD if private else ChannelKind.PUBLIC_THREAD,
            name=name,
            guild=parent.guild,
            parent=parent,
            bot_is_inside=bot_is_inside,
        )
        self._add(thread, "THREAD_CREATE" if thread.bot_may_see else None)
        return thread

    def _add(self, channel: Channel, event: str | None) -> None:
        assert channel.guild is not None
        self.channels[channel.id] = channel
        channel.guild.channels.append(channel)
        if event is not None and channel.guild.bot_is_member:
            self.emit(event, channel.to_json(), Intent.GUILDS)

    def dm(self, user: User) -> Channel:
        """Return the direct message channel of the bot and `user`, opened if need be."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(
            id=self.snowflakes.next(), world=self, kind=ChannelKind.DM, recipient=user
        )
        self.channels[channel.id] = channel
        return channel

    def file_at(self, url: str) -> StoredFile | None:
        """Return the uploaded file that a link to our CDN names."""
        found = re.fullmatch(r"/attachments/\d+/(\d+)/[^/]+", urlparse(url).path)
        return self.files.get(int(found[1])) if found else None

    def store_file(self, channel: Channel, name: str, content: bytes) -> StoredFile:
        file = StoredFile(
            id=self.snowflakes.next(), filename=name, content=content, channel_id=channel.id
        )
        self.files[file.id] = file
        return file

    def say(self, user: User, channel: Channel, content: str, *files: tuple[str, bytes]) -> Message:
        """Let a person write an ordinary message."""
        message = Message(
            id=self.snowflakes.next(),
            channel=channel,
            author=user,
            content=content,
            files=[self.store_file(channel, name, data) for name, data in files],
        )
        self.post(message)
        return message

    def post(self, message: Message) -> None:
        message.channel.all_messages.append(message)
        self.tell("MESSAGE_CREATE", message)

    def tell(self, event: str, message: Message) -> None:
        """Send a message's event to the sessions that asked for such events."""
        channel = message.channel
        intent = Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILD_MESSAGES
        guild: JSON = {} if channel.guild is None else {"guild_id": str(channel.guild.id)}
        if event == "MESSAGE_DELETE":
            ids = {"id": str(message.id), "channel_id": str(channel.id)}
            self.emit(event, ids | guild, intent)
        elif not message.ephemeral:
            self.emit(event, message.to_json() | guild, intent)


def pings(message: Message, allowed: JSON | None) -> tuple[frozenset[int], bool]:
    """Return whom posting `message` notifies: ids of people, and whether everyone."""
    rules = {"parse": ["users", "roles", "everyone"]} if allowed is None else allowed
    parse = rules.get("parse", [])
    named = {int(id_) for id_ in re.findall(r"<@!?(\d+)>", message.text)}
    if "users" not in parse:
        named &= {int(id_) for id_ in rules.get("users", [])}
    named &= message.channel.world.users.keys()
    may = message.channel.bot_permissions & Permission.MENTION_EVERYONE
    everyone = (
        bool(may) and "everyone" in parse and bool(re.search("@(everyone|here)", message.text))
    )
    return frozenset(named), everyone
