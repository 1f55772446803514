"""The way to an image, and making it fit."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias


class ImageFetcher(Protocol):
    """The bounded, SSRF-safe way to an image's bytes."""

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """Download one image, retrying with back-off; return its bytes and file extension.

        Raises:
            ImageError: refused by our rules, too large, no image, or gone after all retries.
        """


class ImageFitter(Protocol):
    """Makes images smaller; `bot.images.fitting` is one."""

    async def fit(self, data: bytes, *, max_bytes: int) -> tuple[bytes, str]:
        """Return an image of at most `max_bytes`, and its file extension.

        Within the limit the very same bytes come back.

        Raises:
            ImageError: no image, broken, too many pixels, or no useful size fits.
        """


# Gives a copy of a few kilobytes, always of the same kind, or raises ImageError.
Thumbnailer: TypeAlias = Callable[[bytes], Awaitable[bytes]]
