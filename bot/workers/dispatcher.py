"""Takes queued jobs in fair order, as slots and the submit window allow, and submits each once.

A claim that was not settled (we died, or lost the answer) is never repeated: the provider has no
idempotency key, and every submit costs money.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.domain.errors import (
    ConcurrencyLimitError,
    KeyRejectedError,
    LostLeaseError,
    NotStartedError,
    OutcomeUnknownError,
    ProviderError,
    QuotaExhaustedError,
    StoreError,
    SubmitRejectedError,
)
from bot.domain.jobs import Failure, FailureCode, Job, JobStatus
from bot.domain.queue import Claim
from bot.domain.submit_window import WindowChange, unchanged
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.provider import MidjourneyApi
from bot.ports.queue import QueueStore
from bot.services.retrying import retrying
from bot.workers.leadership import Tenure
from bot.workers.signals import AutoResetEvent

log = structlog.get_logger(__name__)

IDLE = timedelta(seconds=1)  # how often to look for jobs that another process accepted
_NOTHING = Claim(jobs=(), reopens_at=None)


@dataclass(kw_only=True, eq=False)
class Dispatcher:
    """Moves jobs from queued to running, in the process that leads."""

    queue: QueueStore
    api: MidjourneyApi
    clock: Clock
    slots: int
    platforms: Collection[str]  # that are set; jobs of others are not claimed
    first_poll_after: Callable[[Job], timedelta]
    hook_url: Callable[[str], str] | None = None  # None: jobs are submitted without a callback
    on_change: Callable[[], None] = lambda: None  # told when there is news to show of a job
    observer: Observer = UNOBSERVED
    timings: Timings = TIMINGS

    def __post_init__(self) -> None:
        self._holding: set[str] = set()  # ids of the jobs whose submits are under way
        self._setbacks = 0  # outcomes that closed the window
        self._signal = AutoResetEvent()
        self._is_stopping = False

    def look(self) -> None:
        """Look at the queue now: a job was accepted, or one of ours ended."""
        self._signal.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the submits under way are settled."""
        self._is_stopping = True
        self._signal.set()

    async def run(self, tenure: Tenure) -> None:
        """Claim and submit until stopped, or until the tenure is over."""
        try:
            await self._take_over(tenure)
            await self._submit_all(tenure)
        except asyncio.CancelledError:  # not all submits were answered in time
            await self._leave(tenure)
            raise

    async def _submit_all(self, tenure: Tenure) -> None:
        async with asyncio.TaskGroup() as submits:
            while not (self._is_stopping or tenure.is_over):
                setbacks = self._setbacks
                claim = await self._claim(tenure)
                for job in claim.jobs:
                    self._holding.add(job.id)
                    submits.create_task(self._submit(job, tenure, setbacks))
                await self._signal.wait(self._nap(claim.reopens_at))

    def _nap(self, reopens_at: datetime | None) -> timedelta:
        return IDLE if reopens_at is None else min(IDLE, reopens_at - self.clock.now())

    # ── What the leader decides ─────────────────────────────────────────────────────────────────

    async def _take_over(self, tenure: Tenure) -> None:
        """Put in doubt what former leaders left behind: their submits may have started a job."""
        with _ending(tenure):
            lost = await retrying(lambda: self.queue.take_over(tenure.fence, now=self.clock.now()))
            if lost:
                log.warning("submits_left_behind", jobs=lost)
                self.observer.taken_over("submit", lost)
                self.on_change()

    async def _leave(self, tenure: Tenure) -> None:
        """Put in doubt what we leave behind, while we can; else the next leader will."""
        if not self._holding:
            return
        with contextlib.suppress(StoreError, TimeoutError):
            async with asyncio.timeout(self.timings.release_timeout_s):
                lost = await self.queue.leave(tenure.fence, now=self.clock.now())
                log.warning("submits_unanswered", jobs=lost)

    async def _claim(self, tenure: Tenure) -> Claim:
        try:
            with _ending(tenure):
                return await self.queue.claim(
                    tenure.fence,
                    holding=frozenset(self._holding),
                    slots=self.slots,
                    hooked=self.hook_url is not None,
                    now=self.clock.now(),
                    platforms=self.platforms,
                )
        except StoreError as error:
            log.warning("claim_failed", reason=str(error))
        return _NOTHING

    # ── Submitting ──────────────────────────────────────────────────────────────────────────────

    async def _submit(self, job: Job, tenure: Tenure, setbacks: int) -> None:
        """Submit the job, unless the window was closed or the lease lost since it was claimed."""
        with structlog.contextvars.bound_contextvars(job_id=job.id):
            try:
                if self._setbacks != setbacks:
                    await self._send_back(job)
                else:
                    await self._try(job, tenure)
            except Exception:
                log.exception("submit_crashed")
                await self._lose(job)
            self._holding.discard(job.id)  # not when we are cancelled: then it has no outcome
            self._signal.set()

    async def _try(self, job: Job, tenure: Tenure) -> None:
        hook_url = self.hook_url(job.id) if self.hook_url else None
        try:
            tenure.check()
            task_id = await self.api.submit(prompt=job.prompt, mode=job.mode, hook_url=hook_url)
        except LostLeaseError:
            log.warning("claim_lost_before_submit")
            await self._send_back(job)  # changes nothing that was taken over
        except ProviderError as error:
            await self._record_failure(job, error)
        else:
            await self._record_accepted(job, task_id)

    async def _record_accepted(self, job: Job, task_id: str) -> None:
        now = self.clock.now()
        log.info("job_submitted", mode=job.mode.value)
        self.observer.submitted(now - job.created_at)
        next_poll_at = now + self.first_poll_after(job)
        recorded = await retrying(
            lambda: self.queue.record_accepted(
                job.id, attempt=job.attempt, task_id=task_id, next_poll_at=next_poll_at, now=now
            )
        )
        if recorded is not None and recorded.status is JobStatus.UNKNOWN:
            log.error("task_id_given_twice")
            self._setbacks += 1
            self.on_change()

    async def _record_failure(self, job: Job, error: ProviderError) -> None:
        now = self.clock.now()
        match error:
            case QuotaExhaustedError():
                await self._refuse_account(job, FailureCode.QUOTA)
            case KeyRejectedError():
                await self._refuse_account(job, FailureCode.KEY)
            case ConcurrencyLimitError():
                log.info("provider_full")
                await self._send_back(job, lambda window: window.was_full(now))
            case NotStartedError(retry_after=retry_after):
                log.warning("submit_not_started", reason=error.detail)
                await self._send_back(job, lambda window: window.failed(now, retry_after))
            case SubmitRejectedError():
                log.info("submit_rejected")
                await self._refuse(job, Failure(code=FailureCode.REJECTED, detail=error.detail))
            case OutcomeUnknownError() | _:
                log.error("submit_outcome_unknown", reason=error.detail)
                await self._lose(job)

    async def _lose(self, job: Job) -> None:
        self._setbacks += 1
        await self._settle(job, self.queue.record_lost)

    async def _send_back(self, job: Job, change: WindowChange = unchanged) -> None:
        self._setbacks += change is not unchanged
        await self._settle(job, partial(self.queue.record_not_started, change=change))

    async def _refuse(self, job: Job, failure: Failure) -> None:
        await self._settle(job, partial(self.queue.record_refused, failure=failure))

    async def _refuse_account(self, job: Job, code: FailureCode) -> None:
        self._setbacks += 1
        log.error("account_unusable", code=code.value)
        await self._settle(job, partial(self.queue.record_account_refused, code=code))

    async def _settle(self, job: Job, record: "_Record") -> None:
        """Record what came of a submit, through any trouble of the database."""
        now = self.clock.now()
        settled = await retrying(lambda: record(job.id, attempt=job.attempt, now=now))
        if settled is not None and settled.status.is_final:
            self.observer.job_ended(settled)
        self.on_change()


class _Record(Protocol):
    """Records one outcome of a submit."""

    def __call__(self, job_id: str, /, *, attempt: int, now: datetime) -> Awaitable[Job | None]: ...


@contextlib.contextmanager
def _ending(tenure: Tenure) -> Iterator[None]:
    """End the tenure when the store says that another process leads."""
    try:
        yield
    except LostLeaseError:
        tenure.end()
