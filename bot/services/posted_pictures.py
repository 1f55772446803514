"""The pictures of finished jobs: from the provider, else from the messages that show them.

The provider's links end one day. Sees the platform only through `ports`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import TypeAlias

import structlog

from bot.domain.conversations import Conversation
from bot.domain.deliveries import Delivery
from bot.domain.errors import ImageError, UnreadableError
from bot.domain.jobs import Job
from bot.domain.messages import Message, SeenPicture
from bot.domain.pictures import FetchedImage, image_at
from bot.domain.timings import Timings
from bot.ports.images import ImageFetcher, ImageFitter
from bot.ports.platform import Platform
from bot.services.memory_budget import MemoryBudget
from bot.services.uploads import Uploads

log = structlog.get_logger(__name__)

_Fetch: TypeAlias = Callable[[str], Awaitable[tuple[bytes, str]]]  # its bytes, its extension


@dataclass(kw_only=True, eq=False)
class PostedPictures:
    """Fetches pictures while somebody waits for them, and makes them fit."""

    images: ImageFetcher
    fitter: ImageFitter
    platform_of: Callable[[Conversation], Platform]
    memory: MemoryBudget
    timings: Timings

    def held(self, count: int) -> AbstractAsyncContextManager[None]:
        """Wait until there is memory for so many pictures, and hold it while the context lasts."""
        return self.memory.take(count)

    async def one(
        self,
        job: Job,
        number: int,
        *,
        seen_pictures: Sequence[SeenPicture],
        conversation: Conversation,
    ) -> FetchedImage:
        """Return picture `number` of a job, from 1; else the copy of it among `seen_pictures`.

        Raises:
            ImageError: there is no such picture, or no longer.
        """
        if not 1 <= number <= len(job.image_urls):
            raise ImageError("the job has no such image")
        image = FetchedImage(index=number - 1, url=job.image_urls[number - 1])
        seen = _links_in(seen_pictures, job).get(image.index)
        if seen is None:
            return await _from(image.url, self.images.fetch, image)
        try:
            async with asyncio.timeout(self.timings.image_link_timeout_s):
                return await _from(image.url, self.images.fetch, image)
        except (ImageError, TimeoutError):
            return await _from(seen, self.platform_of(conversation).fetch, image)

    async def of_result(
        self, job: Job, delivery: Delivery | None, *, timeout_s: float, limit: int
    ) -> list[FetchedImage]:
        """Return the first pictures of a job, without data where one is nowhere any more.

        Those in its messages are looked at when the provider has none after `timeout_s`.
        """
        wanted = [FetchedImage(index=i, url=url) for i, url in enumerate(job.image_urls[:limit])]
        messages = _messages_of(job, delivery)
        bound = timeout_s if messages else None
        fetch = self.images.fetch
        images = await asyncio.gather(*(_filled(each, each.url, fetch, bound) for each in wanted))
        missing = {image.index for image in images if image.data is None}
        shown = [message for message, indexes in messages if not missing.isdisjoint(indexes)]
        if not shown:
            return images
        platform = self.platform_of(shown[0].conversation)
        links = await _links_at(platform, shown, job)
        return await asyncio.gather(
            *(_filled(each, links.get(each.index), platform.fetch) for each in images)
        )

    async def fitted(self, image: FetchedImage, max_bytes: int) -> FetchedImage:
        """Return the image in at most so many bytes.

        Raises:
            ImageError: no useful size fits.
        """
        data, extension = await self.fitter.fit(image.data or b"", max_bytes=max_bytes)
        return replace(image, data=data, extension=extension)

    def uploads(self, images: Sequence[FetchedImage]) -> Uploads:
        """Return images on their way into a message."""
        return Uploads(images, self.fitter)


def _messages_of(job: Job, delivery: Delivery | None) -> list[tuple[Message, tuple[int, ...]]]:
    """Return the messages of a result that stand, each with its images' indexes."""
    if delivery is None:
        return []
    place = delivery.stands_in(job.origin.conversation)
    return [
        (Message(conversation=place, id=part.standing_id), part.images)
        for part in delivery.parts
        if part.standing_id is not None
    ]


async def _links_at(platform: Platform, messages: Sequence[Message], job: Job) -> dict[int, str]:
    """Return links to images as these messages show them, by their index."""
    links: dict[int, str] = {}
    for message in messages:
        try:
            links |= _links_in(await platform.pictures_of(message), job)
        except UnreadableError as error:
            log.info("message_not_readable", message_id=message.id, reason=str(error))
    return links


def _links_in(pictures: Sequence[SeenPicture], job: Job) -> dict[int, str]:
    found = ((image_at(picture.file_name), picture.link) for picture in pictures)
    return {at[1] - 1: link for at, link in found if at is not None and at[0] == job.id}


async def _filled(
    image: FetchedImage, link: str | None, fetch: _Fetch, timeout_s: float | None = None
) -> FetchedImage:
    """Return the image with its data, if it has none yet and there is some."""
    if image.data is not None or link is None:
        return image
    try:
        async with asyncio.timeout(timeout_s):
            return await _from(link, fetch, image)
    except (ImageError, TimeoutError) as error:
        log.info("image_not_at_link", index=image.index, error=type(error).__name__)
        return image


async def _from(link: str, fetch: _Fetch, image: FetchedImage) -> FetchedImage:
    data, extension = await fetch(link)
    return replace(image, data=data, extension=extension)
