"""From the start of the process to a bound port, and to commands that people can use."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import monotonic

from tests.bench.rounds import ratio
from tests.bench.table import Measured
from tests.bench.worlds import SETTINGS, BenchWire, bare_bot, port_bound
from tests.standins.discord import DiscordStandIn
from tests.standins.process import BotProcess


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    rounds: int


FULL = Size(rounds=7)
QUICK = Size(rounds=1)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Start each bot in turn, as after a deploy: the database and the commands are there."""
    ports: list[float] = []
    own: list[float] = []
    bare: list[float] = []
    async with (
        bare_bot(folder) as (bare_discord, bare_process),
        BenchWire.up(folder, environment=SETTINGS) as wire,
    ):
        for _ in range(size.rounds):
            bare.append(await _until(bare_discord.wait_until_connected, bare_process, bare_discord))
            own.append(await _until(wire.discord.wait_until_connected, wire.bot, wire.discord))
            ports.append(await _until(partial(port_bound, wire.bot), wire.bot, wire.discord))
    return {
        "port": Measured(value=median(ports), seen=f"{median(ports):.2f} s"),
        "start": Measured(value=ratio(own, bare), seen=f"{median(own):.2f} : {median(bare):.2f} s"),
    }


async def _until(
    it_is: Callable[[], Awaitable[None]], process: BotProcess, discord: DiscordStandIn
) -> float:
    """Kill the process, start it again, and give the seconds until it is as said."""
    await process.kill()
    await discord.wait_for(lambda: not discord.gateway.live_sessions)
    began_at = monotonic()
    await process.start(ready_within=None)
    await it_is()
    return monotonic() - began_at
