"""Slack: commands to their answer when many ask at once, and what it adds to an idle bot.

The answer to a command is its acknowledgement: by then our bot has stored the job. A bare bolt app
stores nothing. All that a person sees later comes by other calls.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from tests.bench.memory import SETTLE_S, megabytes
from tests.bench.rounds import ratio
from tests.bench.table import Measured
from tests.bench.worlds import CROWD, ENDLESS_S, SETTINGS, BenchSlackWire, BenchWire
from tests.standins.discord import DiscordStandIn
from tests.standins.process import BotProcess
from tests.standins.slack import SlackStandIn, User
from tests.timing import TIMEOUT_S

POLL_S = 0.1  # rare enough not to disturb


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    commands: int
    rounds: int


FULL = Size(commands=200, rounds=11)
QUICK = Size(commands=5, rounds=1)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Let bursts of commands fall on each bot in turn; then look at idle ones."""
    return {
        "answers at Slack": await _measure_answers(size, folder),
        "memory of both": await _measure_memory(folder),
    }


async def _measure_answers(size: Size, folder: Path) -> Measured:
    bare_p95s: list[float] = []
    own_p95s: list[float] = []
    async with (
        _bare_app(folder) as bare,
        BenchSlackWire.up(folder, seconds=ENDLESS_S, environment=SETTINGS) as wire,
    ):
        for _ in range(size.rounds + 1):  # the first one warms up
            bare_p95s.append(await _burst_p95(bare, size.commands))
            own_p95s.append(await _burst_p95(wire.slack, size.commands))
            wire.sql("DELETE FROM outbox")
            wire.sql("DELETE FROM jobs WHERE status = 'queued'")
    own, bare_ones = own_p95s[1:], bare_p95s[1:]
    seen = f"{median(own) * 1000:.0f} : {median(bare_ones) * 1000:.0f} ms"
    return Measured(value=ratio(own, bare_ones), seen=seen)


async def _measure_memory(folder: Path) -> Measured:
    alone = folder / "alone"
    alone.mkdir()
    async with BenchWire.up(alone, environment=SETTINGS) as wire:
        await asyncio.sleep(SETTLE_S)
        one = megabytes(wire.bot.pid)
    both = folder / "both"
    both.mkdir()
    discord = DiscordStandIn()
    async with BenchSlackWire.up(both, discord=discord, environment=SETTINGS) as slack_wire:
        await asyncio.sleep(SETTLE_S)
        two = megabytes(slack_wire.bot.pid)
    return Measured(value=two / one, seen=f"{two:.0f} : {one:.0f} MB")


@asynccontextmanager
async def _bare_app(folder: Path) -> AsyncIterator[SlackStandIn]:
    """Run the bare app before a Slack of its own."""
    async with SlackStandIn() as slack:
        process = BotProcess(
            slack.environment,
            log=folder / "bare-bolt.log",
            command=("-m", "tests.bench.baselines.bare_bolt"),
        )
        try:
            await process.start(ready_within=None)
            await slack.wait_until_connected()
            yield slack
        finally:
            await process.kill()


async def _burst_p95(slack: SlackStandIn, commands: int) -> float:
    """Send commands all at once, and give the 95th percentile of the waits."""
    crowd = _crowd(slack)
    sent_at = time.monotonic()
    sent = [
        await slack.slash(user, slack.channel, f"fox {number}", wait=0)
        for number, user in enumerate(islice(cycle(crowd), commands))
    ]
    async with asyncio.timeout(TIMEOUT_S):
        while any(each.acked_at is None for each in sent):
            assert all(each.failure is None for each in sent)
            await asyncio.sleep(POLL_S)
    waits = sorted(each.acked_at - sent_at for each in sent if each.acked_at is not None)
    await asyncio.sleep(SETTLE_S / 4)
    return waits[int(0.95 * (len(waits) - 1))]


def _crowd(slack: SlackStandIn) -> list[User]:
    """Return many people; they stay the same ones."""
    known = [user for user in slack.world.users.values() if user.name.startswith("person ")]
    return known or [slack.add_user(f"person {number}") for number in range(CROWD)]
