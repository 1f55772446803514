"""The limits on what people may start, and what they are told at one of them. Pure."""

from datetime import timedelta

from bot.domain.errors import LimitError
from bot.domain.people import Limits, Usage
from bot.domain.texts import Text, msg, msg_n

DAY = timedelta(days=1)  # limits count what happened in any 24 hours


def admit(usage: Usage, count: int, limits: Limits) -> None:
    """Let `count` more jobs of a person in.

    Raises:
        LimitError: they would go over one of the limits; the text says which, and until when.
    """
    if usage.recent_of_user + count > limits.daily_per_user:
        raise LimitError(_daily_limit(usage, limits.daily_per_user))
    if usage.waiting_of_user + count > limits.waiting_per_user:
        raise LimitError(
            msg_n(
                "You can have {count} job waiting at a time. Please let it finish first.",
                "You can have {count} jobs waiting at a time. "
                "Please let some finish first, or ask for fewer.",
                count=limits.waiting_per_user,
            )
        )
    if usage.waiting + count > limits.waiting:
        raise LimitError(msg("The queue is full right now. Please try again in a few minutes."))


def _daily_limit(usage: Usage, limit: int) -> Text:
    if usage.oldest_recent_at is None:
        return msg_n(
            "You can start up to {count} job in 24 hours.",
            "You can start up to {count} jobs in 24 hours.",
            count=limit,
        )
    return msg_n(
        "You've used your {count} job for these 24 hours. You can start more {when}.",
        "You've used all {count} jobs for these 24 hours. You can start more {when}.",
        count=limit,
        when=usage.oldest_recent_at + DAY,
    )
