"""Addresses that open a message in Discord. Pure."""

from bot.domain.messages import Message

_DIRECT_MESSAGES = "@me"  # stands where a guild's id would


def address_of(message: Message) -> str:
    """Return the address that opens a message; without a guild it is a direct one."""
    there = message.conversation
    guild_id = there.tenant_id or _DIRECT_MESSAGES
    return f"https://discord.com/channels/{guild_id}/{there.id}/{message.id}"
