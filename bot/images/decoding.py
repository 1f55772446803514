"""Decoding images from strangers: one at a time, and safe against decompression bombs.

May not touch the network. Pillow is imported in the worker, at first use: that takes long, and
most images never need it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from bot.errors import ImageError, NoImageError, TooManyPixelsError
from bot.images.kinds import extension_of

if TYPE_CHECKING:
    from PIL import Image

P = ParamSpec("P")

# Midjourney's largest upscale has 17 million. Decoding and encoding together take about 16 bytes a
# pixel (measured), so this keeps within 400 MB, and small servers have 512.
MAX_PIXELS = 25_000_000
# Pillow has readers for dozens of formats, each one more chance for a hostile file.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_MAX_COLOUR_PROFILE_BYTES = 65_536  # common ones have 0.5 to 4 kB


async def redraw(
    data: bytes,
    draw: "Callable[Concatenate[Image.Image, P], bytes]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> bytes:
    """Decode an image and give what `draw` makes of it, in the one thread that does such work.

    `draw` gets RGB or RGBA, upright, with nothing attached but the colour profile. Of several
    frames it gets the first.

    Raises:
        NoImageError: no image of a kind that we read.
        TooManyPixelsError: more than `MAX_PIXELS`; not decoded.
        ImageError: broken, or `draw` cannot use it.
    """
    known_extension(data)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_worker(), lambda: _guarded(data, draw, *args, **kwargs))


def known_extension(data: bytes) -> str:
    """Give the file extension by the first bytes.

    Raises:
        NoImageError: no image of a kind that we read.
    """
    extension = extension_of(data)
    if extension is None:
        raise NoImageError("the data is not an image")
    return extension


@cache
def _worker() -> ThreadPoolExecutor:
    """Give the one thread that decodes; a pool of its own, so that it never fills the shared one.

    One, because the memory of `MAX_PIXELS` is there only once.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="image-drawing")


def _guarded(
    data: bytes,
    draw: "Callable[Concatenate[Image.Image, P], bytes]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> bytes:
    try:
        return draw(_decode(data), *args, **kwargs)
    except ImageError:
        raise
    # A decoder that is fed by strangers raises more kinds than Pillow documents: OSError,
    # SyntaxError, ValueError, struct.error, EOFError, MemoryError, its bomb warning and error, …
    except Exception as error:
        raise ImageError(f"the image cannot be decoded ({type(error).__name__})") from error


def _decode(data: bytes) -> "Image.Image":
    from PIL import ImageOps  # noqa: PLC0415 - slow, see the module's docstring

    with _opened(data) as opened:
        mode = "RGBA" if opened.has_transparency_data else "RGB"
        # A profile describes the channels it was made for: after a conversion it would be wrong.
        profile = opened.info.get("icc_profile") if opened.mode == mode else None
        ImageOps.exif_transpose(opened, in_place=True)  # in place: one copy less in memory
        image = opened.convert(mode)
    image.info = {"icc_profile": profile} if _is_usable_profile(profile) else {}
    return image


def _opened(data: bytes) -> "Image.Image":
    """Read the header only."""
    from PIL import Image  # noqa: PLC0415 - slow, see the module's docstring

    # Pillow raises by itself only above twice this number and warns from here on. A warnings
    # filter is shared by all threads and can be undone by any of them, so we look ourselves.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        opened = Image.open(BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixelsError(MAX_PIXELS) from None
    if opened.width * opened.height > MAX_PIXELS:
        opened.close()
        raise TooManyPixelsError(MAX_PIXELS)
    return opened


def _is_usable_profile(profile: object) -> bool:
    return isinstance(profile, bytes) and len(profile) <= _MAX_COLOUR_PROFILE_BYTES
