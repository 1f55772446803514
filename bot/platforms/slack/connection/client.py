"""The client of Slack's Web API, and the connections that it uses."""

import logging

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.ids import PLATFORM
from bot.ports.observer import Observer

CONNECT_TIMEOUT_S = 10.0
REFUSALS = frozenset({401, 403, 429})

_quiet = logging.getLogger("slack_sdk.quiet")
_quiet.setLevel(logging.WARNING)  # at DEBUG it logs whole bodies, prompts included


def slack_client(*, token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that repeats nothing: of a post that is repeated there would be two."""
    base_url = f"{api_url.rstrip('/')}/"  # the names of methods are joined to it
    return AsyncWebClient(
        token=token, base_url=base_url, session=session, retry_handlers=[], logger=_quiet
    )


def slack_session(observer: Observer) -> aiohttp.ClientSession:
    """Return a session for all calls, of which each has a timeout of its own.

    slack_sdk makes no use of its own timeout when a session is given to it.
    """

    async def count(
        _session: aiohttp.ClientSession, _context: object, ended: aiohttp.TraceRequestEndParams
    ) -> None:
        if ended.response.status in REFUSALS:
            observer.platform_refused(PLATFORM, ended.response.status)

    counting = aiohttp.TraceConfig()
    counting.on_request_end.append(count)
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT_S)
    return aiohttp.ClientSession(timeout=timeout, trace_configs=[counting])
