"""The app at the stand-in, with something that hears what people do and answers as a test wants."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from bot.clock import SystemClock
from bot.demo.slack.standin.delivery import signature
from bot.platforms.slack.app import (
    MAX_BODY_BYTES,
    Listeners,
    RequestHandler,
    SocketMode,
    run_slack,
)
from bot.platforms.slack.commands.names import EVENTS_PATH
from bot.platforms.slack.connection import slack_client
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.timings import SLACK_TIMINGS, SlackTimings
from bot.web import WebServer
from bot.web.server import Route
from tests.standins.slack import SlackStandIn
from tests.timing import TIMEOUT_S

# It waits for whoever is slow because the machine is busy, and for nobody else.
TIMINGS = replace(
    SLACK_TIMINGS,
    acknowledge_timeout_s=TIMEOUT_S,
    finish_timeout_s=TIMEOUT_S,
    connect_timeout_s=TIMEOUT_S,
    read_timeout_s=TIMEOUT_S,
)


async def acknowledge(_body: Mapping[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
    await ack()


@dataclass
class Recorder:
    """Hears what people do, and does with it what `answer` says."""

    heard: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    answer: Callable[..., Awaitable[None]] = acknowledge

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.heard]

    async def command(self, body: Mapping[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
        await self._hear("command", body, ack)

    async def press(self, body: Mapping[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
        await self._hear("press", body, ack)

    async def form(self, body: Mapping[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
        await self._hear("form", body, ack)

    async def shortcut(self, body: Mapping[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
        await self._hear("shortcut", body, ack)

    async def home(self, body: Mapping[str, Any], ack: Callable[..., Awaitable[Any]]) -> None:
        await self._hear("home", body, ack)

    async def _hear(self, kind: str, body: Mapping[str, Any], ack: Any) -> None:
        self.heard.append((kind, body))
        await self.answer(body, ack)


class SlackApp:
    """Our side of Slack, without what a screen would answer."""

    def __init__(
        self, s: SlackStandIn, session: aiohttp.ClientSession, timings: SlackTimings
    ) -> None:
        self.s = s
        self.recorder = Recorder()
        self.identity = IdentityHolder()
        self.closed = asyncio.Event()
        self.client = slack_client(token=s.bot_token, api_url=s.api_url, session=session)
        self.listeners = Listeners(self.recorder, timings=timings)
        self.sockets = SocketMode(
            app_token=s.app_token,
            client=self.client,
            session=session,
            hear=self.listeners.hear,
            timings=timings,
        )
        self.handler = RequestHandler(
            self.listeners,
            signing_secret=s.signing_secret,
            identity=self.identity,
            closed=self.closed,
            clock=SystemClock(),
            timings=timings,
        )
        self._session = session
        self._timings = timings

    async def run(self) -> None:
        await run_slack(
            self.client,
            identity=self.identity,
            listeners=self.listeners,
            sockets=self.sockets if self.s.request_url is None else None,
            closed=self.closed,
            timings=self._timings,
        )

    async def post(self, body: str) -> int:
        """Send a body as Slack does, and return the status of the answer."""
        now, raw = str(int(time.time())), body.encode()
        headers = {
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature(self.s.signing_secret, now, raw),
        }
        assert self.s.request_url is not None
        async with self._session.post(self.s.request_url, data=raw, headers=headers) as answer:
            return answer.status

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Run it until the end of the context; a test may cancel it before."""
        task = asyncio.create_task(self.run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def slack_app(s: SlackStandIn, timings: SlackTimings = TIMINGS) -> AsyncIterator[SlackApp]:
    """Return the app, not running yet."""
    async with aiohttp.ClientSession() as session:
        yield SlackApp(s, session, timings)


@asynccontextmanager
async def in_socket_mode(
    s: SlackStandIn, timings: SlackTimings = TIMINGS
) -> AsyncIterator[SlackApp]:
    """Return the app with its socket open."""
    async with slack_app(s, timings) as app, app.running():
        await s.wait_until_connected()
        yield app


@asynccontextmanager
async def reachable(s: SlackStandIn, timings: SlackTimings = TIMINGS) -> AsyncIterator[SlackApp]:
    """Return the app behind our web server, known to Slack and not running yet."""
    async with AsyncExitStack() as stack:
        server = WebServer()
        port = await stack.enter_async_context(server.listen(0, "127.0.0.1"))
        s.use_http(f"http://127.0.0.1:{port}")
        app = await stack.enter_async_context(slack_app(s, timings))
        server.open([Route("POST", EVENTS_PATH, app.handler, max_body_bytes=MAX_BODY_BYTES)], {})
        yield app


@asynccontextmanager
async def over_http(s: SlackStandIn) -> AsyncIterator[SlackApp]:
    """Return the app that Slack calls."""
    async with reachable(s) as app, app.running():
        await app.identity.get()
        yield app
