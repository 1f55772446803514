"""Addresses that open a message in Discord. Pure."""

from bot.models import Delivery, Job

DELETED_MESSAGE = "0"  # recorded for a message that somebody deleted before we knew its id
_DIRECT_MESSAGES = "@me"  # stands where a guild's id would


def message_url(job: Job, delivery: Delivery | None) -> str | None:
    """Give the address of the first message of the job's result; None if none is known."""
    if delivery is None:
        return None
    channel_id = delivery.channel_id or job.origin.channel_id
    is_where_asked = channel_id == job.origin.channel_id
    guild_id = job.origin.tenant_id if is_where_asked else None
    for part in delivery.parts:
        if part.message_id is not None and part.message_id != DELETED_MESSAGE:
            return address(guild_id, channel_id, part.message_id)
    return None


def address(guild_id: str | None, channel_id: str, message_id: str) -> str:
    """Give the address of a message; without a guild it is a direct one."""
    return f"https://discord.com/channels/{guild_id or _DIRECT_MESSAGES}/{channel_id}/{message_id}"
