"""Posts results: fetches their images and hands them to the posting, which posts them once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.deliveries import Delivery, DeliveryStatus
from bot.domain.errors import ImageError, MessageInDoubtError
from bot.domain.jobs import Job
from bot.domain.outbox import OutboxEntry
from bot.domain.pictures import FetchedImage
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.images import ImageFetcher, ImageFitter
from bot.ports.messenger import Messenger
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.outbox import OutboxStore
from bot.ports.progress import ProgressStore
from bot.services.memory_budget import MemoryBudget
from bot.services.retrying import retrying
from bot.services.uploads import Uploads
from bot.workers.leadership import Tenure
from bot.workers.placeholders import Placeholders
from bot.workers.posting import Posting

log = structlog.get_logger(__name__)

# Bounds the memory that images take: after an outage of the platform, hundreds may wait. Enough for
# ten usual results; they have 2 MB each, and never more than the fetcher lets through.
MAX_IMAGES_AT_ONCE = 40


@dataclass(kw_only=True, eq=False)
class Results:
    """Handles the outbox entries of results."""

    messenger: Messenger
    entries: OutboxStore
    progress: ProgressStore
    deliveries: DeliveryStore
    placeholders: Placeholders
    images: ImageFetcher
    fitter: ImageFitter
    clock: Clock
    observer: Observer = UNOBSERVED
    timings: Timings = TIMINGS
    max_images_at_once: int = MAX_IMAGES_AT_ONCE

    def __post_init__(self) -> None:
        self._memory = MemoryBudget(self.max_images_at_once)

    async def show(self, entry: OutboxEntry, tenure: Tenure) -> datetime | None:
        """See `outbox.Handler.show`."""
        job = await self.progress.get(entry.job_id)
        if job is None or not (job.status.is_final or job.failure):
            await self.entries.drop(entry)  # forgotten, or it goes on after all
            return None
        delivery = await self.deliveries.get(job.id)
        missing = _missing(job, delivery)
        async with self._memory.take(len(missing)):
            async with asyncio.timeout(self.timings.attempt_timeout_s):
                uploads = Uploads(await self._fetch(missing), self.fitter)
            posting = Posting(
                job=job,
                delivery=delivery,
                uploads=uploads,
                messenger=self.messenger,
                deliveries=self.deliveries,
                clock=self.clock,
                tenure=tenure,
                timeout_s=self.timings.attempt_timeout_s,
            )
            again_at = await self._complete(posting)
            if again_at is not None:
                return again_at
            await self.placeholders.before_posted(job, tenure)
        await self._record_posted(entry, job, posting.parts.delivery.posted_at)
        return None

    async def _complete(self, posting: Posting) -> datetime | None:
        try:
            return await posting.complete()
        except MessageInDoubtError as error:
            if error.retry_after is None and posting.is_repeat_suppressed:
                error.retry_after = self.timings.retry_in_doubt
            raise

    async def give_up(self, entry: OutboxEntry, reason: str) -> None:
        """See `outbox.Handler.give_up`."""
        now = self.clock.now()
        await retrying(lambda: self.deliveries.record_undeliverable(entry, reason=reason, now=now))
        self.observer.delivery_ended(self.messenger.platform, DeliveryStatus.UNDELIVERABLE)

    async def _fetch(self, wanted: Sequence[tuple[int, str]]) -> list[FetchedImage]:
        """Fetch these images, all at once."""
        return await asyncio.gather(*(self._fetch_one(index, url) for index, url in wanted))

    async def _fetch_one(self, index: int, url: str) -> FetchedImage:
        try:
            data, extension = await self.images.fetch(url)
        except ImageError as error:
            log.warning("image_missing", index=index, reason=str(error))
            return FetchedImage(index=index, url=url)
        return FetchedImage(index=index, url=url, data=data, extension=extension)

    async def _record_posted(
        self, entry: OutboxEntry, job: Job, posted_at: datetime | None
    ) -> None:
        now = self.clock.now()
        if not await retrying(lambda: self.deliveries.record_posted(entry, now=now)):
            return
        took = (posted_at or now) - (job.finished_at or entry.changed_at)
        log.info("result_posted", seconds=round(took.total_seconds(), 3))
        platform = self.messenger.platform
        self.observer.result_posted(platform, took)
        self.observer.delivery_ended(platform, DeliveryStatus.POSTED)


def _missing(job: Job, delivery: Delivery | None) -> list[tuple[int, str]]:
    """Return index and link of the images that are not yet known to stand in the conversation."""
    parts = () if delivery is None else delivery.parts
    done = {index for part in parts if part.message_id for index in part.images}
    return [(index, url) for index, url in enumerate(job.image_urls) if index not in done]
