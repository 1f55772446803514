"""Takes finished jobs, fetches their images, and hands them to the job's platform, exactly once.

How a message is posted once is the platform's business; that its progress is durable, and that one
slow channel holds up no other, is ours.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.deliveries import Delivery, DeliveryStatus, Part
from bot.domain.errors import (
    DeliveryDelayedError,
    ImageError,
    LostLeaseError,
    StoreError,
    UndeliverableError,
)
from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage
from bot.domain.timings import TIMINGS, Timings
from bot.ports.clock import Clock
from bot.ports.deliveries import DeliveryStore
from bot.ports.images import ImageFetcher
from bot.ports.observer import UNOBSERVED, Observer
from bot.ports.platform import Platform, Progress
from bot.services.leases import Claims, Lease, Term, guarding
from bot.services.memory_budget import MemoryBudget
from bot.services.retrying import retrying
from bot.workers.leadership import Tenure
from bot.workers.signals import AutoResetEvent, first_of

log = structlog.get_logger(__name__)

IDLE = timedelta(seconds=1)  # how often to look for deliveries that another process made ready
MAX_AT_ONCE = 32
# Bounds the memory that images take: after an outage of the platform, hundreds may wait. Enough for
# ten usual results; they have 2 MB each, and never more than the fetcher lets through.
MAX_IMAGES_AT_ONCE = 40
MAX_PER_CHANNEL = 3  # a throttled channel must not use up all of them
MAX_RETRY = timedelta(seconds=60)
GIVE_UP_AFTER = timedelta(hours=24)


class Deliverer:
    """Moves deliveries from pending to sent."""

    def __init__(
        self,
        *,
        deliveries: DeliveryStore,
        images: ImageFetcher,
        progress: Progress,
        clock: Clock,
        claims: Claims,
        on_progress: Callable[[], None] = lambda: None,
        observer: Observer = UNOBSERVED,
        timings: Timings = TIMINGS,
    ) -> None:
        """Build it; `on_progress` is told of each delivery that is over."""
        self._deliveries = deliveries
        self._images = images
        self._clock = clock
        self._claims = claims
        self._progress = progress
        self._on_progress = on_progress
        self._observer = observer
        self._attempt_timeout_s = timings.attempt_timeout_s
        self._platforms: dict[str, Platform] = {}
        self._signal = AutoResetEvent()
        self._memory = MemoryBudget(MAX_IMAGES_AT_ONCE)
        self._per_channel: Counter[str] = Counter()
        self._stopped = asyncio.Event()

    def add_platform(self, platform: Platform) -> None:
        """Deliver the jobs that came from this platform."""
        self._platforms[platform.name] = platform

    def delivery_ready(self) -> None:
        """Look now: a job ended."""
        self._signal.set()

    def stop(self) -> None:
        """Take nothing more; `run` returns when the deliveries under way are done."""
        self._stopped.set()
        self._signal.set()

    async def run(self, tenure: Tenure) -> None:
        """Deliver until stopped."""
        await self._wait_until_usable()
        async with asyncio.TaskGroup() as tasks:
            while not (self._stopped.is_set() or tenure.is_over):
                term = Term.beginning(self._clock.now())
                claimed = await self._claim(term)
                for delivery, job in claimed:
                    self._begin(tasks, delivery, job, term)
                if not claimed:
                    await self._signal.wait(IDLE)

    async def _wait_until_usable(self) -> None:
        """Wait for every platform, or for the stop."""
        for platform in self._platforms.values():
            await first_of(platform.wait_until_usable(), self._stopped.wait())

    async def _claim(self, term: Term) -> list[tuple[Delivery, Job]]:
        limit = MAX_AT_ONCE - self._per_channel.total()
        if limit <= 0:
            return []
        busy = [key for key, count in self._per_channel.items() if count >= MAX_PER_CHANNEL]
        try:
            return await self._deliveries.claim(
                owner=self._claims.owner,
                lease_until=term.until,
                busy_channels=busy,
                limit=limit,
                now=self._clock.now(),
                holding=self._claims.held,
            )
        except StoreError as error:
            log.warning("delivery_claim_failed", reason=str(error))
            return []

    def _begin(self, tasks: asyncio.TaskGroup, delivery: Delivery, job: Job, term: Term) -> None:
        key, lease = _channel_key(job), self._claims.hold(job.id, term)
        if delivery.was_left_behind:
            self._observer.taken_over("delivery")
        self._per_channel[key] += 1

        def ended(_task: asyncio.Task[None]) -> None:
            self._claims.let_go(job.id, lease)
            self._per_channel -= Counter([key])
            self._signal.set()

        # Not at the end of the task itself: one that is cancelled before it began has no end.
        tasks.create_task(self._deliver(delivery, job, lease)).add_done_callback(ended)

    async def _deliver(self, delivery: Delivery, job: Job, lease: Lease) -> None:
        with structlog.contextvars.bound_contextvars(job_id=job.id), guarding(lease):
            try:
                await self._attempt(delivery, job)
            except LostLeaseError:
                log.info("delivery_taken_over")

    async def _attempt(self, delivery: Delivery, job: Job) -> None:
        """Try once, and record what came of it.

        Raises:
            LostLeaseError: another process has taken the delivery over.
        """
        post_log = _PostLog(self._deliveries, self._clock, delivery)
        try:
            again_at = await self._post(delivery, job, post_log)
        except LostLeaseError:
            raise
        except UndeliverableError as error:
            await self._give_up(delivery, error.reason)
        except DeliveryDelayedError as error:
            await self._postpone(delivery, error)
        except StoreError as error:
            await self._postpone(delivery, DeliveryDelayedError(f"database: {error}"))
        except TimeoutError:
            log.error("delivery_stuck")  # noqa: TRY400 - where it hung tells nothing
            await post_log.catch_up()
            await self._postpone(delivery, DeliveryDelayedError("it took too long"))
        except Exception:
            log.exception("delivery_crashed")
            await self._postpone(delivery, DeliveryDelayedError("internal error"))
        else:
            if again_at is None:
                await self._record_sent(post_log.delivery, job)
            else:
                await self._put_off(delivery, again_at)

    async def _post(self, delivery: Delivery, job: Job, post_log: "_PostLog") -> datetime | None:
        """Post what is missing; give when to look again, None if it is over."""
        platform = self._platforms[job.origin.platform]
        missing = _missing(delivery, job)
        async with self._memory.take(len(missing)), asyncio.timeout(self._attempt_timeout_s):
            images = await self._fetch(missing)
            again_at = await platform.deliver(job, images, post_log)
        if again_at is None:
            await self._progress.before_posted(job)
        return again_at

    async def _fetch(self, wanted: Sequence[tuple[int, str]]) -> list[FetchedImage]:
        """Fetch these images, all at once."""
        return await asyncio.gather(*(self._fetch_one(index, url) for index, url in wanted))

    async def _fetch_one(self, index: int, url: str) -> FetchedImage:
        try:
            data, extension = await self._images.fetch(url)
        except ImageError as error:
            log.warning("image_missing", index=index, reason=str(error))
            return FetchedImage(index=index, url=url)
        return FetchedImage(index=index, url=url, data=data, extension=extension)

    async def _record_sent(self, delivery: Delivery, job: Job) -> None:
        now = self._clock.now()
        await retrying(lambda: self._deliveries.record_sent(job.id, fence=delivery.fence, now=now))
        took = (delivery.posted_at or now) - (job.finished_at or delivery.created_at)
        log.info("result_posted", seconds=round(took.total_seconds(), 3))
        self._observer.result_posted(took)
        self._observer.delivery_ended(DeliveryStatus.SENT)
        self._on_progress()

    async def _give_up(self, delivery: Delivery, reason: str) -> None:
        log.warning("result_undeliverable", reason=reason)
        now = self._clock.now()
        await retrying(
            lambda: self._deliveries.record_undeliverable(
                delivery.job_id, fence=delivery.fence, reason=reason, now=now
            )
        )
        self._observer.delivery_ended(DeliveryStatus.UNDELIVERABLE)
        self._on_progress()

    async def _postpone(self, delivery: Delivery, error: DeliveryDelayedError) -> None:
        now = self._clock.now()
        if now - delivery.created_at > GIVE_UP_AFTER:
            await self._give_up(delivery, f"gave up after a day: {error.reason}")
            return
        back_off = min(timedelta(seconds=2 ** min(delivery.attempts - 1, 16)), MAX_RETRY)
        wait = error.retry_after or back_off
        log.warning("delivery_delayed", reason=error.reason, retry_s=wait.total_seconds())
        await self._put_off(delivery, now + wait)

    async def _put_off(self, delivery: Delivery, until: datetime) -> None:
        await retrying(
            lambda: self._deliveries.record_delayed(
                delivery.job_id, fence=delivery.fence, next_attempt_at=until
            )
        )


class _PostLog:
    """Implements `ports.PostLog` on our claim."""

    def __init__(self, deliveries: DeliveryStore, clock: Clock, delivery: Delivery) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._delivery = delivery
        self._unrecorded: Callable[[], Awaitable[Delivery]] | None = None

    @property
    def delivery(self) -> Delivery:
        return self._delivery

    async def start_part(
        self, number: int, images: Sequence[int], *, is_direct: bool = False
    ) -> Part:
        self._delivery = await self._deliveries.start_part(
            self._delivery.job_id,
            fence=self._delivery.fence,
            number=number,
            images=images,
            now=self._clock.now(),
            is_direct=is_direct,
        )
        return next(part for part in self._delivery.parts if part.number == number)

    async def finish_part(self, number: int, *, message_id: str, channel_id: str) -> None:
        self._unrecorded = partial(
            self._deliveries.finish_part,
            self._delivery.job_id,
            fence=self._delivery.fence,
            number=number,
            message_id=message_id,
            channel_id=channel_id,
            now=self._clock.now(),
        )
        await self.catch_up()

    async def reopen_part(self, number: int) -> None:
        self._delivery = await self._deliveries.reopen_part(
            self._delivery.job_id, fence=self._delivery.fence, number=number
        )

    async def catch_up(self) -> None:
        """Record the message that stands and is not recorded; nobody else knows of it."""
        if self._unrecorded is not None:
            self._delivery = await retrying(self._unrecorded)
            self._unrecorded = None


def _missing(delivery: Delivery, job: Job) -> list[tuple[int, str]]:
    """Return index and link of the images that are not yet known to stand in the channel."""
    done = {index for part in delivery.parts if part.message_id for index in part.images}
    return [(index, url) for index, url in enumerate(job.image_urls) if index not in done]


def _channel_key(job: Job) -> str:
    return f"{job.origin.platform}:{job.origin.channel_id}"
