"""slack_bolt's app: from what Slack sends to the method that hears it.

slack_bolt runs a listener on as a task of its own once it was acknowledged, and knows none of them
any more: they are counted here, so that a stop can wait for them. It also logs whole bodies, in
which prompts are: it is silent, and what fails is logged here.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeAlias

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.commands.names import COMMAND
from bot.platforms.slack.connection.identity import IdentityHolder

Payload: TypeAlias = Mapping[str, Any]
Ack: TypeAlias = Callable[..., Awaitable[Any]]
Listener: TypeAlias = Callable[[Payload, Ack], Awaitable[None]]

_ANY = re.compile("")

log = structlog.get_logger(__name__)

_silent = logging.getLogger("slack_bolt.silent")
_silent.setLevel(logging.CRITICAL + 1)


class Hears(Protocol):
    """What people do at Slack is told to this."""

    async def command(self, body: Payload, ack: Ack) -> None:
        """Somebody sent `/imagine`."""

    async def press(self, body: Payload, ack: Ack) -> None:
        """Somebody pressed a button, or chose in a menu."""

    async def form(self, body: Payload, ack: Ack) -> None:
        """Somebody sent a form."""

    async def shortcut(self, body: Payload, ack: Ack) -> None:
        """Somebody chose an entry of a message's menu."""

    async def home(self, body: Payload, ack: Ack) -> None:
        """Somebody opened the Home tab."""


class Listeners:
    """Takes payloads of Slack's, wherever they come from, and has them heard."""

    def __init__(
        self,
        hears: Hears,
        *,
        client: AsyncWebClient,
        identity: IdentityHolder,
        finish_timeout_s: float,
    ) -> None:
        self._hears = hears
        self._finish_timeout_s = finish_timeout_s
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._app = self._make_app(client, identity)

    async def take(self, request: AsyncBoltRequest) -> BoltResponse:
        """Return the answer to one payload, once it is acknowledged; it is heard on after that."""
        return await self._app.async_dispatch(request)

    async def finish(self) -> None:
        """Wait until all that was heard is done, but not for long."""
        try:
            async with asyncio.timeout(self._finish_timeout_s):
                await self._idle.wait()
        except TimeoutError:
            log.warning("interactions_left_behind", count=self._running)

    def _make_app(self, client: AsyncWebClient, identity: IdentityHolder) -> AsyncApp:
        app = AsyncApp(
            name="imagine",
            client=client,
            authorize=_authorizer(client, identity),
            request_verification_enabled=False,  # that is done before, see `requests`
            logger=_silent,
        )
        hears = self._hears
        app.command(COMMAND)(self._counted(hears.command))
        app.action(_ANY)(self._counted(hears.press))
        app.view(_ANY)(self._counted(hears.form))
        app.message_shortcut(_ANY)(self._counted(hears.shortcut))
        app.event("app_home_opened")(self._counted(hears.home))
        app.error(_failed)
        return app

    def _counted(self, listener: Listener) -> Listener:
        async def heard(body: Payload, ack: Ack) -> None:
            self._running += 1
            self._idle.clear()
            try:
                await listener(body, ack)
            finally:
                self._running -= 1
                if not self._running:
                    self._idle.set()

        return heard


def _authorizer(
    client: AsyncWebClient, identity: IdentityHolder
) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Return what says who the bot is, without asking Slack at each payload."""

    async def authorize() -> AuthorizeResult:
        known = await identity.get()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=known.team_id,
            bot_user_id=known.bot_user_id,
            bot_id=known.bot_id,
            bot_token=client.token,
        )

    return authorize


async def _failed(error: Exception) -> BoltResponse:
    log.error("interaction_failed", exc_info=error)
    return BoltResponse(status=500)
