"""Streams of jobs: ours, and beside it the loop that the API's tutorial shows.

That loop asks for each job by itself, every 10 s until it has ended. What is compared are counts
and shares, so both run at the same time.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bot.demo.faults import Outcome
from bot.demo.midjourney import MidjourneyStandIn
from tests.acceptance.running import API_KEY
from tests.bench.worlds import SETTINGS, TINY_PICTURE, BenchWire, people
from tests.standins.discord.routes import MESSAGES
from tests.standins.process import BotProcess
from tests.timing import TIMEOUT_S

SLOTS = 10
TUTORIAL_ASKS_EVERY_S = 10.0

TUTORIAL = ("-m", "tests.bench.baselines.tutorial")


async def ours(
    folder: Path,
    jobs: int,
    seconds: Sequence[float],
    *,
    hooks: bool = True,
    environment: Mapping[str, str] | None = None,
) -> MidjourneyStandIn:
    """Let people ask for jobs, all at once, and give the provider once all are posted."""
    settings = SETTINGS | dict(environment or {})
    async with BenchWire.up(
        folder, hooks=hooks, draw=lambda *_: TINY_PICTURE, environment=settings
    ) as wire:
        plan(wire.midjourney, seconds, jobs)
        who = people(wire.discord)
        for number in range(jobs):
            await wire.imagine(f"fox {number}", user=next(who), wait=0)
        posted = f"{jobs} posts"
        within = TIMEOUT_S + 2 * sum(seconds) * jobs / len(seconds) / SLOTS
        await wire.wait_for(
            lambda: len(wire.discord.calls("POST", MESSAGES)) >= jobs, within, what=posted
        )
    return wire.midjourney


async def tutorial(
    folder: Path, jobs: int, asks_every_s: float, seconds: Sequence[float]
) -> MidjourneyStandIn:
    """Run the tutorial's loop to its end, and give the provider that it talked to."""
    task = {"jobs": jobs, "at_once": SLOTS, "every_s": asks_every_s}
    async with MidjourneyStandIn(api_key=API_KEY) as midjourney:
        plan(midjourney, seconds, jobs)
        environment = {
            "MIDJOURNEY_API_KEY": API_KEY,
            "MIDJOURNEY_API_URL": midjourney.url,
            "PLAN": json.dumps(task),
        }
        process = BotProcess(environment, log=folder / "tutorial.log", command=TUTORIAL)
        try:
            await process.start(ready_within=None)
            assert await process.wait(TIMEOUT_S + jobs * asks_every_s) == 0, process.tail()
        finally:
            await process.kill()
    return midjourney


def plan(midjourney: MidjourneyStandIn, seconds: Sequence[float], jobs: int) -> None:
    """Plan how long each job takes; `seconds` repeat."""
    times = jobs // len(seconds)
    midjourney.faults.outcomes.add(*(Outcome(seconds=each) for each in seconds), times=times)


def use(midjourney: MidjourneyStandIn) -> float:
    """Return the share of the slots' time, in percent, in which they held a running job.

    From the first submit until the end of the last job was noticed.
    """
    jobs = midjourney.jobs.values()
    busy_s = sum(job.outcome.seconds or 0 for job in jobs)
    began_at, ended_at = midjourney.submits[0].at, midjourney.status_calls[-1].at
    return 100 * busy_s / SLOTS / (ended_at - began_at).total_seconds()


def idle_ms(midjourney: MidjourneyStandIn) -> list[float]:
    """Return how long each slot was idle between the end of a job and the next submit, in ms.

    All slots are taken from the first submits on, so the end of one job lets in the submit that
    comes as many places later as there are slots.
    """
    ends = sorted(
        job.started_at + timedelta(seconds=job.outcome.seconds or 0)
        for job in midjourney.jobs.values()
    )
    submits = sorted(submit.at for submit in midjourney.submits)[SLOTS:]
    pairs = zip(ends, submits, strict=False)
    return [(submit - end).total_seconds() * 1000 for end, submit in pairs]
