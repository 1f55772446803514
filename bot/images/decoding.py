"""Decoding images from strangers: one at a time, and safe against decompression bombs.

May not touch the network. Pillow is imported in the worker, at first use: that takes long, and
most images never need it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from bot.domain.errors import ImageError, NoImageError, TooManyPixelsError
from bot.domain.pictures import extension_of
from bot.images.exif import orientation_of
from bot.images.jpeg import bare_jpeg
from bot.images.modes import as_shown
from bot.images.png import MAX_PROFILE_BYTES, bare_png

if TYPE_CHECKING:
    from PIL import Image

# Midjourney's largest upscale has 17 million. Decoding and encoding together take about 16 bytes a
# pixel (measured), so this keeps within 400 MB, and small servers have 512.
MAX_PIXELS = 25_000_000
_ORIENTATION = 0x0112  # EXIF's tag


async def redraw(data: bytes, draw: "Callable[[Image.Image], bytes]") -> bytes:
    """Decode an image and return what `draw` makes of it, in the one thread that does such work.

    `draw` gets RGB or RGBA, upright, with nothing attached but a profile of such colours. Of
    several frames it gets the first.

    Raises:
        NoImageError: no image of a kind that we read.
        TooManyPixelsError: more than `MAX_PIXELS`; not decoded.
        ImageError: broken, too much work, or `draw` cannot use it.
    """
    known_extension(data)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_worker(), _guarded, data, draw)


def known_extension(data: bytes) -> str:
    """Return the file extension by the first bytes.

    Raises:
        NoImageError: no image of a kind that we read.
    """
    extension = extension_of(data)
    if extension is None:
        raise NoImageError("the data is not an image")
    return extension


@cache
def _worker() -> ThreadPoolExecutor:
    """Return the one thread that decodes; a pool of its own, so that it never fills the shared one.

    One, because the memory of `MAX_PIXELS` is there only once.
    """
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="image-drawing")


def _guarded(data: bytes, draw: "Callable[[Image.Image], bytes]") -> bytes:
    try:
        return draw(_decode(data))
    except ImageError:
        raise
    # A decoder that is fed by strangers raises more kinds than Pillow documents: OSError,
    # SyntaxError, ValueError, struct.error, EOFError, MemoryError, its bomb warning and error, …
    except Exception as error:
        raise ImageError(f"the image cannot be decoded ({type(error).__name__})") from error


def _decode(data: bytes) -> "Image.Image":
    extension = known_extension(data)
    exif, profile = b"", None
    if extension == "jpg":
        data, exif = bare_jpeg(data)
    elif extension == "png":
        data, profile = bare_png(data)
    with _opened(data, extension) as opened:
        opened.load()
        orientation = orientation_of(exif or opened.info.get("exif", b""))
        profile = profile or opened.info.get("icc_profile")
        if profile is not None and len(profile) > MAX_PROFILE_BYTES:
            profile = None
        frame = getattr(opened, "dispose_extent", None)  # of a GIF: where its picture stands
        image = as_shown(opened, profile)
    info = image.info
    image = _alone(image, frame)
    _turn_upright(image, orientation)
    image.info = info
    return image


def _opened(data: bytes, extension: str) -> "Image.Image":
    """Read the header only."""
    # Slow, see the module's docstring.
    from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: PLC0415

    # Pillow has readers for dozens of formats, each one more chance for a hostile file.
    readers: dict[str, Callable[[BytesIO], Image.Image]] = {
        "png": PngImagePlugin.PngImageFile,
        "jpg": JpegImagePlugin.JpegImageFile,
        "webp": WebPImagePlugin.WebPImageFile,
        "gif": GifImagePlugin.GifImageFile,
    }
    try:
        opened = readers[extension](BytesIO(data))
    except Image.DecompressionBombError:
        raise TooManyPixelsError(MAX_PIXELS) from None
    if opened.width * opened.height > MAX_PIXELS:
        opened.close()
        raise TooManyPixelsError(MAX_PIXELS)
    return opened


def _alone(image: "Image.Image", frame: tuple[int, int, int, int] | None) -> "Image.Image":
    """Return the picture with nothing around it, where it does not fill its canvas."""
    from PIL import Image  # noqa: PLC0415 - slow, see the module's docstring

    if frame is None or frame == (0, 0, *image.size):
        return image
    alone = Image.new("RGBA", image.size)
    alone.paste(image.crop(frame), frame[:2])
    return alone


def _turn_upright(image: "Image.Image", orientation: int) -> None:
    from PIL import ImageOps  # noqa: PLC0415 - slow, see the module's docstring

    image.getexif()[_ORIENTATION] = orientation
    ImageOps.exif_transpose(image, in_place=True)
