"""How the tests speak with the stand-in for the Midjourney API, and are called back."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo.artist import draw_picture
from bot.demo.midjourney import MidjourneyStandIn
from tests.timing import TIMEOUT_S

KEY = "the-key"
SUBMIT, STATUS = "/midjourney/v1/submit-jobs", "/midjourney/v1/job-status"
draw_small = partial(draw_picture, long_side=64)


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
