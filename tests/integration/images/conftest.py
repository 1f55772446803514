"""Servers on loopback, and fetchers, that close with the test."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from bot.images import HttpImageFetcher
from tests.integration.images.downloads import Handler, MakeFetcher, Serve, quick


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def serve(stack: AsyncExitStack) -> Serve:
    """Start a server for a handler; give its origin."""

    async def start(handler: Handler, *, tls: ssl.SSLContext | None = None) -> str:
        runner = web.ServerRunner(web.Server(handler, handler_cancellation=True))
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    return start


@pytest.fixture
def serve_raw(stack: AsyncExitStack) -> Callable[[bytes], Awaitable[str]]:
    """Start a server that answers every connection with exactly these bytes and closes it."""

    async def start(answer: bytes) -> str:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        await stack.enter_async_context(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    return start


@pytest.fixture
def fetcher_for(stack: AsyncExitStack) -> MakeFetcher:
    async def make(*hosts: str, **options: object) -> HttpImageFetcher:
        return await stack.enter_async_context(
            HttpImageFetcher(hosts, **{"policy": quick(), **options})
        )

    return make
