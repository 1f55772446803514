"""The bare picture in a JPEG. https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.

Imports only errors and the standard library: bytes in, bytes out.
"""

import re
from typing import Final

from bot.domain.errors import ImageError

# What stands after 0xff. A real marker is no stuffed zero, no restart and no fill byte.
_MARKER: Final = re.compile(rb"\xff+([^\x00\x01\xd0-\xd7\xff])", re.DOTALL)
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NOTES: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
_EXIF: Final = b"Exif\0\0"
# Notes that say how colours are stored: JFIF, Adobe, a numbered piece of a profile.
_NEEDED: Final = re.compile(rb"JFIF\0|Adobe|ICC_PROFILE\0..", re.DOTALL)
# Encoders write ten scans. Each one visits all pixels, whatever few bytes it takes: this is some
# seconds of work.
MAX_SCANNED_PIXELS: Final = 1_000_000_000


def bare_jpeg(data: bytes) -> tuple[bytes, bytes]:
    """Return the JPEG without notes that may be broken, and its EXIF block.

    Raises:
        ImageError: its scans take more than `MAX_SCANNED_PIXELS`.
    """
    kept, exif = bytearray(), b""
    pixels, scans, at = 0, 0, 0
    while (marker := _MARKER.search(data, at)) is not None:
        kept += data[at : marker.start()]  # the pixels of a scan
        code, at = marker[1][0], marker.end()
        if code == _EOI:
            break
        size = 0 if code == _SOI else int.from_bytes(data[at : at + 2])
        content = data[at + 2 : at + size]
        at += size
        if code in _NOTES and not _NEEDED.match(content):
            exif = exif or (content if content.startswith(_EXIF) else b"")
            continue
        if code in _FRAMES:
            pixels = int.from_bytes(content[1:3]) * int.from_bytes(content[3:5])
        scans += code == _SOS
        if scans * pixels > MAX_SCANNED_PIXELS:
            raise ImageError("the image takes too long to decode")
        kept += data[marker.end() - 2 : at]
    else:
        return bytes(kept + data[at:]), exif
    return bytes(kept + bytes((0xFF, _EOI))), exif
