"""Where a download may lead: redirects, names and private addresses, over real sockets."""

import asyncio
import ssl
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.images import HttpImageFetcher
from tests.integration.images.downloads import PNG, PUBLIC_HOST, Answers, failure, quick
from tests.timing import TIMEOUT_S

PUBLIC_ADDRESS = "93.184.216.34"


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
    async with asyncio.timeout(TIMEOUT_S):
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
    with pytest.raises(ValueError, match="localhost"):
        HttpImageFetcher(("localhost",))
