"""Downloading over real sockets on loopback: what arrives, and what bounds it."""

import asyncio
import gzip
import random

import pytest
from aiohttp import web
from PIL import Image

from bot.domain.errors import TooManyBytesError
from tests.integration.images.downloads import PNG, Answers, failure, quick
from tests.pictures import encoded
from tests.timing import TIMEOUT_S

# ── What arrives ────────────────────────────────────────────────────────────────────────────────


async def test_an_image_arrives_byte_for_byte(serve, fetcher_for):
    data = PNG + random.Random(1).randbytes(3_000_000)
    origin = await serve(Answers(data))
    fetcher = await fetcher_for(origin)
    assert await fetcher.fetch(f"{origin}/a.png") == (data, "png")


async def test_the_bytes_tell_the_format_and_not_the_link(serve, fetcher_for):
    data = encoded(Image.new("RGB", (8, 8)), "JPEG")
    origin = await serve(Answers(data))
    fetcher = await fetcher_for(origin)
    assert await fetcher.fetch(f"{origin}/a.png") == (data, "jpg")


async def test_path_and_query_are_requested_as_they_stand(serve, fetcher_for):
    answers = Answers(PNG)
    origin = await serve(answers)
    fetcher = await fetcher_for(origin)
    await fetcher.fetch(f"{origin}/%7Ea/b%2Fc+d.png?hm=%2B=&x='~ü#top")
    assert answers.requests[0].raw_path == "/%7Ea/b%2Fc+d.png?hm=%2B=&x='~%C3%BC"


async def test_a_request_carries_no_cookies_or_credentials(
    serve, fetcher_for, monkeypatch, tmp_path
):
    async def setting_cookies(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(body=PNG, headers={"Set-Cookie": "a=b; Path=/"})

    seen: list[web.Request] = []
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    origin = await serve(setting_cookies)
    fetcher = await fetcher_for(origin)
    for _ in range(2):
        await fetcher.fetch(f"{origin}/a.png")
    assert len(seen) == 2
    assert not any({"Cookie", "Authorization"} & set(request.headers) for request in seen)


async def test_proxies_of_the_environment_are_ignored(serve, fetcher_for, monkeypatch):
    proxy = Answers(502)
    address = await serve(proxy)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, address)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    origin = await serve(Answers(PNG))
    fetcher = await fetcher_for(origin)
    assert await fetcher.fetch(f"{origin}/a.png") == (PNG, "png")
    assert proxy.requests == []


async def test_downloads_run_in_parallel_but_never_more_than_allowed(serve, fetcher_for):
    async def counting(request: web.Request) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 3:
            full.set()
        await full.wait()
        await asyncio.sleep(0.02)  # lets a fourth arrive, if there is one
        running -= 1
        return web.Response(body=PNG)

    running = most = 0
    full = asyncio.Event()
    origin = await serve(counting)
    fetcher = await fetcher_for(origin, policy=quick(parallel=3))
    await asyncio.gather(*(fetcher.fetch(f"{origin}/{n}") for n in range(9)))
    assert most == 3


async def test_a_link_that_waits_for_its_next_try_holds_up_no_other(serve, fetcher_for):
    down, up = await serve(Answers(503)), await serve(Answers(PNG))
    policy = quick(parallel=1, wait_initial_s=2 * TIMEOUT_S, wait_max_s=2 * TIMEOUT_S)
    fetcher = await fetcher_for(down, up, policy=policy)
    waiting = asyncio.create_task(fetcher.fetch(f"{down}/a.png"))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(TIMEOUT_S):
        await fetcher.fetch(f"{up}/a.png")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_one_link_never_has_all_places(serve, fetcher_for):
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/slow.png":
            started.set()
            await asyncio.Event().wait()
        return web.Response(body=PNG)

    started = asyncio.Event()
    origin = await serve(answer)
    fetcher = await fetcher_for(origin, policy=quick(parallel=2, parallel_per_link=1))
    async with asyncio.timeout(TIMEOUT_S), asyncio.TaskGroup() as tasks:
        slow = [tasks.create_task(fetcher.fetch(f"{origin}/slow.png")) for _ in range(9)]
        await started.wait()
        for number in range(3):
            assert await fetcher.fetch(f"{origin}/{number}.png") == (PNG, "png")
        for task in slow:
            task.cancel()


async def test_one_host_never_has_all_places(serve, fetcher_for):
    async def silent(_request: web.Request) -> web.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    started = asyncio.Event()
    # Two names for this machine: hosts are told apart by their names.
    slow, fast = (await serve(silent)).replace("127.0.0.1", "localhost"), await serve(Answers(PNG))
    fetcher = await fetcher_for(slow, fast, policy=quick(parallel=2, parallel_per_host=1))
    async with asyncio.timeout(TIMEOUT_S), asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(fetcher.fetch(f"{slow}/{n}.png")) for n in range(9)]
        await started.wait()
        for number in range(3):
            assert await fetcher.fetch(f"{fast}/{number}.png") == (PNG, "png")
        for task in waiting:
            task.cancel()


# ── Bounds ──────────────────────────────────────────────────────────────────────────────────────


async def test_an_image_of_exactly_the_limit_is_taken(serve, fetcher_for):
    origin = await serve(Answers(PNG))
    fetcher = await fetcher_for(origin, policy=quick(max_bytes=len(PNG)))
    assert await fetcher.fetch(f"{origin}/a.png") == (PNG, "png")


async def test_a_content_length_above_the_limit_is_refused_before_the_body(serve, fetcher_for):
    async def promising(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1001"})
        await response.prepare(request)  # sends the head; the body never comes
        await asyncio.sleep(3600)
        return response

    origin = await serve(promising)
    fetcher = await fetcher_for(origin, policy=quick(max_bytes=1000))
    async with asyncio.timeout(TIMEOUT_S):
        assert await failure(fetcher, f"{origin}/a.png") == (
            "127.0.0.1: the image has more than 1000 bytes"
        )


async def test_an_endless_body_without_content_length_is_cut_off(serve, fetcher_for):
    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal requests
        requests += 1
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        while True:
            await response.write(PNG + bytes(50_000))

    requests = 0
    origin = await serve(endless)
    fetcher = await fetcher_for(origin, policy=quick(max_bytes=300_000))
    said = await failure(fetcher, f"{origin}/a.png", TooManyBytesError)
    assert "more than 300000 bytes" in said
    assert requests == 1


async def test_a_body_shorter_than_its_content_length_is_no_image(serve_raw, fetcher_for):
    origin = await serve_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + PNG)
    fetcher = await fetcher_for(origin)
    assert "the connection broke" in await failure(fetcher, f"{origin}/a.png")


async def test_a_body_longer_than_its_content_length_is_no_image(serve_raw, fetcher_for):
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(PNG)}\r\n\r\n".encode()
    origin = await serve_raw(head + PNG + b"and more")
    fetcher = await fetcher_for(origin)
    assert "the connection broke" in await failure(fetcher, f"{origin}/a.png")


async def test_a_slow_trickle_ends_with_the_time_of_a_try(serve, fetcher_for):
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(PNG[:1])
            await asyncio.sleep(0.02)

    origin = await serve(trickle)
    fetcher = await fetcher_for(origin, policy=quick(try_timeout_s=0.2, attempts=2))
    async with asyncio.timeout(TIMEOUT_S):
        assert await failure(fetcher, f"{origin}/a.png") == "127.0.0.1: took too long"


async def test_bytes_that_come_too_slowly_free_the_place_for_others(serve, fetcher_for):
    async def trickle(request: web.Request) -> web.StreamResponse:
        if request.path == "/fast.png":
            return web.Response(body=PNG)
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(PNG[:1])
            await asyncio.sleep(0.01)

    origin = await serve(trickle)
    policy = quick(parallel=1, rate_window_s=0.1, min_bytes_per_s=100_000, attempts=1)
    fetcher = await fetcher_for(origin, policy=policy)
    async with asyncio.timeout(TIMEOUT_S):
        said, fetched = await asyncio.gather(
            failure(fetcher, f"{origin}/slow.png"), fetcher.fetch(f"{origin}/fast.png")
        )
    assert said == "127.0.0.1: sends too slowly"
    assert fetched == (PNG, "png")


async def test_bytes_that_come_fast_enough_may_come_for_long(serve, fetcher_for):
    async def steady(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for place in range(0, len(PNG), 8):
            await response.write(PNG[place : place + 8])
            await asyncio.sleep(0.005)
        return response

    origin = await serve(steady)
    fetcher = await fetcher_for(origin, policy=quick(rate_window_s=0.001, min_bytes_per_s=0))
    assert await fetcher.fetch(f"{origin}/a.png") == (PNG, "png")


async def test_all_tries_together_have_an_end(serve, fetcher_for):
    origin = await serve(Answers(503))
    policy = quick(total_timeout_s=0.1, wait_initial_s=30, wait_max_s=30, retry_window_s=60)
    fetcher = await fetcher_for(origin, policy=policy)
    async with asyncio.timeout(TIMEOUT_S):
        assert await failure(fetcher, f"{origin}/a.png") == "127.0.0.1: took too long"


async def test_silence_ends_with_the_read_timeout(serve, fetcher_for):
    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError

    origin = await serve(silent)
    fetcher = await fetcher_for(origin, policy=quick(read_timeout_s=0.1, attempts=2))
    async with asyncio.timeout(TIMEOUT_S):
        assert "did not answer in time" in await failure(fetcher, f"{origin}/a.png")


async def test_a_compressed_answer_is_refused_unread(serve, fetcher_for):
    async def compressed(request: web.Request) -> web.Response:
        encodings.append(request.headers["Accept-Encoding"])
        return web.Response(body=gzip.compress(PNG), headers={"Content-Encoding": "gzip"})

    encodings: list[str] = []
    origin = await serve(compressed)
    fetcher = await fetcher_for(origin)
    assert "compressed" in await failure(fetcher, f"{origin}/a.png")
    assert encodings == ["identity"]


async def test_a_page_in_place_of_an_image_is_refused_at_once(serve, fetcher_for):
    answers = Answers(b"<!DOCTYPE html><title>Just a moment...</title>")
    origin = await serve(answers)
    fetcher = await fetcher_for(origin)
    assert await failure(fetcher, f"{origin}/a.png") == "127.0.0.1: the answer is not an image"
    assert len(answers.requests) == 1
