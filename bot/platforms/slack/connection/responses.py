"""Answers by `response_url`: up to 5 within half an hour, also where the bot is no member.

slack_sdk's own client for them repeats a post whose answer was lost, so this is ours. The address
is a secret: it stands in no error.
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from http import HTTPStatus
from typing import Any

import aiohttp

from bot.domain.errors import (
    DeliveryError,
    MessageGoneError,
    MessageInDoubtError,
    NotSentError,
    UndeliverableError,
)
from bot.platforms.slack.connection.calls import IN_DOUBT, slack_call

MAX_RESPONSES = 5
_OVER = ("used_url", "expired_url")


async def respond(
    session: aiohttp.ClientSession, url: str, body: dict[str, Any], *, timeout_s: float
) -> None:
    """Post one answer.

    Raises:
        MessageGoneError: the address has ended, or the message that it belongs to.
        NotSentError, MessageInDoubtError, UndeliverableError: as of any call.
    """
    async with (
        slack_call(timeout_s),
        session.post(url, json=body, allow_redirects=False) as response,
    ):
        said = await response.text(errors="replace")
    error = _meaning(response.status, said)
    if error is not None:
        raise error


def _meaning(status: int, said: str) -> DeliveryError | None:
    reason = f"Slack refused an answer ({status})"
    if any(each in said for each in _OVER) or status == HTTPStatus.NOT_FOUND:
        return MessageGoneError(reason)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotSentError(reason)
    is_unclear = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT
    if is_unclear or any(f'"{each}"' in said for each in IN_DOUBT):
        return MessageInDoubtError(reason)
    is_refused = status != HTTPStatus.OK or '"ok":false' in said.replace(" ", "")
    return UndeliverableError(reason) if is_refused else None
