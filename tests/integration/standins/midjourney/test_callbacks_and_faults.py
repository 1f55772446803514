"""Whom the stand-in calls back, and what goes wrong with it on request."""

import asyncio
import json
import math

import aiohttp
import pytest

from bot.demo.faults import (
    GARBAGE,
    LOST_AFTER_EFFECT,
    LOST_BEFORE_EFFECT,
    NO_CALLBACK,
    Answer,
    Callback,
)
from bot.demo.midjourney import MidjourneyStandIn
from tests.integration.standins.midjourney.fixtures import (
    KEY,
    STATUS,
    SUBMIT,
    Hook,
    ended,
    items,
    post,
    start,
)
from tests.timing import TIMEOUT_S

# ── Callbacks ───────────────────────────────────────────────────────────────────────────────────


async def test_the_hook_is_told_the_finished_item_once(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, hook: tuple[Hook, str]
) -> None:
    taker, url = hook
    task_id = await start(http, standin, hookUrl=url)
    await standin.jobs[task_id].told.wait()
    item = (await items(http, standin, task_id))[task_id]
    assert [json.loads(body) for body in taker.bodies] == [{"status": 0, "data": item}]
    assert [call.status for call in standin.callbacks] == [200]


async def test_a_hook_that_fails_is_not_tried_again(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, hook: tuple[Hook, str]
) -> None:
    taker, url = hook
    taker.status = 503
    for hook_url in (url, "http://127.0.0.1:1/nobody"):
        await standin.jobs[await start(http, standin, hookUrl=hook_url)].told.wait()
    assert len(taker.bodies) == 1
    assert [call.status for call in standin.callbacks] == [503, None]


async def test_callbacks_can_be_lost_doubled_and_forged(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, hook: tuple[Hook, str]
) -> None:
    taker, url = hook
    standin.faults.callbacks.add(NO_CALLBACK, Callback(times=6), Callback(body=b"forged"))
    counts = []
    for _ in range(3):
        await standin.jobs[await start(http, standin, hookUrl=url)].told.wait()
        counts.append(len(taker.bodies))
    assert counts == [0, 6, 7]
    assert taker.bodies[-1] == b"forged"


async def test_a_callback_can_come_before_the_submits_answer(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, hook: tuple[Hook, str]
) -> None:
    taker, url = hook
    standin.faults.callbacks.add(Callback(is_before_answer=True))
    task_id = await start(http, standin, hookUrl=url)
    assert json.loads(taker.bodies[0])["data"]["taskId"] == task_id


# ── Faults ──────────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_can_be_lost_before_or_after_the_job_started(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.faults.submits.add(LOST_BEFORE_EFFECT, LOST_AFTER_EFFECT)
    for jobs in (0, 1):
        with pytest.raises(aiohttp.ClientConnectionError):
            await post(http, standin.url + SUBMIT, {"prompt": "a fox"})
        assert len(standin.jobs) == jobs
    await start(http, standin)


async def test_answers_can_be_replaced(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.faults.statuses.add(Answer.error(503, Retry_After="9"), GARBAGE)
    async with http.post(standin.url + STATUS, json={"taskIds": []}) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "9")
    async with http.post(standin.url + STATUS, json={"taskIds": []}) as response:
        assert (response.status, await response.read()) == (200, b"<html>oops")


async def test_a_refusal_on_request_starts_nothing(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.faults.submits.add(Answer.refusal(1002), times=2)
    for _ in range(2):
        _, answer = await post(http, standin.url + SUBMIT, {"prompt": "a fox"})
        assert answer["status"] == 1002
    assert not standin.jobs
    assert len(standin.submits) == 2
    await start(http, standin)


async def test_pictures_can_fail_for_good(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.faults.images.default = Answer.error(403)
    item = await ended(http, standin, await start(http, standin))
    for _ in range(3):
        async with http.get(item["image"]) as response:
            assert response.status == 403


async def test_after_an_outage_it_keeps_its_address_and_its_jobs(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.seconds = math.inf
    task_id, url = await start(http, standin), standin.url
    await standin.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await http.get(url)
    standin.seconds = 0.05
    await standin.start()
    assert standin.url == url
    assert (await ended(http, standin, task_id))["status"] == 1


async def test_stopping_does_not_wait_for_hanging_calls(http: aiohttp.ClientSession) -> None:
    standin = MidjourneyStandIn(api_key=KEY)
    await standin.start()
    standin.faults.statuses.add(Answer(delay_s=math.inf))
    call = asyncio.create_task(post(http, standin.url + STATUS, {"taskIds": []}))
    async with asyncio.timeout(TIMEOUT_S):
        while not standin.status_calls:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await standin.stop()
        with pytest.raises(aiohttp.ClientError):
            await call
