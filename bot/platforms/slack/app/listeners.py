"""slack_bolt's app: from what Slack sends to the method that hears it.

slack_bolt tells the kinds of payloads from one another. What it does beyond that is done here: it
looks a hundred times a second whether a listener has acknowledged, it knows no listener any more
that goes on after that, and it logs whole bodies, in which prompts are.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Protocol, TypeAlias

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import PayloadError
from bot.platforms.slack.commands.names import COMMAND
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.timings import SlackTimings

Payload: TypeAlias = Mapping[str, Any]
Ack: TypeAlias = Callable[..., Awaitable[Any]]
Listener: TypeAlias = Callable[[Payload, Ack], Awaitable[None]]

_ANY = re.compile("")
# With these slack_bolt meets a payload of a shape that it does not know.
_SENSELESS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)

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
        timings: SlackTimings,
    ) -> None:
        self._timings = timings
        self._tasks: set[asyncio.Task[None]] = set()  # what is being heard
        self._app = self._make_app(hears, client, identity)

    async def take(self, body: str | dict[str, Any], **more: Any) -> BoltResponse:
        """Return the answer to one payload, once it is acknowledged; it is heard on after that.

        `more` is what `AsyncBoltRequest` takes beside the body.
        """
        try:
            return await self._app.async_dispatch(AsyncBoltRequest(body=body, **more))
        except _SENSELESS as error:
            return _refused(error)

    async def finish(self) -> None:
        """Wait until all that was heard is done, but not for long."""
        if not self._tasks:
            return
        _, left = await asyncio.wait(self._tasks, timeout=self._timings.finish_timeout_s)
        if left:
            log.warning("interactions_left_behind", count=len(left))
        for task in left:
            task.cancel()

    def _make_app(self, hears: Hears, client: AsyncWebClient, identity: IdentityHolder) -> AsyncApp:
        app = AsyncApp(
            name="imagine",
            client=client,
            authorize=_authorizer(client, identity),
            request_verification_enabled=False,  # that is done before, see `requests`
            process_before_response=True,  # it waits for `heard`, and then looks once
            logger=_silent,
        )
        app.command(COMMAND)(self._until_acknowledged(hears.command))
        app.action(_ANY)(self._until_acknowledged(hears.press))
        app.view(_ANY)(self._until_acknowledged(hears.form))
        app.message_shortcut(_ANY)(self._until_acknowledged(hears.shortcut))
        app.event("app_home_opened")(self._until_acknowledged(hears.home))
        app.event(_ANY)(_ignore)  # of an app with more events than ours: Slack would repeat them
        app.error(_failed)
        return app

    def _until_acknowledged(self, listener: Listener) -> Listener:
        """Return what waits for a listener until it has acknowledged; it may go on after that."""

        async def heard(body: Payload, ack: Ack) -> None:
            acknowledged = asyncio.Event()

            async def acknowledge(**answer: Any) -> None:
                await ack(**answer)
                acknowledged.set()

            task = asyncio.create_task(_logged(listener(body, acknowledge)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _task: acknowledged.set())
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timings.acknowledge_timeout_s):
                    await acknowledged.wait()

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


async def _logged(hearing: Awaitable[None]) -> None:
    """Hear one payload; what goes wrong is no concern of those beside it."""
    try:
        await hearing
    except PayloadError as error:
        log.warning("payload_not_understood", error=str(error))
    except Exception:
        log.exception("interaction_failed")


async def _ignore(ack: Ack) -> None:
    await ack()


async def _failed(error: Exception) -> BoltResponse:
    if isinstance(error, _SENSELESS):
        return _refused(error)
    log.error("payload_not_heard", exc_info=error)
    return BoltResponse(status=500)


def _refused(error: Exception) -> BoltResponse:
    """Refuse a payload that nobody can understand; what is wrong stands in no log."""
    log.warning("payload_not_understood", error=type(error).__name__)
    return BoltResponse(status=HTTPStatus.BAD_REQUEST)
