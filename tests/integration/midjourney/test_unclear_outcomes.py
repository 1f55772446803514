"""A call that breaks off is in doubt; it is sent once and read only so far."""

import asyncio
import gzip
import math

import pytest
from aiohttp import web

from bot.demo.faults import GARBAGE, LOST_AFTER_EFFECT, LOST_BEFORE_EFFECT, Answer
from bot.demo.midjourney import MidjourneyStandIn
from bot.domain.errors import OutcomeUnknownError, StatusUnavailableError
from bot.midjourney.client import MAX_STATUS_BYTES, MAX_SUBMIT_BYTES, HttpMidjourneyClient
from tests.integration.midjourney.fixtures import client_of, hangs, raw_server, submit, web_server
from tests.timing import TIMEOUT_S


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
