"""PNG with each kind of colour and number of bits, and the modes that other formats have."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.images.modes import as_shown
from tests.integration.images.handmade import (
    COLOUR,
    COLOUR_ALPHA,
    GREY_ALPHA,
    PALETTE,
    chunk,
    png_of,
)
from tests.integration.images.looks import BLUE, RED, Pixel, apart, cleaned, pixels

# ── PNG: each kind of colour with each number of bits ───────────────────────────────────────────


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
async def test_grey_of_any_depth_is_scaled(bits: int) -> None:
    most = (1 << bits) - 1
    row = sorted({0, most // 3, most // 2, most - most // 10, most})
    shown = pixels(await cleaned(png_of([row], bits=bits)))
    assert apart(shown, [(round(value * 255 / most),) * 3 for value in row]) <= 1


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", [COLOUR, GREY_ALPHA, COLOUR_ALPHA])
async def test_colour_and_transparency_of_any_depth_are_scaled(kind: int, bits: int) -> None:
    most = (1 << bits) - 1
    samples = [most, most // 4, most // 2, most * 3 // 4]
    pixel = {COLOUR: samples[:3], GREY_ALPHA: samples[1:3], COLOUR_ALPHA: samples}[kind]
    [shown] = pixels(await cleaned(png_of([pixel], bits=bits, kind=kind)))
    scaled = [round(value * 255 / most) for value in pixel]
    expected = [scaled[0]] * 3 + scaled[1:] if kind == GREY_ALPHA else scaled
    assert apart([shown], [tuple(expected)]) <= 1


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
async def test_the_transparent_grey_is_found_at_any_depth(bits: int) -> None:
    most = (1 << bits) - 1
    key = most // 3
    row = [0, key, most]
    data = png_of([row], bits=bits, before=chunk(b"tRNS", struct.pack(">H", key)))
    alphas = [pixel[3] for pixel in pixels(await cleaned(data))]
    assert alphas == [0 if value == key else 255 for value in row]


@pytest.mark.parametrize("bits", [8, 16])
async def test_the_transparent_colour_is_exactly_that_one(bits: int) -> None:
    most = (1 << bits) - 1
    key = (most, most // 2, 0)
    near = (most, most // 2, most // 255)
    data = png_of(
        [[*key, *near]], bits=bits, kind=COLOUR, before=chunk(b"tRNS", struct.pack(">3H", *key))
    )
    assert [pixel[3] for pixel in pixels(await cleaned(data))] == [0, 255]


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
async def test_a_palette_with_and_without_transparency(bits: int) -> None:
    palette = chunk(b"PLTE", bytes((*RED, *BLUE)))
    plain = png_of([[0, 1]], bits=bits, kind=PALETTE, before=palette)
    assert pixels(await cleaned(plain)) == [RED, BLUE]
    seen_through = palette + chunk(b"tRNS", bytes([100]))
    half = png_of([[0, 1]], bits=bits, kind=PALETTE, before=seen_through)
    assert pixels(await cleaned(half)) == [(*RED, 100), (*BLUE, 255)]
    too_many = palette + chunk(b"tRNS", bytes([100] * 3))  # of no colour; viewers pass over it
    odd = png_of([[0, 1]], bits=bits, kind=PALETTE, before=too_many)
    assert pixels(await cleaned(odd)) == [RED, BLUE]


@given(row=st.lists(st.integers(0, 65_535), min_size=1, max_size=20))
async def test_no_grey_of_16_bits_is_cut_off(row: list[int]) -> None:
    shown = [pixel[0] for pixel in pixels(await cleaned(png_of([row], bits=16)))]
    assert all(
        abs(value * 255 / 65_535 - seen) <= 1 for value, seen in zip(row, shown, strict=True)
    )


# ── Modes that only other formats have ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("mode", "pixel", "shown"),
    [
        ("1", 255, (255, 255, 255)),
        ("L", 77, (77, 77, 77)),
        ("LA", (77, 10), (77, 77, 77, 10)),
        ("RGBX", (1, 2, 3, 4), (1, 2, 3)),
        ("I;16", 0x8080, (128, 128, 128)),
        ("I;16B", 0x8080, (128, 128, 128)),
        ("I;16L", 0x8080, (128, 128, 128)),
        ("CMYK", (255, 0, 0, 0), (0, 255, 255)),
        ("CMYK", (0, 0, 0, 128), (127, 127, 127)),
        ("YCbCr", (128, 128, 128), (128, 128, 128)),
        ("HSV", (0, 255, 255), (255, 0, 0)),
    ],
)
def test_every_mode_is_shown_in_its_colours(
    mode: str, pixel: float | tuple[int, ...], shown: Pixel
) -> None:
    [seen] = pixels(as_shown(Image.new(mode, (1, 1), pixel)))
    assert apart([seen], [shown]) <= 1


def test_a_palette_with_alpha_is_shown_with_it() -> None:
    image = Image.new("PA", (1, 1))
    image.putpalette([9, 8, 7])
    image.putalpha(50)
    assert pixels(as_shown(image)) == [(9, 8, 7, 50)]
