"""What is tried again and what is final, and what the log says of a host that gives nothing."""

import asyncio

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from tests.integration.images.downloads import PNG, PUBLIC_HOST, Answers, failure


@pytest.mark.parametrize("status", [403, 404, 408, 425, 429, 500, 502, 503, 504, 522])
async def test_what_may_pass_is_tried_again(status, serve, fetcher_for):
    answers = Answers(status, status, PNG)
    origin = await serve(answers)
    fetcher = await fetcher_for(origin)
    assert await fetcher.fetch(f"{origin}/a.png") == (PNG, "png")
    assert len(answers.requests) == 3


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 410, 451])
async def test_a_final_answer_is_not_asked_for_again(status, serve, fetcher_for):
    answers = Answers(status)
    origin = await serve(answers)
    fetcher = await fetcher_for(origin)
    assert await failure(fetcher, f"{origin}/a.png") == f"127.0.0.1: answered {status}"
    assert len(answers.requests) == 1


async def test_a_bot_wall_for_ever_ends_after_four_tries(serve, fetcher_for):
    answers = Answers(403)
    origin = await serve(answers)
    fetcher = await fetcher_for(origin)
    assert await failure(fetcher, f"{origin}/a.png") == "127.0.0.1: answered 403"
    assert len(answers.requests) == 4


async def test_a_connection_that_breaks_is_tried_again(serve, fetcher_for):
    async def breaking_once(request: web.Request) -> web.Response:
        nonlocal requests
        requests += 1
        if requests == 1:
            request.transport.abort()
        return web.Response(body=PNG)

    requests = 0
    origin = await serve(breaking_once)
    fetcher = await fetcher_for(origin)
    assert await fetcher.fetch(f"{origin}/a.png") == (PNG, "png")


async def test_a_host_where_nobody_listens_is_no_connection(unused_port, fetcher_for):
    origin = f"http://127.0.0.1:{unused_port}"
    fetcher = await fetcher_for(origin)
    assert await failure(fetcher, f"{origin}/a.png") == "127.0.0.1: no connection"


@pytest.fixture
async def unused_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def test_an_unreachable_host_is_logged_once_without_paths(serve, fetcher_for):
    origin = await serve(Answers(403))
    fetcher = await fetcher_for(origin)
    with capture_logs() as logs:
        for path in ("secret-a.png?token=1", "secret-b.png?token=2"):
            assert "secret" not in await failure(fetcher, f"{origin}/{path}")
    ours = [entry for entry in logs if entry["event"] == "image_host_unreachable"]
    assert ours == [
        {
            "event": "image_host_unreachable",
            "host": "127.0.0.1",
            "reason": "answered 403",
            "log_level": "warning",
        }
    ]
    assert "secret" not in repr(logs)
    assert "token" not in repr(logs)


async def test_a_host_that_is_not_allowed_is_logged_once(fetcher_for):
    fetcher = await fetcher_for(PUBLIC_HOST)
    with capture_logs() as logs:
        for path in "ab":
            await failure(fetcher, f"https://elsewhere.example/{path}.png")
    assert [(entry["event"], entry["host"]) for entry in logs] == [
        ("image_host_refused", "elsewhere.example")
    ]


async def test_a_flood_of_hosts_does_not_flood_the_log(fetcher_for):
    fetcher = await fetcher_for(PUBLIC_HOST)
    with capture_logs() as logs:
        for number in range(300):
            await failure(fetcher, f"https://host{number}.example/a.png")
    assert len(logs) == 256
