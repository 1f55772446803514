"""Drawing an image anew so that nothing but the picture is left. May not touch the network."""

import math
from io import BytesIO
from typing import TYPE_CHECKING

from bot.images.decoding import redraw
from bot.images.modes import in_srgb

if TYPE_CHECKING:
    from PIL import Image

MAX_PNG_BYTES = 8 * 1024 * 1024
# Of the longer side, in pixels. Models look at references in much less detail, and a PNG of 25
# megapixels takes 3 seconds and 67 MiB (measured).
MAX_PNG_SIDE = 2048


async def clean_png(data: bytes) -> bytes:
    """Return the picture as a PNG without metadata, upright, scaled down as far as it must be.

    Raises:
        NoImageError: no image of a kind that we read.
        TooManyPixelsError: too many to decode.
        ImageError: broken.
    """
    return await redraw(data, _as_png)


def _as_png(image: "Image.Image") -> bytes:
    image = in_srgb(image)  # a profile may name its author, and not every reader applies it
    factor = MAX_PNG_SIDE / max(image.size)
    encoded = _encoded(_scaled(image, factor) if factor < 1 else image)
    while len(encoded) > MAX_PNG_BYTES:  # noise; the bytes grow with the area
        factor = min(factor, 1) * 0.95 * math.sqrt(MAX_PNG_BYTES / len(encoded))
        encoded = _encoded(_scaled(image, factor))
    return encoded


def _scaled(image: "Image.Image", factor: float) -> "Image.Image":
    width, height = image.size
    return image.resize((max(1, round(width * factor)), max(1, round(height * factor))))


def _encoded(image: "Image.Image") -> bytes:
    encoded = BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()
