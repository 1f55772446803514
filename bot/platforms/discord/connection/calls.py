"""What Discord's answers mean, and bounded calls.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus

import aiohttp
import discord

from bot.domain.errors import (
    DeliveryDelayedError,
    ImagineError,
    MessageInDoubtError,
    MessageTooLargeError,
    NotSentError,
    ReplyGivenUpError,
    ReplyLostError,
    ReplyRefusedError,
)
from bot.platforms.discord.connection.requests import Requests, watched_requests
from bot.platforms.discord.names import TITLE

# No usable answer came: these tell nothing about whether the call took effect. With the last three
# discord.py meets a page that is not the JSON it expects.
_CUT_OFF = (TimeoutError, aiohttp.ClientError, OSError)
LOST = (*_CUT_OFF, TypeError, KeyError, ValueError)
# Whatever may come out of discord.py; the last is a session that is closed.
FOREIGN = (discord.DiscordException, *LOST, RuntimeError)
# The request did not leave: these are raised before there is a connection for it.
_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)

UNKNOWN_MESSAGE = 10008
_ALREADY_ANSWERED = 40060
_UNKNOWN_INTERACTION = 10062
_UNKNOWN_WEBHOOK = 10015  # the token of an interaction that nobody answered in time
_TOO_LARGE = 40005
_INVALID_TOKEN = 50027  # of an interaction; it has ended
_CLOSED_THREAD = frozenset({50083, 160005})  # archived, locked


@asynccontextmanager
async def discord_call(
    timeout_s: float, *, changes_nothing: bool = False
) -> AsyncIterator[Requests]:
    """Bound the calls within; a refusal stays the `discord.HTTPException` that it is.

    Raises:
        NotSentError: they certainly had no effect, as those that change nothing.
        MessageInDoubtError: nobody knows whether they had one.
    """
    with watched_requests() as requests:
        try:
            async with asyncio.timeout(timeout_s):
                yield requests
        except (discord.RateLimited, discord.HTTPException, *LOST) as error:
            if isinstance(error, discord.HTTPException) and not _is_passing(error):
                raise
            # discord.py repeats some requests by itself: the last failure tells nothing of those.
            is_certain = changes_nothing or (_had_no_effect(error) and not requests.in_doubt)
            kind = NotSentError if is_certain else MessageInDoubtError
            raise kind(_what_happened(error), retry_after=_retry_after(error)) from error


@asynccontextmanager
async def answering(client: discord.Client, timeout_s: float) -> AsyncIterator[None]:
    """Bound the calls that answer an interaction; what they meet becomes an error of ours.

    Raises:
        ReplyGivenUpError, ReplyLostError, ReplyRefusedError, MessageTooLargeError: see `errors`.
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
    # Somebody deleted the answer, or its channel, before it was complete.
    is_unwanted = isinstance(error, discord.HTTPException) and is_message_gone(error)
    if client.is_closed() or is_beaten(error) or is_unwanted:
        return ReplyGivenUpError(reason)
    if is_lost(error) or isinstance(error, discord.RateLimited):
        return ReplyLostError(reason, platform=TITLE)
    if not isinstance(error, discord.HTTPException):
        return None
    return MessageTooLargeError(reason) if is_too_large(error) else ReplyRefusedError(reason)


def _had_no_effect(error: BaseException) -> bool:
    """Whether the request that failed never left, or was turned away."""
    if isinstance(error, discord.HTTPException):
        return not is_breakdown(error)
    return isinstance(error, (discord.RateLimited, *_NEVER_CONNECTED))


def _what_happened(error: BaseException) -> str:
    if isinstance(error, discord.RateLimited):
        return "Discord asks us to wait"
    if isinstance(error, discord.HTTPException):
        return f"Discord answered {error.status}"
    return f"no answer from Discord ({type(error).__name__})"


def _retry_after(error: BaseException) -> timedelta | None:
    """Return how long Discord wants us to wait, if it says so."""
    if isinstance(error, discord.RateLimited):
        return timedelta(seconds=error.retry_after)
    if isinstance(error, discord.HTTPException) and error.status == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = error.response.headers.get("Retry-After", "")
        return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
    return None


def is_breakdown(error: discord.HTTPException) -> bool:
    """Discord, or what stands before it, broke down; the call may have taken effect."""
    is_server_error = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return is_server_error or error.status == HTTPStatus.REQUEST_TIMEOUT


def is_unexplained(error: discord.HTTPException) -> bool:
    """Refused without a code of Discord's: by a proxy perhaps, so it tells nothing of the place."""
    return not error.code


def is_too_large(error: discord.HTTPException) -> bool:
    """The files are more than Discord takes here."""
    return error.code == _TOO_LARGE or error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def lacks_access(error: discord.HTTPException) -> bool:
    """The bot may not write there, while the person may still be reached in another way."""
    return isinstance(error, discord.Forbidden) or error.code in _CLOSED_THREAD


def is_message_gone(error: discord.HTTPException) -> bool:
    """The message does not exist any more."""
    return error.code == UNKNOWN_MESSAGE


def is_answered(error: BaseException) -> bool:
    """This interaction was answered before, most likely by another process."""
    return isinstance(error, discord.HTTPException) and error.code == _ALREADY_ANSWERED


def is_beaten(error: BaseException) -> bool:
    """Another process answered this interaction, or its time is over: normal while deploying."""
    return isinstance(error, discord.HTTPException) and error.code in {
        _ALREADY_ANSWERED,
        _UNKNOWN_INTERACTION,
        _UNKNOWN_WEBHOOK,
    }


def is_lost(error: BaseException) -> bool:
    """Discord broke down or gave no usable answer; no defect of ours looks like that."""
    if isinstance(error, DeliveryDelayedError):
        return True
    if isinstance(error, discord.HTTPException):
        return _is_passing(error)
    return isinstance(error, LOST) and (isinstance(error, _CUT_OFF) or _is_of_discord_py(error))


def _is_of_discord_py(error: BaseException) -> bool:
    """Whether discord.py itself raised it, so over a page that is not the JSON it expects."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].f_globals["__name__"].partition(".")[0] == "discord"


def reason_of(error: discord.HTTPException) -> str:
    """Say for the operator why Discord refused. Its own text may quote ours, so only the code."""
    return f"Discord refused it ({error.status}, code {error.code})"


def _is_passing(error: discord.HTTPException) -> bool:
    if error.status == HTTPStatus.UNAUTHORIZED:
        return error.code != _INVALID_TOKEN
    return error.status == HTTPStatus.TOO_MANY_REQUESTS or is_breakdown(error)
