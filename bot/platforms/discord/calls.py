"""Moved to `connection.calls`; this name goes when the messenger uses that one."""

from bot.platforms.discord.connection.calls import (
    discord_call,
    is_message_gone,
    is_too_large,
    lacks_access,
    reason_of,
)

__all__ = ["discord_call", "is_message_gone", "is_too_large", "lacks_access", "reason_of"]
