"""Socket Mode: a websocket to Slack, over which it tells us what people do.

slack_sdk's own client tries for ever with a token that Slack rejects, leaves its tasks to
themselves, and takes four pings to notice that a connection is dead. This one knows when to give
up, waits for what is under way, and is connected again within seconds: what people do meanwhile is
lost. https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.backoff import Backoff
from bot.domain.errors import DeliveryError, NotSentError, TokenRejectedError
from bot.platforms.slack.app.socket import Socket
from bot.platforms.slack.connection.calls import rejected_token, slack_call
from bot.platforms.slack.connection.identity import ask_identity
from bot.platforms.slack.timings import SlackTimings

log = structlog.get_logger(__name__)

AT_ONCE = timedelta(0)


class SocketMode:
    """Keeps one connection open; each payload goes to `hear`, with what acknowledges it."""

    def __init__(
        self,
        *,
        app_token: str,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        hear: Callable[[Any, Callable[..., Awaitable[Any]]], object],
        timings: SlackTimings,
    ) -> None:
        self._app_token = app_token
        self._client = client
        self._session = session
        self._hear = hear
        self._timings = timings
        self._sockets: set[Socket] = set()  # two for a moment, while one takes over

    async def is_connected(self) -> bool:
        """Whether Slack tells us what people do."""
        return bool(self._sockets)

    async def run(self, finish: Callable[[], Awaitable[None]]) -> None:
        """Stay connected until cancelled; then `finish` what was heard, and disconnect.

        Raises:
            TokenRejectedError: Slack does not accept the app's token, or the bot's any more.
        """
        async with asyncio.TaskGroup() as tasks:
            try:
                rejection = await self._stay_connected(tasks)
            finally:
                for socket in self._sockets:
                    socket.retire()
                await finish()
                await asyncio.gather(*(socket.close() for socket in self._sockets))
        raise rejection

    async def _stay_connected(self, tasks: asyncio.TaskGroup) -> TokenRejectedError:
        """Connect again and again; return only when Slack rejects a token."""
        loop = asyncio.get_running_loop()
        waits = self._growing_waits()
        for attempt in itertools.count():
            began, at_least = loop.time(), AT_ONCE
            try:
                socket = await self._connect()
                tasks.create_task(self._listen(socket))
                if attempt:
                    await self._check_bot_token()
            except TokenRejectedError as rejection:
                return rejection
            except Exception as error:  # noqa: BLE001 - it fails in many ways; all mean: again
                at_least = getattr(error, "retry_after", None) or AT_ONCE
                log.warning("slack_not_connected", error=_brief(error))
            else:
                await socket.needs_successor.wait()
            if loop.time() - began > self._timings.stable_after_s:
                waits = self._growing_waits()
            await asyncio.sleep(max(next(waits), at_least).total_seconds())
        raise AssertionError("the attempts do not end")  # pragma: no cover

    async def _check_bot_token(self) -> None:
        """Make sure that Slack still accepts it: that may be why the last connection ended."""
        with suppress(DeliveryError):
            await ask_identity(self._client, timeout_s=self._timings.connect_timeout_s)

    async def _connect(self) -> Socket:
        url = await self._address()
        timeout = aiohttp.ClientWSTimeout(ws_close=self._timings.socket_close_timeout_s)
        async with asyncio.timeout(self._timings.connect_timeout_s):
            connection = await self._session.ws_connect(
                url,
                heartbeat=self._timings.ping_every_s,
                timeout=timeout,
                proxy=self._client.proxy,
            )
            socket = Socket(connection, leaves_within_s=self._timings.leave_within_s)
            try:
                await socket.wait_for_hello()
            except BaseException:
                await socket.close()
                raise
        return socket

    async def _address(self) -> str:
        """Ask Slack where to connect; the address holds for one connection."""
        try:
            async with slack_call(self._timings.connect_timeout_s, changes_nothing=True):
                answer = await self._client.apps_connections_open(app_token=self._app_token)
        except DeliveryError as error:
            code = rejected_token(error)
            if code is None:
                raise
            raise TokenRejectedError(f"Slack does not accept SLACK_APP_TOKEN ({code}).") from error
        url = answer.get("url")
        if not isinstance(url, str):
            raise NotSentError("Slack named no address for a socket")
        return url

    async def _listen(self, socket: Socket) -> None:
        self._sockets.add(socket)
        log.info("slack_connected")
        try:
            async for envelope in socket.envelopes():
                self._hear(envelope.get("payload"), partial(socket.acknowledge, envelope))
        finally:
            self._sockets.discard(socket)
            if not socket.needs_successor.is_set():
                log.warning("slack_connection_lost")
                socket.needs_successor.set()
            await socket.close()

    def _growing_waits(self) -> Iterator[timedelta]:
        """Return waits: none, then about 1, 2, 4 … 30 s."""
        longest = timedelta(seconds=self._timings.max_reconnect_wait_s)
        backoff = Backoff(first=timedelta(seconds=1), longest=longest, jitter=0.2)
        return itertools.chain([AT_ONCE], map(backoff.after, itertools.count(1)))


def _brief(error: BaseException) -> str:
    return error.reason if isinstance(error, DeliveryError) else type(error).__name__
