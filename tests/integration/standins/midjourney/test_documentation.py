"""The stand-in honours the provider's documentation; seen through plain HTTP."""

import io
import math

import aiohttp
import pytest
from PIL import Image

from bot.demo.faults import (
    Outcome,
)
from bot.demo.midjourney import MidjourneyStandIn
from tests.integration.standins.midjourney.fixtures import (
    KEY,
    STATUS,
    SUBMIT,
    draw_small,
    ended,
    post,
    start,
)

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
