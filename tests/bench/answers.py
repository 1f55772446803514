"""`/imagine` to its answer when many ask at once, against a bare bot that only answers."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.rounds import ratio
from tests.bench.table import Measured
from tests.bench.worlds import ENDLESS_S, SETTINGS, BenchWire, bare_bot, people
from tests.standins.discord import DiscordStandIn, Interaction

SETTLE_S = 0.5
POLL_S = 0.1  # rare enough not to disturb
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    commands: int
    rounds: int


FULL = Size(commands=500, rounds=11)
QUICK = Size(commands=5, rounds=1)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Let bursts of commands fall on each bot in turn."""
    bare_p95s: list[float] = []
    own_p95s: list[float] = []
    async with (
        bare_bot(folder) as (bare_discord, _),
        BenchWire.up(folder, seconds=ENDLESS_S, environment=SETTINGS) as wire,
    ):
        for _ in range(size.rounds + 1):  # the first one warms up
            bare_p95s.append(await _burst_p95(bare_discord, size.commands))
            own_p95s.append(await _burst_p95(wire.discord, size.commands))
            wire.sql("DELETE FROM jobs WHERE status = 'queued'")
    own, bare = own_p95s[1:], bare_p95s[1:]
    seen = f"{median(own) * 1000:.0f} : {median(bare) * 1000:.0f} ms"
    return {"answers": Measured(value=ratio(own, bare), seen=seen)}


async def _burst_p95(discord: DiscordStandIn, commands: int) -> float:
    """Send commands all at once, and give the 95th percentile of the waits."""
    discord.answer_deadline_s = TIMEOUT_S  # a late answer is a slow one here
    who = people(discord)
    sent = [
        await discord.slash(next(who), discord.channel, "imagine", prompt=f"fox {n}", wait=0)
        for n in range(commands)
    ]
    sent_at = time.monotonic()  # nothing has left yet
    async with asyncio.timeout(TIMEOUT_S):
        while len(waits := _waits(discord, sent, sent_at)) < commands:  # noqa: ASYNC110
            await asyncio.sleep(POLL_S)
    await asyncio.sleep(SETTLE_S)
    return waits[int(0.95 * (len(waits) - 1))]


def _waits(discord: DiscordStandIn, sent: Sequence[Interaction], sent_at: float) -> list[float]:
    """Return the seconds until each answer itself was there, sorted; "thinking…" is none."""
    edited_at = {id(edit.message): edit.at for edit in reversed(discord.edits)}
    shown_at = (
        edited_at.get(id(interaction.response)) if interaction.deferred else interaction.answered_at
        for interaction in sent
    )
    return sorted(at - sent_at for at in shown_at if at is not None)
