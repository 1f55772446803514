"""Pictures as a viewer shows them: their pixels, and how far they are apart."""

import io
import zlib
from collections.abc import Sequence

from PIL import Image, ImageCms

from bot.images import clean_png
from tests.integration.images.handmade import chunk

Pixel = tuple[int, ...]
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


async def cleaned(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(await clean_png(data)))
    assert image.mode in {"RGB", "RGBA"}
    assert image.info == {}
    return image


def pixels(image: Image.Image) -> list[Pixel]:
    width = len(image.mode)
    flat = image.tobytes()
    return [tuple(flat[at : at + width]) for at in range(0, len(flat), width)]


def apart(one: Sequence[Pixel], other: Sequence[Pixel]) -> int:
    """Return the largest difference of two rows of pixels."""
    assert [len(each) for each in one] == [len(each) for each in other]
    return max(abs(a - b) for left, right in zip(one, other, strict=True)
               for a, b in zip(left, right, strict=True))  # fmt: skip


def iccp(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"a profile\0\0" + zlib.compress(profile))
