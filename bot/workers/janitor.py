"""Removes what must not be kept: ended reply tokens, old images and drafts, old jobs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain.errors import LostLeaseError, StoreError
from bot.domain.leases import Fence
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.drafts import DraftStore
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.references import ReferenceStore
from bot.ports.retention import RetentionStore
from bot.services.references import KEPT_FOR
from bot.workers.leadership import Tenure
from bot.workers.signals import first_of

log = structlog.get_logger(__name__)

ROUND_EVERY = timedelta(minutes=1)
# After a day in the queue (an account without quota, a long outage) a picture is no longer awaited.
LONGEST_WAIT = timedelta(hours=24)
# 500 jobs are dropped in some 20 ms; a round drops 10,000 at most, which is more than can be drawn.
BATCH = 500
BATCHES_A_ROUND = 20
DRAFTS_KEPT_FOR = timedelta(hours=24)


@dataclass(kw_only=True, eq=False)
class Janitor:
    """Makes its round every minute."""

    retention: RetentionStore
    drafts: DraftStore
    references: ReferenceStore
    clock: Clock
    kept_for: timedelta  # jobs, after their end
    observer: Observer = UNOBSERVED
    timings: Timings = TIMINGS
    batch: int = BATCH

    def __post_init__(self) -> None:
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Begin no further round."""
        self._stopped.set()

    async def run(self, tenure: Tenure) -> None:
        """Clean until stopped, or the tenure is over."""
        while not (self._stopped.is_set() or tenure.is_over):
            try:
                await self.clean(tenure.fence)
            except LostLeaseError:
                tenure.end()
            except StoreError as error:
                log.warning("janitor_failed", reason=str(error))
            await first_of(
                asyncio.sleep(ROUND_EVERY.total_seconds()),
                self._stopped.wait(),
                tenure.wait_until_over(),
            )

    async def clean(self, fence: Fence) -> None:
        """Make one round."""
        now = self.clock.now()
        await self.retention.erase_reply_tokens(now=now)
        drafts, references = self.drafts, self.references
        await self._in_batches(lambda: drafts.drop_drafts(created_before=now - DRAFTS_KEPT_FOR))
        await self._in_batches(lambda: references.drop_references(used_before=now - KEPT_FOR))
        expired = await self.retention.expire_queued(
            fence, created_before=now - LONGEST_WAIT, now=now
        )
        for job in expired:
            log.warning("job_expired_in_queue", job_id=job.id)
            self.observer.job_ended(job)
        finished_before, limit = now - self.kept_for, self.batch
        dropped = await self._in_batches(
            lambda: self.retention.drop_finished(finished_before=finished_before, limit=limit)
        )
        if dropped:
            log.info("jobs_forgotten", jobs=dropped)

    async def _in_batches(self, drop: Callable[[], Awaitable[int]]) -> int:
        """Drop what is old in small batches, between which others have their turn; count it."""
        total = 0
        for _ in range(BATCHES_A_ROUND):
            dropped = await drop()
            if not dropped:
                break
            total += dropped
            await asyncio.sleep(self.timings.batch_pause_s)
        return total
