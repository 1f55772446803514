"""Whether our public address leads to us: we call it as the provider would, through the internet.

The call is a POST like a callback, with a number that nobody has used before; only a process with
our secret knows the right answer. What comes instead tells what stands between.
"""

import asyncio
import re
import secrets
import time
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.domain.addresses import is_public, may_be_public
from bot.web.reach import Reach, SelfCall
from bot.web.signing import SELF_CALL_PATH, SelfCallTags

SLOW_S = 5.0  # a host that was asleep takes longer; the provider may give up before
TIMEOUT_S = 10.0
MAX_BODY_BYTES = 64
_MAX_BYTES = 4096
_NONCE = re.compile(r"[0-9a-f]{32}")
_TAG = re.compile(r"[0-9a-f]{40}")

# What hosts answer for an address under which nothing runs, and what proxies do.
_HOST_HEADERS = ("x-railway-fallback", "x-render-routing")
_HOST_WORDS = re.compile(
    r"application not found|no such app|there's nothing here, yet|no active service"
    r"|application error|app not found|tunnel .*not found|error code: 10\d\d",
    re.IGNORECASE,
)
# A host name that none can be, with an empty label for example, is a UnicodeError.
_FAILURES = (aiohttp.ClientError, TimeoutError, OSError, UnicodeError)
_GATEWAY_ERRORS = (502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530)


class SelfCallHandler:
    """Answers `POST /webhook/self-call/{nonce}`."""

    def __init__(self, tags: SelfCallTags) -> None:
        self._tags = tags

    async def __call__(self, request: web.Request) -> web.Response:
        """Return the number's tag, if the body came through too. 404: it is no such number."""
        nonce = request.match_info["nonce"]
        if not _NONCE.fullmatch(nonce):
            return web.Response(status=404)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        except (web.RequestPayloadError, ConnectionError):
            return web.Response(status=400)
        if body != nonce.encode():
            return web.Response(status=400)
        return web.Response(text=self._tags.tag(nonce))


async def call_self(
    session: aiohttp.ClientSession, public_url: str, tags: SelfCallTags | None
) -> SelfCall:
    """Call our public address; without tags any well-formed answer counts as ours."""
    nonce = secrets.token_hex(16)
    started = time.monotonic()
    try:
        async with session.post(
            public_url + SELF_CALL_PATH.format(nonce=nonce),
            data=nonce.encode(),
            allow_redirects=False,  # the provider need not follow one, and a POST loses its body
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        ) as response:
            body = (await response.content.read(_MAX_BYTES)).decode(errors="replace")
            seconds = time.monotonic() - started
            is_right = tags is None or tags.is_right(nonce, body)
            call = _read(response, body, is_right=is_right, seconds=seconds)
    except _FAILURES as error:
        return SelfCall(reach=_unreached(error, public_url), seconds=time.monotonic() - started)
    if call.reach is Reach.OTHER_APP and await _is_healthy_bot(session, public_url):
        return SelfCall(reach=Reach.OLD_VERSION, status=call.status)
    return call


async def call_self_once(public_url: str, tags: SelfCallTags) -> SelfCall:
    """Call our public address over a connection that is made for it."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        return await call_self(session, public_url, tags)


def _read(
    response: aiohttp.ClientResponse, body: str, *, is_right: bool, seconds: float
) -> SelfCall:
    status = response.status
    if status == HTTPStatus.OK and _TAG.fullmatch(body):
        reach = Reach.OURS if seconds < SLOW_S else Reach.SLOW
        return SelfCall(reach=reach if is_right else Reach.WRONG_SECRET, seconds=seconds)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        location = response.headers.get("Location")
        return SelfCall(reach=Reach.REDIRECT, status=status, location=location)
    return SelfCall(reach=_answered_by(response, body), status=status, seconds=seconds)


def _answered_by(response: aiohttp.ClientResponse, body: str) -> Reach:
    """Say whose answer it is, when it is not the right one."""
    is_ours_closed = response.status == HTTPStatus.SERVICE_UNAVAILABLE and not body
    if is_ours_closed and response.headers.get("Retry-After") == "5":
        return Reach.STARTING
    is_host = any(name in response.headers for name in _HOST_HEADERS)
    if is_host or response.status in _GATEWAY_ERRORS or _HOST_WORDS.search(body):
        return Reach.HOST_PAGE
    return Reach.OTHER_APP


async def _is_healthy_bot(session: aiohttp.ClientSession, public_url: str) -> bool:
    """Whether a bot like ours answers there, which does not know the question."""
    limit = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with session.get(f"{public_url}/healthz", timeout=limit) as response:
            return await response.content.read(_MAX_BYTES) == b"ok\n"
    except _FAILURES:
        return False


def _unreached(error: Exception, public_url: str) -> Reach:
    host = urlsplit(public_url).hostname or ""
    if isinstance(error, aiohttp.ClientConnectorDNSError | UnicodeError):
        return Reach.UNKNOWN_HOST
    if isinstance(error, aiohttp.ClientSSLError):
        return Reach.BAD_CERTIFICATE
    if not may_be_public(host) or _leads_inside(error):
        return Reach.UNCHECKABLE
    if isinstance(error, TimeoutError):
        return Reach.NO_ANSWER
    return Reach.NO_CONNECTION


def _leads_inside(error: Exception) -> bool:
    """Whether we were sent to a private address, as routers do that cannot turn back (hairpin)."""
    found = re.search(r"\('?([0-9a-f.:]+)'?, \d+", str(error))
    return found is not None and not is_public(found[1])
