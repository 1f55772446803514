"""Tells people how their jobs go: keeps placeholders up to date, and says when a job is done.

All of it is best effort and away from the work itself: whoever notices a change leaves a note and
goes on. Notes about the same placeholder become one; what is shown is read from the store when its
turn comes, so a late note never brings back an old state.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.errors import StoreError
from bot.models import Delivery, DeliveryStatus, GroupProgress, Job
from bot.ports import Clock, DeliveryStore, JobStore, PersonalStore, Platform
from bot.wake import Wake, first_of

log = structlog.get_logger(__name__)

MAX_PENDING = 1000  # notes beyond that are dropped: a placeholder may lag, memory may not grow
MAX_AT_ONCE = 8
MAX_PER_CHANNEL = 2  # a throttled channel must not use up all of them
TIMEOUT_S = 30.0
REST = timedelta(seconds=2)  # between two changes of one placeholder
IDLE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """Something to be shown, in a place that may be slow."""

    channel: str
    run: Callable[[], Awaitable[None]]


class ProgressNotifier:
    """Runs a few errands at once until it is stopped."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        deliveries: DeliveryStore,
        personal: PersonalStore,
        clock: Clock,
    ) -> None:
        self._jobs = jobs
        self._deliveries = deliveries
        self._personal = personal
        self._clock = clock
        self._platforms: dict[str, Platform] = {}
        self._pending: dict[str, _Errand] = {}
        self._under_way: dict[str, str] = {}  # errand: channel
        self._resting: dict[str, datetime] = {}  # errand: until when
        self._wake = Wake()
        self._stopped = asyncio.Event()

    def add_platform(self, platform: Platform) -> None:
        """Show the progress of the jobs that came from this platform."""
        self._platforms[platform.name] = platform

    # ── Notes ───────────────────────────────────────────────────────────────────────────────────

    def changed(self, job: Job) -> None:
        """Note that the state of this job changed."""
        channel = f"{job.origin.platform}:{job.origin.channel_id}"
        errand = _Errand(channel=channel, run=partial(self._show, job.id))
        self._add(f"show:{job.group_id or job.id}", errand)

    def posted(self, job: Job, delivery: Delivery) -> None:
        """Note that the result of this job was posted."""
        if job.group_id is not None:
            self.changed(job)
        if _went_to_channel(job, delivery):
            errand = _Errand(
                channel=f"{job.origin.requester}:direct", run=partial(self._tell, job, delivery)
            )
            self._add(f"tell:{job.group_id or job.id}", errand)

    async def before_posted(self, job: Job) -> None:
        """Bring the placeholder of a group that this job completes to its end.

        Once the job is recorded as posted, a killed process would leave the placeholder behind.
        """
        if job.group_id is None:
            return
        try:
            async with asyncio.timeout(TIMEOUT_S):
                progress = await self._jobs.group_progress(job.id)
                after = replace(progress, finished=progress.finished + 1)
                if after.is_complete:
                    await self._show_as(job, after)
        except (TimeoutError, StoreError) as error:
            log.info("progress_not_shown", error=type(error).__name__)
        except Exception:
            log.exception("progress_crashed")  # the delivery must not suffer from it

    def _add(self, key: str, errand: _Errand) -> None:
        if key not in self._pending and len(self._pending) >= MAX_PENDING:
            log.info("progress_dropped")
            return
        self._pending[key] = errand
        self._wake.set()

    # ── Errands ─────────────────────────────────────────────────────────────────────────────────

    def stop(self) -> None:
        """Begin nothing more; `run` returns when the errands under way are done."""
        self._stopped.set()
        self._wake.set()

    async def run(self) -> None:
        """Show what changes until stopped."""
        for platform in self._platforms.values():
            await first_of(platform.wait_until_usable(), self._stopped.wait())
        async with asyncio.TaskGroup() as tasks:
            while not self._stopped.is_set():
                for key, errand in self._due():
                    self._under_way[key] = errand.channel
                    tasks.create_task(self._do(key, errand))
                await self._wake.wait(self._nap())

    def _due(self) -> list[tuple[str, _Errand]]:
        now = self._clock.now()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        busy = Counter(self._under_way.values())
        due: list[tuple[str, _Errand]] = []
        for key, errand in self._pending.items():
            if busy.total() >= MAX_AT_ONCE:
                break
            is_free = key not in self._under_way and key not in self._resting
            if is_free and busy[errand.channel] < MAX_PER_CHANNEL:
                busy[errand.channel] += 1
                due.append((key, errand))
        for key, _ in due:
            del self._pending[key]
        return due

    def _nap(self) -> timedelta:
        now = self._clock.now()
        waits = (self._resting[key] - now for key in self._pending if key in self._resting)
        return max(min(waits, default=IDLE), timedelta())

    async def _do(self, key: str, errand: _Errand) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await errand.run()
        except (TimeoutError, StoreError) as error:
            log.info("progress_not_shown", error=type(error).__name__)
        except Exception:
            log.exception("progress_crashed")
        finally:
            del self._under_way[key]
            self._resting[key] = self._clock.now() + REST
            self._wake.set()

    async def _show(self, job_id: str) -> None:
        progress = await self._jobs.group_progress(job_id)
        job = await self._jobs.get(job_id)
        if job is not None:
            await self._show_as(job, progress)

    async def _show_as(self, job: Job, progress: GroupProgress) -> None:
        first = await self._jobs.get(job.group_id or job.id)
        if first is not None and not await self._is_taken(first):
            await self._platforms[first.origin.platform].show_progress(first, progress)

    async def _is_taken(self, job: Job) -> bool:
        """Whether the placeholder has become a message of the result, or may yet do so."""
        delivery = None if job.group_id is not None else await self._deliveries.get(job.id)
        if delivery is None:
            return False
        if delivery.status is not DeliveryStatus.UNDELIVERABLE:
            return True
        posted = {part.message_id for part in delivery.parts if part.message_id is not None}
        placeholder_id = job.origin.placeholder_id
        return bool(posted) if placeholder_id is None else placeholder_id in posted

    async def _tell(self, job: Job, delivery: Delivery) -> None:
        preferences = await self._personal.preferences(job.origin.requester)
        if not preferences.wants_dm:
            return
        if (await self._jobs.group_progress(job.id)).is_complete:
            await self._platforms[job.origin.platform].tell_done(job, delivery)


def _went_to_channel(job: Job, delivery: Delivery) -> bool:
    """Whether others see the result too; else it reached the person directly."""
    origin = job.origin
    is_there = delivery.channel_id == origin.channel_id and origin.tenant_id is not None
    return is_there and not job.is_private
