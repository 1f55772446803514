"""Downloading over real sockets on loopback, and fitting real pictures into a limit."""

import asyncio
import gzip
import io
import random
import ssl
import struct
import tempfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from PIL import Image, ImageChops, ImageStat
from structlog.testing import capture_logs

from bot.errors import ConfigError, ImageError
from bot.images import FetchPolicy, HttpImageFetcher, fit
from tests.timing import PATIENCE_S

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]
MakeFetcher = Callable[..., Awaitable[HttpImageFetcher]]

PUBLIC_HOST = "cdn.example.com"
PUBLIC_ADDRESS = "93.184.216.34"


def quick(**changes: float) -> FetchPolicy:
    """Give the default policy with the waits of a test."""
    waits = {"wait_initial_s": 0.001, "wait_max_s": 0.005, "wait_jitter_s": 0}
    return FetchPolicy(**{**waits, **changes})


def png(*, side: int = 8, colour: str = "red") -> bytes:
    return encoded(Image.new("RGB", (side, side), colour))


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


PNG = png()


class Answers:
    """A handler that plays a list of answers, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: int | bytes | str) -> None:
        self._answers = answers  # a status, a body, or the target of a redirect
        self.requests: list[web.Request] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
        self.requests.append(request)
        if isinstance(answer, int):
            return web.Response(status=answer)
        if isinstance(answer, str):
            return web.Response(status=302, headers={"Location": answer})
        return web.Response(body=answer)


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


async def failure(fetcher: HttpImageFetcher, url: str) -> str:
    """Fetch what cannot be had; give the message."""
    with pytest.raises(ImageError) as caught:
        await fetcher.fetch(url)
    return str(caught.value)


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
    policy = quick(parallel=1, wait_initial_s=30, wait_max_s=30)
    fetcher = await fetcher_for(down, up, policy=policy)
    waiting = asyncio.create_task(fetcher.fetch(f"{down}/a.png"))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(PATIENCE_S):
        await fetcher.fetch(f"{up}/a.png")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


# ── Redirects ───────────────────────────────────────────────────────────────────────────────────


async def test_redirects_are_followed_relative_ones_too(serve, fetcher_for):
    answers = Answers("../b?x=1", "c", PNG)
    origin = await serve(answers)
    fetcher = await fetcher_for(origin)
    assert await fetcher.fetch(f"{origin}/one/two/a") == (PNG, "png")
    assert [request.path_qs for request in answers.requests] == [
        "/one/two/a",
        "/one/b?x=1",
        "/one/c",
    ]


async def test_a_redirect_to_another_allowed_origin_is_followed(serve, fetcher_for):
    target = await serve(Answers(PNG))
    origin = await serve(Answers(f"{target}/b.png"))
    fetcher = await fetcher_for(origin, target)
    assert await fetcher.fetch(f"{origin}/a.png") == (PNG, "png")


async def test_more_than_three_redirects_are_refused(serve, fetcher_for):
    answers = Answers("/again")
    origin = await serve(answers)
    fetcher = await fetcher_for(origin)
    assert "redirects too often" in await failure(fetcher, f"{origin}/a.png")
    assert len(answers.requests) == 4


async def test_a_redirect_to_a_private_address_is_refused(serve, fetcher_for):
    secret = Answers(PNG)
    target = await serve(secret)
    origin = await serve(Answers(f"{target}/b.png"))
    fetcher = await fetcher_for(origin)
    assert await failure(fetcher, f"{origin}/a.png") == (
        "127.0.0.1: not an address that images may come from"
    )
    assert secret.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http://cdn.example.com/a.png",
        "//user@cdn.example.com/a.png",
        "https://[/",
        "https://cdn.example.com\\@127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "data:image/png;base64,AAAA",
        "/\xff\xfe a",
    ],
)
async def test_a_redirect_is_judged_like_a_link(location, serve, fetcher_for):
    answers = Answers(location)
    origin = await serve(answers)
    fetcher = await fetcher_for(origin, "cdn.example.com")
    await failure(fetcher, f"{origin}/a.png")
    assert len(answers.requests) == 1


# ── Private addresses ───────────────────────────────────────────────────────────────────────────


class Names(AbstractResolver):
    """Name resolution in the hands of an attacker."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
async def internet(monkeypatch) -> "Internet":
    internet = Internet()
    loop = asyncio.get_running_loop()
    internet.connect = loop.sock_connect
    monkeypatch.setattr(loop, "sock_connect", internet.sock_connect)
    return internet


class Internet:
    """All of the network outside: public addresses lead to one of our servers, if there is one."""

    def __init__(self) -> None:
        self.connect: Callable[..., Awaitable[None]]
        self.attempts: list[str] = []  # every address that a socket was to be connected to
        self.routes: dict[str, int] = {}  # address to local port

    async def sock_connect(self, sock: object, address: tuple[str, int]) -> None:
        self.attempts.append(address[0])
        if address[0] not in self.routes:
            raise ConnectionRefusedError(111, "Connection refused")
        await self.connect(sock, ("127.0.0.1", self.routes[address[0]]))


# A throw-away certificate for cdn.example.com that nobody trusts, valid until 2120.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBUzCB+qADAgECAgEBMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD2Nkbi5leGFt
cGxlLmNvbTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGjEYMBYG
A1UEAwwPY2RuLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
qF0viyi049C6AA8P59FWas0itTutlsjAfCFz+oOLjBlayXgbmZsV8xJEggSQHNOH
KQVZbmzgfzAbCeDbGWLY0KMvMC0wGgYDVR0RBBMwEYIPY2RuLmV4YW1wbGUuY29t
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAKg8oBlrFcsQNe9J
fcu6j26A4D88GB16QX0jWxs057wmAiBrun2GbEDxxrTnU9Tj/rPinvSpFcBuIXoe
fr5PN1Ykow==
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXcNfXPABPvusHv2q
vdrSKAyb4HqFD5H6uKTDkds6yyqhRANCAASoXS+LKLTj0LoADw/n0VZqzSK1O62W
yMB8IXP6g4uMGVrJeBuZmxXzEkSCBJAc04cpBVlubOB/MBsJ4NsZYtjQ
-----END PRIVATE KEY-----
"""


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "certificate.pem"
        file.write_text(CERTIFICATE + KEY)
        context.load_cert_chain(file)
    return context


@pytest.fixture
async def public_cdn(internet, serve) -> Answers:
    """Serve images at the public address, over TLS."""
    answers = Answers(PNG)
    origin = await serve(answers, tls=server_tls())
    internet.routes[PUBLIC_ADDRESS] = int(origin.rpartition(":")[2])
    return answers


@pytest.fixture
def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=CERTIFICATE)


async def test_a_bare_host_is_fetched_from_its_public_address(
    internet, public_cdn, trusting, fetcher_for
):
    fetcher = await fetcher_for(PUBLIC_HOST, resolver=Names(PUBLIC_ADDRESS), tls=trusting)
    assert await fetcher.fetch(f"https://{PUBLIC_HOST}/a.png") == (PNG, "png")
    assert internet.attempts == [PUBLIC_ADDRESS]


async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    internet, public_cdn, fetcher_for
):
    fetcher = await fetcher_for(PUBLIC_HOST, resolver=Names(PUBLIC_ADDRESS))
    assert await failure(fetcher, f"https://{PUBLIC_HOST}/a.png") == (
        f"{PUBLIC_HOST}: no secure connection"
    )
    assert public_cdn.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.7",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1",
    ],
)
async def test_a_name_that_leads_to_a_private_address_is_refused_once_and_never_connected(
    address, internet, fetcher_for
):
    fetcher = await fetcher_for(
        PUBLIC_HOST, resolver=Names(address), policy=quick(wait_initial_s=60, wait_max_s=60)
    )
    async with asyncio.timeout(PATIENCE_S):
        assert await failure(fetcher, f"https://{PUBLIC_HOST}/a.png") == (
            f"{PUBLIC_HOST}: not a public address"
        )
    assert internet.attempts == []


async def test_a_name_with_only_private_addresses_is_refused(internet, fetcher_for):
    fetcher = await fetcher_for(PUBLIC_HOST, resolver=Names("127.0.0.1", "10.0.0.1", "::1"))
    assert "not a public address" in await failure(fetcher, f"https://{PUBLIC_HOST}/a.png")
    assert internet.attempts == []


async def test_a_private_address_beside_a_dead_public_one_is_never_connected(internet, fetcher_for):
    fetcher = await fetcher_for(PUBLIC_HOST, resolver=Names(PUBLIC_ADDRESS, "127.0.0.1"))
    await failure(fetcher, f"https://{PUBLIC_HOST}/a.png")
    assert set(internet.attempts) == {PUBLIC_ADDRESS}


async def test_a_private_address_beside_a_living_public_one_does_no_harm(
    internet, public_cdn, trusting, fetcher_for
):
    names = Names("127.0.0.1", PUBLIC_ADDRESS)
    fetcher = await fetcher_for(PUBLIC_HOST, resolver=names, tls=trusting)
    assert await fetcher.fetch(f"https://{PUBLIC_HOST}/a.png") == (PNG, "png")
    assert internet.attempts == [PUBLIC_ADDRESS]


async def test_a_name_that_turns_private_between_two_tries_is_refused(
    internet, trusting, serve, fetcher_for, monkeypatch
):
    async def busy(request: web.Request) -> web.Response:
        names._addresses = ("127.0.0.1",)
        response = web.Response(status=503)
        response.force_close()
        return response

    monkeypatch.setattr(aiohttp.connector._DNSCacheTable, "expired", lambda *_: True)
    names = Names(PUBLIC_ADDRESS)
    origin = await serve(busy, tls=server_tls())
    internet.routes[PUBLIC_ADDRESS] = internet.routes["127.0.0.1"] = int(origin.rpartition(":")[2])
    fetcher = await fetcher_for(PUBLIC_HOST, resolver=names, tls=trusting)
    assert "not a public address" in await failure(fetcher, f"https://{PUBLIC_HOST}/a.png")
    assert internet.attempts == [PUBLIC_ADDRESS]


async def test_the_trust_in_an_origin_is_not_lent_to_a_bare_host(internet, fetcher_for):
    fetcher = await fetcher_for(
        PUBLIC_HOST, "http://127.0.0.1:9001", "https://127.0.0.1", resolver=Names("127.0.0.1")
    )
    await failure(fetcher, "http://127.0.0.1:9001/a.png")
    tries = len(internet.attempts)
    assert tries
    assert "not a public address" in await failure(fetcher, f"https://{PUBLIC_HOST}/a.png")
    assert len(internet.attempts) == tries


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "2130706433",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "cdn.example.com.",
        "cdn.example.com@127.0.0.1",
        "127.0.0.1#@cdn.example.com",
        "127.0.0.1%2f@cdn.example.com",
    ],
)
async def test_a_link_to_the_machine_itself_is_refused(host, internet, fetcher_for):
    fetcher = await fetcher_for(PUBLIC_HOST)
    for url in (f"https://{host}/a.png", f"http://{host}/a.png", f"http://{host}:9001/a.png"):
        await failure(fetcher, url)
    assert internet.attempts == []


async def test_bad_entries_are_reported_when_the_fetcher_is_built():
    with pytest.raises(ConfigError, match="localhost"):
        HttpImageFetcher(("localhost",))


# ── Bounds ──────────────────────────────────────────────────────────────────────────────────────


async def test_an_image_of_exactly_the_limit_is_taken(serve, fetcher_for):
    origin = await serve(Answers(PNG))
    fetcher = await fetcher_for(origin, policy=quick(max_bytes=len(PNG)))
    assert await fetcher.fetch(f"{origin}/a.png") == (PNG, "png")


async def test_a_content_length_above_the_limit_is_refused_before_the_body(serve, fetcher_for):
    async def promising(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1001"})
        await response.prepare(request)  # sends the head; the body never comes
        await asyncio.sleep(30)
        return response

    origin = await serve(promising)
    fetcher = await fetcher_for(origin, policy=quick(max_bytes=1000))
    async with asyncio.timeout(PATIENCE_S):
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
    assert "more than 300000 bytes" in await failure(fetcher, f"{origin}/a.png")
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
    async with asyncio.timeout(PATIENCE_S):
        assert await failure(fetcher, f"{origin}/a.png") == "127.0.0.1: took too long"


async def test_silence_ends_with_the_read_timeout(serve, fetcher_for):
    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    origin = await serve(silent)
    fetcher = await fetcher_for(origin, policy=quick(read_timeout_s=0.1, attempts=2))
    async with asyncio.timeout(PATIENCE_S):
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


# ── Retries and the log ─────────────────────────────────────────────────────────────────────────


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


# ── Fitting ─────────────────────────────────────────────────────────────────────────────────────


def picture(side: int, mode: str = "RGB") -> Image.Image:
    """Draw colour gradients under fine grain: large as PNG, and the look can be compared."""
    ramp, grain = (
        Image.linear_gradient("L").resize((side, side)),
        Image.effect_noise((side,) * 2, 48),
    )
    colours = (Image.blend(ramp.rotate(angle), grain, 0.2) for angle in (0, 90, 180))
    return Image.merge(mode, (*colours, ramp)[: len(mode)])


def difference(one: Image.Image, other: Image.Image) -> float:
    """Give the mean difference of two pictures, of 255."""
    apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB").resize(one.size))
    return max(ImageStat.Stat(apart).mean)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


async def test_an_image_within_the_limit_is_passed_on_as_the_same_object():
    data = PNG + b"not even decoded"
    fitted, extension = await fit(data, max_bytes=len(data))
    assert fitted is data
    assert extension == "png"


async def test_a_large_image_keeps_its_size_and_look():
    image = picture(512)
    data = encoded(image)
    fitted, extension = await fit(data, max_bytes=len(data) // 2)
    result = opened(fitted)
    assert len(fitted) <= len(data) // 2
    assert (extension, result.format, result.size) == ("webp", "WEBP", (512, 512))
    assert difference(image, result) < 3


async def test_transparency_is_kept():
    image = picture(512, "RGBA")
    data = encoded(image)
    fitted, _ = await fit(data, max_bytes=len(data) // 2)
    result = opened(fitted)
    assert result.mode == "RGBA"
    apart = ImageChops.difference(image.getchannel("A"), result.getchannel("A"))
    assert max(ImageStat.Stat(apart).mean) < 2


@pytest.mark.parametrize("max_bytes", [8_000, 4_000, 2_000])
async def test_a_small_limit_costs_size_but_not_the_proportions(max_bytes):
    data = encoded(picture(512).resize((600, 300)))
    fitted, _ = await fit(data, max_bytes=max_bytes)
    width, height = opened(fitted).size
    assert len(fitted) <= max_bytes
    assert width < 600
    assert abs(width - 2 * height) <= 2


@pytest.mark.parametrize("max_bytes", [0, 1, 60])
async def test_a_limit_that_no_useful_size_meets_is_an_error(max_bytes):
    with pytest.raises(ImageError, match=f"cannot be made smaller than {max_bytes} bytes"):
        await fit(encoded(picture(256)), max_bytes=max_bytes)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_every_format_that_is_passed_on_can_be_fitted(kind):
    data = encoded(picture(256), kind)
    fitted, extension = await fit(data, max_bytes=len(data) // 3)
    assert len(fitted) <= len(data) // 3
    assert extension == "webp"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
async def test_every_colour_mode_can_be_fitted(mode):
    image = Image.new(mode, (300, 300)) if mode == "I;16" else picture(300).convert(mode)
    data = encoded(image, "JPEG" if mode == "CMYK" else "PNG")
    data += bytes(50_000)  # what follows the image counts for the limit, but is not kept
    fitted, _ = await fit(data, max_bytes=len(data) - 1)
    assert opened(fitted).size == (300, 300)


async def test_an_image_lies_as_its_exif_orientation_says_and_loses_the_rest():
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by 90 degrees
    exif[0x010F] = "the camera of somebody"
    image = picture(300).resize((300, 200))
    data = encoded(image, "JPEG", exif=exif, quality=95, comment=b"a comment")
    fitted, _ = await fit(data, max_bytes=len(data) - 1)
    result = opened(fitted)
    assert result.size == (200, 300)
    assert difference(image.rotate(-90, expand=True), result) < 5
    assert not result.getexif()
    assert b"somebody" not in fitted
    assert b"comment" not in fitted


async def test_the_colour_profile_is_kept():
    profile = b"a colour profile of somebody's screen"
    data = encoded(picture(200), icc_profile=profile)
    fitted, _ = await fit(data, max_bytes=len(data) - 1)
    assert opened(fitted).info["icc_profile"] == profile


async def test_an_image_longer_than_webp_allows_is_scaled_down():
    data = encoded(Image.new("RGB", (20_000, 200), "red")) + bytes(100_000)
    fitted, _ = await fit(data, max_bytes=100_000)
    assert max(opened(fitted).size) <= 16_383


def blank_png(side: int) -> bytes:
    """Give a valid PNG of side x side black pixels, one bit each."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def test_a_bomb_of_144_megapixels_is_not_decoded():
    data = blank_png(12_000)
    assert len(data) < 20_000
    with pytest.raises(ImageError, match="25 million pixels"):
        await fit(data, max_bytes=1000)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
async def test_a_bomb_that_pillow_only_warns_of_is_not_decoded():
    with pytest.raises(ImageError, match="more than 25 million pixels"):
        await fit(blank_png(7_000), max_bytes=1000)


@pytest.mark.parametrize(
    "data",
    [
        encoded(picture(200))[:5000],
        b"\x89PNG\r\n\x1a\n" + bytes(5000),
        b"\xff\xd8\xff" + bytes(5000),
        b"GIF89a" + bytes(5000),
        b"RIFF\x00\x10\x00\x00WEBP" + bytes(5000),
    ],
)
async def test_a_broken_image_cannot_be_fitted(data):
    with pytest.raises(ImageError, match="cannot be decoded"):
        await fit(data, max_bytes=1000)


@pytest.mark.parametrize("max_bytes", [10, 10_000])
async def test_what_is_no_image_is_an_error_with_and_without_a_need_to_fit(max_bytes):
    with pytest.raises(ImageError, match="not an image"):
        await fit(b"<html>no image</html>", max_bytes=max_bytes)


async def test_other_work_goes_on_while_an_image_is_fitted():
    data = encoded(picture(512))
    fitting = asyncio.create_task(fit(data, max_bytes=20_000))
    turns = 0
    while not fitting.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 5
