"""The bare picture in an image file: what a decoder must see, without everything else.

Files carry notes, previews, animations and much more beside their picture, any of which may be
huge or broken while the picture is sound. None of that reaches a decoder. Imports only the standard
library: bytes in, bytes out.
"""

from bot.images.containers.bare import Bare, Canvas, ColourKey, TooManyScansError
from bot.images.containers.gif import bare_gif
from bot.images.containers.jpeg import bare_jpeg
from bot.images.containers.png import bare_png
from bot.images.containers.webp import bare_webp

__all__ = ["Bare", "Canvas", "ColourKey", "TooManyScansError", "bare_picture"]

_READERS = {"png": bare_png, "jpg": bare_jpeg, "webp": bare_webp, "gif": bare_gif}


def bare_picture(data: bytes, extension: str) -> Bare:
    """Return the picture of a file whose format is known by its first bytes.

    A file that breaks off or makes no sense is passed on as far as it goes: the decoder refuses
    it. Never raises but for the documented error.

    Raises:
        TooManyScansError: a JPEG that takes far more work than its size tells.
    """
    return _READERS[extension](data)
