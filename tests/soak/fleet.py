"""The bot's processes of one soak, what befalls them, and the host's router before them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Self

import aiohttp
from aiohttp import web

from tests.standins.process import BotProcess

READY_WITHIN_S = 240.0  # on a busy machine


class Router:
    """Hands each request to one of the processes, and to another if that one is away."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.url = ""
        self.bots: list[BotProcess] = []  # as it believes them to be

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True), timeout=aiohttp.ClientTimeout(10)
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        for bot in self._chance.sample(self.bots, len(self.bots)):
            try:
                async with self._session.post(bot.url + request.path, data=body) as answer:
                    return web.Response(status=answer.status)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError):
                break
        return web.Response(status=502)


class Fleet:
    """Some processes on one database."""

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path,
        *,
        size: int,
        router: Router,
        chance: Random,
    ) -> None:
        self._environment = environment
        self._folder = folder
        self._chance = chance
        self._made = 0
        self._frozen: set[BotProcess] = set()
        self.bots = router.bots
        self.bots += [self._make() for _ in range(size)]

    def _make(self) -> BotProcess:
        self._made += 1
        return BotProcess(self._environment, log=self._folder / f"bot-{self._made:03}.log")

    @property
    def is_shared(self) -> bool:
        """Whether several processes may work on the database."""
        return not self._environment["DATABASE_URL"].startswith("sqlite")

    @property
    def is_awake(self) -> bool:
        """Whether none is frozen."""
        return not self._frozen

    async def start(self) -> None:
        """Start all that do not run, and wait until they work."""
        resting = [bot for bot in self.bots if not bot.is_running]
        await asyncio.gather(*(bot.start(ready_within=READY_WITHIN_S) for bot in resting))

    async def end(self) -> None:
        """Kill all at once."""
        await asyncio.gather(*(bot.kill() for bot in self.bots))

    async def all_awake(self) -> None:
        """Wait until none is frozen."""
        while self._frozen:  # noqa: ASYNC110 - each ends by a clock of its own
            await asyncio.sleep(0.1)

    # ── What befalls them ───────────────────────────────────────────────────────────────────────

    async def kill_one(self) -> None:
        """Kill one with -9, whatever it is doing, and start it again after a moment."""
        bot = self._pick()
        await bot.kill()
        await asyncio.sleep(self._chance.uniform(0, 1))
        await bot.start(ready_within=None)

    async def roll_one(self) -> None:
        """Deploy: start a successor, and only then end one with SIGTERM."""
        old, new = self._pick(), self._make()
        await old.ready(READY_WITHIN_S)
        await new.start(ready_within=None)
        self.bots.append(new)
        if self.is_shared:
            await new.ready(READY_WITHIN_S)
        else:  # it waits for the file
            await asyncio.sleep(self._chance.uniform(0, 2))
        self.bots.remove(old)
        code = await old.terminate(READY_WITHIN_S)
        assert code == 0, f"SIGTERM ended it with {code}\n{old.tail()}"

    async def freeze_one(self, seconds: float) -> None:
        """Freeze one (SIGSTOP), and let it go on after so long."""
        bot = self._pick()
        bot.stop()
        self._frozen.add(bot)
        await asyncio.sleep(seconds)
        bot.cont()
        self._frozen.discard(bot)

    def _pick(self) -> BotProcess:
        running = [bot for bot in self.bots if bot.is_running]
        return self._chance.choice([b for b in running if b not in self._frozen] or running)
