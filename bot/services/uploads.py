"""The images of one job on their way into messages, made smaller where a platform demands it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from bot.domain.errors import ImageError
from bot.domain.pictures import FetchedImage
from bot.ports.images import ImageFitter

log = structlog.get_logger(__name__)


class Uploads:
    """Images by their index. One without data is shown as a link on its card."""

    def __init__(self, images: Iterable[FetchedImage], fitter: ImageFitter) -> None:
        self._images = {image.index: image for image in images}
        self._fitter = fitter

    def sizes(self) -> dict[int, int]:
        """Return the bytes of each image by its index."""
        return {index: _size(image) for index, image in self._images.items()}

    def pick(self, indexes: Iterable[int]) -> list[FetchedImage]:
        """Return these images, as far as they are here."""
        return [self._images[index] for index in indexes if index in self._images]

    async def fit_all(self, max_bytes: int) -> None:
        """Re-encode every image that is larger; the others stay untouched, byte for byte.

        One that cannot be made so small is shown as a link.
        """
        self.drop(await self._fit(self._images, max_bytes))

    async def halve(self, indexes: Sequence[int]) -> None:
        """Bring all of these to at most half of what the largest has, if they can be."""
        largest = max(map(_size, self.pick(indexes)), default=0)
        await self._fit(indexes, largest // 2)

    def drop(self, indexes: Iterable[int]) -> None:
        """Leave only the links of these."""
        for image in self.pick(indexes):
            self._images[image.index] = replace(image, data=None)

    async def _fit(self, indexes: Iterable[int], max_bytes: int) -> list[int]:
        """Re-encode what is larger; return what cannot be made so small, and stays as it is."""
        too_large: list[int] = []
        for image in self.pick(list(indexes)):
            if image.data is None or len(image.data) <= max_bytes:
                continue
            try:
                data, extension = await self._fitter.fit(image.data, max_bytes=max_bytes)
            except ImageError as error:
                log.warning("image_not_fitting", index=image.index, reason=str(error))
                too_large.append(image.index)
            else:
                self._images[image.index] = replace(image, data=data, extension=extension)
        return too_large


def _size(image: FetchedImage) -> int:
    return len(image.data or b"")
