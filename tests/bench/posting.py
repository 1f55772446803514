"""From the provider's end of a job to its message in the channel, without the transfers."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from tests.bench.table import Measured
from tests.bench.worlds import ENDLESS_S, SETTINGS, TINY_PICTURE, BenchSlackWire, BenchWire
from tests.standins.discord.routes import MESSAGES
from tests.standins.process import ROOT

IMAGES = 4
IMAGE_BYTES = 1_500_000  # as the provider's are
SETTLE_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    jobs: int
    image_bytes: int


FULL = Size(jobs=40, image_bytes=IMAGE_BYTES)
QUICK = Size(jobs=1, image_bytes=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One platform, as far as it matters here."""

    up: Callable[..., Any]  # brings the bot up there
    results: Callable[[Any], Sequence[Any]]  # the calls that posted pictures so far
    baseline: str  # the module that makes the same transfers, and nothing else
    token: Callable[[Any], str]
    plan: Callable[[Any], Mapping[str, str]]  # where the baseline brings its pictures


DISCORD = Chat(
    up=BenchWire.up,
    results=lambda wire: wire.discord.calls("POST", MESSAGES),
    baseline="tests.bench.baselines.transfers",
    token=lambda wire: str(wire.discord.token),
    plan=lambda wire: {
        "channel": f"{wire.discord.api_url}/channels/{wire.discord.channel.id}/messages"
    },
)
SLACK = Chat(
    up=BenchSlackWire.up,
    results=lambda wire: wire.result_posts(),
    baseline="tests.bench.baselines.slack_transfers",
    token=lambda wire: str(wire.slack.bot_token),
    plan=lambda wire: {"api": wire.slack.api_url, "channel": wire.slack.channel.id},
)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Measure at each platform."""
    found: dict[str, Measured] = {}
    for row, chat in (("posting", DISCORD), ("posting at Slack", SLACK)):
        (own := folder / chat.baseline).mkdir()
        found[row] = await _measure_at(chat, size, own)
    return found


async def _measure_at(chat: Chat, size: Size, folder: Path) -> Measured:
    """Let one job after the other end, and after each let the bare client do its transfers."""
    own: list[float] = []
    bare: list[float] = []
    # A real picture with a tail of zeros: nobody decodes what fits.
    picture = TINY_PICTURE.ljust(size.image_bytes, b"\0")
    draw = {"draw": lambda *_: picture}
    async with (
        chat.up(folder, seconds=ENDLESS_S, environment=SETTINGS, **draw) as wire,
        _bare_client(chat, wire) as client,
    ):
        for number in range(size.jobs + 1):  # the first one warms up
            task_id = await _running_job(wire, f"fox {number}")
            own.append(await _finish(chat, wire, task_id))
            bare.append(await _transfer(chat, wire, client, task_id))
    took, transfers = median(own[1:]), median(bare[1:])
    return Measured(
        value=(took - transfers) * 1000, seen=f"{took * 1000:.0f} - {transfers * 1000:.0f} ms"
    )


async def _running_job(wire: Any, prompt: str) -> str:
    """Let somebody ask, and give the task once all that comes of the asking is over."""
    await wire.imagine(prompt)
    await wire.wait_for(lambda: wire.submits(prompt), what="a submit")
    await asyncio.sleep(SETTLE_S)
    task_id = wire.midjourney.submits[-1].task_id
    assert task_id is not None
    return str(task_id)


async def _finish(chat: Chat, wire: Any, task_id: str) -> float:
    """End a job, and give the seconds until its message has arrived at the platform."""
    posts = len(chat.results(wire))
    ended_at = monotonic()
    wire.midjourney.finish(task_id)
    return await _arrival(chat, wire, posts) - ended_at


async def _transfer(
    chat: Chat, wire: Any, client: asyncio.subprocess.Process, task_id: str
) -> float:
    """Have a result's images fetched and uploaded by the bare client; give the seconds."""
    job = wire.midjourney.jobs[task_id]
    images = [f"{wire.midjourney.url}/images/{job.id}/0_{n}.png" for n in range(IMAGES)]
    posts = len(chat.results(wire))
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(json.dumps({"images": images, **chat.plan(wire)}).encode() + b"\n")
    began_at = float(await client.stdout.readline())
    return await _arrival(chat, wire, posts) - began_at


async def _arrival(chat: Chat, wire: Any, before: int) -> float:
    """Wait for one more message, and give the time.monotonic() at which it was read."""
    made = await wire.wait_for(lambda: chat.results(wire)[before:], what="a message")
    await asyncio.sleep(SETTLE_S)
    return float(made[0].at)


@asynccontextmanager
async def _bare_client(chat: Chat, wire: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        chat.baseline,
        chat.token(wire),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        yield client
    finally:
        client.kill()
        await client.wait()
