"""Takes queued jobs in fair order, as slots allow, and submits each exactly once.

A claim that was not settled (we died, or lost the answer) is never repeated: the provider has no
idempotency key, and every submit costs money.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

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
from bot.domain.queue import AccountPause
from bot.domain.submit_gate import SubmitGate
from bot.ports.clock import Clock
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.provider import MidjourneyApi
from bot.ports.queue import QueueStore
from bot.ports.settings import SettingStore
from bot.services.leases import Claims, Lease, Term, check_lease
from bot.services.retrying import retrying
from bot.workers.signals import AutoResetEvent

log = structlog.get_logger(__name__)

IDLE = timedelta(seconds=1)  # how often to look for jobs that another process accepted
FIRST_ACCOUNT_PAUSE = timedelta(seconds=15)
MAX_ACCOUNT_PAUSE = timedelta(minutes=10)


class Dispatcher:
    """Moves jobs from queued to running."""

    def __init__(
        self,
        *,
        queue: QueueStore,
        settings: SettingStore,
        api: MidjourneyApi,
        clock: Clock,
        claims: Claims,
        slots: int,
        platforms: Collection[str],
        first_poll_after: Callable[[Job], timedelta],
        hook_url: Callable[[str], str] | None = None,
        on_delivery_ready: Callable[[], None] = lambda: None,
        on_progress: Callable[[], None] = lambda: None,
        observer: Observer = UNOBSERVED,
    ) -> None:
        """Build it; without `hook_url` jobs are submitted without a callback address.

        Only jobs of `platforms`, those that are set, are claimed.
        `on_progress` is told when the provider took a job, may have taken it, or sent it back.
        """
        self._queue = queue
        self._settings = settings
        self._api = api
        self._clock = clock
        self._claims = claims
        self._slots = slots
        self._platforms = platforms
        self._first_poll_after = first_poll_after
        self._hook_url = hook_url
        self._on_delivery_ready = on_delivery_ready
        self._on_progress = on_progress
        self._observer = observer
        self._gate = SubmitGate(widest=slots)
        self._pause: AccountPause | None = None
        self._signal = AutoResetEvent()
        self._is_stopping = False

    def job_ready(self) -> None:
        """Look at the queue now: a job was accepted."""
        self._signal.set()

    def slot_freed(self) -> None:
        """Look at the queue now: a job of ours ended."""
        self._gate.slot_freed()
        self._signal.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the submits under way are settled."""
        self._is_stopping = True
        self._signal.set()

    async def run(self) -> None:
        """Claim and submit until stopped."""
        async with asyncio.TaskGroup() as submits:
            while not self._is_stopping:
                term = Term.beginning(self._clock.now())
                claimed = await self._claim(term)
                is_probe = self._pause is not None
                for job in claimed:
                    self._gate.started()
                    lease = self._claims.hold(job.id, term)
                    submits.create_task(self._submit(job, lease, is_probe=is_probe))
                await self._signal.wait(self._nap())

    def _nap(self) -> timedelta:
        now = self._clock.now()
        reopens_at = self._gate.reopens_at(now)
        return IDLE if reopens_at is None else min(IDLE, reopens_at - now)

    # ── Claiming ────────────────────────────────────────────────────────────────────────────────

    async def _claim(self, term: Term) -> list[Job]:
        if self._gate.room(self._clock.now()) == 0:
            return []
        try:
            self._pause = await self._settings.account_pause()
            now = self._clock.now()
            room = self._room(now)
            if room == 0:
                return []
            return await self._queue.claim(
                owner=self._claims.owner,
                lease_until=term.until,
                slots=self._slots,
                limit=room,
                hooked=self._hook_url is not None,
                now=now,
                holding=self._claims.held,
                platforms=self._platforms,
            )
        except StoreError as error:
            log.warning("claim_failed", reason=str(error))
            return []

    def _room(self, now: datetime) -> int:
        """How many submits may start now: none while the account is paused, then a single probe."""
        if self._pause is None:
            return self._gate.room(now)
        return 0 if now < self._pause.until else min(self._gate.room(now), 1)

    # ── Submitting ──────────────────────────────────────────────────────────────────────────────

    async def _submit(self, job: Job, lease: Lease, *, is_probe: bool) -> None:
        with structlog.contextvars.bound_contextvars(job_id=job.id), lease.guarding():
            try:
                await self._record(job, is_probe=is_probe)
            except Exception:
                log.exception("submit_crashed")
                await self._lose(job)
            finally:
                self._gate.ended()
                self._claims.let_go(job.id, lease)
                self._signal.set()

    async def _record(self, job: Job, *, is_probe: bool) -> None:
        if self._gate.is_shut(self._clock.now()):  # since the database was asked for the job
            await self._send_back(job)
            return
        hook_url = self._hook_url(job.id) if self._hook_url else None
        try:
            check_lease()
            task_id = await self._api.submit(prompt=job.prompt, mode=job.mode, hook_url=hook_url)
        except LostLeaseError:
            log.warning("claim_lost_before_submit")
            await self._send_back(job)  # changes nothing that was taken over
        except ProviderError as error:
            await self._record_failure(job, error, is_probe=is_probe)
        else:
            await self._accepted(job, task_id, is_probe=is_probe)

    async def _accepted(self, job: Job, task_id: str, *, is_probe: bool) -> None:
        now = self._clock.now()
        self._gate.accepted(now)
        log.info("job_submitted", mode=job.mode.value)
        self._observer.submitted(now - job.created_at)
        next_poll_at = now + self._first_poll_after(job)
        recorded = await retrying(
            lambda: self._queue.record_accepted(
                job.id, fence=job.fence, task_id=task_id, next_poll_at=next_poll_at, now=now
            )
        )
        if recorded is not None and recorded.status is JobStatus.UNKNOWN:
            log.error("task_id_given_twice")
            self._gate.failed(now)
            self._on_delivery_ready()
        self._on_progress()
        if is_probe:  # what was under way when the account failed says nothing about it now
            self._pause = None
            await retrying(lambda: self._settings.set_account_pause(None))

    async def _record_failure(self, job: Job, error: ProviderError, *, is_probe: bool) -> None:
        now = self._clock.now()
        match error:
            case QuotaExhaustedError():
                await self._account_failed(job, FailureCode.QUOTA, is_probe=is_probe)
            case KeyRejectedError():
                await self._account_failed(job, FailureCode.KEY, is_probe=is_probe)
            case ConcurrencyLimitError():
                self._gate.full(now)
                log.info("provider_full")
                await self._send_back(job)
            case NotStartedError():
                self._gate.failed(now, error.retry_after)
                log.warning("submit_not_started", reason=error.detail)
                await self._send_back(job)
            case SubmitRejectedError():
                self._gate.answered()
                log.info("submit_rejected")
                await self._refuse(job, Failure(code=FailureCode.REJECTED, detail=error.detail))
            case OutcomeUnknownError() | _:
                log.error("submit_outcome_unknown", reason=error.detail)
                await self._lose(job)

    async def _lose(self, job: Job) -> None:
        now = self._clock.now()
        self._gate.failed(now)
        await retrying(lambda: self._queue.record_lost(job.id, fence=job.fence, now=now))
        self._on_delivery_ready()  # without a callback address the person is told now
        self._on_progress()

    async def _send_back(self, job: Job) -> None:
        now = self._clock.now()
        sent_back = await retrying(
            lambda: self._queue.record_not_started(job.id, fence=job.fence, now=now)
        )
        if sent_back is not None and sent_back.status.is_final:
            self._observer.job_ended(sent_back)  # nobody wanted it any more
        self._on_progress()

    async def _refuse(self, job: Job, failure: Failure) -> None:
        now = self._clock.now()
        refused = await retrying(
            lambda: self._queue.record_refused(job.id, fence=job.fence, failure=failure, now=now)
        )
        if refused is not None:
            self._observer.job_ended(refused)
        self._on_delivery_ready()

    async def _account_failed(self, job: Job, code: FailureCode, *, is_probe: bool) -> None:
        """Pause for all; the job that found out fails, a probe that finds it still so does not."""
        self._gate.shut_out()
        pause = self._longer_pause(code, self._clock.now())
        self._pause = pause
        log.error("account_unusable", code=code.value, until=pause.until.isoformat())
        await retrying(lambda: self._settings.set_account_pause(pause))
        if is_probe:
            await self._send_back(job)
        else:
            await self._refuse(job, Failure(code=code))

    def _longer_pause(self, code: FailureCode, now: datetime) -> AccountPause:
        failures = self._pause.failures if self._pause and self._pause.until <= now else 0
        if self._pause and self._pause.until > now:
            return self._pause  # submits that were under way together found the same thing
        wait = min(FIRST_ACCOUNT_PAUSE * 2**failures, MAX_ACCOUNT_PAUSE)
        return AccountPause(code=code, until=now + wait, failures=min(failures + 1, 16))
