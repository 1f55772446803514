"""GIF: blocks. https://www.w3.org/Graphics/GIF/spec-gif89a.txt."""

import struct
from typing import Final

from bot.images.containers.bare import Bare, Canvas

_HEAD: Final = 13  # signature and screen
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL: Final = 0xF9  # the extension that says which colour is transparent
_IMAGE_HEAD: Final = 10
_HAS_TABLE, _TABLE_SIZE = 0x80, 0x07


def bare_gif(data: bytes) -> Bare:
    """Return the first frame of a GIF as a file of its own.

    Where the frame does not cover the screen there is nothing, so it is transparent.
    """
    at = _HEAD + _table_bytes(data[10] if len(data) > _HEAD else 0)
    head, control = data[:at], b""
    while at < len(data) and data[at] not in {_IMAGE, _TRAILER}:
        end = at + 1
        if data[at] == _EXTENSION:
            end = _after_blocks(data, at + 2)
            if data[at + 1 : at + 2] == bytes([_CONTROL]):
                control = data[at:end]
        at = end
    if at + _IMAGE_HEAD > len(data) or data[at] != _IMAGE:
        return Bare(data=data)  # there is no picture in it
    pixels = at + _IMAGE_HEAD + _table_bytes(data[at + 9])
    end = _after_blocks(data, pixels + 1)
    return _on_its_canvas(head, control, data[at:end])


def _table_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & _TABLE_SIZE) + 1) if flags & _HAS_TABLE else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Return the place after a chain of blocks, each with its length before it."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return min(at + 1, len(data))


def _on_its_canvas(head: bytes, control: bytes, image: bytes) -> Bare:
    """Make the screen as large as the frame, and say where it stood."""
    left, top, width, height = struct.unpack_from("<4H", image, 1)
    screen_width, screen_height = struct.unpack_from("<2H", head, 6)
    canvas = Canvas(
        width=max(screen_width, left + width),
        height=max(screen_height, top + height),
        left=left,
        top=top,
    )
    head = head[:6] + struct.pack("<2H", width, height) + head[10:]
    image = image[:1] + struct.pack("<2H", 0, 0) + image[5:]
    fills = (canvas.width, canvas.height) == (width, height)
    return Bare(data=head + control + image + bytes([_TRAILER]), canvas=None if fills else canvas)
