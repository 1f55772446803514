"""Making an image fit a size limit, one at a time and safe against decompression bombs.

May not touch the network. Pillow is imported in the worker, at first use: that takes long, and
most images need none of it.
"""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from bot.errors import ImageError
from bot.images.kinds import extension_of

if TYPE_CHECKING:
    from PIL import Image

# Midjourney's largest upscale has 17 million. Decoding and encoding together take about 16 bytes a
# pixel (measured), so this keeps within 400 MB, and small servers have 512.
MAX_PIXELS = 25_000_000
# Pillow has readers for dozens of formats, each one more chance for a hostile file.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_FULL_SIZE_QUALITIES = (95, 90, 80)  # WebP; below 80 fewer pixels look better than worse ones
_SCALED_QUALITY = 85
_MIN_SIDE = 64  # pixels of the longer side; a smaller picture is no use to anybody
_MAX_WEBP_SIDE = 16383  # of the format
_MAX_COLOUR_PROFILE_BYTES = 65_536  # common ones have 0.5 to 4 kB


async def fit(data: bytes, *, max_bytes: int) -> tuple[bytes, str]:
    """Give an image of at most `max_bytes`, and its file extension.

    Within the limit the very same bytes come back, not even decoded. A larger image becomes WebP:
    at full size while the quality stays good, then smaller. Transparency, colour profile and the
    EXIF orientation are kept, other metadata and all frames after the first are not.

    Raises:
        ImageError: no image, broken, too many pixels, or no useful size fits.
    """
    if len(data) <= max_bytes:
        return data, _known_extension(data)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_worker(), _fit_now, data, max_bytes), "webp"


@cache
def _worker() -> ThreadPoolExecutor:
    """Give the one thread that decodes; a pool of its own, so that it never fills the shared one.

    One, because the memory of `MAX_PIXELS` is there only once.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="image-fitting")


def _known_extension(data: bytes) -> str:
    extension = extension_of(data)
    if extension is None:
        raise ImageError("the data is not an image")
    return extension


def _fit_now(data: bytes, max_bytes: int) -> bytes:
    _known_extension(data)
    try:
        return _shrink(_decode(data), max_bytes)
    except ImageError:
        raise
    # A decoder that is fed by strangers raises more kinds than Pillow documents: OSError,
    # SyntaxError, ValueError, struct.error, EOFError, MemoryError, its bomb warning and error, …
    except Exception as error:
        raise ImageError(f"the image cannot be decoded ({type(error).__name__})") from error


def _decode(data: bytes) -> "Image.Image":
    """Decode to RGB or RGBA, upright, with nothing attached but the colour profile."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - slow, see the module's docstring

    # Pillow raises by itself only above twice this number and warns from here on. A warnings
    # filter is shared by all threads and can be undone by any of them, so we look ourselves.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(BytesIO(data), formats=_FORMATS) as opened:  # reads the header only
        if opened.width * opened.height > MAX_PIXELS:
            raise ImageError(f"the image has more than {MAX_PIXELS // 1_000_000} million pixels")
        mode = "RGBA" if opened.has_transparency_data else "RGB"
        # A profile describes the channels it was made for: after a conversion it would be wrong.
        profile = opened.info.get("icc_profile") if opened.mode == mode else None
        ImageOps.exif_transpose(opened, in_place=True)  # in place: one copy less in memory
        image = opened.convert(mode)
    image.info = {"icc_profile": profile} if _is_usable_profile(profile) else {}
    return image


def _is_usable_profile(profile: object) -> bool:
    return isinstance(profile, bytes) and len(profile) <= _MAX_COLOUR_PROFILE_BYTES


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
    """Give the size to try next: bytes grow with the area, so the factor is a square root.

    Every step takes at least a tenth off and ends below WebP's longest side, so few steps do.
    """
    factor = min(0.9, 0.95 / math.sqrt(max(overshoot, 1)), _MAX_WEBP_SIDE / max(size))
    width, height = size
    return max(1, int(width * factor)), max(1, int(height * factor))


def _encode(image: "Image.Image", quality: int) -> bytes:
    encoded = BytesIO()
    image.save(encoded, "WEBP", quality=quality, icc_profile=image.info.get("icc_profile"))
    return encoded.getvalue()
