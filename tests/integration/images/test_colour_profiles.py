"""Colours with a profile become sRGB; expected values are computed here."""

import struct
import zlib
from collections.abc import Sequence

import pytest
from PIL import Image

from tests.integration.images.handmade import COLOUR, COLOUR_ALPHA, chunk, png_of
from tests.integration.images.looks import SRGB, Pixel, apart, cleaned, iccp, pixels
from tests.pictures import encoded


def matrix_profile(space: bytes = b"RGB ", primaries: Sequence[Sequence[float]] = ()) -> bytes:
    """Write a small profile by hand: three primaries (adapted to D50), and a gamma of 2.2."""
    curve = b"curv\0\0\0\0\0\0\0\1" + struct.pack(">H", round(2.2 * 256)) + b"\0\0"
    tags = {b"wtpt": _xyz((0.9642, 1.0, 0.8249))}
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        for name, primary in zip((b"r", b"g", b"b"), primaries, strict=True):
            tags |= {name + b"XYZ": _xyz(primary), name + b"TRC": curve}
    table, content, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(content), len(value))
        content += value
    body = struct.pack(">I", len(tags)) + table + content
    head = struct.pack(
        ">I4sI4s4s4s", 128 + len(body), b"\0" * 4, 0x02100000, b"mntr", space, b"XYZ "
    )
    head += b"\0" * 12 + b"acsp" + b"\0" * 28 + _xyz((0.9642, 1.0, 0.8249))[8:]
    return head.ljust(128, b"\0") + body


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65_536)) for v in values)


DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
TO_SRGB = (  # from XYZ under D50 to linear sRGB (Bradford; brucelindbloom.com)
    (3.1339, -1.6169, -0.4906),
    (-0.9788, 1.9161, 0.0335),
    (0.0719, -0.2290, 1.4052),
)


def by_hand(pixel: Pixel) -> Pixel:
    """Turn a colour of Display P3 into sRGB."""
    linear = [(value / 255) ** 2.2 for value in pixel]
    xyz = [sum(DISPLAY_P3[c][row] * linear[c] for c in range(3)) for row in range(3)]
    light = [sum(a * b for a, b in zip(row, xyz, strict=True)) for row in TO_SRGB]
    return tuple(round(255 * _srgb(min(max(value, 0), 1))) for value in light)


def _srgb(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("pixel", [(200, 100, 100), (90, 120, 60), (128, 128, 128)])
async def test_colours_of_a_wide_screen_are_made_srgb(kind: str, pixel: Pixel) -> None:
    options = {"PNG": {}, "JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}
    profile = matrix_profile(primaries=DISPLAY_P3)
    data = encoded(Image.new("RGB", (16, 16), pixel), kind, icc_profile=profile, **options[kind])
    [shown, *_] = pixels(await cleaned(data))
    assert apart([shown], [by_hand(pixel)]) <= 3
    if len(set(pixel)) > 1:
        assert shown != pixel


async def test_a_profile_of_grey_and_transparency_beside_a_profile() -> None:
    grey = matrix_profile(b"GRAY")
    [shown] = pixels(await cleaned(png_of([[60]], before=iccp(grey))))
    assert shown == (by_hand((60, 60, 60))) or apart([shown], [(57, 57, 57)]) <= 4
    profile = iccp(matrix_profile(primaries=DISPLAY_P3))
    [shown] = pixels(
        await cleaned(png_of([[200, 100, 100, 33]], kind=COLOUR_ALPHA, before=profile))
    )
    assert apart([shown], [(*by_hand((200, 100, 100)), 33)]) <= 3


async def test_srgb_changes_nothing() -> None:
    [shown] = pixels(await cleaned(png_of([[1, 100, 254]], kind=COLOUR, before=iccp(SRGB))))
    assert shown == (1, 100, 254)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no method",
        b"name\0\0not deflated",
        b"name\0\0" + zlib.compress(b"no profile"),
        b"name\0\0" + zlib.compress(SRGB)[:-9],
        b"name\0\0" + zlib.compress(bytes(64 * 1024 * 1024)),
        b"name\0\0" + zlib.compress(matrix_profile(b"GRAY")),
    ],
    ids=["empty", "no method", "not deflated", "nonsense", "broken off", "a bomb", "of grey"],
)
async def test_an_unusable_profile_counts_for_nothing(content: bytes) -> None:
    data = png_of([[1, 100, 254]], kind=COLOUR, before=chunk(b"iCCP", content))
    assert pixels(await cleaned(data)) == [(1, 100, 254)]
