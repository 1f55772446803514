"""A client for a provider, and servers that misbehave."""

import asyncio
import math
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress

from aiohttp import web

from bot.demo.faults import Answer
from bot.domain.jobs import Mode
from bot.midjourney.client import HttpMidjourneyClient
from bot.ports.provider import MidjourneyApi
from tests.timing import TIMEOUT_S

KEY = "a-very-secret-key"
PROMPT = "a very secret fox"
HOOK = "http://127.0.0.1:1/webhook/a-very-secret-tag"

StreamHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def client_of(
    url: str,
    *,
    key: str = KEY,
    connect_timeout_s: float = TIMEOUT_S,
    timeout_s: float = TIMEOUT_S,
) -> HttpMidjourneyClient:
    return HttpMidjourneyClient(
        api_key=key,
        base_url=url,
        connect_timeout_s=connect_timeout_s,
        submit_timeout_s=timeout_s,
        status_timeout_s=timeout_s,
    )


def hangs(fault: Answer) -> bool:
    return math.isinf(fault.delay_s) or fault.trickle_s is not None


async def submit(client: MidjourneyApi, *, hook_url: str | None = HOOK) -> str:
    return await client.submit(prompt=PROMPT, mode=Mode.FAST, hook_url=hook_url)


@asynccontextmanager
async def raw_server(handle: StreamHandler) -> AsyncIterator[str]:
    """A server that speaks no HTTP by itself."""

    async def handle_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError), closing(writer):
            await handle(reader, writer)

    server = await asyncio.start_server(handle_and_close, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def web_server(
    handle: Callable[[web.Request], Awaitable[web.Response]],
) -> AsyncIterator[str]:
    app = web.Application(client_max_size=2**30)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextmanager
def full_listener() -> Iterator[str]:
    """A port whose queue is full: connecting to it neither succeeds nor fails."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"
        for each in waiting:
            each.close()


@contextmanager
def closed_port() -> Iterator[str]:
    """A port that certainly refuses: it is bound, but nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
