"""JPEG: segments. https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B."""

import re
from dataclasses import dataclass, field
from typing import Final

from bot.images.containers.bare import (
    UPRIGHT,
    Bare,
    TooManyScansError,
    orientation_of,
    usable_profile,
)

# What stands after 0xff. A real marker is no stuffed zero, no restart and no fill byte.
_MARKER: Final = re.compile(rb"\xff+([^\x00\x01\xd0-\xd7\xff])", re.DOTALL)
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_APP: Final = range(0xE0, 0xF0)
_EXIF, _ICC, _JFIF, _ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
_ICC_HEAD: Final = len(_ICC) + 2  # the number of the piece, and how many there are
# Encoders write ten scans. Each one visits all pixels, whatever few bytes it takes: this is some
# seconds of work.
MAX_SCANNED_PIXELS: Final = 1_000_000_000


@dataclass(slots=True)
class _Reading:
    """What has been found so far."""

    kept: bytearray = field(default_factory=lambda: bytearray(b"\xff\xd8"))
    exif: bytes | None = None
    profile: dict[int, bytes] = field(default_factory=dict)  # by the number of the piece
    has_jfif: bool = False
    pixels: int = 0
    scans: int = 0


def bare_jpeg(data: bytes) -> Bare:
    """Return the first picture of a JPEG, up to its end.

    Raises:
        TooManyScansError: its scans take more than `MAX_SCANNED_PIXELS`.
    """
    reading, view, at = _Reading(), memoryview(data), 2
    while (marker := _MARKER.search(data, at)) is not None:
        if reading.scans:
            reading.kept += view[at : marker.start()]  # the pixels of the scan before it
        code, start = marker[1][0], marker.end()
        if code == _EOI:
            reading.kept += b"\xff\xd9"
            break
        if code == _SOI:
            at = start
            continue
        at = start + int.from_bytes(view[start : start + 2], "big")
        _take(reading, code, view[start:at])
        if at < start + 2 or at > len(data):  # no segment is that short; or the file breaks off
            break
    else:
        reading.kept += view[at:]
    return Bare(
        data=bytes(reading.kept),
        orientation=UPRIGHT if reading.exif is None else orientation_of(reading.exif),
        profile=_joined(reading.profile),
    )


def _take(reading: _Reading, code: int, segment: memoryview) -> None:
    """Keep a segment that the decoder needs, and note what changes the look."""
    if code in _APP or code == _COM:
        if not _is_needed(reading, code, segment):
            return
    elif code in _FRAMES:
        reading.pixels = int.from_bytes(segment[3:5], "big") * int.from_bytes(segment[5:7], "big")
    elif code == _SOS:
        reading.scans += 1
        if reading.scans * reading.pixels > MAX_SCANNED_PIXELS:
            raise TooManyScansError
    reading.kept += bytes((0xFF, code))
    reading.kept += segment


def _is_needed(reading: _Reading, code: int, segment: memoryview) -> bool:
    """Whether an application's segment says how colours are stored; take other facts from it."""
    content = segment[2:]
    match code - _APP.start:
        case 0 if content[:5] == _JFIF and not reading.has_jfif:
            reading.has_jfif = True
            return True
        case 1 if content[:6] == _EXIF and reading.exif is None:
            reading.exif = bytes(content)
        case 2 if content[: len(_ICC)] == _ICC and len(content) > _ICC_HEAD:
            reading.profile.setdefault(content[len(_ICC)], bytes(content[_ICC_HEAD:]))
        case 14:
            return bytes(content[:5]) == _ADOBE
    return False


def _joined(pieces: dict[int, bytes]) -> bytes | None:
    """Put the pieces of a profile together; there are 255 at most."""
    if sorted(pieces) != list(range(1, len(pieces) + 1)):
        return None
    return usable_profile(b"".join(pieces[number] for number in sorted(pieces)))
