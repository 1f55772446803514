"""When a job will probably be done."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_low

from bot.domain.jobs import Job, JobStatus, Mode
from bot.domain.queue import QueuePlace
from bot.ports.clock import Clock
from bot.ports.history import HistoryStore

RECENT_JOBS = 10  # of one mode; their median duration is the estimate
LOOK_EVERY = timedelta(seconds=1)  # each command needs it, and it changes slowly


@dataclass(kw_only=True, eq=False)
class Estimates:
    """Tells what jobs take, from what the latest ones took."""

    history: HistoryStore
    clock: Clock
    typical_times: Mapping[Mode, timedelta] | None = None  # what jobs take, where that is known
    _found: dict[Mode, tuple[timedelta, datetime]] = field(default_factory=dict, init=False)

    async def typical_time(self, mode: Mode) -> timedelta:
        """How long a job takes: as given, else the median of the latest, else the usual time."""
        if self.typical_times is not None:
            return self.typical_times[mode]
        now = self.clock.now()
        typical, looked_at = self._found.get(mode, (mode.typical_time, None))
        if looked_at is None or now - looked_at >= LOOK_EVERY:
            recent = await self.history.recent_durations(mode, limit=RECENT_JOBS)
            typical = median_low(recent) if recent else mode.typical_time
            self._found[mode] = (typical, now)
        return typical

    async def expected_at(self, job: Job) -> datetime | None:
        """When the job will probably be done; None unless the provider is drawing it."""
        if job.status is not JobStatus.RUNNING or job.submitted_at is None:
            return None
        return job.submitted_at + await self.typical_time(job.mode)

    def end(self, typical: timedelta, place: QueuePlace, jobs: int = 1) -> datetime:
        """When the last of so many jobs that are accepted now will be done."""
        if place.starts_at_once and jobs == 1:
            rounds = 1
        else:
            rounds = math.ceil((place.ahead + place.in_flight + jobs) / place.slots)
        return self.clock.now() + typical * max(rounds, 1)
