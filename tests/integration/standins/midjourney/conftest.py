"""The stand-in for the Midjourney API, and those who talk with it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.demo.midjourney import MidjourneyStandIn
from tests.integration.standins.midjourney.fixtures import KEY, Hook, draw_small


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"API-KEY": KEY}) as session:
        yield session


@pytest.fixture
async def standin() -> AsyncIterator[MidjourneyStandIn]:
    async with MidjourneyStandIn(api_key=KEY, seconds=0.05, draw=draw_small) as server:
        yield server


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    taker, app = Hook(), web.Application()
    app.router.add_post("/hook", taker.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield taker, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()
