"""Image files put together by hand, so that a test knows each sample without asking a decoder."""

import struct
import zlib
from collections.abc import Sequence

GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def png_of(
    samples: Sequence[Sequence[int]],
    *,
    bits: int = 8,
    kind: int = GREY,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Write rows of samples as a PNG; `before` and `after` are chunks around the pixels."""
    width = len(samples[0]) // CHANNELS[kind]
    header = struct.pack(">IIBBBBB", width, len(samples), bits, kind, 0, 0, 0)
    rows = b"".join(b"\0" + _packed(row, bits) for row in samples)
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return SIGNATURE + chunk(b"IHDR", header) + before + pixels + after + END


def _packed(row: Sequence[int], bits: int) -> bytes:
    number = 0
    for sample in row:
        number = number << bits | sample
    total = len(row) * bits
    padding = -total % 8
    return (number << padding).to_bytes((total + padding) // 8, "big")


def gif_of(
    pixels: Sequence[int],
    *,
    size: tuple[int, int],
    screen: tuple[int, int],
    at: tuple[int, int] = (0, 0),
    transparent: int | None = None,
    extensions: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Write a GIF of the colours black, red, green and blue; `after` follows the first frame."""
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x81, 0, 0)
    table = bytes((0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255))
    control = b""
    if transparent is not None:
        control = b"!\xf9\x04\x01\0\0" + bytes((transparent, 0))
    image = b"," + struct.pack("<HHHHB", *at, *size, 0)
    return head + table + extensions + control + image + _lzw(pixels) + after + b";"


def _lzw(pixels: Sequence[int]) -> bytes:
    """Write each pixel as a code of three bits, and clear so often that no code grows longer."""
    bits, count = 0, 0
    for place, pixel in enumerate(pixels):
        codes = (4, pixel) if place % 2 == 0 else (pixel,)
        for code in codes:
            bits |= code << count
            count += 3
    bits |= 5 << count
    data = bits.to_bytes((count + 3 + 7) // 8, "little")
    blocks = [data[place : place + 255] for place in range(0, len(data), 255)]
    return b"\x02" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
