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

from bot.domain.errors import ImageError, NoImageError, TooManyPixelsError
from bot.images.containers import Bare, ColourKey, TooManyScansError, bare_picture
from bot.images.kinds import extension_of
from bot.images.modes import as_shown, mask_of, on_canvas

if TYPE_CHECKING:
    from PIL import Image

P = ParamSpec("P")

# Midjourney's largest upscale has 17 million. Decoding and encoding together take about 16 bytes a
# pixel (measured), so this keeps within 400 MB, and small servers have 512.
MAX_PIXELS = 25_000_000
# Pillow has readers for dozens of formats, each one more chance for a hostile file.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_BYTE = 256
# What turns each EXIF orientation upright, by the name of Pillow's constant.
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


async def redraw(
    data: bytes,
    draw: "Callable[Concatenate[Image.Image, P], bytes]",
    *args: P.args,
    **kwargs: P.kwargs,
) -> bytes:
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
    return await loop.run_in_executor(_worker(), lambda: _guarded(data, draw, *args, **kwargs))


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
    except TooManyScansError:
        raise ImageError("the image takes too long to decode") from None
    # A decoder that is fed by strangers raises more kinds than Pillow documents: OSError,
    # SyntaxError, ValueError, struct.error, EOFError, MemoryError, its bomb warning and error, …
    except Exception as error:
        raise ImageError(f"the image cannot be decoded ({type(error).__name__})") from error


def _decode(data: bytes) -> "Image.Image":
    bare = bare_picture(data, known_extension(data))
    with _opened(bare) as opened:
        opened.load()
        image = as_shown(opened, bare.profile, _mask(opened, bare))
        info = image.info
    if bare.canvas is not None:
        image = on_canvas(image, bare.canvas)
    image = _upright(image, bare.orientation)
    image.info = info
    return image


def _opened(bare: Bare) -> "Image.Image":
    """Read the header only."""
    from PIL import Image  # noqa: PLC0415 - slow, see the module's docstring

    # Pillow raises by itself only above twice this number and warns from here on. A warnings
    # filter is shared by all threads and can be undone by any of them, so we look ourselves.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        opened = Image.open(BytesIO(bare.data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixelsError(MAX_PIXELS) from None
    canvas = bare.canvas
    largest = max(opened.width * opened.height, canvas.width * canvas.height if canvas else 0)
    if largest > MAX_PIXELS:
        opened.close()
        raise TooManyPixelsError(MAX_PIXELS)
    return opened


def _mask(opened: "Image.Image", bare: Bare) -> "Image.Image | None":
    """Return where the picture is not transparent, if that is told by one of its colours."""
    key = bare.key
    if key is None or key.bits <= 8 or len(key.samples) == 1:  # noqa: PLR2004 - bits of a byte
        return None if key is None else mask_of(opened, key)
    # Pillow keeps the upper bytes of colours with 16 bits; the lower ones come from a second look.
    from PIL import Image, ImageChops  # noqa: PLC0415 - slow, see the module's docstring

    upper, lower = zip(*(divmod(sample, _BYTE) for sample in key.samples), strict=True)
    with Image.open(BytesIO(bare.data), formats=_FORMATS) as again:
        again.tile = [tile._replace(args="RGB;16L") for tile in again.tile]
        mask = mask_of(again, ColourKey(samples=lower, bits=8))
    return ImageChops.lighter(mask, mask_of(opened, ColourKey(samples=upper, bits=8)))


def _upright(image: "Image.Image", orientation: int) -> "Image.Image":
    from PIL import Image  # noqa: PLC0415 - slow, see the module's docstring

    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(Image.Transpose[turn])
