"""Addresses that open a message in Discord. Pure."""

from dataclasses import replace

from bot.domain.deliveries import DELETED_MESSAGE, Delivery
from bot.domain.jobs import Job

_DIRECT_MESSAGES = "@me"  # stands where a guild's id would


def message_url(job: Job, delivery: Delivery | None) -> str | None:
    """Return the address of the first message of the job's result, for the job's owner.

    None if none is known: a private result in the answer to a command has none that lasts.
    """
    if delivery is None:
        return None
    channel_id = delivery.conversation_id or job.origin.conversation.id
    is_where_asked = channel_id == job.origin.conversation.id
    guild_id = job.origin.conversation.tenant_id if is_where_asked else None
    for part in delivery.parts:
        is_answer = job.is_private and not part.is_direct
        if part.message_id not in {None, DELETED_MESSAGE} and not is_answer:
            return address(guild_id, channel_id, part.message_id)
    return None


def seen_from(job: Job, channel_id: str) -> Job:
    """Return the job as people of a channel may see it: without a way to where they are not.

    What a job varies stands in the channel where the job was asked for.
    """
    if job.variation is None or job.origin.conversation.id == channel_id:
        return job
    return replace(job, variation=replace(job.variation, message_url=None))


def address(guild_id: str | None, channel_id: str, message_id: str) -> str:
    """Return the address of a message; without a guild it is a direct one."""
    return f"https://discord.com/channels/{guild_id or _DIRECT_MESSAGES}/{channel_id}/{message_id}"
