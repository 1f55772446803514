"""Small pictures of finished jobs beside a list, made when somebody looks, and kept for a while.

They are sent along with the list: a platform may not show a picture from elsewhere at first, and
the provider's links end one day.
"""

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from bot.domain.deliveries import Delivery
from bot.domain.errors import ImageError
from bot.domain.jobs import Job, JobPage, JobStatus
from bot.domain.timings import Timings
from bot.domain.views import Picture
from bot.ports.clock import Clock
from bot.ports.images import Thumbnailer
from bot.screens.facts import label_of, spoken_words
from bot.screens.limits import MAX_PICTURE_URL
from bot.services.posted_pictures import PostedPictures

log = structlog.get_logger(__name__)

MAX_KEPT = 500  # with some 5 kB each
LINKS_LAST = timedelta(days=1)  # at least; then the provider's link is worth a try


class ThumbnailCache:
    """The thumbnails that were looked at last, by the id of their job."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, job_id: str) -> bytes | None:
        """Return the thumbnail of a job, if it is here."""
        data = self._kept.get(job_id)
        if data is not None:
            self._kept.move_to_end(job_id)
        return data

    def put(self, job_id: str, data: bytes) -> None:
        """Keep the thumbnail of a job, in place of the one that nobody looked at for longest."""
        self._kept[job_id] = data
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)


@dataclass(kw_only=True, eq=False)
class Thumbnails:
    """Finds a thumbnail for each finished job of a list, as far as it can be had soon."""

    pictures: PostedPictures
    thumbnailer: Thumbnailer
    extension: str  # of the files that `thumbnailer` makes
    clock: Clock
    timings: Timings
    _cache: ThumbnailCache = field(default_factory=ThumbnailCache, init=False)

    async def of(self, page: JobPage) -> dict[str, Picture]:
        """Return the thumbnails by job: files to send along, else the provider's links."""
        finished = [job for job in page.jobs if job.status is JobStatus.SUCCEEDED]
        shown = [job for job in finished if job.image_urls]
        missing = [job for job in shown if self._cache.get(job.id) is None]
        with contextlib.suppress(TimeoutError):  # those that came until then are kept
            async with asyncio.timeout(self.timings.thumbnails_within_s):
                made = (self._make(job, page.deliveries.get(job.id)) for job in missing)
                await asyncio.gather(*made)
        found = {job.id: self._picture(job) for job in shown}
        return {job_id: picture for job_id, picture in found.items() if picture is not None}

    async def _make(self, job: Job, delivery: Delivery | None) -> None:
        timeout_s = self.timings.thumbnail_link_timeout_s
        async with self.pictures.held(1):
            found = self.pictures.of_result(job, delivery, timeout_s=timeout_s, limit=1)
            (image,) = await found
            if image.data is None:
                return
            try:
                self._cache.put(job.id, await self.thumbnailer(image.data))
            except ImageError as error:
                log.info("no_thumbnail", job_id=job.id, reason=str(error))

    def _picture(self, job: Job) -> Picture | None:
        """Return the thumbnail that is here, else a picture elsewhere, if that may be shown."""
        data, link = self._cache.get(job.id), job.image_urls[0]
        picture = Picture(words=spoken_words(job), label=label_of(job, 1))
        if data is not None:
            return replace(picture, file_name=f"{job.id}.{self.extension}", data=data)
        age = self.clock.now() - (job.finished_at or job.created_at)
        may_last = age < LINKS_LAST and len(link) <= MAX_PICTURE_URL
        return replace(picture, url=link) if may_last else None
