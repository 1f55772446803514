"""Keeping the bot at Slack: whatever ends its connection, it comes back, and not too often."""

import asyncio
import itertools
from contextlib import suppress
from datetime import timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.backoff import Backoff
from bot.domain.errors import DeliveryError
from bot.platforms.slack.app.listeners import Listeners
from bot.platforms.slack.app.sockets import SocketMode
from bot.platforms.slack.commands.names import SCOPES
from bot.platforms.slack.connection.identity import Identity, IdentityHolder, ask_identity
from bot.platforms.slack.timings import SlackTimings

log = structlog.get_logger(__name__)


async def run_slack(
    client: AsyncWebClient,
    *,
    identity: IdentityHolder,
    listeners: Listeners,
    sockets: SocketMode | None,
    closed: asyncio.Event,
    timings: SlackTimings,
) -> None:
    """Learn who the bot is, and listen until cancelled; then finish what was heard.

    Without `sockets` Slack calls us, and there is nothing to connect. `closed` is set at the end.

    Raises:
        TokenRejectedError: Slack does not accept the token, or the app's.
    """
    try:
        known = await _identify(client, timings)
        identity.set(known)
        _say_ready(known)
        if sockets is None:
            await _stay_accepted(client, timings)
        else:
            await sockets.run(listeners.finish)
    finally:
        await listeners.finish()
        closed.set()


async def _stay_accepted(client: AsyncWebClient, timings: SlackTimings) -> None:
    """Ask now and then whether Slack still accepts the token: no connection ends when it does not.

    Raises:
        TokenRejectedError: it does not.
    """
    while True:
        await asyncio.sleep(timings.check_token_every_s)
        with suppress(DeliveryError):
            await ask_identity(client, timeout_s=timings.connect_timeout_s)


def _say_ready(identity: Identity) -> None:
    """Say who we are and where, and what we may not do there."""
    said = f"Ready as {identity.bot_name} in workspace {identity.workspace}"
    log.info(said)
    missing = frozenset() if identity.scopes is None else SCOPES - identity.scopes
    if missing:
        hint = "paste deploy/slack-manifest.yaml into the app's manifest, and install the app anew"
        log.warning("slack_scopes_missing", scopes=sorted(missing), hint=hint)


async def _identify(client: AsyncWebClient, timings: SlackTimings) -> Identity:
    """Ask Slack who the bot is, until it says so."""
    longest = timedelta(seconds=timings.max_reconnect_wait_s)
    backoff = Backoff(first=timedelta(seconds=1), longest=longest, jitter=0.2)
    for failures in itertools.count(1):
        try:
            return await ask_identity(client, timeout_s=timings.connect_timeout_s)
        except DeliveryError as error:
            wait = max(backoff.after(failures), error.retry_after or timedelta(0))
            log.warning(
                "slack_not_reached", error=error.reason, retry_s=round(wait.total_seconds())
            )
        await asyncio.sleep(wait.total_seconds())
    raise AssertionError("the waits do not end")  # pragma: no cover
