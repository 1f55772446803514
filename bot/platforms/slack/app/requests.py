"""Slack's signed requests, where it does not use a socket: one short handler."""

import asyncio

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest

from bot.platforms.slack.app.listeners import Listeners
from bot.platforms.slack.app.signature import is_signed, looks_signed
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.timings import SlackTimings
from bot.ports.clock import Clock

MAX_BODY_BYTES = 1024 * 1024  # a form may have 250 kB, and escaping makes it longer

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

    async def __call__(self, request: web.Request) -> web.Response:
        """Take one request.

        401: not signed by Slack. 408: too slow. 413: over 1 MiB. 503: too early, or we end.
        """
        now_s = self._clock.now().timestamp()
        if not looks_signed(request.headers, now_s=now_s):
            return web.Response(status=401)
        try:
            async with asyncio.timeout(self._timings.read_timeout_s):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        except (web.RequestPayloadError, ConnectionError):
            return web.Response(status=400)
        if not is_signed(self._signing_secret, request.headers, body, now_s=now_s):
            log.warning("slack_request_not_signed", hint="is SLACK_SIGNING_SECRET this app's?")
            return web.Response(status=401)
        if self._identity.known is None or self._closed.is_set():
            return web.Response(status=503)
        return await self._answer(request, body)

    async def _answer(self, request: web.Request, body: bytes) -> web.Response:
        taken = AsyncBoltRequest(
            body=body.decode(errors="replace"),
            query=request.query_string,
            headers=dict(request.headers),
        )
        return await to_aiohttp_response(await self._listeners.take(taken))
