"""How well the slots are used, and how often the provider is asked when it calls back."""

import asyncio
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.streams import TUTORIAL_ASKS_EVERY_S, idle_ms, ours, tutorial, use
from tests.bench.table import Measured

JOB_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    jobs: int
    tutorial_jobs: int
    shortened: float = 1.0  # all times, by how much


FULL = Size(jobs=300, tutorial_jobs=20)
QUICK = Size(jobs=20, tutorial_jobs=10, shortened=100)  # more than there are slots


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Run a stream of jobs that all take the same time."""
    seconds, asks_every_s = JOB_S / size.shortened, TUTORIAL_ASKS_EVERY_S / size.shortened
    async with asyncio.TaskGroup() as group:
        beside = group.create_task(tutorial(folder, size.tutorial_jobs, asks_every_s, [seconds]))
        provider = await ours(folder, size.jobs, [seconds])
    used, loop_used = use(provider), use(beside.result())
    calls = len(provider.status_calls)
    return {
        "slots": Measured(
            value=used, seen=f"{used:.1f} % (the tutorial's loop: {loop_used:.0f} %)"
        ),
        "idle slots": Measured(
            value=statistics.median(idle_ms(provider)), seen="the provider's times of both"
        ),
        "polls with callbacks": Measured(
            value=calls / size.jobs, seen=f"{calls} calls for {size.jobs} jobs"
        ),
    }
