"""What exists on the stand-in: users, guilds, channels, messages, files. Knows no HTTP."""

import enum
import itertools
import mimetypes
import re
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlparse

JSON = dict[str, Any]

DISCORD_EPOCH_MS = 1420070400000
MIB = 1024 * 1024
COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6
LOADING = 1 << 7
DEFAULT_UPLOAD_LIMIT = 10 * MIB


class ChannelKind(enum.IntEnum):
    TEXT = 0
    DM = 1
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


class Permission(enum.IntFlag):
    """The permission bits this bot can meet, named as in Discord's documentation."""

    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    SEND_MESSAGES_IN_THREADS = 1 << 38


MEMBER_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_MESSAGES_IN_THREADS
)
# In direct messages Discord sends a fixed set that lacks View Channel and Send Messages.
DM_APP_PERMISSIONS = (
    Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
)


class Intent(enum.IntFlag):
    NONE = 0
    GUILDS = 1 << 0
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12


def permissions(names: tuple[str, ...]) -> Permission:
    """Give the bits of permission names such as `attach_files`."""
    bits = Permission(0)
    for name in names:
        bits |= Permission[name.upper()]
    return bits


class Snowflakes:
    """Makes ids that grow, and that carry the time as Discord's do."""

    def __init__(self, time_of_day: Callable[[], float]) -> None:
        self._time_of_day = time_of_day
        self._last = 0

    def next(self) -> int:
        now = (int(self._time_of_day() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return self._last


def walk(components: list[JSON]) -> Iterator[JSON]:
    """Yield every component, outer before inner, in the order of the page."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for key in ("accessory", "component"):
            if key in component:
                yield from walk([component[key]])


def media_of(component: JSON) -> Iterator[JSON]:
    """Yield the media objects (`{"url": …}`) that a component itself shows."""
    for item in component.get("items", []):
        yield item["media"]
    for key in ("media", "file"):
        if key in component:
            yield component[key]


@dataclass(slots=True, eq=False, kw_only=True)
class User:
    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True
    # What the person's own subscription allows. Interactions carry it; the bot's posts lack it.
    upload_limit: int = DEFAULT_UPLOAD_LIMIT

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def to_json(self) -> JSON:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.bot else self.name.capitalize(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(slots=True, eq=False, kw_only=True)
class StoredFile:
    id: int
    filename: str
    content: bytes
    channel_id: int
    description: str | None = None

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.filename)[0] or "application/octet-stream"

    @property
    def path(self) -> str:
        return f"/attachments/{self.channel_id}/{self.id}/{self.filename}"

    def media_json(self, base: str) -> JSON:
        url = f"{base}{self.path}?ex=7fffffff&is=66000000&hm={self.id:064x}&"
        shown: JSON = {"url": url, "proxy_url": url, "content_type": self.content_type}
        if self.content.startswith(b"\x89PNG") and len(self.content) >= 24:
            shown["width"], shown["height"] = struct.unpack(">II", self.content[16:24])
        return shown

    def to_json(self, base: str) -> JSON:
        shown = self.media_json(base) | {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.content),
        }
        return shown if self.description is None else shown | {"description": self.description}


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button as a person sees it."""

    label: str | None
    custom_id: str | None
    url: str | None
    style: int
    disabled: bool
    emoji: str | None


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """One message; edits change it in place, `deleted` marks the end."""

    id: int
    channel: "Channel"
    author: User
    content: str = ""
    embeds: list[JSON] = field(default_factory=list)
    components: list[JSON] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    edited_at: datetime | None = None
    # The only person who sees it (ephemeral); None: everybody in the channel.
    visible_to: User | None = None
    interaction_metadata: JSON | None = None
    deleted: bool = False
    # Ids of the people whom posting this notified; edits notify nobody.
    pinged: frozenset[int] = frozenset()
    pinged_everyone: bool = False

    def __repr__(self) -> str:
        state = "deleted " if self.deleted else "ephemeral " if self.ephemeral else ""
        return f"<{state}Message {self.id} by {self.author.name}: {self.text[:80]!r}>"

    @property
    def ephemeral(self) -> bool:
        return self.visible_to is not None

    @property
    def loading(self) -> bool:
        """Whether this is a deferred answer that still shows "thinking …"."""
        return bool(self.flags & LOADING)

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    @property
    def text(self) -> str:
        """All text a person reads: the content and every TextDisplay, one a line."""
        shown = [c["content"] for c in walk(self.components) if c["type"] == 10]
        return "\n".join(filter(None, [self.content, *shown]))

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(
                label=c.get("label"),
                custom_id=c.get("custom_id"),
                url=c.get("url"),
                style=c["style"],
                disabled=c.get("disabled", False),
                emoji=(c.get("emoji") or {}).get("name"),
            )
            for c in walk(self.components)
            if c["type"] == 2
        ]

    @property
    def labels(self) -> list[str]:
        return [button.label or "" for button in self.buttons]

    @property
    def media(self) -> list[JSON]:
        return [media for c in walk(self.components) for media in media_of(c)]

    @property
    def images(self) -> list[bytes]:
        """The bytes of every uploaded picture the message shows, in the order of the page."""
        shown = [self._file_at(media["url"]) for media in self.media]
        if not self.is_v2:
            shown += self.visible_files
        return [file.content for file in shown if file is not None]

    @property
    def visible_files(self) -> list[StoredFile]:
        """The files Discord lists as attachments: those that no component or embed shows."""
        shown = {self._file_at(url) for url in self._shown_urls()}
        return [file for file in self.files if file not in shown]

    @property
    def hidden_files(self) -> list[StoredFile]:
        """Uploaded, but invisible: a Components V2 message shows only what a component names."""
        return self.visible_files if self.is_v2 else []

    def _shown_urls(self) -> Iterator[str]:
        yield from (media["url"] for media in self.media)
        for embed in self.embeds:
            for key in ("image", "thumbnail"):
                if embed.get(key):
                    yield embed[key].get("url", "")

    def _file_at(self, url: str) -> StoredFile | None:
        if url.startswith("attachment://"):
            name = url.removeprefix("attachment://")
            return next((file for file in self.files if file.filename == name), None)
        return self.channel.world.file_at(url)

    def to_json(self) -> JSON:
        base = self.channel.world.cdn_url
        shown: JSON = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "type": 20 if self.interaction_metadata else 0,
            "author": self.author.to_json(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self._components_json(),
            "attachments": [file.to_json(base) for file in self.visible_files],
            "flags": self.flags,
            "timestamp": self.created_at.isoformat(),
            "edited_timestamp": self.edited_at and self.edited_at.isoformat(),
            "tts": False,
            "pinned": False,
            "mention_everyone": self.pinged_everyone,
            "mentions": [self.channel.world.users[id_].to_json() for id_ in sorted(self.pinged)],
            "mention_roles": [],
        }
        if self.nonce is not None:
            shown["nonce"] = self.nonce
        if self.interaction_metadata is not None:
            app_id = str(self.author.id)
            shown |= {"application_id": app_id, "webhook_id": app_id}
            shown["interaction_metadata"] = self.interaction_metadata
        return shown

    def _components_json(self) -> list[JSON]:
        counter = itertools.count(1)

        def resolved(value: Any) -> Any:
            if isinstance(value, list):
                return [resolved(item) for item in value]
            if not isinstance(value, dict):
                return value
            if set(value) == {"url"} and isinstance(value["url"], str):
                return self._media_json(value["url"])
            made = {key: resolved(item) for key, item in value.items() if item is not None}
            if "type" in value:
                made.setdefault("id", next(counter))
            return made

        made: list[JSON] = resolved(self.components)
        return made

    def _media_json(self, url: str) -> JSON:
        file = self._file_at(url)
        if file is None:
            return {"url": url, "proxy_url": url, "loading_state": 2}
        resolved = file.media_json(self.channel.world.cdn_url)
        return resolved | {"attachment_id": str(file.id), "loading_state": 2}


@dataclass(slots=True, eq=False, kw_only=True)
class Guild:
    id: int
    name: str
    world: "World"
    members: dict[int, User] = field(default_factory=dict)
    member_permissions: dict[int, Permission] = field(default_factory=dict)
    channels: list["Channel"] = field(default_factory=list)
    locale: str = "en-US"
    upload_limit: int = DEFAULT_UPLOAD_LIMIT
    # False: a guild where only a user-installed app is at work.
    bot_is_member: bool = True

    def add_member(self, user: User) -> None:
        self.members[user.id] = user
        self.member_permissions.setdefault(user.id, MEMBER_PERMISSIONS)

    def grant(self, user: User, *names: str) -> None:
        """Give a member further permissions, by name: `grant(ann, "manage_messages")`."""
        self.member_permissions[user.id] |= permissions(names)

    def member_json(self, user: User, *, with_permissions: bool = False) -> JSON:
        shown: JSON = {
            "user": user.to_json(),
            "roles": [],
            "joined_at": "2024-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "nick": None,
            "avatar": None,
            "pending": False,
            "premium_since": None,
            "communication_disabled_until": None,
        }
        if with_permissions:
            granted = self.member_permissions.get(user.id, MEMBER_PERMISSIONS)
            shown["permissions"] = str(int(granted))
        return shown

    def to_json(self) -> JSON:
        """Give the guild as REST shows it; GUILD_CREATE adds channels and members."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "owner_id": "1",
            "features": [],
            "emojis": [],
            "stickers": [],
            "preferred_locale": self.locale,
            "premium_tier": 0,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "afk_timeout": 300,
            "system_channel_flags": 0,
            "roles": [
                {
                    "id": str(self.id),
                    "name": "@everyone",
                    "permissions": str(int(MEMBER_PERMISSIONS)),
                    "position": 0,
                    "color": 0,
                    "colors": {
                        "primary_color": 0,
                        "secondary_color": None,
                        "tertiary_color": None,
                    },
                    "hoist": False,
                    "managed": False,
                    "mentionable": False,
                    "flags": 0,
                }
            ],
        }

    def create_json(self) -> JSON:
        alive = [channel for channel in self.channels if not channel.deleted]
        return self.to_json() | {
            "joined_at": "2024-01-01T00:00:00+00:00",
            "large": False,
            "unavailable": False,
            "member_count": len(self.members) + 1,
            "members": [self.member_json(self.world.bot)],
            "channels": [c.to_json() for c in alive if not c.is_thread],
            "threads": [c.to_json() for c in alive if c.is_thread and c.bot_may_see],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


@dataclass(slots=True, eq=False, kw_only=True)
class Channel:
    id: int
    world: "World"
    kind: ChannelKind
    name: str = ""
    guild: Guild | None = None
    parent: "Channel | None" = None
    recipient: User | None = None
    own_bot_permissions: Permission = MEMBER_PERMISSIONS
    # Only meaningful for private threads, which the bot sees when it is inside.
    bot_is_inside: bool = True
    locked: bool = False
    deleted: bool = False
    all_messages: list[Message] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Channel {self.id} {self.name!r}>"

    @property
    def is_thread(self) -> bool:
        return self.kind in {ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD}

    @property
    def messages(self) -> list[Message]:
        """What everybody in the channel sees, oldest first."""
        return [m for m in self.all_messages if not m.deleted and not m.ephemeral]

    def seen_by(self, user: User) -> list[Message]:
        """What one person sees, ephemeral messages included, oldest first."""
        return [m for m in self.all_messages if not m.deleted and m.visible_to in {None, user}]

    @property
    def bot_permissions(self) -> Permission:
        """What the bot may do here; a thread follows its parent channel."""
        if self.kind is ChannelKind.DM:
            return MEMBER_PERMISSIONS
        return (self.parent or self).own_bot_permissions

    @property
    def bot_may_see(self) -> bool:
        if self.guild is not None and not self.guild.bot_is_member:
            return False
        if self.kind is ChannelKind.PRIVATE_THREAD and not self.bot_is_inside:
            return bool(self.bot_permissions & Permission.MANAGE_THREADS)
        return bool(self.bot_permissions & Permission.VIEW_CHANNEL)

    @property
    def bot_may_send(self) -> bool:
        needed = Permission.SEND_MESSAGES
        if self.is_thread:
            needed = Permission.SEND_MESSAGES_IN_THREADS
        return bool(self.bot_permissions & needed)

    def deny(self, *names: str) -> None:
        """Take permissions from the bot here: `deny("attach_files")`; the gateway is told."""
        self.own_bot_permissions &= ~permissions(names)
        self.world.emit("CHANNEL_UPDATE", self.to_json(), Intent.GUILDS)

    def allow(self, *names: str) -> None:
        """Give the bot permissions here; the gateway is told."""
        self.own_bot_permissions |= permissions(names)
        self.world.emit("CHANNEL_UPDATE", self.to_json(), Intent.GUILDS)

    def delete(self) -> None:
        """Remove the channel; every later request to it answers 10003."""
        self.deleted = True
        event = "THREAD_DELETE" if self.is_thread else "CHANNEL_DELETE"
        self.world.emit(event, self.to_json(), Intent.GUILDS)

    def find(self, message_id: int) -> Message | None:
        found = (m for m in self.all_messages if m.id == message_id and not m.deleted)
        return next(found, None)

    def to_json(self) -> JSON:
        shown: JSON = {"id": str(self.id), "type": int(self.kind), "flags": 0}
        last = self.messages[-1:]
        shown["last_message_id"] = str(last[0].id) if last else None
        if self.recipient is not None:
            return shown | {"recipients": [self.recipient.to_json()]}
        assert self.guild is not None
        shown |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        if self.is_thread:
            return shown | self._thread_json()
        allowed = int(self.own_bot_permissions)
        denied = sum(Permission) & ~allowed
        bot_rule = {"id": str(self.world.bot.id), "type": 1}
        return shown | {
            "position": self.guild.channels.index(self),
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "permission_overwrites": [bot_rule | {"allow": str(allowed), "deny": str(denied)}],
        }

    def _thread_json(self) -> JSON:
        assert self.parent is not None
        return {
            "parent_id": str(self.parent.id),
            "owner_id": "1",
            "message_count": len(self.messages),
            "total_message_sent": len(self.all_messages),
            "member_count": 1,
            "thread_metadata": {
                "archived": self.locked,
                "locked": self.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": "2024-01-01T00:00:00+00:00",
                "create_timestamp": "2024-01-01T00:00:00+00:00",
            },
        }


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
        """Give the direct message channel of the bot and `user`, opened if need be."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(
            id=self.snowflakes.next(), world=self, kind=ChannelKind.DM, recipient=user
        )
        self.channels[channel.id] = channel
        return channel

    def file_at(self, url: str) -> StoredFile | None:
        """Give the uploaded file that a link to our CDN names."""
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
    """Give whom posting `message` notifies: ids of people, and whether everyone."""
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
