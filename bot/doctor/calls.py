"""Short calls to other services, and what a failed one means in a few words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

TIMEOUT_S = 5.0  # a group makes two such calls at most before it names who is silent
MAX_BYTES = 4 * 2**20


class UnreachedError(Exception):
    """No usable answer came; the text says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service answered."""

    status: int
    data: Any  # what its JSON says; None: it is no JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def date(self) -> datetime | None:
        """The time by the service's own clock, if it says so."""
        return _date(self.headers.get("Date"))


def open_session() -> aiohttp.ClientSession:
    """Return the session of all calls; it follows no proxy variables, as the bot does not."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


async def call(
    session: aiohttp.ClientSession, url: str, *, token: str | None = None, method: str = "GET"
) -> Answer:
    """Make one call; `token` is the whole of the Authorization header.

    Raises:
        UnreachedError: no answer came.
    """
    headers = {} if token is None else {"Authorization": token}
    limit = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with session.request(
            method, url, headers=headers, allow_redirects=False, timeout=limit
        ) as response:
            body = await _read(response)
    except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError) as error:
        raise UnreachedError(reason(error)) from None
    return Answer(status=response.status, data=_json(body), headers=response.headers)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BYTES:
            raise UnreachedError("its answer has no end")
    return body


def reason(error: BaseException) -> str:
    """Say why no answer came. Never the error's own text: it may hold the address."""
    if isinstance(error, aiohttp.ClientConnectorDNSError | UnicodeError):  # or it can be no name
        return "its host name cannot be looked up"
    if isinstance(error, aiohttp.ClientSSLError):
        return "its TLS certificate is not valid"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return "no connection"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
