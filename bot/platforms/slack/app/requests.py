"""Slack's signed requests, where it does not use a socket: one short handler."""

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import structlog
from aiohttp import web

from bot.domain.cleaning import clean
from bot.domain.texts import msg
from bot.domain.views import Notice
from bot.platforms.slack.app.listeners import Listeners
from bot.platforms.slack.app.signature import is_signed, looks_signed
from bot.platforms.slack.commands.text import as_typed
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.rendering import render_notice
from bot.platforms.slack.timings import SlackTimings
from bot.ports.clock import Clock

MAX_BODY_BYTES = 1024 * 1024  # a form may have 250 kB, and escaping makes it longer
# Before a body is whole nobody knows whether it is Slack's: of longer ones only some are in memory.
SMALL_BODY_BYTES = 64 * 1024
MAX_LARGE_BODIES = 16

_NOT_READY = msg("I'm not ready just now. Please try again in a moment.")

log = structlog.get_logger(__name__)


class RequestHandler:
    """Answers `POST /slack/events`."""

    def __init__(
        self,
        listeners: Listeners,
        *,
        signing_secret: str,
        identity: IdentityHolder,
        closed: asyncio.Event,
        clock: Clock,
        timings: SlackTimings,
    ) -> None:
        self._listeners = listeners
        self._signing_secret = signing_secret
        self._identity = identity
        self._closed = closed
        self._clock = clock
        self._timings = timings
        self._places = asyncio.Semaphore(MAX_LARGE_BODIES)
        self._has_warned = False

    async def __call__(self, request: web.Request) -> web.Response:
        """Take one request.

        400: nobody knows what it is. 401: not signed by Slack. 408: too slow. 413: over 1 MiB.
        500: nobody acknowledged it. 503: too early, or we end; Slack repeats an event then, and
        leaves a form open to be sent again.
        """
        now_s = self._clock.now().timestamp()
        if not looks_signed(request.headers, now_s=now_s):
            return web.Response(status=401)
        try:
            async with asyncio.timeout(self._timings.read_timeout_s):
                body = await self._read(request)
        except TimeoutError:
            return web.Response(status=408)
        except (web.RequestPayloadError, ConnectionError):
            return web.Response(status=400)
        if not is_signed(self._signing_secret, request.headers, body, now_s=now_s):
            self._warn_once()
            return web.Response(status=401)
        if not await self._is_ready():
            return _come_again(body)
        return await self._answer(body)

    async def _is_ready(self) -> bool:
        """Whether we know who we are and do not end; what comes at the start waits a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timings.start_within_s):
                await self._identity.get()
        return self._identity.known is not None and not self._closed.is_set()

    async def _read(self, request: web.Request) -> bytes:
        length = request.content_length
        if length is not None and length <= SMALL_BODY_BYTES:
            return await request.read()
        async with self._places:
            return await request.read()

    def _warn_once(self) -> None:
        """Help whoever set the secret of another app; strangers may send as much as they like."""
        if not self._has_warned:
            self._has_warned = True
            log.warning("slack_request_not_signed", hint="is SLACK_SIGNING_SECRET this app's?")

    async def _answer(self, body: bytes) -> web.Response:
        """Answer with the acknowledgement, as soon as there is one."""
        try:
            payload = payload_in(body)
        except (ValueError, RecursionError) as error:
            log.warning("payload_not_understood", error=type(error).__name__)
            return web.Response(status=400)
        answer = _about_the_address(payload)
        return await self._acknowledgement_of(payload) if answer is None else answer

    async def _acknowledgement_of(self, payload: Any) -> web.Response:
        acknowledged: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        async def acknowledge(**answer: Any) -> None:
            if not acknowledged.done():
                acknowledged.set_result(answer)

        hearing = self._listeners.hear(payload, acknowledge)
        if hearing is None:
            return web.Response(status=400)
        either: set[asyncio.Future[Any]] = {hearing, acknowledged}
        timeout_s = self._timings.acknowledge_timeout_s
        await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if not acknowledged.done():
            return web.Response(status=500)
        answer = acknowledged.result()
        return web.json_response(answer) if answer else web.Response()


def payload_in(body: bytes) -> Any:
    """Return what a request says: an event is JSON, a command a form, all else JSON in a form.

    Raises:
        ValueError, RecursionError: it is no JSON.
    """
    text = body.decode(errors="replace")
    if text.startswith("{"):
        return json.loads(text)
    fields = dict(parse_qsl(text, keep_blank_values=True))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _about_the_address(payload: Any) -> web.Response | None:
    """Answer what Slack asks of the address itself, if this is it; None: people did something."""
    match payload:
        case {"type": "url_verification", "challenge": challenge}:
            return web.json_response({"challenge": challenge})
        case {"ssl_check": _} | {"type": "app_rate_limited"}:  # it expects nothing but 200
            return web.Response()
    return None


def _come_again(body: bytes) -> web.Response:
    """Refuse what came too early; whoever gave a command reads why, since Slack repeats none."""
    fields = parse_qs(body.decode(errors="replace"))
    if "command" not in fields:
        return web.Response(status=503)
    typed = clean(as_typed(fields.get("text", [""])[0]))
    notice = Notice(text=_NOT_READY, locale="en", typed=typed or None)
    return web.json_response({"response_type": "ephemeral", **render_notice(notice)})
