"""The ways to messages that people may know of. Pure, but for the platform's own addresses."""

from dataclasses import replace

from bot.domain.conversations import Conversation
from bot.domain.deliveries import Delivery
from bot.domain.jobs import Job
from bot.domain.messages import Message
from bot.ports.platform import Platform


def message_url(job: Job, delivery: Delivery | None, platform: Platform) -> str | None:
    """Return the address of the first message of the job's result, for the job's owner.

    None if none is known: a private result in the answer to a command has none that lasts.
    """
    message = None if delivery is None else _first_message(job, delivery)
    return None if message is None else platform.address(message)


def _first_message(job: Job, delivery: Delivery) -> Message | None:
    conversation = delivery.stands_in(job.origin.conversation)
    for part in delivery.parts:
        is_answer = job.is_private and not part.is_direct
        if part.standing_id is not None and not is_answer:
            return Message(conversation=conversation, id=part.standing_id)
    return None


def seen_from(job: Job, conversation: Conversation) -> Job:
    """Return the job as people of a conversation may see it: without a way to where they are not.

    What a job varies stands in the conversation where the job was asked for.
    """
    if job.variation is None or job.origin.conversation.key == conversation.key:
        return job
    return replace(job, variation=replace(job.variation, message_url=None))
