"""Keeping the bot at Discord: whatever ends its connection, it comes back, and not too often.

Discord allows 1000 IDENTIFYs a day and then resets the token, so every way back waits longer each
time. discord.py reconnects by itself after most losses; this is for what it gives up on, among them
a gateway that cannot be reached at the very first connect (it ends with an AttributeError then).
"""

import asyncio
import contextlib
import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

import discord
import structlog

from bot.domain.backoff import Backoff
from bot.domain.errors import StoreError, TokenRejectedError
from bot.platforms.discord.connection.callback_answers import read_only_ids
from bot.platforms.discord.connection.calls import LOST
from bot.platforms.discord.timings import DiscordTimings

log = structlog.get_logger(__name__)

_AUTHENTICATION_FAILED = 4004  # close code: the gateway does not accept the token


class Client(Protocol):
    """A Discord client, as far as it is kept connected."""

    http: discord.http.HTTPClient
    discord_timings: DiscordTimings

    @property
    def application_id(self) -> int | None:
        """Which application the token belongs to; known since the login."""

    async def login(self, token: str) -> None:
        """Open a session for REST."""

    async def connect(self) -> None:
        """Stay at the gateway until the connection ends."""

    async def close(self) -> None:
        """Close both."""

    async def register_commands(self) -> None:
        """Tell Discord the commands, if they changed."""


async def run_discord(bot: Client, token: str) -> None:
    """Log in, register the commands and stay connected, until cancelled. Then close the bot.

    Raises:
        TokenRejectedError: Discord does not accept the token.
    """
    read_only_ids()
    try:
        await _log_in(bot, token)
        async with asyncio.TaskGroup() as tasks:
            registering = tasks.create_task(_register_commands(bot))
            await _stay_connected_while_accepted(bot)
            registering.cancel()
        raise TokenRejectedError("Discord does not accept DISCORD_TOKEN any more.")
    finally:
        await _close(bot)


async def _log_in(bot: Client, token: str) -> None:
    for wait_s in _growing_waits(bot):
        try:
            async with asyncio.timeout(bot.discord_timings.login_timeout_s):
                await bot.login(token)
        except discord.LoginFailure:
            raise TokenRejectedError("Discord does not accept DISCORD_TOKEN.") from None
        except discord.RateLimited as error:
            wait_s = max(wait_s, error.retry_after)  # noqa: PLW2901 - this one wait is longer
            log.warning("discord_login_failed", error="RateLimited", retry_s=round(wait_s))
        except (discord.HTTPException, *LOST) as error:
            log.warning("discord_login_failed", error=_brief(error), retry_s=round(wait_s))
        else:
            log.info("discord_logged_in", application_id=bot.application_id)
            return
        await _forget_session(bot)
        await asyncio.sleep(wait_s)


async def _register_commands(bot: Client) -> None:
    for wait_s in _growing_waits(bot):
        try:
            async with asyncio.timeout(bot.discord_timings.register_timeout_s):
                await bot.register_commands()
        except (discord.DiscordException, StoreError, *LOST) as error:
            log.warning("commands_not_registered", error=_brief(error), retry_s=round(wait_s))
        else:
            return
        await asyncio.sleep(wait_s)


async def _stay_connected_while_accepted(bot: Client) -> None:
    """Connect again and again; return only when the gateway rejects the token."""
    loop = asyncio.get_running_loop()
    waits = _growing_waits(bot)
    while True:
        started = loop.time()
        try:
            await bot.connect()
        except discord.ConnectionClosed as closed:
            if closed.code == _AUTHENTICATION_FAILED:
                return
            _log_loss(f"closed with {closed.code}")
        except Exception as error:  # noqa: BLE001 - discord.py ends in many ways; all mean: again
            _log_loss(_brief(error))
        if loop.time() - started > bot.discord_timings.stable_after_s:
            waits = _growing_waits(bot)
        await asyncio.sleep(next(waits))


def _log_loss(error: str) -> None:
    log.warning("discord_connection_lost", error=error)


async def _forget_session(bot: Client) -> None:
    """Make a further login possible: it opens a session, and never closes an earlier one."""
    await bot.http.close()
    bot.http.connector = discord.utils.MISSING


async def _close(bot: Client) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(bot.discord_timings.close_timeout_s):
            await bot.close()
    await bot.http.close()


def _growing_waits(bot: Client) -> Iterator[float]:
    """Return seconds: about 1, 2, 4 … 60."""
    longest = timedelta(seconds=bot.discord_timings.max_reconnect_wait_s)
    backoff = Backoff(first=timedelta(seconds=1), longest=longest, jitter=0.2)
    return (backoff.after(failures).total_seconds() for failures in itertools.count(1))


def _brief(error: BaseException) -> str:
    status = getattr(error, "status", None)
    return type(error).__name__ if status is None else f"{type(error).__name__} {status}"
