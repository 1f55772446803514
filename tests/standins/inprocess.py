"""The bot as a task of the test's own process: quick to start, its time limits can be shortened.

It is the whole application between the stand-ins, as `BotProcess` is, on one event loop with them.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path

import discord
import yarl

from bot.app import App
from bot.config import Settings
from bot.domain.timings import Timings
from bot.platforms.discord import point_at
from bot.platforms.discord.timings import DiscordTimings
from bot.platforms.slack.timings import SlackTimings
from bot.store.limits import DatabaseLimits
from bot.wiring import Externals
from bot.wiring.externals import WrapStore, as_it_is
from tests.haste import PATIENT, UNHURRIED, UNHURRIED_DATABASE, UNHURRIED_SLACK
from tests.redaction import WATCH
from tests.standins.process import wait_until_ready
from tests.timing import TIMEOUT_S


class BotTask:
    """Does what `BotProcess` does, as far as tests of single faults need it."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        log: Path,
        port: int,
        timings: Timings = PATIENT,
        discord_timings: DiscordTimings = UNHURRIED,
        slack_timings: SlackTimings = UNHURRIED_SLACK,
        database_limits: DatabaseLimits = UNHURRIED_DATABASE,
        wrap_store: WrapStore = as_it_is,
    ) -> None:
        """Prepare it; one at a time, since discord.py's addresses hold for the process."""
        self.environment = dict(environment)
        self.log = log  # stays empty: what it logs is `WATCH`'s
        self.port = port
        self._timings = timings
        self._discord_timings = discord_timings
        self._slack_timings = slack_timings
        self._database_limits = database_limits
        self._wrap_store = wrap_store
        self.may_log_tracebacks = False
        self._app: App | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The base address of the bot's own web server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    async def start(self) -> None:
        """Start it (again), and wait until it listens."""
        given = {name.lower(): value for name, value in self.environment.items()}
        settings = Settings(_env_file=None, port=self.port, **given)
        self._addresses = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
        point_at(settings.discord_api_url, settings.discord_gateway_url)
        externals = Externals(
            timings=self._timings,
            discord_timings=self._discord_timings,
            slack_timings=self._slack_timings,
            database_limits=self._database_limits,
            wrap_store=self._wrap_store,
        )
        self._app = App(settings, externals)
        self._running = asyncio.create_task(self._app.run())
        port = asyncio.create_task(self._app.port())
        await asyncio.wait({self._running, port}, return_when=asyncio.FIRST_COMPLETED)
        if not port.done():
            port.cancel()
            await self._running

    async def ready(self, within: float = TIMEOUT_S) -> None:
        """Wait until `/readyz` answers 200."""
        await wait_until_ready(self.url, within, is_running=lambda: self.is_running)

    async def stop(self) -> None:
        """End it as SIGTERM does."""
        assert self._app is not None
        assert self._running is not None
        self._app.stop()
        await asyncio.wait_for(asyncio.shield(self._running), TIMEOUT_S)

    async def kill(self) -> None:
        """End it without a drain; raise what it broke with. Nothing happens if it does not run."""
        if self._running is None:
            return
        running, self._running = self._running, None
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        base, gateway = self._addresses
        discord.http.Route.BASE = base
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        if not self.may_log_tracebacks:
            lines = WATCH.text.splitlines()
            # The stand-ins are aiohttp servers too, and complain about the calls that we give up.
            crashes = [line for line in lines if "Traceback" in line and "aiohttp" not in line]
            assert not crashes, "\n".join(crashes)

    def has_logged(self, words: str) -> bool:
        return words in WATCH.text

    def tail(self, lines: int = 30) -> str:
        return "\n".join(WATCH.text.splitlines()[-lines:])
