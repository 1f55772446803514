"""The bounded, SSRF-safe download of images. May not decode them.

A link passes two gates: its text must be on the allow-list, and the address its socket is about to
be connected to must be public. The second is asked per connection, after name resolution, so a name
that turns to a private address between check and use gains nothing.
"""

import asyncio
import socket
import ssl
import string
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin

import aiohttp
import stamina
import structlog
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.domain.addresses import AllowList, NetworkScope, WebOrigin, is_public
from bot.domain.errors import ImageError, NoImageError, TooManyBytesError
from bot.domain.pictures import extension_of
from bot.images.places import DownloadPlaces

_log = structlog.get_logger(__name__)

MAX_REDIRECTS = 3
_OK = 200
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
# 403 and 404 too: a CDN may lag behind the API, and a bot wall is often gone a moment later.
_PASSING_STATUSES = frozenset({403, 404, 408, 425, 429})
_SERVER_ERROR = 500
_CHUNK_BYTES = 65_536
_MAX_HOSTS_LOGGED = 256  # hosts are logged once each; a flood of names must not fill the memory
_UNREADABLE = "an unreadable link"  # stands for the host where none can be told
_HEADERS = {
    "Accept-Encoding": "identity",  # images are compressed already, and this can be no bomb
    "User-Agent": "imagine-bot",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How much a download may take, and how often it is tried.

    The defaults add up: after a quick failure 4 tries within about 8 seconds, after a slow one no
    new try later than about 25 seconds after the first. A link that sends nothing of use blocks one
    of the places for 5 seconds a try.
    """

    max_bytes: int = 32 * 1024 * 1024  # a 4096 x 4096 PNG has up to 30 MB
    parallel: int = 8  # tries at once, over all links; bounds what is being read into memory
    parallel_per_host: int = 6  # so that the others go on while all links of one are slow
    parallel_per_link: int = 2  # many people may ask for the same picture
    connect_timeout_s: float = 8  # name resolution, TCP and TLS
    read_timeout_s: float = 10  # without a single byte
    rate_window_s: float = 5  # from one look at how fast the bytes come to the next
    # In each window; less is a trickle that blocks a place. Two windows' worth fits into aiohttp's
    # buffer: when it is we who are slow, all that was sent meanwhile is found there.
    min_bytes_per_s: int = 12 * 1024
    try_timeout_s: float = 30  # a whole try with its redirects
    total_timeout_s: float = 300  # all tries, and the waits for a place
    attempts: int = 4
    retry_window_s: float = 20  # no retry is decided on after this
    wait_initial_s: float = 1
    wait_max_s: float = 5
    wait_jitter_s: float = 0.5


class _FailedTryError(ImageError):
    """The network or the server failed; the next try may succeed."""


class _PrivateAddressError(OSError):
    """A socket was about to be connected to an address that is not public.

    An OSError, because aiohttp then goes on with the host's other addresses. They all carry the
    same text, so that aiohttp raises this very class if there was no other address.
    """

    def __init__(self) -> None:
        super().__init__("not a public address")


def _public_socket(addr_info: aiohttp.AddrInfoType) -> socket.socket:
    """Open a socket for exactly this address, if it is public (aiohttp's `socket_factory`)."""
    family, kind, protocol, _, address = addr_info
    if not is_public(str(address[0])):
        raise _PrivateAddressError
    return socket.socket(family=family, type=kind, proto=protocol)


class HttpImageFetcher:
    """Downloads images from the hosts of an allow-list; `ports.ImageFetcher` over aiohttp.

    Use it as an async context manager. Keeps no cookies, sends no credentials and ignores the
    environment's proxies, which would connect on our behalf and past the address check.
    """

    def __init__(
        self,
        image_hosts: tuple[str, ...],
        *,
        policy: FetchPolicy | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Read the entries of the allow-list, see `AllowList.parse`.

        `resolver` and `tls` replace the system's name resolution and trusted certificates.

        Raises:
            ValueError: some entries cannot be used.
        """
        self._allowed = AllowList.parse(image_hosts)
        self._policy = policy or FetchPolicy()
        self._resolver = resolver
        self._tls = tls
        self._places = DownloadPlaces(
            of_all=self._policy.parallel,
            of_host=self._policy.parallel_per_host,
            of_link=self._policy.parallel_per_link,
        )
        self._sessions: dict[NetworkScope, aiohttp.ClientSession] = {}
        self._open = AsyncExitStack()
        self._logged: set[tuple[str, str]] = set()

    async def __aenter__(self) -> Self:
        """Open the sessions, one a scope: a connection made for one is never reused by another."""
        factories = {NetworkScope.PUBLIC: _public_socket, NetworkScope.ANYWHERE: None}
        for scope, socket_factory in factories.items():
            connector = aiohttp.TCPConnector(
                socket_factory=socket_factory,
                resolver=self._resolver,
                ssl=self._tls or True,
            )
            self._sessions[scope] = await self._open.enter_async_context(self._session(connector))
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close all connections."""
        self._sessions.clear()
        await self._open.aclose()

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """Download one image, retrying with back-off; return its bytes and file extension.

        Raises:
            NoImageError, TooManyBytesError: what came is no image, or too much.
            ImageError: refused by our rules, or gone after all retries.
        """
        try:
            return await self._fetch_in_time(url)
        except ImageError as error:
            self._log_once(error)
            raise

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        connect_s, read_s = self._policy.connect_timeout_s, self._policy.read_timeout_s
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(
                total=None,  # a try spans several requests; see `_one_try`
                connect=connect_s,
                sock_connect=connect_s,
                sock_read=read_s,
            ),
        )

    async def _fetch_in_time(self, url: str) -> tuple[bytes, str]:
        try:
            async with asyncio.timeout(self._policy.total_timeout_s):
                return await self._fetch_with_retries(url)
        except TimeoutError:
            raise _FailedTryError(f"{_host_of(url)}: took too long") from None

    async def _fetch_with_retries(self, url: str) -> tuple[bytes, str]:
        policy = self._policy
        # A context, not stamina's decorator: that one logs the arguments, so the whole link.
        retries = stamina.retry_context(
            on=_FailedTryError,
            attempts=policy.attempts,
            timeout=policy.retry_window_s,
            wait_initial=policy.wait_initial_s,
            wait_max=policy.wait_max_s,
            wait_jitter=policy.wait_jitter_s,
        )
        async for attempt in retries:
            with attempt:
                return await self._one_try(url)
        raise AssertionError("stamina ends with an image or an exception")

    async def _one_try(self, url: str) -> tuple[bytes, str]:
        # The place is given back while a link waits for its next try: a host behind a bot wall
        # must not hold up the others.
        host = _host_of(url)
        async with self._places.take(host, url):
            try:
                async with asyncio.timeout(self._policy.try_timeout_s):
                    return await self._download(url)
            except TimeoutError:
                raise _FailedTryError(f"{host}: took too long") from None

    async def _download(
        self, url: str, *, redirects_left: int = MAX_REDIRECTS
    ) -> tuple[bytes, str]:
        """Request the link and follow its redirects, each judged like the first link."""
        async with self._request(url) as response:
            if response.status not in _REDIRECT_STATUSES:
                return await self._image(_host_of(url), response)
            location = response.headers.get("Location", "")
        if not redirects_left:
            raise ImageError(f"{_host_of(url)}: redirects too often")
        return await self._download(_joined(url, location), redirects_left=redirects_left - 1)

    @asynccontextmanager
    async def _request(self, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one GET; aiohttp's exceptions become ours, also while reading.

        `from None`: some of aiohttp's messages hold the whole link, and tracebacks get logged.
        """
        host = _host_of(url)
        scope = self._allowed.scope(url)
        if scope is None:
            raise ImageError(f"{host}: not an address that images may come from")
        try:
            async with self._sessions[scope].get(_as_sent(url), allow_redirects=False) as response:
                yield response
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _PrivateAddressError):
                raise ImageError(f"{host}: {error.os_error}") from None
            raise _FailedTryError(f"{host}: {_transport_reason(error)}") from None
        except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
            raise _FailedTryError(f"{host}: {_transport_reason(error)}") from None

    async def _image(self, host: str, response: aiohttp.ClientResponse) -> tuple[bytes, str]:
        _check_status(host, response.status)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise ImageError(f"{host}: the answer is compressed, though we asked for it plain")
        data = await self._body(host, response)
        extension = extension_of(data)
        if extension is None:
            raise NoImageError(f"{host}: the answer is not an image")
        return data, extension

    async def _body(self, host: str, response: aiohttp.ClientResponse) -> bytes:
        """Read the whole answer, but never more than the limit, whatever its header promised."""
        max_bytes = self._policy.max_bytes
        data = bytearray()
        if (response.content_length or 0) <= max_bytes:
            while len(data) <= max_bytes:
                before = len(data)
                if await self._read_window(response.content, data):
                    return bytes(data)
                too_few = self._policy.min_bytes_per_s * self._policy.rate_window_s
                if len(data) - before < too_few and len(data) <= max_bytes:
                    raise _FailedTryError(f"{host}: sends too slowly")
        raise TooManyBytesError(f"{host}: the image has more than {max_bytes} bytes")

    async def _read_window(self, content: aiohttp.StreamReader, data: bytearray) -> bool:
        """Read for one window of the rate, or until there is too much; whether that was all.

        What has arrived when the window ends still counts: we may be the slow ones.
        """
        deadline = asyncio.get_running_loop().time() + self._policy.rate_window_s
        while len(data) <= self._policy.max_bytes:
            try:
                async with asyncio.timeout_at(deadline):
                    chunk = await content.read(_CHUNK_BYTES)
            except TimeoutError:
                data += content.read_nowait()
                return False
            if not chunk:
                return True
            data += chunk
        return False

    def _log_once(self, error: ImageError) -> None:
        """Tell the operator which host fails; once, for a down CDN fails for every image."""
        host, _, reason = str(error).partition(": ")
        may_pass = isinstance(error, _FailedTryError)
        event = "image_host_unreachable" if may_pass else "image_host_refused"
        if (event, host) in self._logged or len(self._logged) >= _MAX_HOSTS_LOGGED:
            return
        self._logged.add((event, host))
        _log.warning(event, host=host, reason=reason)


def _host_of(url: str) -> str:
    origin = WebOrigin.of(url)
    return origin.host if origin else _UNREADABLE


def _as_sent(url: str) -> URL:
    """Return a permitted link to aiohttp untouched (signed links break when they are re-quoted).

    Only letters beyond ASCII are quoted; the allow-list has made sure that the path alone has any.
    """
    return URL(quote(url, safe=string.punctuation), encoded=True)


def _joined(url: str, location: str) -> str:
    """Return the absolute target of a redirect. It is not judged here."""
    try:
        return urljoin(url, location)
    except ValueError:  # for example an unclosed bracket
        raise ImageError(f"{_host_of(url)}: redirects to an unreadable link") from None


def _check_status(host: str, status: int) -> None:
    if status == _OK:
        return
    reason = f"{host}: answered {status}"
    if status in _PASSING_STATUSES or status >= _SERVER_ERROR:
        raise _FailedTryError(reason)
    raise ImageError(reason)


def _transport_reason(error: Exception) -> str:
    """Say in a few words what broke; aiohttp's own messages may hold the link."""
    match error:
        case TimeoutError():
            return "did not answer in time"
        case aiohttp.ClientSSLError():
            return "no secure connection"
        case aiohttp.ClientConnectorError():
            return "no connection"
        case _:
            return f"the connection broke ({type(error).__name__})"
