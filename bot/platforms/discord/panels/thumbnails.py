"""Small pictures of finished jobs beside a list, made when somebody looks, and kept for a while.

They are sent along with the list: Discord may not show a picture from elsewhere at first, and the
provider's links end one day.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import discord
import structlog

from bot.domain.deliveries import Delivery
from bot.domain.errors import ImageError
from bot.domain.jobs import Job, JobPage, JobStatus
from bot.images import THUMBNAIL_EXTENSION, thumbnail
from bot.platforms.discord.panels.reposting import images_of

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

MAX_KEPT = 500  # with some 5 kB each
LINKS_LAST = timedelta(days=1)  # at least; then the provider's link is worth a try
MAX_URL = 2048  # Discord's, for the address of a picture


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


async def thumbnails_of(bot: "ImagineBot", page: JobPage) -> dict[str, bytes]:
    """Return the thumbnails of the finished jobs of a page, as far as they can be had soon."""
    shown = [job for job in page.jobs if has_pictures(job)]
    missing = [job for job in shown if bot.thumbnails.get(job.id) is None]
    with contextlib.suppress(TimeoutError):  # those that came until then are kept
        async with asyncio.timeout(bot.discord_timings.thumbnails_within_s):
            await asyncio.gather(*(_make(bot, job, page.deliveries.get(job.id)) for job in missing))
    found = {job.id: bot.thumbnails.get(job.id) for job in shown}
    return {job_id: data for job_id, data in found.items() if data is not None}


async def _make(bot: "ImagineBot", job: Job, delivery: Delivery | None) -> None:
    async with bot.memory.take(1):
        timeout_s = bot.discord_timings.thumbnail_link_timeout_s
        (image,) = await images_of(bot, job, delivery, limit=1, provider_timeout_s=timeout_s)
        if image.data is None:
            return
        try:
            bot.thumbnails.put(job.id, await thumbnail(image.data))
        except ImageError as error:
            log.info("no_thumbnail", job_id=job.id, reason=str(error))


def has_pictures(job: Job) -> bool:
    """Whether there is something to show of a job."""
    return job.status is JobStatus.SUCCEEDED and bool(job.image_urls)


def addresses_of(bot: "ImagineBot", page: JobPage, sent: Mapping[str, bytes]) -> dict[str, str]:
    """Return the addresses of thumbnails: of the files sent along, else of pictures elsewhere."""
    now = bot.clock.now()
    addresses: dict[str, str] = {}
    for job in filter(has_pictures, page.jobs):
        is_young = job.finished_at is not None and now - job.finished_at < LINKS_LAST
        if job.id in sent:
            addresses[job.id] = f"attachment://{_file_name(job.id)}"
        elif is_young and len(job.image_urls[0]) <= MAX_URL:
            addresses[job.id] = job.image_urls[0]
    return addresses


def files_of(thumbnails: Mapping[str, bytes]) -> list[discord.File]:
    """Return the files to send along. discord.py closes them: make new ones each time."""
    return [
        discord.File(BytesIO(data), filename=_file_name(job_id))
        for job_id, data in thumbnails.items()
    ]


def _file_name(job_id: str) -> str:
    return f"{job_id}.{THUMBNAIL_EXTENSION}"
