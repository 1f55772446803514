"""WebP: RIFF chunks. https://developers.google.com/speed/webp/docs/riff_container."""

import struct
from collections.abc import Iterator
from typing import Final

from bot.images.containers.bare import UPRIGHT, Bare, orientation_of, usable_profile

_HEAD: Final = 12  # RIFF, length, WEBP
_PICTURE: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
# In the flags of VP8X; what they announce is left out.
_PROFILE, _EXIF, _XMP = 0x20, 0x08, 0x04


def bare_webp(data: bytes) -> Bare:
    """Return the picture of a WebP, of an animation its first frame."""
    kept, exif, profile = bytearray(), None, None
    is_animated = False
    for kind, chunk in _chunks(data):
        if kind in _PICTURE and not (kind == b"ANMF" and is_animated):
            is_animated |= kind == b"ANMF"
            kept += _without_flags(chunk) if kind == b"VP8X" else chunk
        elif kind == b"EXIF" and exif is None:
            exif = bytes(chunk[8:])
        elif kind == b"ICCP" and profile is None:
            profile = usable_profile(bytes(chunk[8 : 8 + _length(chunk)]))
    head = b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP"
    return Bare(
        data=head + kept,
        orientation=UPRIGHT if exif is None else orientation_of(exif),
        profile=profile,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Return kind and whole of each chunk, padded to an even length."""
    view = memoryview(data)
    riff_end = min(len(data), 8 + int.from_bytes(view[4:8], "little"))
    at = _HEAD
    while at + 8 <= riff_end:
        end = at + 8 + _length(view[at:])
        end += end % 2
        yield bytes(view[at : at + 4]), view[at:end]
        at = end


def _length(chunk: memoryview) -> int:
    return int.from_bytes(chunk[4:8], "little")


def _without_flags(chunk: memoryview) -> bytes:
    kept = bytearray(chunk)
    if len(kept) > 8:  # noqa: PLR2004 - the flags' place
        kept[8] &= ~(_PROFILE | _EXIF | _XMP) & 0xFF
    return bytes(kept)
