"""How often the provider is asked when it does not call back.

The times are those of life, all shortened alike: what is compared are counts.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.bench.streams import TUTORIAL_ASKS_EVERY_S, ours, tutorial
from tests.bench.table import Measured

JOB_S = (40.0, 100.0)  # from, to
POLL_INTERVAL_S = 15.0  # our default


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    jobs: int
    shortened: float


FULL = Size(jobs=60, shortened=20)
QUICK = Size(jobs=10, shortened=100)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Run a stream of jobs that take their time."""
    random = Random(1)
    seconds = [random.uniform(*JOB_S) / size.shortened for _ in range(size.jobs)]
    asks_every_s = TUTORIAL_ASKS_EVERY_S / size.shortened
    interval = {"POLL_INTERVAL": str(POLL_INTERVAL_S / size.shortened)}
    async with asyncio.TaskGroup() as group:
        beside = group.create_task(tutorial(folder, size.jobs, asks_every_s, seconds))
        provider = await ours(folder, size.jobs, seconds, hooks=False, environment=interval)
    own, loop = (len(each.status_calls) / size.jobs for each in (provider, beside.result()))
    return {
        "polls without callbacks": Measured(value=own / loop, seen=f"{own:.2f} : {loop:.2f} calls")
    }
