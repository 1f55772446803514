"""What a call that answers an interaction meets, as errors of ours; and how long it may take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.domain.errors import (
    ImagineError,
    MessageTooLargeError,
    ReplyGivenUpError,
    ReplyLostError,
    ReplyRefusedError,
)
from bot.platforms.discord.connection.calls import (
    LOST,
    is_beaten,
    is_lost,
    is_message_gone,
    is_too_large,
    reason_of,
)

TITLE = "Discord"  # as people call it
# Whatever may come out of discord.py; the last is a session that is closed.
FOREIGN = (discord.DiscordException, *LOST, RuntimeError)


@asynccontextmanager
async def answering(client: discord.Client, timeout_s: float) -> AsyncIterator[None]:
    """Bound the calls within.

    Raises ReplyGivenUpError, ReplyLostError, ReplyRefusedError, MessageTooLargeError: see `errors`.
    """
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except FOREIGN as error:
        translated = translate(error, client)
        if translated is None:  # a defect of ours
            raise
        raise translated from error


def translate(error: BaseException, client: discord.Client) -> ImagineError | None:
    """Return what an exception of discord.py means; None: it is not one of those."""
    reason = reason_of(error) if isinstance(error, discord.HTTPException) else type(error).__name__
    if client.is_closed() or is_beaten(error) or _is_unwanted(error):
        return ReplyGivenUpError(reason)
    if is_lost(error) or isinstance(error, discord.RateLimited):
        return ReplyLostError(reason, platform=TITLE)
    if not isinstance(error, discord.HTTPException):
        return None
    return MessageTooLargeError(reason) if is_too_large(error) else ReplyRefusedError(reason)


def _is_unwanted(error: BaseException) -> bool:
    """Somebody deleted the answer, or its channel, before it was complete."""
    return isinstance(error, discord.HTTPException) and is_message_gone(error)
