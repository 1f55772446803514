"""The bare picture in a PNG. https://www.w3.org/TR/png-3/.

A decoder refuses the whole file for notes, previews or animations that are huge or broken, so it
sees none of them. Imports only the standard library: bytes in, bytes out.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

MAX_PROFILE_BYTES = 4 * 1024 * 1024  # profiles for print have 0.5 to 2 MiB, others a few kB

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_END: Final = b"\0\0\0\0IEND\xaeB`\x82"
_AROUND: Final = 12  # bytes of a chunk beside its content: length, kind, checksum
_GREY, _COLOUR, _PALETTE = 0, 2, 3
_NULL: Final = b"\0"


def bare_png(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the picture of a PNG, of an animation the one that stands for it; and its profile.

    Chunks that a decoder may ignore are left out unless they change the look and are sound.
    """
    kept, found = bytearray(_SIGNATURE), dict[bytes, bytes]()
    for kind, chunk in _chunks(data):
        if kind[:1].isupper():  # without these there is no picture; the decoder checks them
            kept += chunk
            if len(chunk) < _AROUND or len(chunk) != _length(chunk) + _AROUND:
                return bytes(kept), None  # the file breaks off within the picture
            if kind in {b"IHDR", b"PLTE"}:
                found.setdefault(kind, bytes(chunk[8:-4]))
        elif kind in {b"tRNS", b"iCCP", b"eXIf"} and kind not in found and _is_sound(chunk):
            found[kind] = bytes(chunk[8:-4])
            if kind == b"eXIf":
                kept += chunk
            elif kind == b"tRNS" and (content := _transparency(found)):
                kept += _chunk(kind, content)
    return bytes(kept + _END), _profile(found.get(b"iCCP", b""))


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


def _transparency(found: dict[bytes, bytes]) -> bytes:
    """Return the content of tRNS as Pillow takes it: one colour on a scale of 8 bits.

    Empty if it does not fit; viewers pass over the transparency of more colours than there are.
    """
    kind, content = _colour_type(found), found[b"tRNS"]
    if kind == _PALETTE:
        return content if len(content) <= len(found.get(b"PLTE", b"")) // 3 else b""
    count = {_GREY: 1, _COLOUR: 3}.get(-1 if kind is None else kind)
    if count is None or len(content) != 2 * count:
        return b""
    bits = found[b"IHDR"][8]
    most = (1 << bits) - 1  # "only the low-order bits are used"
    samples = (sample & most for sample in struct.unpack(f">{count}H", content))
    if kind == _COLOUR:  # of which Pillow keeps the upper bytes
        return struct.pack(">3H", *(sample >> bits - 8 for sample in samples))
    return struct.pack(">H", *((sample * 255 + most // 2) // most for sample in samples))


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


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
