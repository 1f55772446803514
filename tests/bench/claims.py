"""What it costs to claim the next job, with a short queue and with a very long one."""

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.domain.jobs import Failure, FailureCode, Job, NewJob
from bot.store import open_database
from tests.bench.stock import new_jobs, store
from tests.bench.table import Measured
from tests.jobs import JobStores
from tests.standins.postgresql import PostgresServer, find_server_programs

SHORT, LONG = 100, 10_000
JOBS_EACH = 5  # of one person
SLOTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    long_queue: int
    claims: int


FULL = Size(long_queue=LONG, claims=200)
QUICK = Size(long_queue=2 * SHORT, claims=5)


async def measure(size: Size, folder: Path) -> Mapping[str, Measured]:
    """Claim from a short and from a long queue in turn, on each kind of database."""
    results = {
        "claims on SQLite": await _compare(
            size, *(f"sqlite:///{folder / name}.db" for name in ("short", "long"))
        )
    }
    programs = find_server_programs()
    if programs is not None:
        with PostgresServer.started(programs) as server:
            results["claims on PostgreSQL"] = await _compare(
                size, server.new_database(), server.new_database()
            )
    return results


async def _compare(size: Size, short_url: str, long_url: str) -> Measured:
    async with AsyncExitStack() as stack:
        took: dict[Queue, list[float]] = {}
        for url, length in ((short_url, SHORT), (long_url, size.long_queue)):
            database = await stack.enter_async_context(open_database(url))
            await store(database, new_jobs(length + SLOTS, people=length // JOBS_EACH))
            took[Queue(JobStores(database))] = []
        for _ in range(SLOTS + size.claims):
            for queue, times in took.items():
                times.append(await queue.claim())
    brief, lengthy = (median(times[SLOTS:]) for times in took.values())  # all slots but one taken
    return Measured(value=lengthy / brief, seen=f"{lengthy * 1000:.2f} : {brief * 1000:.2f} ms")


class Queue:
    """A queue with jobs in flight; it keeps its length once all slots are taken."""

    def __init__(self, jobs: JobStores) -> None:
        self._jobs = jobs
        self._running: deque[Job] = deque()  # oldest first

    async def claim(self) -> float:
        """Claim the next job and return the seconds that it took; end another, and add one."""
        fence, holding = await self._jobs.fence(), [job.id for job in self._running]
        await self._jobs.open_window(len(holding) + 1, now=_now())
        started = perf_counter()
        claim = await self._jobs.claim(
            fence,
            holding=holding,
            slots=SLOTS,
            hooked=True,
            now=_now(),
            platforms=["discord"],
        )
        took = perf_counter() - started
        self._running.extend(claim.jobs)
        if len(self._running) == SLOTS:
            await self._end(self._running.popleft())
            await self._add(new_jobs(1, people=1))
        return took

    async def _end(self, job: Job) -> None:
        refused = Failure(code=FailureCode.REJECTED)
        await self._jobs.record_refused(job.id, attempt=job.attempt, failure=refused, now=_now())

    async def _add(self, new: Iterable[NewJob]) -> None:
        now = _now()
        await self._jobs.add(
            list(new), admit=lambda _usage: None, slots=SLOTS, now=now, claimable_at=now
        )


def _now() -> datetime:
    return datetime.now(UTC)
