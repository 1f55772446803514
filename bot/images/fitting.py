"""Making an image small, or fit a size limit. May not touch the network."""

import math
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from bot.domain.errors import ImageError
from bot.images.decoding import known_extension, redraw

if TYPE_CHECKING:
    from PIL import Image

_FULL_SIZE_QUALITIES = (95, 90, 80)  # WebP; below 80 fewer pixels look better than worse ones
_SCALED_QUALITY = 85
_MIN_SIDE = 64  # pixels of the longer side; a smaller picture is no use to anybody
_MAX_WEBP_SIDE = 16383  # of the format
# Pixels of the longer side; Discord shows a thumbnail at 85, screens have up to twice.
_THUMBNAIL_SIDE = 192
_THUMBNAIL_QUALITY = 80
THUMBNAIL_EXTENSION = "webp"


async def fit(data: bytes, *, max_bytes: int) -> tuple[bytes, str]:
    """Return an image of at most `max_bytes`, and its file extension.

    Within the limit the very same bytes come back, not even decoded. A larger image becomes WebP:
    at full size while the quality stays good, then smaller. Transparency, colour profile and the
    EXIF orientation are kept, other metadata and all frames after the first are not.

    Raises:
        ImageError: no image, broken, too many pixels, or no useful size fits.
    """
    if len(data) <= max_bytes:
        return data, known_extension(data)
    return await redraw(data, partial(_shrink, max_bytes=max_bytes)), "webp"


async def thumbnail(data: bytes) -> bytes:
    """Return a WebP of a few kilobytes, for lists.

    Raises:
        ImageError: no image, broken, or too many pixels.
    """
    return await redraw(data, _reduce)


def _reduce(image: "Image.Image") -> bytes:
    image.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    return _encode(image, _THUMBNAIL_QUALITY)


def _shrink(image: "Image.Image", max_bytes: int) -> bytes:
    """Encode with as little loss as the limit allows: quality first, then size."""
    size, encoded = image.size, b""
    if max(size) <= _MAX_WEBP_SIDE:
        for quality in _FULL_SIZE_QUALITIES:
            encoded = _encode(image, quality)
            if len(encoded) <= max_bytes:
                return encoded
    while True:
        size = _next_size(size, overshoot=len(encoded) / max(max_bytes, 1))
        if max(size) < _MIN_SIDE:
            raise ImageError(f"the image cannot be made smaller than {max_bytes} bytes")
        encoded = _encode(image.resize(size), _SCALED_QUALITY)  # from the original: one loss only
        if len(encoded) <= max_bytes:
            return encoded


def _next_size(size: tuple[int, int], *, overshoot: float) -> tuple[int, int]:
    """Return the size to try next: bytes grow with the area, so the factor is a square root.

    Every step takes at least a tenth off and ends below WebP's longest side, so few steps do.
    """
    factor = min(0.9, 0.95 / math.sqrt(max(overshoot, 1)), _MAX_WEBP_SIDE / max(size))
    width, height = size
    return max(1, int(width * factor)), max(1, int(height * factor))


def _encode(image: "Image.Image", quality: int) -> bytes:
    encoded = BytesIO()
    image.save(encoded, "WEBP", quality=quality, icc_profile=image.info.get("icc_profile"))
    return encoded.getvalue()
