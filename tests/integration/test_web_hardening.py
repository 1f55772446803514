"""Strangers at the web listener: nothing that they send, withhold or repeat does any harm."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from aiohttp import web
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.jobs import Job, JobStatus
from bot.web import WebServer
from bot.web.callbacks import MAX_BODY_BYTES
from bot.web.connections import ENOUGH_BYTES, MAX_BYTES
from bot.web.limits import WebLimits
from bot.web.server import Pages
from tests.listener import OPEN, Listener, heard, listening, path_of, reference_path, statuses_in
from tests.redaction import WATCH
from tests.timing import TIMEOUT_S

NOBODY = "b" * 20
JOB = "j" * 20
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
WAITING = b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
LONG = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 8000 + b"\r\n\r\n"

search = settings(
    max_examples=150,
    deadline=None,  # a busy machine is no reason to fail
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def timeout_s() -> float:
    """Return the time that the listener gives people to say what they want; 60 is for ever."""
    return 60.0


impatient = pytest.mark.parametrize("timeout_s", [0.3], ids=["impatient"])


@pytest.fixture
async def listener(timeout_s: float) -> AsyncIterator[Listener]:
    """Return a listener with few places, and time limits that a test chooses."""
    limits = WebLimits(
        head_timeout_s=timeout_s, linger_s=0.2, max_connections=20, read_timeout_s=timeout_s
    )
    async with listening(limits) as listener:
        yield listener
        assert statuses_in(await answer_to(listener, HEALTH)) == [200]
        # Not even a line in the log for what a stranger got wrong.
        assert "Traceback" not in WATCH.text
        assert '"level": "error"' not in WATCH.text


async def answer_to(listener: Listener, raw: bytes) -> bytes:
    """Return the answer; who was too slow for the listener to be heard at all tries again."""
    async with asyncio.timeout(TIMEOUT_S):
        while not (answer := await listener.say(raw)):
            pass
        return answer


def request(path: str, *headers: str, method: str = "POST", body: bytes = b"{}") -> bytes:
    """Return a whole request, after which the connection is to be closed."""
    names = {header.partition(":")[0].lower() for header in headers}
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    if not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


# ── Those who keep us waiting ───────────────────────────────────────────────────────────────────


@impatient
async def test_who_says_nothing_is_shown_out(listener: Listener) -> None:
    assert await listener.say(b"") == b""


@impatient
async def test_who_trickles_headers_is_shown_out(listener: Listener) -> None:
    async with listener.connection() as (reader, writer), asyncio.timeout(TIMEOUT_S):
        for byte in request("/healthz", "X: " + "y" * 5000, method="GET"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)
            if writer.transport.is_closing():
                break
        assert await heard(reader) == b""


@impatient
async def test_empty_lines_are_no_request(listener: Listener) -> None:
    assert await listener.say(b"\r\n\n\r\n\r\n") == b""
    async with listener.connection() as (reader, writer):
        for piece in (b"\r", b"\n\r\n", b"\r\nGET"):
            writer.write(piece)
            await asyncio.sleep(0.01)
        assert await heard(reader) == b""
    assert statuses_in(await answer_to(listener, b"\r\n\r\n" + HEALTH)) == [200]


async def test_a_head_in_pieces_within_the_time_is_read(listener: Listener) -> None:
    async with listener.connection() as (reader, writer):
        for byte in HEALTH:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert statuses_in(await heard(reader)) == [200]


@pytest.mark.parametrize("timeout_s", [1.0], ids=["impatient"])
async def test_who_asked_once_may_take_the_time_to_ask_again(listener: Listener) -> None:
    async with listener.connection() as (reader, writer):
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await reader.readuntil(b"ok\n")
            await asyncio.sleep(1.1)  # longer than a first head may take


@impatient
async def test_who_trickles_a_body_is_told_and_shown_out(listener: Listener) -> None:
    job = await listener.running_job()
    slow = request(path_of(job.id), "Content-Length: 1000", body=b"{")
    answer = await answer_to(listener, slow)
    assert statuses_in(answer) == [408]
    assert OPEN not in answer


@pytest.mark.parametrize("path", ["/healthz", "/nothing", path_of(NOBODY, "c" * 32)])
async def test_a_body_that_nobody_wants_is_not_waited_for(listener: Listener, path: str) -> None:
    answer = await listener.say(request(path, "Content-Length: 1000000"))
    assert statuses_in(answer)[0] in {404, 405}
    assert OPEN not in answer


@pytest.mark.parametrize(
    "frame",
    ["Content-Length: 100000000000", "Transfer-Encoding: chunked"],
    ids=["length", "chunks"],
)
async def test_an_endless_body_is_cut_off(listener: Listener, frame: str) -> None:
    job = await listener.running_job()
    piece = b" " * 65536 if "Length" in frame else b"10000\r\n" + b" " * 65536 + b"\r\n"
    async with listener.connection() as (reader, writer):
        writer.write(request(path_of(job.id), frame, body=b""))
        pouring = asyncio.create_task(pour(writer, piece))
        answer = await heard(reader)
        pouring.cancel()
    assert statuses_in(answer)[:1] in ([413], [])  # it may be lost to the reset
    assert OPEN not in answer


async def pour(writer: asyncio.StreamWriter, piece: bytes) -> None:
    while True:
        writer.write(piece)
        await writer.drain()


async def test_who_asks_on_without_waiting_is_answered_only_so_much(listener: Listener) -> None:
    gate = closed_gate(listener)
    async with listener.connection() as (reader, writer):
        writer.write(WAITING + LONG * 100)
        await asyncio.sleep(0.1)
        gate.set()
        answer = await heard(reader)
    assert len(statuses_in(answer)) <= MAX_BYTES // len(LONG) + 1  # a reset may lose some
    assert OPEN not in answer


async def test_who_asks_on_without_waiting_is_listened_to_no_more(listener: Listener) -> None:
    closed_gate(listener)
    sent = 0

    async def ask_on() -> None:
        nonlocal sent
        writer.write(WAITING)
        while True:
            writer.write(long_request(MAX_BYTES))
            await writer.drain()
            sent += 1

    async with listener.connection() as (_, writer):
        asking = asyncio.create_task(ask_on())
        async with asyncio.timeout(TIMEOUT_S):
            before = -1
            while sent > before:
                before = sent
                await asyncio.sleep(0.2)
        asking.cancel()


@impatient
async def test_no_head_may_be_longer_than_all_that_may_be_said(listener: Listener) -> None:
    assert await listener.say(long_request(MAX_BYTES)) == b""
    assert statuses_in(await answer_to(listener, long_request(MAX_BYTES - 10_000))) == [200]


async def test_a_long_conversation_ends_with_an_answer_that_says_so(listener: Listener) -> None:
    async with listener.connection() as (reader, writer):
        for number in range(1, ENOUGH_BYTES // len(LONG) + 2):
            writer.write(LONG)
            answer = await reader.readuntil(b"ok\n")
            assert (b"Connection: close" in answer) == (number * len(LONG) > ENOUGH_BYTES)
        assert await heard(reader) == b""


@pytest.mark.parametrize("are_chunked", [False, True], ids=["length", "chunks"])
async def test_as_many_callbacks_of_full_length_as_there_are_come_through(
    listener: Listener, *, are_chunked: bool
) -> None:
    job = await listener.running_job()
    body = b"{}".ljust(MAX_BODY_BYTES)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    for _ in range(8):
        data = chunks() if are_chunked else body
        headers = {"X": "y" * 8000}
        async with listener.session.post(
            listener.url + path_of(job.id), data=data, headers=headers
        ) as response:
            assert response.status == 200


def long_request(least_bytes: int) -> bytes:
    """Return a request with a head that is a bit longer than that."""
    lines = [f"X-{number}: {'y' * 8000}" for number in range(least_bytes // 8000 + 1)]
    return request("/healthz", *lines, method="GET")


def closed_gate(listener: Listener) -> asyncio.Event:
    """Let the answer to `WAITING` wait until the gate is opened."""
    gate = asyncio.Event()
    listener.server.open(Pages(), {"gate": gate.wait})
    return gate


async def test_who_does_not_take_an_answer_is_shown_out(listener: Listener) -> None:
    size = 30_000_000  # more than the system keeps for us

    async def much(_request: web.Request) -> web.Response:
        return web.Response(body=b"x" * size)

    listener.server.open(Pages(metrics=much), {})
    async with listener.connection() as (reader, writer):
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n")
        assert len(await reader.readexactly(size)) == size
        listener.server.limits = replace(listener.server.limits, answer_timeout_s=0.3)
        await asyncio.sleep(0.6)  # whoever took it may rest
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.6)
        answer = await heard(reader)
        assert len(answer) < size
        assert OPEN not in answer


async def test_many_who_say_nothing_shut_nobody_out(listener: Listener) -> None:
    job = await listener.running_job()
    async with AsyncExitStack() as stack:
        for _ in range(100):
            await stack.enter_async_context(listener.connection())
        assert (await listener.post(path_of(job.id), b"{}"))[0] == 200


async def test_no_more_than_so_many_are_connected_at_once(listener: Listener) -> None:
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(listener.connection()) for _ in range(50)]
        first, last = guests[:30], guests[30:]
        assert [await heard(reader) for reader, _ in first] == [b""] * 30
        waiting = (heard(reader, timeout_s=0.1) for reader, _ in last)
        assert await asyncio.gather(*waiting) == [OPEN] * 20


async def test_the_silent_make_room_before_those_at_work(listener: Listener) -> None:
    job = await listener.running_job()
    async with listener.connection() as (reader, writer):
        writer.write(request(path_of(job.id), "Content-Length: 2", body=b"{"))
        await writer.drain()
        async with AsyncExitStack() as stack:
            for _ in range(50):
                await stack.enter_async_context(listener.connection())
            writer.write(b"}")
            assert statuses_in(await heard(reader)) == [200]


async def test_many_who_rest_leave_newcomers_the_time_to_speak(listener: Listener) -> None:
    job = await listener.running_job()
    async with AsyncExitStack() as stack:
        for _ in range(20):
            reader, writer = await stack.enter_async_context(listener.connection())
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await reader.readuntil(b"ok\n")
        reader, writer = await stack.enter_async_context(listener.connection())
        for _ in range(5):
            await stack.enter_async_context(listener.connection())
        await asyncio.sleep(0.05)  # as long as a head is under way
        writer.write(request(path_of(job.id)))
        assert statuses_in(await heard(reader)) == [200]


async def test_who_has_left_takes_no_place(listener: Listener) -> None:
    job = await listener.running_job()
    async with listener.connection() as (reader, writer):
        writer.write(request(path_of(job.id), "Content-Length: 2", body=b"{"))
        for _ in range(30):
            assert statuses_in(await listener.say(HEALTH)) == [200]
            async with listener.connection():  # and says nothing
                pass
        writer.write(b"}")
        assert statuses_in(await heard(reader)) == [200]


async def test_many_at_work_make_room_for_the_newest(listener: Listener) -> None:
    job = await listener.running_job()
    async with AsyncExitStack() as stack:
        for _ in range(50):
            _, writer = await stack.enter_async_context(listener.connection())
            writer.write(request(path_of(job.id), "Content-Length: 2", body=b"{"))
        assert statuses_in(await listener.say(HEALTH)) == [200]


# ── Floods ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_flood_of_forged_callbacks_touches_no_database_and_delays_no_real_one(
    listener: Listener,
) -> None:
    jobs = [await listener.running_job() for _ in range(5)]
    for job in jobs:
        assert (await listener.post(path_of(job.id), b"{}"))[0] == 200
    statements_of_five = len(listener.statements)
    listener.statements.clear()
    flood = Flood(listener, jobs[0])
    async with asyncio.TaskGroup() as group:
        floods = [group.create_task(flood.run()) for _ in range(8)]
        await flood.under_way.wait()
        forged_before = flood.refused
        for job in jobs:
            assert (await listener.post(path_of(job.id), b"{}"))[0] == 200
        # The flood went on, and yet no crowd of forged ones was let in before the real ones.
        assert 0 < flood.refused - forged_before < 1000 * len(jobs)
        for each in floods:
            each.cancel()
    assert flood.statuses == {404}
    assert len(listener.statements) <= statements_of_five


async def test_a_flood_of_health_checks_asks_the_database_once() -> None:
    async with listening(WebLimits(checks_good_for_s=TIMEOUT_S)) as listener:
        answers = await asyncio.gather(*(ready(listener) for _ in range(15)))
        assert answers == [200] * 15
        assert len([each for each in listener.statements if "version_num" in each]) == 1


async def ready(listener: Listener) -> int:
    async with listener.session.get(f"{listener.url}/readyz") as response:
        return response.status


class Flood:
    """Forged callbacks, one after the other, for a job that exists and for one that does not."""

    def __init__(self, listener: Listener, job: Job) -> None:
        self._listener = listener
        self._paths = [path_of(job.id, "c" * 32), path_of(NOBODY, "d" * 32)]
        self.refused = 0
        self.statuses: set[int] = set()
        self.under_way = asyncio.Event()

    async def run(self) -> None:
        while True:
            for path in self._paths:
                status, _ = await self._listener.post(path, b'{"data": {"taskId": "forged"}}')
                self.statuses.add(status)
                self.refused += 1
                if self.refused >= 200:
                    self.under_way.set()


# ── What a callback may say ─────────────────────────────────────────────────────────────────────

DEEP = b"[" * 30_000 + b"]" * 30_000
REFUSED = {
    "empty": b"",
    "deep lists": DEEP,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "deep within": b'{"data": ' + DEEP + b"}",
    "huge integer": b'{"data": {"taskId": ' + b"9" * 5000 + b"}}",
    "NaN": b'{"data": NaN}',
    "Infinity": b'{"data": -Infinity}',
    "bad UTF-8": b'{"data": "\xff"}',
    "compressed": gzip.compress(b"{}"),
    "half": b'{"data": {',
    "a form": b"data=1&status=0",
}
EVIL_TASK_IDS = {
    "control characters": "a\x00b\x1b[2J",
    "line feeds": "a\r\nb",
    "surrogates": "\ud800",
    "thousands of characters": "x" * 10_000,
    "nothing": "",
    "spaces": "  ",
    "a list": ["x"],
    "an object": {"x": 1},
    "true": True,
    "a fraction": 1.5,
    "an emoji": "🦊",
    "SQL": "'; DROP TABLE jobs; --",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
async def test_what_is_no_object_is_refused_whatever_it_calls_itself(
    listener: Listener, body: bytes
) -> None:
    job = await listener.running_job()
    for header in ("Content-Type: application/json", "Content-Encoding: gzip", "X-Nothing: 1"):
        answer = await listener.say(request(path_of(job.id), header, body=body))
        assert statuses_in(answer) == [400]
    assert not await listener.is_due(job)


async def test_a_compressed_bomb_is_not_unpacked(listener: Listener) -> None:
    job = await listener.running_job()
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < MAX_BODY_BYTES
    answer = await listener.say(request(path_of(job.id), "Content-Encoding: gzip", body=bomb))
    assert statuses_in(answer) == [400]


@pytest.mark.parametrize("task_id", EVIL_TASK_IDS.values(), ids=EVIL_TASK_IDS)
async def test_no_job_takes_on_a_task_id_that_cannot_be_one(
    listener: Listener, task_id: object
) -> None:
    job = await listener.lost_job()
    body = json.dumps({"status": 0, "data": {"taskId": task_id}}).encode()
    assert (await listener.post(path_of(job.id), body))[0] == 200
    after = await listener.jobs.get(job.id)
    assert after is not None
    assert (after.status, after.provider_task_id) == (job.status, None)


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Type: \xff\xfe; charset=\xff"],
        ["Content-Type: multipart/form-data; boundary="],
        ["Cookie: " + "a=b; " * 1500],
        ["X-Forwarded-For: " + "1.2.3.4, " * 800],
        ["Range: bytes=5-1", "If-Modified-Since: never"],
        ["Expect: 100-continue"],
    ],
)
async def test_headers_that_mean_nothing_here_change_nothing(
    listener: Listener, headers: list[str]
) -> None:
    job = await listener.running_job()
    answer = await listener.say(request(path_of(job.id), *headers))
    assert statuses_in(answer)[-1] == 200


@pytest.mark.parametrize(
    "frame",
    [
        ["Content-Length: 2", "Content-Length: 3"],
        ["Content-Length: -2"],
        ["Content-Length: 9" + "9" * 30],
        ["Content-Length: two"],
        ["Transfer-Encoding: chunked", "Content-Length: 2"],
        ["Transfer-Encoding: chunked, chunked"],
        ["Transfer-Encoding: nonsense"],
        ["Host: y"],
        ["Content-Type: text/plain", "Content-Type: image/png"],
        ["X: a\x00b"],
        [": nameless"],
        ["X: " + "y" * 100_000],
        [f"X-{number}: y" for number in range(500)],
    ],
)
async def test_a_request_of_doubtful_length_or_form_is_refused(
    listener: Listener, frame: list[str]
) -> None:
    job = await listener.running_job()
    listener.statements.clear()
    answer = await listener.say(request(path_of(job.id), *frame))
    assert statuses_in(answer) in ([400], [])  # nothing: reset before all of it was read
    assert listener.statements == []


async def test_a_broken_off_body_changes_nothing(listener: Listener) -> None:
    job = await listener.running_job()
    async with listener.connection() as (_, writer):
        writer.write(request(path_of(job.id), "Content-Length: 100"))
        await writer.drain()
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.05)
    assert not await listener.is_due(job)


# ── Whatever else comes ─────────────────────────────────────────────────────────────────────────

ROUTES = [resource.canonical for resource in WebServer()._application().router.resources()]
odd_segments = st.sampled_from([
    "a%2Fb", "%00", "%ff", "%", "%zz", "..", "%2e%2e", "", "*", ";", "a" * 5000, "%ED%A0%80", "ü",
    "\x01", "\x7f", "{job_id}", "%F0%9F%A6%8A", "'", "a b", "a\tb", "?", "#", "://", "[::1",
])  # fmt: skip
segments = st.one_of(odd_segments, st.text(st.characters(max_codepoint=255), max_size=8))
patterns = st.builds(
    lambda route, fill: "/".join(fill if "{" in part else part for part in route.split("/")),
    st.sampled_from(ROUTES),
    segments,
)
right_paths = st.sampled_from([path_of(JOB), reference_path(JOB)])
targets = st.one_of(
    right_paths,
    patterns,
    st.builds("{}{}".format, st.one_of(right_paths, patterns), segments),
    st.sampled_from(["*", "//", "http://[::1/healthz", "http://a:99999/healthz", "x:443", ""]),
)
methods = st.one_of(
    st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PUT", "get", "PRI"]),
    st.text(st.characters(max_codepoint=255), max_size=6),
)
header_lines = st.one_of(
    st.sampled_from([
        "Content-Length: 0", "Content-Length: 70000", "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked", "Content-Encoding: gzip", "Content-Encoding: br",
        "Expect: 100-continue", "Expect: tea", "Connection: upgrade", "Upgrade: websocket",
        "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA", "Host: y", "Range: bytes=-1",
        "Sec-WebSocket-Key: x", "If-None-Match: *", "Connection: keep-alive", "X: a\r\n folded",
    ]),
    st.text(st.characters(max_codepoint=255), max_size=20),
)  # fmt: skip
json_texts = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["data", "taskId", "status", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())
bodies = st.one_of(
    json_texts,
    st.binary(max_size=50),
    st.sampled_from([
        b"2\r\n{}\r\n0\r\n\r\n", b"zz\r\n", b"FFFFFFFFFFFFFFFF1\r\n{}", b"2;" + b"x" * 9000,
        b"0\r\nX: " + b"y" * 9000 + b"\r\n\r\n", HEALTH * 3, DEEP[:2000],
    ]),
)  # fmt: skip
versions = st.sampled_from(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "", "x"])
requests = st.builds(
    lambda method, target, version, headers, body: (
        "\r\n".join(
            [
                f"{method} {target} {version}",
                "Host: x",
                "Connection: close",
                f"Content-Length: {len(body)}",
                *headers,
                "",
                "",
            ]
        ).encode("latin-1", errors="replace")
        + body
    ),
    methods,
    targets,
    versions,
    st.lists(header_lines, max_size=3),
    bodies,
)


@impatient
@search
@given(raw=st.one_of(requests, st.binary(max_size=200)))
@example(raw=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100)  # TLS
@example(raw=b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
@example(raw=HEALTH * 100)
async def test_no_bytes_at_all_are_answered_with_an_error_of_ours(
    listener: Listener, raw: bytes
) -> None:
    answer = await listener.say(raw, timeout_s=0.5)
    assert not [status for status in statuses_in(answer) if status >= 500]


@pytest.fixture
async def lost_job(listener: Listener) -> Job:
    return await listener.lost_job()


@search
@given(body=bodies, content_type=st.sampled_from(["application/json", "x", "text/\xff", ""]))
async def test_whatever_a_callback_says_a_job_is_looked_at_and_nothing_else(
    listener: Listener, lost_job: Job, body: bytes, content_type: str
) -> None:
    path = path_of(lost_job.id)
    answer = await listener.say(request(path, f"Content-Type: {content_type}", body=body))
    assert statuses_in(answer)[0] in {200, 400}
    after = await listener.jobs.get(lost_job.id)
    assert after is not None
    assert after.status in {JobStatus.UNKNOWN, JobStatus.RUNNING}
    assert after.provider_task_id is None or len(after.provider_task_id) <= 128
    assert (after.image_urls, after.failure) == ((), None)


# ── Those who want to know what runs here ───────────────────────────────────────────────────────

CURIOUS = {
    "healthz": HEALTH,
    "readyz": WAITING,
    "nowhere": request("/nowhere", method="GET"),
    "the wrong method": request("/healthz", method="DELETE"),
    "a wrong tag": request(f"/webhook/midjourney/{NOBODY}/tag"),
    "no HTTP": b"HELLO\r\n\r\n",
    "a bad version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "a bad header": b"GET /healthz HTTP/1.1\r\nHost x\r\n\r\n",
    "a bad length": b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: y\r\n\r\n",
    "a head that is too long": b"GET /healthz HTTP/1.1\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
    "TLS": bytes.fromhex("16030100a5010000a10303") + b"\r\n\r\n",
    "HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
}


@pytest.mark.parametrize("curious", CURIOUS.values(), ids=CURIOUS)
async def test_no_answer_names_our_software(listener: Listener, curious: bytes) -> None:
    answer = (await listener.say(curious + (b"" if b"close" in curious else HEALTH))).lower()
    assert answer.startswith(b"http/1.")
    head = answer.partition(b"\r\n\r\n")[0]
    assert b"\r\nserver:" not in answer
    assert not any(name in head for name in (b"aiohttp", b"python", b"imagine"))
