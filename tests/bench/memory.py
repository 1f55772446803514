"""Memory: of an idle bot against a bare one, and whether it grows with the jobs that pass through.

The jobs are whole ones (command, submit, callback, poll, image, post) that end at once.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bot.demo.faults import Outcome
from tests.bench.table import Measured
from tests.bench.worlds import SETTINGS, TINY_PICTURE, BenchWire, bare_bot, people
from tests.standins.discord import Channel

CHANNELS = 50
AT_ONCE = 100  # jobs on their way
SETTLE_S = 2.0
LOOK_EVERY_S = 0.1
TIMEOUT_S = 1800.0
# What the stand-ins remember of the past; all of it would make them slow.
REMEMBERED = 2 * AT_ONCE
MANY_SLOTS = {"MIDJOURNEY_CONCURRENCY": "50"}
ONE_IMAGE = Outcome(images=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    jobs: int


FULL = Size(jobs=20_000)
QUICK = Size(jobs=20)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Look at both bots when they are idle, and at ours again after half and after all jobs."""
    async with bare_bot(folder) as (_, process):
        await asyncio.sleep(SETTLE_S)
        bare = megabytes(process.pid)
    async with BenchWire.up(
        folder,
        seconds=0,
        concurrency=50,
        draw=lambda *_: TINY_PICTURE,
        environment=SETTINGS | MANY_SLOTS,
    ) as wire:
        wire.midjourney.faults.outcomes.default = ONE_IMAGE
        await asyncio.sleep(SETTLE_S)
        idle = megabytes(wire.bot.pid)
        stream = Stream(wire)
        await stream.run(size.jobs // 2)
        half = megabytes(wire.bot.pid)
        await stream.run(size.jobs)
        full = megabytes(wire.bot.pid)
    return {
        "memory": Measured(value=idle / bare, seen=f"{idle:.0f} : {bare:.0f} MB"),
        "growth": Measured(
            value=100 * (full / half - 1), seen=f"{idle:.0f}, {half:.0f}, {full:.0f} MB"
        ),
    }


class Stream:
    """Commands that follow each other as fast as their jobs end."""

    def __init__(self, wire: BenchWire) -> None:
        self._wire = wire
        self._people = people(wire.discord)
        self._channels = _channels(wire)
        self._asked = 0

    async def run(self, until: int) -> None:
        """Ask until so many jobs were asked for in all, and wait until all are posted."""
        async with asyncio.timeout(TIMEOUT_S):
            while (posted := self._posted()) < until:
                for _ in range(min(until - self._asked, AT_ONCE - (self._asked - posted))):
                    await self._ask()
                self._forget()
                await asyncio.sleep(LOOK_EVERY_S)
        await asyncio.sleep(SETTLE_S)

    async def _ask(self) -> None:
        self._asked += 1
        user, channel = next(self._people), next(self._channels)
        await self._wire.imagine(f"fox {self._asked}", user=user, channel=channel, wait=0)

    def _posted(self) -> int:
        [(posted,)] = self._wire.sql("SELECT count(*) FROM deliveries WHERE status = 'posted'")
        return int(posted)

    def _forget(self) -> None:
        """Let the stand-ins forget what is over."""
        discord, midjourney = self._wire.discord, self._wire.midjourney
        for records in (discord.interactions, midjourney.jobs, discord.world.files, discord.nonces):
            for key in list(records)[:-REMEMBERED]:
                del records[key]
        for channel in discord.world.channels.values():
            channel.all_messages[:] = [m for m in channel.all_messages if not m.deleted][
                -REMEMBERED:
            ]
        for log in (discord.requests, discord.edits, midjourney.submits, midjourney.callbacks):
            log.clear()


def _channels(wire: BenchWire) -> Iterator[Channel]:
    return cycle([wire.discord.add_channel(f"art-{number}") for number in range(CHANNELS)])


def megabytes(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024
