"""The client over real sockets: against the stand-in, and against servers that misbehave."""

import asyncio
import gzip
import math
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import timedelta
from functools import partial
from http.cookies import SimpleCookie

import pytest
from aiohttp import web

from bot.demo.artist import draw_picture
from bot.demo.faults import GARBAGE, LOST_AFTER_EFFECT, LOST_BEFORE_EFFECT, Answer, Outcome
from bot.demo.midjourney import MidjourneyStandIn
from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    NotStartedError,
    OutcomeUnknownError,
    ProviderError,
    QuotaExhaustedError,
    StatusUnavailableError,
    SubmitRejectedError,
)
from bot.domain.jobs import Failure, FailureCode, Mode, TaskReport
from bot.midjourney.client import MAX_STATUS_BYTES, MAX_SUBMIT_BYTES, HttpMidjourneyClient
from bot.ports.provider import MidjourneyApi
from tests.redaction import forbid
from tests.timing import TIMEOUT_S

KEY = "a-very-secret-key"
PROMPT = "a very secret fox"
HOOK = "http://127.0.0.1:1/webhook/a-very-secret-tag"

StreamHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def standin() -> AsyncIterator[MidjourneyStandIn]:
    forbid(KEY, PROMPT, HOOK)
    draw = partial(draw_picture, long_side=64)
    async with MidjourneyStandIn(api_key=KEY, seconds=0, draw=draw) as server:
        yield server


@pytest.fixture
async def client(standin: MidjourneyStandIn) -> AsyncIterator[HttpMidjourneyClient]:
    async with client_of(standin.url) as opened:
        yield opened


@pytest.fixture
async def hasty(standin: MidjourneyStandIn) -> AsyncIterator[HttpMidjourneyClient]:
    """Return one for calls that hang."""
    async with client_of(standin.url, timeout_s=1.0) as opened:
        yield opened


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


# ── Well ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_submit_starts_a_job_with_all_it_was_given(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    task_id = await client.submit(prompt="a fox --ar 3:2", mode=Mode.RELAXED, hook_url=HOOK)
    assert standin.jobs[task_id].payload == {
        "prompt": "a fox --ar 3:2",
        "mode": "relaxed",
        "timeout": 1200,
        "hookUrl": HOOK,
    }


async def test_one_status_call_reports_all_known_tasks(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.faults.outcomes.add(
        Outcome(), Outcome(fail_reason="Invalid link"), Outcome(seconds=math.inf)
    )
    done, failed, running = [await submit(client, hook_url=None) for _ in range(3)]
    await asyncio.gather(*(standin.jobs[task_id].told.wait() for task_id in (done, failed)))
    reports = await client.job_status([done, "unknown", failed, running])
    folder = f"{standin.url}/images/{standin.jobs[done].id}"
    assert reports == [
        TaskReport(
            task_id=done,
            is_finished=True,
            image_urls=tuple(f"{folder}/0_{n}.png" for n in range(4)),
        ),
        TaskReport(
            task_id=failed,
            is_finished=True,
            failure=Failure(code=FailureCode.LINK, detail="Invalid link"),
        ),
        TaskReport(task_id=running, is_finished=False),
    ]
    assert len(standin.status_calls) == 1


async def test_no_task_ids_need_no_call(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    assert await client.job_status([]) == []
    assert not standin.status_calls


async def test_a_slash_after_the_base_url_does_no_harm(standin: MidjourneyStandIn) -> None:
    async with client_of(standin.url + "/") as client:
        assert await submit(client) in standin.jobs


async def test_calls_can_overlap(client: HttpMidjourneyClient, standin: MidjourneyStandIn) -> None:
    standin.seconds = math.inf
    standin.faults.submits.default = Answer(delay_s=0.1)
    task_ids = await asyncio.gather(*(submit(client) for _ in range(10)))
    assert set(task_ids) == set(standin.jobs)


# ── Refused ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_key_is_told_as_such(standin: MidjourneyStandIn) -> None:
    async with client_of(standin.url, key="other") as client:
        with pytest.raises(KeyRejectedError):
            await submit(client)
        with pytest.raises(StatusUnavailableError):
            await client.job_status(["x"])


async def test_an_empty_account_is_told_as_such(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.quota = 0
    with pytest.raises(QuotaExhaustedError):
        await submit(client)


async def test_the_eleventh_job_in_flight_is_told_as_such(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.seconds = math.inf
    for _ in range(10):
        await submit(client)
    with pytest.raises(ConcurrencyLimitError):
        await submit(client)


async def test_a_refusal_holds_the_providers_words(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    with pytest.raises(SubmitRejectedError, match="hookUrl must be an address"):
        await submit(client, hook_url="nonsense")
    assert not standin.jobs


async def test_429_tells_how_long_to_wait(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.faults.submits.add(Answer.error(429, Retry_After="7"))
    with pytest.raises(NotStartedError) as caught:
        await submit(client)
    assert caught.value.retry_after == timedelta(seconds=7)


# ── Never connected ─────────────────────────────────────────────────────────────────────────────


async def refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def never_connected(url: str) -> None:
    """Assert that a submit there is certain to have started nothing."""
    async with client_of(url, connect_timeout_s=0.2) as client:
        with pytest.raises(NotStartedError) as caught:
            await submit(client)
        assert caught.value.retry_after is None
        with pytest.raises(StatusUnavailableError):
            await client.job_status(["x"])


async def test_a_refused_connection_started_nothing() -> None:
    with closed_port() as url:
        await never_connected(url)


async def test_a_connection_that_is_not_accepted_in_time_started_nothing() -> None:
    with full_listener() as url:
        await never_connected(url)


async def test_a_name_that_does_not_exist_started_nothing() -> None:
    await never_connected("http://nowhere.invalid")


async def test_a_failed_tls_handshake_started_nothing() -> None:
    async with raw_server(refuse_tls) as url:
        await never_connected(url.replace("http:", "https:"))


async def test_a_tls_handshake_that_hangs_started_nothing() -> None:
    async with raw_server(stay_silent) as url:
        await never_connected(url.replace("http:", "https:"))


async def test_an_address_that_is_none_started_nothing() -> None:
    await never_connected("http://")


# ── Broken off ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "jobs"),
    [
        (LOST_AFTER_EFFECT, 1),
        (LOST_BEFORE_EFFECT, 0),
        (Answer(delay_s=math.inf), 1),
        (Answer(trickle_s=0.1), 1),
        (GARBAGE, 1),
        (Answer.error(500), 0),
        (Answer.error(504, has_effect=True), 1),
        (Answer.error(408), 0),
        (Answer.error(302, Location="/elsewhere"), 0),
        (Answer.error(307, Location="/elsewhere"), 0),
        (Answer(body=b""), 1),
        (Answer(body=b" " * (MAX_SUBMIT_BYTES + 1)), 1),
    ],
)
async def test_a_submit_that_broke_off_is_in_doubt_and_is_sent_once(
    client: HttpMidjourneyClient,
    hasty: HttpMidjourneyClient,
    standin: MidjourneyStandIn,
    fault: Answer,
    jobs: int,
) -> None:
    standin.faults.submits.add(fault)
    with pytest.raises(OutcomeUnknownError):
        await submit(hasty if hangs(fault) else client)
    assert len(standin.submits) == 1
    assert len(standin.jobs) == jobs


@pytest.mark.parametrize(
    "fault",
    [
        LOST_AFTER_EFFECT,
        Answer(delay_s=math.inf),
        Answer(trickle_s=0.1),
        GARBAGE,
        Answer.error(429),
        Answer.error(503),
        Answer.error(302, Location="/elsewhere"),
        Answer.refusal(1001),
        Answer(body=b" " * (MAX_STATUS_BYTES + 1)),
    ],
)
async def test_a_status_call_that_broke_off_is_unavailable_and_the_next_one_works(
    client: HttpMidjourneyClient,
    hasty: HttpMidjourneyClient,
    standin: MidjourneyStandIn,
    fault: Answer,
) -> None:
    task_id = await submit(client, hook_url=None)
    await standin.jobs[task_id].told.wait()
    standin.faults.statuses.add(fault)
    with pytest.raises(StatusUnavailableError):
        await (hasty if hangs(fault) else client).job_status([task_id])
    (report,) = await client.job_status([task_id])
    assert report.is_finished


async def test_an_answer_just_within_the_limit_is_read(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    envelope = b'{"status": 0, "data": {"taskId": "x"}}'
    standin.faults.submits.add(Answer(body=envelope.ljust(MAX_SUBMIT_BYTES)))
    assert await submit(client) == "x"


async def test_a_slow_answer_within_the_time_limit_is_waited_for(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.faults.submits.add(Answer(delay_s=0.3))
    assert await submit(client) in standin.jobs


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            await writer.drain()
            sent += 65536

    async with raw_server(pour) as url, client_of(url) as client:
        with pytest.raises(OutcomeUnknownError):
            await submit(client)
    assert sent < 64 * MAX_SUBMIT_BYTES


async def test_a_compressed_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = gzip.compress(b" " * 2**26)

    async def send(request: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with web_server(send) as url, client_of(url) as client:
        with pytest.raises(OutcomeUnknownError):
            await submit(client)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_an_answer_that_is_no_http_is_in_doubt(answer: bytes) -> None:
    calls = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.readuntil(b"}")
        writer.write(answer)
        await writer.drain()

    async with raw_server(talk) as url, client_of(url) as client:
        with pytest.raises(OutcomeUnknownError):
            await submit(client)
        assert calls == 1
        with pytest.raises(StatusUnavailableError):
            await client.job_status(["x"])


# ── Care ────────────────────────────────────────────────────────────────────────────────────────


async def test_every_call_gets_a_connection_of_its_own() -> None:
    peers: list[object] = []

    async def note(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        return web.json_response({"status": 0, "data": {"taskId": "x"}})

    async with web_server(note) as url, client_of(url) as client:
        for _ in range(3):
            await submit(client)
    assert len(set(peers)) == 3


async def test_a_redirect_does_not_carry_the_key_elsewhere(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    visits: list[str] = []

    async def note(request: web.Request) -> web.Response:
        visits.append(request.path)
        return web.Response()

    async with web_server(note) as elsewhere:
        standin.faults.submits.add(Answer.error(307, Location=elsewhere))
        with pytest.raises(OutcomeUnknownError):
            await submit(client)
    assert visits == []


async def test_proxies_of_the_environment_are_not_used(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("http_proxy", proxy)
        assert await submit(client) in standin.jobs


async def test_cookies_are_not_kept() -> None:
    seen: list[SimpleCookie] = []

    async def note(request: web.Request) -> web.Response:
        seen.append(SimpleCookie(request.headers.get("Cookie", "")))
        response = web.json_response({"status": 0, "data": {"taskId": "x"}})
        response.set_cookie("session", "1")
        return response

    async with web_server(note) as url, client_of(url) as client:
        await submit(client)
        await submit(client)
    assert not any(seen)


async def test_a_cancelled_submit_ends_at_once_as_cancelled(
    client: HttpMidjourneyClient, standin: MidjourneyStandIn
) -> None:
    standin.faults.submits.add(Answer(delay_s=math.inf))
    call = asyncio.create_task(submit(client))
    async with asyncio.timeout(TIMEOUT_S):
        while not standin.jobs:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert call.cancelled()
    assert len(standin.jobs) == 1


@pytest.mark.parametrize(
    "fault", [LOST_AFTER_EFFECT, GARBAGE, Answer.error(302), Answer(delay_s=math.inf)]
)
async def test_no_error_holds_the_key_the_prompt_or_the_hook(
    client: HttpMidjourneyClient,
    hasty: HttpMidjourneyClient,
    standin: MidjourneyStandIn,
    fault: Answer,
) -> None:
    standin.faults.submits.add(fault)
    with pytest.raises(ProviderError) as caught:
        await submit(hasty if hangs(fault) else client)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "secret" not in f"{caught.value} {caught.value!r} {caught.value.detail}"
    assert "http://" not in str(caught.value)
    assert "secret" not in repr(client)
