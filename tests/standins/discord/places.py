"""Where messages stand: guilds and their channels, threads and direct messages. Knows no HTTP."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standins.discord.content import Message, User
from tests.standins.discord.vocabulary import (
    DEFAULT_UPLOAD_LIMIT,
    JSON,
    MEMBER_PERMISSIONS,
    ChannelKind,
    Intent,
    Permission,
    permissions,
)

if TYPE_CHECKING:
    from tests.standins.discord.world import World


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
        """Return a member further permissions, by name: `grant(ann, "manage_messages")`."""
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
        """Return the guild as REST shows it; GUILD_CREATE adds channels and members."""
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
        """Return the bot permissions here; the gateway is told."""
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
