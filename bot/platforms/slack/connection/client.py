"""The client of Slack's Web API."""

import logging

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

_quiet = logging.getLogger("slack_sdk.quiet")
_quiet.setLevel(logging.WARNING)  # at DEBUG it logs whole bodies, prompts included


def slack_client(*, token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that repeats nothing: of a post that is repeated there would be two."""
    base_url = f"{api_url.rstrip('/')}/"  # the names of methods are joined to it
    return AsyncWebClient(
        token=token, base_url=base_url, session=session, retry_handlers=[], logger=_quiet
    )
