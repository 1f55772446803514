"""The same jobs with one worker process and with three, on PostgreSQL.

One process hears people and callbacks, the workers do the rest. Processes do not wake each other,
they look at the database; so more of them must not be slower, and never exceed the cap together.
The jobs take different times, as real ones do: equal ones would fall into step with those looks.
Two runs of the same differ by some percent: those with many workers, in the median, are held
against the slowest one with few.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import urlsplit

from bot.demo.midjourney import MidjourneyStandIn
from tests.bench.streams import plan
from tests.bench.table import Measured
from tests.bench.worlds import SETTINGS, TINY_PICTURE, BenchWire, people
from tests.standins.discord import DiscordStandIn
from tests.standins.discord.routes import MESSAGES
from tests.standins.postgresql import PostgresServer, find_server_programs
from tests.standins.process import BotProcess
from tests.timing import TIMEOUT_S

SLOTS = 10
FEW, MANY = 1, 3
JOB_S = (0.25, 0.75)  # from, to
FRONT = ("-m", "bot", "run", "--roles", "web,gateway")
WORKER = ("-m", "bot", "run", "--roles", "worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    jobs: int
    rounds: int


FULL = Size(jobs=100, rounds=5)
QUICK = Size(jobs=3, rounds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What one stream of jobs showed."""

    jobs_a_second: float
    post_after_s: float  # from a job's callback to its message, p50
    over_the_cap: int


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Run the stream with few and with many workers in turn; nothing without PostgreSQL."""
    programs = find_server_programs()
    if programs is None:
        return {}
    streams: dict[int, list[Stream]] = {FEW: [], MANY: []}
    with PostgresServer.started(programs) as server:
        for number in range(size.rounds):
            for workers, seen in streams.items():
                place = folder / f"{workers}-{number}"
                place.mkdir()
                seen.append(await _stream(place, server.new_database(), workers, size.jobs))
    few, many = streams[FEW], streams[MANY]
    rate, rates = median(each.jobs_a_second for each in many), [each.jobs_a_second for each in few]
    wait, waits = median(each.post_after_s for each in many), [each.post_after_s for each in few]
    over = max(stream.over_the_cap for stream in (*few, *many))
    return {
        "cap": Measured(value=over, seen=f"{SLOTS} at once allowed, {SLOTS + over} seen"),
        "throughput": Measured(
            value=rate / min(rates), seen=f"{rate:.1f} : {min(rates):.1f} to {max(rates):.1f}/s"
        ),
        "workers' posting": Measured(
            value=wait / max(waits),
            seen=f"{_ms(wait)} : {_ms(min(waits))} to {_ms(max(waits))} ms",
        ),
    }


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


async def _stream(folder: Path, database_url: str, workers: int, jobs: int) -> Stream:
    async with _running(folder, database_url, workers) as wire:
        random = Random(1)
        plan(wire.midjourney, [random.uniform(*JOB_S) for _ in range(jobs)], jobs)
        began_at = time.monotonic()
        who = people(wire.discord)
        for number in range(jobs):
            await wire.imagine(f"fox {number}", user=next(who), wait=0)
        await wire.wait_for(
            lambda: len(wire.discord.calls("POST", MESSAGES)) >= jobs, TIMEOUT_S + jobs, "posts"
        )
        took_s = wire.discord.requests[-1].at - began_at
    return Stream(
        jobs_a_second=jobs / took_s,
        post_after_s=median(_post_waits(wire.discord, wire.midjourney)),
        # One that the provider had no place for was one too many as well.
        over_the_cap=max(wire.midjourney.max_in_flight - SLOTS, 0) + _refusals(wire.midjourney),
    )


@asynccontextmanager
async def _running(folder: Path, database_url: str, workers: int) -> AsyncIterator[BenchWire]:
    async with (
        BenchWire.up(
            folder,
            database_url=database_url,
            draw=lambda *_: TINY_PICTURE,
            environment=SETTINGS | {"MIDJOURNEY_CONCURRENCY": str(SLOTS)},
            start=False,
        ) as wire,
        AsyncExitStack() as stack,
    ):
        wire.bot.command = FRONT
        await wire.start()
        for number in range(workers):
            log = folder / f"worker-{number}.log"
            worker = BotProcess(wire.bot.environment, log=log, command=WORKER)
            stack.push_async_callback(worker.kill)
            await worker.start(ready_within=None)
            await wire.wait_for(
                lambda worker=worker: worker.has_logged('"serving"'), what="a worker"
            )
        yield wire


def _post_waits(discord: DiscordStandIn, midjourney: MidjourneyStandIn) -> list[float]:
    """Return the seconds between each job's callback and its message."""
    clocks_apart = time.time() - time.monotonic()
    told_at = {
        urlsplit(sent.url).path.split("/")[-2]: sent.at.timestamp() - clocks_apart
        for sent in midjourney.callbacks
    }
    posted_at = {
        post.json["nonce"].partition(".")[0]: post.at for post in discord.calls("POST", MESSAGES)
    }
    return [posted_at[job_id] - told_at[job_id] for job_id in posted_at]


def _refusals(midjourney: MidjourneyStandIn) -> int:
    return sum(submit.task_id is None for submit in midjourney.submits)
