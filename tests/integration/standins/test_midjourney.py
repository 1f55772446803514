"""The stand-in honours the provider's documentation; seen through plain HTTP."""

import asyncio
import io
import json
import math
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from PIL import Image

from bot.demo.artist import draw_picture
from bot.demo.faults import (
    GARBAGE,
    LOST_AFTER_EFFECT,
    LOST_BEFORE_EFFECT,
    NO_CALLBACK,
    Answer,
    Callback,
    Outcome,
)
from bot.demo.midjourney import MidjourneyStandIn
from tests.timing import TIMEOUT_S

KEY = "the-key"
SUBMIT, STATUS = "/midjourney/v1/submit-jobs", "/midjourney/v1/job-status"
draw_small = partial(draw_picture, long_side=64)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"API-KEY": KEY}) as session:
        yield session


@pytest.fixture
async def standin() -> AsyncIterator[MidjourneyStandIn]:
    async with MidjourneyStandIn(api_key=KEY, seconds=0.05, draw=draw_small) as server:
        yield server


class Hook:
    """A web server that takes callbacks."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.arrived = asyncio.Event()
        self.status = 200

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.arrived.set()
        return web.Response(status=self.status)


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    taker, app = Hook(), web.Application()
    app.router.add_post("/hook", taker.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield taker, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def post(
    http: aiohttp.ClientSession, url: str, payload: object, **headers: str
) -> tuple[int, Any]:
    async with http.post(url, json=payload, headers=headers) as response:
        return response.status, await response.json()


async def start(http: aiohttp.ClientSession, standin: MidjourneyStandIn, **fields: object) -> str:
    status, answer = await post(http, standin.url + SUBMIT, {"prompt": "a fox", **fields})
    assert (status, answer["status"], answer["message"]) == (200, 0, "success")
    task_id = answer["data"]["taskId"]
    assert isinstance(task_id, str)
    return task_id


async def items(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, *task_ids: str
) -> dict[str, Mapping[str, Any]]:
    _, answer = await post(http, standin.url + STATUS, {"taskIds": task_ids})
    assert answer["status"] == 0
    return {item["taskId"]: item for item in answer["data"]}


async def ended(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, task_id: str
) -> Mapping[str, Any]:
    async with asyncio.timeout(TIMEOUT_S):
        await standin.jobs[task_id].told.wait()
    return (await items(http, standin, task_id))[task_id]


# ── Submit ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_or_missing_key_is_refused_and_starts_nothing(
    standin: MidjourneyStandIn,
) -> None:
    async with aiohttp.ClientSession() as http:
        for headers in ({}, {"API-KEY": "other"}, {"API-KEY": "schlüssel"}):
            for path, payload in ((SUBMIT, {"prompt": "a fox"}), (STATUS, {"taskIds": []})):
                status, answer = await post(http, standin.url + path, payload, **headers)
                assert (status, answer["status"]) == (401, 401)
    assert not standin.jobs
    assert not standin.submits


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {},
        {"prompt": ""},
        {"prompt": 5},
        {"prompt": "a fox", "mode": "turbo"},
        {"prompt": "a fox", "mode": []},
        {"prompt": "a fox", "hookUrl": "ftp://x.example"},
        {"prompt": "a fox", "hookUrl": 5},
        {"prompt": "a fox", "timeout": 299},
        {"prompt": "a fox", "timeout": 1201},
        {"prompt": "a fox", "timeout": "600"},
        {"prompt": "a fox", "timeout": True},
    ],
)
async def test_a_field_outside_the_documentation_is_refused(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, payload: object
) -> None:
    status, answer = await post(http, standin.url + SUBMIT, payload)
    assert (status, answer["status"]) == (400, 400)
    assert not standin.jobs


async def test_a_body_that_is_no_json_is_refused(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    async with http.post(standin.url + SUBMIT, data=b"\xff{") as response:
        assert response.status == 400


async def test_ten_jobs_run_and_the_eleventh_is_refused_until_one_ends(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.seconds = math.inf
    task_ids = [await start(http, standin) for _ in range(10)]
    status, answer = await post(http, standin.url + SUBMIT, {"prompt": "a fox"})
    assert (status, answer["status"]) == (200, 1002)
    standin.finish(task_ids[3])
    await ended(http, standin, task_ids[3])
    await start(http, standin)
    assert standin.in_flight == standin.max_in_flight == 10
    assert [submit.task_id is None for submit in standin.submits].count(True) == 1


async def test_fast_costs_twice_relaxed_and_an_empty_account_is_refused(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.quota = 4
    await start(http, standin)
    await start(http, standin, mode="relaxed")
    status, answer = await post(http, standin.url + SUBMIT, {"prompt": "a fox", "mode": "fast"})
    assert (status, answer["status"], answer["message"]) == (200, 1001, "quota not enough")
    await start(http, standin, mode="relaxed")
    assert standin.quota == 0


async def test_every_submit_is_recorded_as_it_arrived(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    task_id = await start(http, standin, mode="relaxed", timeout=1200)
    (submit,) = standin.submits
    assert submit.task_id == task_id
    assert submit.payload == {"prompt": "a fox", "mode": "relaxed", "timeout": 1200}


# ── Status ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_batch_reports_known_tasks_once_and_leaves_out_unknown_ones(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.seconds = math.inf
    one, two = await start(http, standin), await start(http, standin)
    _, answer = await post(http, standin.url + STATUS, {"taskIds": [one, "unknown", two, one]})
    assert answer["data"] == [{"taskId": one, "status": 0}, {"taskId": two, "status": 0}]
    assert standin.status_calls[0].task_ids == (one, "unknown", two, one)


@pytest.mark.parametrize("payload", [{}, {"taskIds": "x"}, {"taskIds": [1]}])
async def test_a_status_call_without_a_list_of_ids_is_refused(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, payload: object
) -> None:
    status, _ = await post(http, standin.url + STATUS, payload)
    assert status == 400


async def test_a_job_that_ended_well_has_its_pictures(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    task_id = await start(http, standin, prompt="a fox --ar 2:1")
    item = await ended(http, standin, task_id)
    assert item["status"] == 1
    assert item["images"] == [f"{standin.url}/images/{item['jobId']}/0_{n}.png" for n in range(4)]
    assert item["image"] == item["images"][0]
    for index, url in enumerate(item["images"]):
        async with http.get(url) as response:
            assert response.content_type == "image/png"
            png = await response.read()
        assert png == draw_small("a fox --ar 2:1", index)
        assert Image.open(io.BytesIO(png)).size == (64, 32)
    assert len(standin.image_requests) == 4


async def test_there_are_no_pictures_before_the_end_nor_beyond_the_fourth(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    task_id = await start(http, standin)
    folder = standin.jobs[task_id].id
    early = await http.get(f"{standin.url}/images/{folder}/0_0.png")
    await ended(http, standin, task_id)
    beyond = await http.get(f"{standin.url}/images/{folder}/0_4.png")
    unknown = await http.get(f"{standin.url}/images/none/0_0.png")
    assert [early.status, beyond.status, unknown.status] == [404, 404, 404]


async def test_a_planned_failure_tells_its_reason(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.faults.outcomes.add(Outcome(fail_reason="Banned prompt detected"))
    item = await ended(http, standin, await start(http, standin))
    assert (item["status"], item["failReason"]) == (2, "Banned prompt detected")


async def test_a_job_that_outlasts_its_time_limit_fails(
    http: aiohttp.ClientSession,
) -> None:
    at_once = range(1)
    async with MidjourneyStandIn(api_key=KEY, seconds=1000, timeouts_s=at_once) as standin:
        item = await ended(http, standin, await start(http, standin, timeout=0))
        assert item["failReason"] == "Job Timeout"


async def test_the_same_seed_fails_the_same_share_of_jobs(http: aiohttp.ClientSession) -> None:
    runs = []
    for _ in range(2):
        async with MidjourneyStandIn(
            api_key=KEY, seconds=0, fail_share=0.4, seed=7, concurrency=100
        ) as standin:
            ids = [await start(http, standin) for _ in range(40)]
            ends = [await ended(http, standin, task_id) for task_id in ids]
            runs.append([item["status"] for item in ends])
    assert runs[0] == runs[1]
    assert 8 <= runs[0].count(2) <= 24


async def test_a_planned_outcome_can_change_every_field_of_the_item(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn
) -> None:
    standin.faults.outcomes.add(Outcome(item={"status": "1", "images": None}), Outcome(images=0))
    first = await ended(http, standin, await start(http, standin))
    second = await ended(http, standin, await start(http, standin))
    assert (first["status"], first["images"]) == ("1", None)
    assert (second["image"], second["images"]) == ("", [])


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


# ── What the artist is told ─────────────────────────────────────────────────────────────────────


async def drawn(
    http: aiohttp.ClientSession, standin: MidjourneyStandIn, prompt: str
) -> tuple[list[str], list[bytes]]:
    """Let a prompt be drawn, and give the links of its pictures and the pictures."""
    item = await ended(http, standin, await start(http, standin, prompt=prompt))
    pictures = []
    for url in item["images"]:
        async with http.get(url) as response:
            pictures.append(await response.read())
    return item["images"], pictures


async def test_each_job_draws_anew_and_a_seed_repeats_it(http: aiohttp.ClientSession) -> None:
    async with MidjourneyStandIn(api_key=KEY, seconds=0.01) as standin:
        one, other, seeded, again = [
            (await drawn(http, standin, prompt))[1]
            for prompt in ("a fox --ar 14:1", "a fox --ar 14:1", *["a fox --ar 14:1 --seed 3"] * 2)
        ]
    assert not set(one) & set(other)
    assert seeded == again


async def test_a_link_to_a_picture_of_ours_is_varied(http: aiohttp.ClientSession) -> None:
    async with MidjourneyStandIn(api_key=KEY, seconds=0.01) as standin:
        links, first = await drawn(http, standin, "a fox --ar 14:1")
        second_links, second = await drawn(http, standin, f"{links[1]} a fox --ar 14:1")
        third = await drawn(http, standin, f"{second_links[2]} {links[1]} a fox --ar 14:1")
        aside = await drawn(http, standin, f"{links[1]} a cat --ar 14:1")
    originals = [job.varied for job in standin.jobs.values()]
    assert originals[0] is None
    assert originals[1] is not None
    assert (originals[1].index, originals[1].original) == (1, None)
    assert originals[2] is not None
    assert originals[2].original == originals[1]
    assert originals[3] is None  # other words: a picture of its own
    assert len({*first, *second, *third[1], *aside[1]}) == 16
