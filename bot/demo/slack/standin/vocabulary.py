"""Names and numbers of Slack that several parts use."""

from typing import Any

JSON = dict[str, Any]
MIB = 1024 * 1024

# What the bot's token may do unless some are taken away.
SCOPES = frozenset(
    {
        *("commands", "chat:write", "files:read", "files:write", "users:read", "im:write"),
        *("channels:read", "groups:read", "im:read", "mpim:read", "channels:join"),
        *("channels:history", "groups:history", "im:history", "mpim:history"),
    }
)
# The kind of a conversation, as the scopes of `conversations.*` name it.
PUBLIC, PRIVATE, DIRECT, GROUP_DIRECT = "channels", "groups", "im", "mpim"

COMMANDS, INTERACTIVE, EVENTS = "slash_commands", "interactive", "events_api"

RESPONSE_URL_USES = 5
RESPONSE_URL_LIFETIME_S = 1800.0
MAX_CONNECTIONS = 10
PICTURE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})
