"""What a callback may say, and how."""

import asyncio
import gzip
import json

import pytest

from bot.web.callbacks import MAX_BODY_BYTES
from tests.integration.web.strangers import (
    DEEP,
    request,
)
from tests.listener import Listener, path_of, statuses_in

REFUSED = {
    "empty": b"",
    "deep lists": DEEP,
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
async def test_a_hostile_body_is_refused_whatever_its_content_type(
    listener: Listener, body: bytes
) -> None:
    job = await listener.running_job()
    for header in ("Content-Type: application/json", "Content-Encoding: gzip", "X-Nothing: 1"):
        answer = await listener.say(request(path_of(job.id), header, body=body))
        assert statuses_in(answer) == [400]
    assert not await listener.is_due(job)


@pytest.mark.parametrize(
    "body", [b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"data": ' + DEEP + b"}"]
)
async def test_a_deep_body_is_read_or_refused_by_the_depth_of_this_python(
    listener: Listener, body: bytes
) -> None:
    job = await listener.running_job()
    answer = await listener.say(request(path_of(job.id), "X-Nothing: 1", body=body))
    assert statuses_in(answer) in ([200], [400])


async def test_a_compressed_bomb_is_not_unpacked(listener: Listener) -> None:
    job = await listener.running_job()
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < MAX_BODY_BYTES
    answer = await listener.say(request(path_of(job.id), "Content-Encoding: gzip", body=bomb))
    assert statuses_in(answer) == [400]


@pytest.mark.parametrize("task_id", EVIL_TASK_IDS.values(), ids=EVIL_TASK_IDS)
async def test_an_impossible_task_id_is_not_stored(listener: Listener, task_id: object) -> None:
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
async def test_meaningless_headers_change_nothing(listener: Listener, headers: list[str]) -> None:
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
