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
    place = (job.origin.tenant_id if is_where_asked else None) or _DIRECT_MESSAGES
    for part in delivery.parts:
        if part.message_id not in {None, DELETED_MESSAGE}:
            return f"https://discord.com/channels/{place}/{channel_id}/{part.message_id}"
    return None
