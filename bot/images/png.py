"""The bare picture in a PNG. https://www.w3.org/TR/png-3/.

A decoder refuses the whole file for notes, previews or animations that are huge or broken, so it
sees none of them. Imports only the standard library: bytes in, bytes out.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_PROFILE_BYTES = 4 * 1024 * 1024  # profiles for print have 0.5 to 2 MiB, others a few kB

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_END: Final = b"\0\0\0\0IEND\xaeB`\x82"
_AROUND: Final = 12  # bytes of a chunk beside its content: length, kind, checksum
_GREY, _COLOUR, _PALETTE = 0, 2, 3
_NULL: Final = b"\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourKey:
    """The one colour of a PNG that is transparent, in samples as they are in the file."""

    samples: tuple[int, ...]  # one for grey, three for colour
    bits: int  # of a sample


@dataclass(frozen=True, slots=True, kw_only=True)
class BarePng:
    """A picture as a file that holds nothing else but its EXIF block."""

    data: bytes
    profile: bytes | None = None  # the ICC profile that its colours are meant by
    key: ColourKey | None = None


def bare_png(data: bytes) -> BarePng:
    """Return the picture of a PNG; of an animation the picture that stands for it.

    Chunks that a decoder may ignore are left out unless they change the look and are sound.
    """
    kept, found = bytearray(_SIGNATURE), dict[bytes, bytes]()
    for kind, chunk in _chunks(data):
        if kind[:1].isupper():  # without these there is no picture; the decoder checks them
            kept += chunk
            if len(chunk) < _AROUND or len(chunk) != _length(chunk) + _AROUND:
                return BarePng(data=bytes(kept))  # the file breaks off within the picture
            if kind in {b"IHDR", b"PLTE"}:
                found.setdefault(kind, bytes(chunk[8:-4]))
        elif kind in {b"tRNS", b"iCCP", b"eXIf"} and kind not in found and _is_sound(chunk):
            found[kind] = bytes(chunk[8:-4])
            if kind == b"eXIf" or (kind == b"tRNS" and _fits_palette(found)):
                kept += chunk
    profile = _profile(found.get(b"iCCP", b""))
    return BarePng(data=bytes(kept + _END), profile=profile, key=_colour_key(found))


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Return kind and whole of each chunk before the end; the last one may be broken off."""
    view, at = memoryview(data), len(_SIGNATURE)
    while at + 8 <= len(data):
        kind = bytes(view[at + 4 : at + 8])
        if kind == b"IEND":
            return
        end = at + _length(view[at:]) + _AROUND
        yield kind, view[at:end]
        at = end


def _length(chunk: memoryview) -> int:
    return int.from_bytes(chunk[:4], "big")


def _is_sound(chunk: memoryview) -> bool:
    """Whether the chunk is whole and its checksum right; decoders pass over one that is not."""
    return len(chunk) == _length(chunk) + _AROUND and zlib.crc32(chunk[4:-4]) == int.from_bytes(
        chunk[-4:], "big"
    )


def _colour_type(found: dict[bytes, bytes]) -> int | None:
    header = found.get(b"IHDR", b"")
    return header[9] if len(header) > 9 else None  # noqa: PLR2004 - its place in the header


def _fits_palette(found: dict[bytes, bytes]) -> bool:
    """Whether the transparency is of a palette's colours; viewers pass over one of more colours."""
    colours = len(found.get(b"PLTE", b"")) // 3
    return _colour_type(found) == _PALETTE and len(found[b"tRNS"]) <= colours


def _colour_key(found: dict[bytes, bytes]) -> ColourKey | None:
    kind, content = _colour_type(found), found.get(b"tRNS")
    count = {_GREY: 1, _COLOUR: 3}.get(-1 if kind is None else kind)
    if count is None or content is None or len(content) != 2 * count:
        return None
    bits = found[b"IHDR"][8]
    mask = (1 << bits) - 1  # "only the low-order bits are used"
    samples = struct.unpack(f">{count}H", content)
    return ColourKey(samples=tuple(sample & mask for sample in samples), bits=bits)


def _profile(content: bytes) -> bytes | None:
    """Unpack an iCCP chunk: a name, the method 0, and the deflated profile."""
    _, _, packed = content.partition(_NULL)
    if packed[:1] != _NULL:
        return None
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(packed[1:], MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return None
    return profile if inflater.eof and len(profile) <= MAX_PROFILE_BYTES else None
