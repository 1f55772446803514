"""Settles jobs from authenticated status calls: a callback is a hint, job-status is the truth.

One call asks about all jobs in flight: at once after a callback, else at intervals. An answer that
is too long is asked for again in halves, so that one job spoils no other's poll. With the webhook
switched off everything still finishes, only later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.backoff import Backoff
from bot.domain.errors import (
    LostLeaseError,
    StatusTooLargeError,
    StatusUnavailableError,
    StoreError,
)
from bot.domain.jobs import Job, TaskReport
from bot.domain.leases import Fence
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.polls import PollStore
from bot.ports.provider import MidjourneyApi
from bot.workers.leadership import Tenure
from bot.workers.signals import AutoResetEvent

log = structlog.get_logger(__name__)

IDLE = timedelta(seconds=1)  # how often to look for callbacks that another process took
BATCH = 100  # jobs a call; as many as there can be slots
UNAVAILABLE = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=60))
FIRST_LOOK_AFTER_HINT = timedelta(seconds=1)  # while the API still says that the job goes on
# Between polls of a job whose answer alone is too long: each one costs its megabytes again.
MAX_WAIT_OF_OVERSIZED = timedelta(minutes=10)
JITTER = 0.1  # of the interval, so that jobs and processes drift apart


def first_poll_after(job: Job, poll_interval: timedelta) -> timedelta:
    """How long to let a fresh job draw before the first poll that nothing hinted at."""
    return min(job.mode.typical_time, 3 * poll_interval)


@dataclass(kw_only=True, eq=False)
class Reconciler:
    """Asks the provider about jobs in flight and records what it says."""

    polls: PollStore
    api: MidjourneyApi
    clock: Clock
    poll_interval: timedelta
    on_slot_freed: Callable[[], None] = lambda: None  # told when a job of ours ended
    on_change: Callable[[], None] = lambda: None  # the same
    observer: Observer = UNOBSERVED
    timings: Timings = TIMINGS

    def __post_init__(self) -> None:
        self._signal = AutoResetEvent()
        self._failures = 0
        self._oversized: dict[str, int] = {}  # how often the answer about a job was too long
        self._retry_at: datetime | None = None
        self._is_stopping = False

    def hint(self) -> None:
        """Look now: a callback was noted."""
        self._signal.set()

    def stop(self) -> None:
        """Let `run` return soon."""
        self._is_stopping = True
        self._signal.set()

    async def run(self, tenure: Tenure) -> None:
        """Poll until stopped, or the tenure is over; every job in flight is due at the start."""
        is_first = True
        while not (self._is_stopping or tenure.is_over):
            try:
                if is_first:
                    await self.polls.poll_all_now(tenure.fence, now=self.clock.now())
                    is_first = False
                await self.poll_due(tenure.fence)
                nap = await self._nap()
            except LostLeaseError:
                tenure.end()
                return
            except StoreError as error:
                log.warning("reconcile_failed", reason=str(error))
                nap = IDLE
            await self._signal.wait(nap)

    async def poll_due(self, fence: Fence) -> None:
        """Poll every job that is due, in few calls, and fail those past their deadline."""
        now = self.clock.now()
        if self._retry_at is None or now >= self._retry_at:
            self._retry_at = None
            in_flight = await self.polls.to_poll(now=now, limit=BATCH)
            if in_flight:
                await self._poll(fence, in_flight)
        now = self.clock.now()
        late = await self.polls.fail_overdue(
            fence, now=now, give_up_before=now - self.timings.final_poll_timeout
        )
        self._announce(late)

    async def _poll(self, fence: Fence, in_flight: list[Job]) -> None:
        asked_at = self.clock.now()
        asked, reports = await self._ask(self._groups(in_flight, asked_at))
        if not asked:
            return
        now = self.clock.now()
        due = [job for job in asked if self._is_due(job, asked_at)]
        next_polls = {job.id: self._next_poll(job, now) for job in due}
        ended = await self.polls.record_poll(
            fence, reports, next_polls=next_polls, asked_at=asked_at, now=now
        )
        for job in ended:
            self.observer.news_came(by_callback=job.hinted_at is not None)
        self._announce(ended)

    def _groups(self, in_flight: list[Job], now: datetime) -> list[list[Job]]:
        """Return what to ask about in one call each: all jobs, but those of too long answers alone.

        The latter only when they are due: they would spoil the call that the others share.
        """
        self._oversized = {
            job.id: self._oversized[job.id] for job in in_flight if job.id in self._oversized
        }
        usual = [job for job in in_flight if job.id not in self._oversized]
        alone = [[job] for job in in_flight if job.id in self._oversized and self._is_due(job, now)]
        return [*alone, usual] if usual else alone

    async def _ask(self, groups: list[list[Job]]) -> tuple[list[Job], list[TaskReport]]:
        """Ask about groups, in halves where the answer is too long; return who was asked about.

        Ends early when the provider does not answer; what it has said until then counts.
        """
        asked: list[Job] = []
        reports: list[TaskReport] = []
        while groups:
            group = groups.pop()
            try:
                reports += await self.api.job_status([_task_id(job) for job in group])
            except StatusTooLargeError:
                if len(group) > 1:
                    middle = len(group) // 2
                    groups += [group[middle:], group[:middle]]
                    continue
                self._note_oversized(group[0])
            except StatusUnavailableError as error:
                self._postpone(error)
                return asked, reports
            else:
                for job in group:
                    self._oversized.pop(job.id, None)
            asked += group
        self._failures = 0
        return asked, reports

    def _note_oversized(self, job: Job) -> None:
        self._oversized[job.id] = self._oversized.get(job.id, 0) + 1
        log.warning("status_too_large", job_id=job.id, times=self._oversized[job.id])

    def _postpone(self, error: StatusUnavailableError) -> None:
        self._failures += 1
        wait = max(UNAVAILABLE.after(self._failures), error.retry_after or timedelta())
        self._retry_at = self.clock.now() + wait
        log.warning("status_unavailable", reason=error.detail, retry_s=wait.total_seconds())

    def _is_due(self, job: Job, now: datetime) -> bool:
        """Whether this is a poll of the job, and not only a glance at it on the way.

        One that no callback came for may come early: so those of all jobs gather in few calls.
        """
        early = timedelta() if job.hinted_at is not None else self.poll_interval / 2
        return job.next_poll_at is not None and job.next_poll_at <= now + early

    def _next_poll(self, job: Job, now: datetime) -> datetime:
        wait = self._wait(job)
        if job.deadline_at is not None and now < job.deadline_at:
            return min(now + wait, job.deadline_at)
        return now + wait

    def _wait(self, job: Job) -> timedelta:
        interval = self.poll_interval
        if times_oversized := self._oversized.get(job.id, 0):
            growing = Backoff(first=2 * interval, longest=MAX_WAIT_OF_OVERSIZED)
            return growing.after(times_oversized)
        if job.hinted_at is not None:
            growing = Backoff(first=FIRST_LOOK_AFTER_HINT, longest=interval)
            return growing.after(job.poll_count + 1)
        return Backoff(first=interval, longest=interval, jitter=JITTER).after(1)

    def _announce(self, ended: list[Job]) -> None:
        for job in ended:
            self.observer.job_ended(job)
            seconds = job.duration.total_seconds() if job.duration else None
            failure = job.failure.code.value if job.failure else None
            log.info(
                "job_ended",
                job_id=job.id,
                status=job.status.value,
                failure=failure,
                images=len(job.image_urls),
                seconds=seconds,
                hinted=job.hinted_at is not None,
            )
        if ended:
            self.on_slot_freed()
            self.on_change()

    async def _nap(self) -> timedelta:
        if self._signal.is_set:  # a slot may be free already: the store need not say so
            return timedelta()
        if self._retry_at is not None:
            return min(IDLE, max(self._retry_at - self.clock.now(), timedelta()))
        next_poll_at = await self.polls.next_poll_at()
        if next_poll_at is None:
            return IDLE
        return min(IDLE, max(next_poll_at - self.clock.now(), timedelta()))


def _task_id(job: Job) -> str:
    assert job.provider_task_id is not None, "only jobs that the provider has named are polled"
    return job.provider_task_id
