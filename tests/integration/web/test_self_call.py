"""Our call to our own address: what answers it, and what is said of each outcome."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.domain.timings import TIMINGS
from bot.observability.sleep import watch_for_sleep
from bot.web import CallbackTags, SelfCallTags, WebServer
from bot.web.address_watch import AddressWatch
from bot.web.reach import Reach, SelfCall
from bot.web.self_call import MAX_BODY_BYTES, SelfCallHandler, call_self, call_self_once
from bot.web.server import Route
from bot.web.signing import SELF_CALL_PATH
from tests.timing import TIMEOUT_S

TAGS = SelfCallTags("a secret of sixteen letters")
NONCE = "0123456789abcdef" * 2


async def yes() -> bool:
    return True


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Return the address of the bot's own listener."""
    server = WebServer()
    handler = SelfCallHandler(TAGS)
    server.open(
        [Route("POST", SELF_CALL_PATH, handler, max_body_bytes=MAX_BODY_BYTES)], {"start": yes}
    )
    async with server.listen(0, "127.0.0.1") as port:
        yield f"http://127.0.0.1:{port}"


async def test_our_own_address_is_ours(url: str) -> None:
    assert (await call_self_once(url, TAGS)).reach is Reach.OURS


async def test_another_secret_is_noticed(url: str) -> None:
    other = SelfCallTags("another secret of ours")
    assert (await call_self_once(url, other)).reach is Reach.WRONG_SECRET


async def test_a_listener_that_waits_for_its_database_is_ours() -> None:
    async with WebServer().listen(0, "127.0.0.1") as port:
        call = await call_self_once(f"http://127.0.0.1:{port}", TAGS)
    assert call.reach is Reach.STARTING


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (NONCE, NONCE.encode(), 200),
        (NONCE, b"", 400),
        (NONCE, b"another", 400),
        (NONCE, b"x" * 65, 413),
        ("a", b"a", 404),
        (NONCE.upper(), NONCE.upper().encode(), 404),
        ("%2e%2e", b"", 404),
    ],
)
async def test_strangers_learn_nothing(url: str, path: str, body: bytes, status: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/webhook/self-call/{path}", data=body) as response,
    ):
        assert response.status == status
        assert (await response.text() == TAGS.tag(NONCE)) == (status == 200)


def test_its_tags_forge_no_callback() -> None:
    assert SelfCallTags("secret").tag(NONCE) != CallbackTags("secret").tag(NONCE)


@pytest.mark.parametrize(
    ("error", "host", "reach"),
    [
        (aiohttp.ServerTimeoutError(), "bot.example.com", Reach.NO_ANSWER),
        (aiohttp.ServerDisconnectedError(), "bot.example.com", Reach.NO_CONNECTION),
        (OSError("Connect call failed ('192.168.1.7', 443)"), "bot.example.com", Reach.UNCHECKABLE),
        (OSError("Connect call failed ('1.1.1.1', 443)"), "bot.example.com", Reach.NO_CONNECTION),
        (aiohttp.ServerTimeoutError(), "bot.internal", Reach.UNCHECKABLE),
    ],
)
async def test_how_it_failed_is_told_apart(error: Exception, host: str, reach: Reach) -> None:
    class Session:
        def post(self, *_args: object, **_options: object) -> object:
            raise error

    session: aiohttp.ClientSession = Session()  # type: ignore[assignment]
    assert (await call_self(session, f"https://{host}", TAGS)).reach is reach


@pytest.mark.parametrize("host", ["bot..example.com", f"{'a' * 64}.example.com"])
async def test_a_name_that_no_host_can_have_is_unknown(host: str) -> None:
    assert (await call_self_once(f"https://{host}", TAGS)).reach is Reach.UNKNOWN_HOST


@pytest.mark.parametrize("reach", Reach)
def test_each_outcome_has_words_and_each_bad_one_a_hint(reach: Reach) -> None:
    call = SelfCall(reach=reach, seconds=1.234, status=404, location="https://x")
    assert "{" not in call.text
    assert (call.hint is None) == (reach is Reach.OURS)


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while not met():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def running(work: Awaitable[None], met: Callable[[], object]) -> None:
    task = asyncio.ensure_future(work)
    await until(met)
    task.cancel()
    await asyncio.wait([task])


async def test_the_outcome_is_in_the_log_and_in_the_note() -> None:
    outcomes = iter([SelfCall(reach=Reach.UNKNOWN_HOST)])

    async def call() -> SelfCall:
        return next(outcomes, SelfCall(reach=Reach.OURS, seconds=0.2))

    watch = AddressWatch(call, replace(TIMINGS, first_self_call_s=0.01, self_call_every_s=0.01))
    assert watch.note() is None
    with capture_logs() as lines:
        await running(watch.run(), lambda: watch.note() == "leads to this bot (0.2 s)")
    assert lines[0] == {
        "event": "public_address",
        "log_level": "warning",
        "outcome": "has a host name that does not exist",
        "hint": "check PUBLIC_URL for typing errors, and the domain's DNS record",
    }
    assert lines[1]["log_level"] == "info"


async def test_a_note_leaves_the_bot_ready() -> None:
    server = WebServer()
    server.open([], {"start": yes}, {}, {"public address": lambda: "lets nobody connect"})
    async with (
        server.listen(0, "127.0.0.1") as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/readyz") as response,
    ):
        assert response.status == 200
        assert await response.text() == "start: ok\npublic address: lets nobody connect\n"


async def test_a_sleep_is_told_with_its_length() -> None:
    times = iter([0.0, 1.0, 1.0 + 31 * 60, 33 * 60])

    with capture_logs() as lines:
        await running(
            watch_for_sleep(lambda: next(times, 33 * 60 + 1.0), every_s=0.01), lambda: lines
        )
    assert lines[0]["event"] == "this host put me to sleep for 31 min"
    assert lines[0]["log_level"] == "warning"
