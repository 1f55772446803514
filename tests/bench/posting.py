"""From the provider's end of a job to its message in the channel, without the transfers."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

from tests.bench.table import Measured
from tests.bench.worlds import ENDLESS_S, SETTINGS, TINY_PICTURE, BenchWire
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


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Let one job after the other end, and after each let the bare client do its transfers."""
    own: list[float] = []
    bare: list[float] = []
    # A real picture with a tail of zeros: nobody decodes what fits.
    picture = TINY_PICTURE.ljust(size.image_bytes, b"\0")
    async with (
        BenchWire.up(
            folder, seconds=ENDLESS_S, draw=lambda *_: picture, environment=SETTINGS
        ) as wire,
        _bare_client(wire) as client,
    ):
        for number in range(size.jobs + 1):  # the first one warms up
            task_id = await _running_job(wire, f"fox {number}")
            own.append(await _finish(wire, task_id))
            bare.append(await _transfer(wire, client, task_id))
    took, transfers = median(own[1:]), median(bare[1:])
    return {
        "posting": Measured(
            value=(took - transfers) * 1000,
            seen=f"{took * 1000:.0f} - {transfers * 1000:.0f} ms",
        )
    }


async def _running_job(wire: BenchWire, prompt: str) -> str:
    """Let somebody ask, and give the task once all that comes of the asking is over."""
    await wire.imagine(prompt)
    await wire.wait_for(lambda: wire.submits(prompt), what="a submit")
    await asyncio.sleep(SETTLE_S)
    task_id = wire.midjourney.submits[-1].task_id
    assert task_id is not None
    return task_id


async def _finish(wire: BenchWire, task_id: str) -> float:
    """End a job, and give the seconds until its message has arrived at Discord."""
    posts = len(wire.discord.calls("POST", MESSAGES))
    ended_at = monotonic()
    wire.midjourney.finish(task_id)
    return await _arrival(wire, posts) - ended_at


async def _transfer(wire: BenchWire, client: asyncio.subprocess.Process, task_id: str) -> float:
    """Have a result's images fetched and uploaded by the bare client; give the seconds."""
    job = wire.midjourney.jobs[task_id]
    plan = {
        "images": [f"{wire.midjourney.url}/images/{job.id}/0_{n}.png" for n in range(IMAGES)],
        "channel": f"{wire.discord.api_url}/channels/{wire.discord.channel.id}/messages",
    }
    posts = len(wire.discord.calls("POST", MESSAGES))
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(json.dumps(plan).encode() + b"\n")
    began_at = float(await client.stdout.readline())
    return await _arrival(wire, posts) - began_at


async def _arrival(wire: BenchWire, before: int) -> float:
    """Wait for one more message, and give the time.monotonic() at which it was read."""
    made = await wire.wait_for(
        lambda: wire.discord.calls("POST", MESSAGES)[before:], what="a message"
    )
    await asyncio.sleep(SETTLE_S)
    return made[0].at


@asynccontextmanager
async def _bare_client(wire: BenchWire) -> AsyncIterator[asyncio.subprocess.Process]:
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.baselines.transfers",
        wire.discord.token,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        yield client
    finally:
        client.kill()
        await client.wait()
