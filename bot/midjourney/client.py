"""The provider over HTTP: a thin transport for `protocol`, which decides what an answer means.

Only the transport knows where a call broke off: before there was a connection nothing can have
started; from then on, nobody can tell.
"""

from collections.abc import Sequence
from typing import Self

import aiohttp

from bot.domain.errors import (
    NotStartedError,
    OutcomeUnknownError,
    StatusTooLargeError,
    StatusUnavailableError,
)
from bot.domain.jobs import Mode, TaskReport
from bot.midjourney.protocol import (
    ApiRequest,
    read_status,
    read_submit,
    status_request,
    submit_request,
)

DEFAULT_BASE_URL = "https://api.midjourney-api.com"

CONNECT_TIMEOUT_S = 10.0  # name, connection and TLS; well below both totals, so it fires first
SUBMIT_TIMEOUT_S = 60.0  # giving up early would only leave more jobs in doubt
STATUS_TIMEOUT_S = 20.0
MAX_SUBMIT_BYTES = 256 * 1024
MAX_STATUS_BYTES = 4 * 1024 * 1024  # thousands of finished jobs

_CHUNK_BYTES = 64 * 1024


class _TooLargeError(Exception):
    """The answer is longer than any real one."""


# aiohttp raises these while it connects, and never once a request may have been sent.
_NEVER_CONNECTED = (
    aiohttp.ClientConnectorError,  # DNS, refused, unreachable, TLS
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_BROKEN_OFF = (aiohttp.ClientError, TimeoutError, OSError, _TooLargeError)


class HttpMidjourneyClient:
    """The `MidjourneyApi` port on aiohttp. Use it as an async context manager.

    Its errors carry no URL, key or prompt. They are raised `from None` because aiohttp's own
    exceptions print the request's headers, and so the key.
    """

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        submit_timeout_s: float = SUBMIT_TIMEOUT_S,
        status_timeout_s: float = STATUS_TIMEOUT_S,
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url.rstrip("/")
        self._submit_timeout = _timeout(connect_timeout_s, submit_timeout_s)
        self._status_timeout = _timeout(connect_timeout_s, status_timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # A fresh connection for every call: a pooled one may be dead, and a submit that dies on
        # it leaves a job in doubt. Calls are rare enough for the handshake not to matter.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0),
            headers={"API-KEY": self._api_key, "Accept": "application/json"},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def submit(self, *, prompt: str, mode: Mode, hook_url: str | None) -> str:
        """Start a billable job and return its task id; see the port for what it raises."""
        request = submit_request(prompt, mode, hook_url)
        try:
            answer = await self._post(request, self._submit_timeout, MAX_SUBMIT_BYTES)
        except _NEVER_CONNECTED as error:
            raise NotStartedError(f"no connection ({_name(error)})") from None
        except _BROKEN_OFF as error:
            raise OutcomeUnknownError(f"no usable answer ({_name(error)})") from None
        return read_submit(*answer)

    async def job_status(self, task_ids: Sequence[str]) -> list[TaskReport]:
        """Report the tasks that the provider knows, in one call; no call for no task ids.

        See the port for what it raises.
        """
        if not task_ids:
            return []
        request = status_request(task_ids)
        try:
            answer = await self._post(request, self._status_timeout, MAX_STATUS_BYTES)
        except _TooLargeError:
            raise StatusTooLargeError(f"more than {MAX_STATUS_BYTES} bytes") from None
        except _BROKEN_OFF as error:
            raise StatusUnavailableError(f"no usable answer ({_name(error)})") from None
        return read_status(*answer)

    async def _post(
        self, request: ApiRequest, time_limit: aiohttp.ClientTimeout, max_bytes: int
    ) -> tuple[int, bytes, str | None]:
        """Send one request; return status, body and Retry-After of its answer.

        Once: aiohttp repeats only idempotent methods by itself.
        """
        assert self._session is not None, "use the client inside `async with`"
        async with self._session.post(
            self._base_url + request.path,
            json=request.payload,
            timeout=time_limit,
            allow_redirects=False,  # a redirect would carry the key elsewhere
        ) as response:
            body = await _read_bounded(response, max_bytes)
            return response.status, body, response.headers.get("Retry-After")


async def _read_bounded(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Read the body, or stop as soon as it is too long, or is said to become it."""
    if (response.content_length or 0) > max_bytes:
        raise _TooLargeError
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise _TooLargeError
    return bytes(body)


def _timeout(connect_s: float, total_s: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total_s, connect=connect_s, sock_connect=connect_s)


def _name(error: Exception) -> str:
    """Name what went wrong, and nothing else: the text of these errors can hold URLs."""
    return type(error).__name__.removeprefix("_")
