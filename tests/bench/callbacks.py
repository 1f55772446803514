"""Callbacks taken and forged ones refused, a second, against a bare handler that reads JSON."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import update

from bot.demo.faults import Answer
from bot.domain.jobs import JobStatus, NewJob
from bot.store import Database, open_database
from bot.store.tables import jobs
from bot.web import CallbackTags
from tests.acceptance.running import WEBHOOK_SECRET
from tests.bench.load import rate
from tests.bench.rounds import ratio
from tests.bench.stock import new_jobs, store
from tests.bench.table import Measured
from tests.bench.worlds import SETTINGS, BenchWire, listening
from tests.standins.process import BotProcess

CONNECTIONS = 64
PROCESSES = 2
SETTLE_S = 1.0
BARE_SERVER = ("-m", "tests.bench.baselines.bare_server")
PATH = "/webhook/midjourney/{job_id}/{tag}"
FORGED_TAG = "a" * 40
BODY = json.dumps(
    {
        "status": 0,
        "data": {
            "taskId": "MtAd7mCuc4YqK_a1iAQSW",
            "status": 1,
            "images": [f"https://cdn.midjourney.com/{'0' * 36}/0_{n}.png" for n in range(4)],
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    requests: int  # a round
    rounds: int


FULL = Size(requests=3000, rounds=11)
QUICK = Size(requests=64, rounds=1)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Load the bare server and our process in turn."""
    running = list(new_jobs(size.requests * size.rounds, people=1))
    url = f"sqlite:///{folder / 'callbacks.db'}"
    async with open_database(url) as database:
        await _store_running(database, running)
    tags = CallbackTags(WEBHOOK_SECRET)
    paths = [PATH.format(job_id=job.id, tag=tags.tag(job.id)) for job in running]
    forged = [PATH.format(job_id=job.id, tag=FORGED_TAG) for job in running]
    bare_rates, taken_rates, refused_rates = [], [], []
    async with (
        listening(BotProcess({}, log=folder / "bare.log", command=BARE_SERVER)) as bare,
        BenchWire.up(folder, database_url=url, environment=SETTINGS) as wire,
    ):
        # The provider is as far away as in life, and has not finished when it is asked.
        wire.midjourney.faults.statuses.default = Answer(delay_s=0.3)
        for start in range(0, len(paths), size.requests):
            now = slice(start, start + size.requests)
            bare_rates.append(await _rate(paths[now], bare))
            taken_rates.append(await _rate(paths[now], wire.bot))
            await asyncio.sleep(SETTLE_S)
            refused_rates.append(await _rate(forged[now], wire.bot))
        [(noted,)] = wire.sql("SELECT count(*) FROM jobs WHERE hinted_at IS NOT NULL")
    assert noted == len(running), f"of {len(running)} callbacks {noted} are noted"
    return {
        key: Measured(
            value=ratio(rates, bare_rates), seen=f"{median(rates):.0f} : {median(bare_rates):.0f}/s"
        )
        for key, rates in (("callbacks", taken_rates), ("forgeries", refused_rates))
    }


async def _rate(paths: Sequence[str], process: BotProcess) -> float:
    return await rate(
        paths, port=process.port, body=BODY, connections=CONNECTIONS, processes=PROCESSES
    )


async def _store_running(database: Database, running: Sequence[NewJob]) -> None:
    """Store jobs that the provider works on, each of which one callback is to come for.

    Without slots: a real bot has a hundred at most, and counting them is not measured here.
    """
    now = datetime.now(UTC)
    await store(
        database,
        running,
        status=JobStatus.RUNNING.value,
        task_id_confirmed=True,
        submitted_at=now,
        deadline_at=now + timedelta(hours=1),
    )
    await database.run(
        lambda connection: connection.execute(
            update(jobs).values(provider_task_id="task-" + jobs.c.id)
        )
    )
