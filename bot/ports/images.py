"""The way to an image."""

from typing import Protocol


class ImageFetcher(Protocol):
    """The bounded, SSRF-safe way to an image's bytes."""

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """Download one image, retrying with back-off; give its bytes and file extension.

        Raises:
            ImageError: refused by our rules, too large, no image, or gone after all retries.
        """
