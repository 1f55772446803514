"""Discord's own names and numbers: kinds of channels, permissions, intents, flags, limits."""

import enum
from typing import Any

JSON = dict[str, Any]
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
    """Return the bits of permission names such as `attach_files`."""
    bits = Permission(0)
    for name in names:
        bits |= Permission[name.upper()]
    return bits
