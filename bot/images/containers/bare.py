"""What is left of an image file, and the few facts from its metadata that change the look."""

import struct
from dataclasses import dataclass

UPRIGHT = 1
MAX_PROFILE_BYTES = 4 * 1024 * 1024  # profiles for print have 0.5 to 2 MiB, others a few kB
_ORIENTATION_TAG = 0x0112
_SHORT = 3  # the type of a 16-bit value in TIFF
_ENTRY_BYTES = 12
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


class TooManyScansError(Exception):
    """A progressive JPEG that draws its pixels over and over again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourKey:
    """The one colour of a PNG that is transparent, in samples as they are in the file."""

    samples: tuple[int, ...]  # one for grey, three for colour
    bits: int  # of a sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The transparent area on which a smaller picture stands."""

    width: int
    height: int
    left: int
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A picture as a file that holds nothing else."""

    data: bytes
    orientation: int = UPRIGHT  # how it must be turned, as EXIF numbers it, 1 to 8
    profile: bytes | None = None  # the ICC profile that its colours are meant by
    key: ColourKey | None = None
    canvas: Canvas | None = None  # None: the picture fills it


def orientation_of(exif: bytes) -> int:
    """Return the orientation that an EXIF block tells, `UPRIGHT` if it tells none.

    Reads the one tag and nothing else: a block may be broken, or hold megabytes.
    """
    tiff = memoryview(exif)
    if exif.startswith(b"Exif\0\0"):
        tiff = tiff[6:]
    order = _BYTE_ORDERS.get(bytes(tiff[:4]))
    if order is None:
        return UPRIGHT
    try:
        [directory] = struct.unpack_from(f"{order}I", tiff, 4)
        [count] = struct.unpack_from(f"{order}H", tiff, directory)
        for number in range(count):
            at = directory + 2 + number * _ENTRY_BYTES
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, at)
            if tag == _ORIENTATION_TAG and kind == _SHORT and value in range(1, 9):
                return int(value)
    except struct.error:  # it breaks off
        pass
    return UPRIGHT


def usable_profile(profile: bytes) -> bytes | None:
    """Return the profile unless it is empty or far too large."""
    return profile if 0 < len(profile) <= MAX_PROFILE_BYTES else None
