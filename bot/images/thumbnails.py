"""A small copy of an image, for lists. May not touch the network."""

from io import BytesIO
from typing import TYPE_CHECKING

from bot.images.decoding import redraw

if TYPE_CHECKING:
    from PIL import Image

_SIDE = 192  # pixels of the longer side; Discord shows a thumbnail at 85, screens have up to twice
_QUALITY = 80

THUMBNAIL_EXTENSION = "webp"


async def thumbnail(data: bytes) -> bytes:
    """Return a WebP of a few kilobytes.

    Raises:
        ImageError: no image, broken, or too many pixels.
    """
    return await redraw(data, _reduce)


def _reduce(image: "Image.Image") -> bytes:
    image.thumbnail((_SIDE, _SIDE))
    encoded = BytesIO()
    profile = image.info.get("icc_profile")
    image.save(encoded, "WEBP", quality=_QUALITY, icc_profile=profile)
    return encoded.getvalue()
