"""Clients that say nothing, too little, too much, or take no answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest
from aiohttp import web

from bot.web.callbacks import MAX_BODY_BYTES
from bot.web.connections import ENOUGH_BYTES, LONG_HEAD_BYTES
from bot.web.server import Route
from tests.integration.web.strangers import (
    HEALTH,
    LONG,
    NOBODY,
    WAITING,
    answer_to,
    impatient,
    long_request,
    request,
)
from tests.listener import OPEN, Listener, heard, path_of, statuses_in
from tests.timing import TIMEOUT_S

MAX_BYTES = ENOUGH_BYTES + MAX_BODY_BYTES + LONG_HEAD_BYTES  # of one connection


@impatient
async def test_a_silent_connection_is_closed(listener: Listener) -> None:
    assert await listener.say(b"") == b""


@impatient
async def test_a_trickled_head_is_cut_off(listener: Listener) -> None:
    async with listener.connection() as (reader, writer), asyncio.timeout(TIMEOUT_S):
        for byte in request("/healthz", "X: " + "y" * 5000, method="GET"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)
            if writer.transport.is_closing():
                break
        assert await heard(reader) == b""


@impatient
async def test_empty_lines_do_not_count_as_a_request(listener: Listener) -> None:
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


@impatient
async def test_a_later_request_on_a_connection_has_no_head_timeout(listener: Listener) -> None:
    health = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    is_heard = False
    async with asyncio.timeout(TIMEOUT_S):
        while not is_heard:  # who was too slow for the listener tries again
            async with listener.connection() as (reader, writer):
                writer.write(health)
                is_heard = b" 200 " in await _line_of(reader)
                if is_heard:
                    await reader.readuntil(b"ok\n")
                    await asyncio.sleep(0.4)  # longer than a first head may take
                    writer.write(health)
                    assert await reader.readuntil(b"ok\n")


async def _line_of(reader: asyncio.StreamReader) -> bytes:
    with suppress(ConnectionError):
        return await reader.readline()
    return b""


@impatient
async def test_a_trickled_body_gets_408_and_is_cut_off(listener: Listener) -> None:
    job = await listener.running_job()
    slow = request(path_of(job.id), "Content-Length: 1000", body=b"{")
    answer = await answer_to(listener, slow)
    assert statuses_in(answer) == [408]
    assert OPEN not in answer


@pytest.mark.parametrize("path", ["/healthz", "/nothing", path_of(NOBODY, "c" * 32)])
async def test_an_unneeded_body_is_not_waited_for(listener: Listener, path: str) -> None:
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


async def test_pipelined_requests_are_answered_up_to_a_limit(listener: Listener) -> None:
    gate = closed_gate(listener)
    async with listener.connection() as (reader, writer):
        writer.write(WAITING + LONG * 100)
        await asyncio.sleep(0.1)
        gate.set()
        answer = await heard(reader)
    assert len(statuses_in(answer)) <= MAX_BYTES // len(LONG) + 1  # a reset may lose some
    assert OPEN not in answer


async def test_pipelined_requests_are_read_up_to_a_limit(listener: Listener) -> None:
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
async def test_a_head_longer_than_the_limit_of_a_connection_is_cut_off(listener: Listener) -> None:
    assert await listener.say(long_request(MAX_BYTES)) == b""
    assert statuses_in(await answer_to(listener, long_request(MAX_BYTES - 10_000))) == [200]


async def test_a_long_connection_is_closed_with_an_announcement(listener: Listener) -> None:
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


def closed_gate(listener: Listener) -> asyncio.Event:
    """Let the answer to `WAITING` wait until the gate is opened."""
    gate = asyncio.Event()
    listener.server.open([], {"gate": gate.wait})
    return gate


async def test_a_client_that_reads_no_answer_is_cut_off(listener: Listener) -> None:
    size = 30_000_000  # more than the system keeps for us

    async def much(_request: web.Request) -> web.Response:
        return web.Response(body=b"x" * size)

    listener.server.open([Route("GET", "/much", much)], {})
    async with listener.connection() as (reader, writer):
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n")
        assert len(await reader.readexactly(size)) == size
        listener.server.limits = replace(listener.server.limits, answer_timeout_s=0.3)
        await asyncio.sleep(0.6)  # whoever took it may rest
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.6)
        answer = await heard(reader)
        assert len(answer) < size
        assert OPEN not in answer
