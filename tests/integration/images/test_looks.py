"""An attached picture comes out as a viewer shows it; expected values are computed here."""

import io
import struct
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from bot.domain.errors import ImageError, TooManyPixelsError
from bot.images import clean_png
from bot.images.modes import as_shown
from tests.integration.images.handmade import (
    COLOUR,
    COLOUR_ALPHA,
    END,
    GREY_ALPHA,
    PALETTE,
    SIGNATURE,
    chunk,
    gif_of,
    png_of,
)
from tests.pictures import encoded

Pixel = tuple[int, ...]
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


async def cleaned(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(await clean_png(data)))
    assert image.mode in {"RGB", "RGBA"}
    assert image.info == {}
    return image


def pixels(image: Image.Image) -> list[Pixel]:
    width = len(image.mode)
    flat = image.tobytes()
    return [tuple(flat[at : at + width]) for at in range(0, len(flat), width)]


def apart(one: Sequence[Pixel], other: Sequence[Pixel]) -> int:
    """Return the largest difference of two rows of pixels."""
    assert [len(each) for each in one] == [len(each) for each in other]
    return max(abs(a - b) for left, right in zip(one, other, strict=True)
               for a, b in zip(left, right, strict=True))  # fmt: skip


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


# ── Formats ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_jpeg_for_print_has_its_colours() -> None:
    colours = {(0, 0, 0, 0): (255, 255, 255), (0, 255, 255, 0): RED, (0, 0, 0, 255): (0, 0, 0)}
    for ink, light in colours.items():
        data = encoded(Image.new("CMYK", (16, 16), ink), "JPEG", quality=100)
        assert b"Adobe" in data  # so its values are stored the other way round
        assert apart(pixels(await cleaned(data))[:1], [light]) <= 2


async def test_a_gif_that_does_not_fill_its_screen_has_nothing_around() -> None:
    data = gif_of([1, 2], size=(2, 1), screen=(4, 2), at=(1, 1))
    nothing = (0, 0, 0, 0)
    image = await cleaned(data)
    assert image.size == (4, 2)
    assert pixels(image)[4:] == [nothing, (*RED, 255), (*GREEN, 255), nothing]


async def test_the_transparent_colour_of_a_gif_is_transparent() -> None:
    data = gif_of([1, 2, 3, 0], size=(2, 2), screen=(2, 2), transparent=2)
    assert [pixel[3] for pixel in pixels(await cleaned(data))] == [255, 0, 255, 255]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
async def test_of_any_animation_the_first_picture_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "lime")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert {pixel[:3] for pixel in pixels(await cleaned(data))} == {RED}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_turned_as_its_orientation_says(kind: str, orientation: int) -> None:
    upright = Image.new("RGB", (32, 16), "white")
    upright.paste((200, 0, 0), (0, 0, 16, 8))  # the corner at the top left
    # Where a viewer finds the first row and column of what is stored (EXIF 2.3, table 6).
    stored = {
        1: lambda image: image,
        2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda image: image.rotate(180),
        4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda image: image.rotate(90, expand=True).transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        6: lambda image: image.rotate(90, expand=True),
        7: lambda image: image.rotate(-90, expand=True).transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        8: lambda image: image.rotate(-90, expand=True),
    }[orientation](upright)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "JPEG" else {}
    image = await cleaned(encoded(stored, kind, exif=exif, **options))
    assert image.size == (32, 16)
    assert apart([image.getpixel((4, 4)), image.getpixel((28, 12))],
                 [(200, 0, 0), (255, 255, 255)]) <= 6  # fmt: skip


# ── Colour profiles ─────────────────────────────────────────────────────────────────────────────


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


def iccp(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"a profile\0\0" + zlib.compress(profile))


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


# ── Metadata that is thrown away anyway ─────────────────────────────────────────────────────────

TEXT_2_MIB = zlib.compress(b"a" * 2 * 1024 * 1024)
ODD_CHUNKS = {
    "2 MiB of text": chunk(b"zTXt", b"Comment\0\0" + TEXT_2_MIB),
    "100 times 2 MiB of text": chunk(b"zTXt", b"Comment\0\0" + TEXT_2_MIB) * 100,
    "international text": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + TEXT_2_MIB),
    "text that is not deflated": chunk(b"zTXt", b"Comment\0\0nonsense"),
    "a wrong checksum": chunk(b"tEXt", b"Comment\0a")[:-1] + b"?",
    "many chunks": chunk(b"tEXt", b"a\0b") * 20_000,
    "an empty time": chunk(b"tIME"),
    "an odd resolution": chunk(b"pHYs", b"1"),
    "odd chromaticities": chunk(b"cHRM", b"123"),
    "odd animation": chunk(b"acTL", b"\0"),
    "odd frames": chunk(b"fcTL", b"\0") + chunk(b"fdAT", b"\0"),
    "broken exif": chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff"),
    "endless exif": chunk(b"eXIf", b"II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x04\0" * 30_000),
    "large exif": chunk(b"eXIf", b"II*\0" + b"\0" * 5_000_000),
    "an unknown chunk": chunk(b"prVt", bytes(100)),
    "odd transparency": chunk(b"tRNS", b"123"),
}


@pytest.mark.parametrize("odd", ODD_CHUNKS.values(), ids=ODD_CHUNKS)
async def test_odd_metadata_makes_no_sound_png_damaged(odd: bytes) -> None:
    samples = [[1, 100, 254]]
    for around in ({"before": odd}, {"after": odd}):
        data = png_of(samples, kind=COLOUR, **around)
        assert pixels(await cleaned(data)) == [(1, 100, 254)]


@pytest.mark.parametrize("end", [b"", END[:6], b"\0\0\xff\xffzTXtbroken off", b"rubbish" * 9])
async def test_a_png_may_end_in_any_way_behind_its_pixels(end: bytes) -> None:
    data = png_of([[1, 100, 254]], kind=COLOUR).removesuffix(END) + end
    assert pixels(await cleaned(data)) == [(1, 100, 254)]


def segment(number: int, content: bytes) -> bytes:
    return bytes((0xFF, 0xE0 + number)) + struct.pack(">H", len(content) + 2) + content


ODD_SEGMENTS = {
    "broken exif": segment(1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
    "no exif": segment(1, b"Exif\0\0") + segment(1, b""),
    "a lot of XMP": segment(1, b"http://ns.adobe.com/xap/1.0/\0" + b"x" * 65_000) * 60,
    "many segments": segment(9, b"x") * 20_000,
    "pieces of a profile": segment(2, b"ICC_PROFILE\0\1\3ab") + segment(2, b"ICC_PROFILE\0\3\3c"),
    "an empty profile": segment(2, b"ICC_PROFILE\0"),
    "many pictures": segment(2, b"MPF\0II*\0" + b"\xff" * 60),
    "Photoshop's": segment(13, b"Photoshop 3.0\x008BIM" + b"\xff" * 100),
    "a comment": b"\xff\xfe\xff\xff" + b"\xff" * 65_533,
    "fill bytes": b"\xff" * 50,
    "two heads": segment(0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0, b"JFXX\0\x10junk"),
}


@pytest.mark.parametrize("odd", ODD_SEGMENTS.values(), ids=ODD_SEGMENTS)
@pytest.mark.parametrize("progressive", [False, True])
async def test_odd_metadata_makes_no_sound_jpeg_damaged(odd: bytes, progressive: bool) -> None:
    plain = encoded(
        Image.new("RGB", (40, 30), (200, 60, 20)), "JPEG", quality=95, progressive=progressive
    )
    expected = pixels(await cleaned(plain))
    assert apart(expected[:1], [(200, 60, 20)]) <= 3
    data = plain[:2] + odd + plain[2:] + b"and \xff\xd8\xff\xda what is behind" + odd
    assert pixels(await cleaned(data)) == expected


async def test_odd_metadata_makes_no_sound_webp_damaged() -> None:
    image = Image.new("RGBA", (9, 7), (200, 60, 20, 70))
    exif, xmp = b"II*\0\xff\xff\xff\xff", b"x" * 3_000_001
    data = encoded(image, "WEBP", lossless=True, exif=exif, xmp=xmp, icc_profile=b"no profile")
    assert set(pixels(await cleaned(data + b"rubbish"))) == {(200, 60, 20, 70)}


async def test_odd_extensions_make_no_sound_gif_damaged() -> None:
    comment = b"!\xfe" + (b"\x01x") * 50_000 + b"\0"
    data = gif_of(
        [1, 2, 3, 0], size=(2, 2), screen=(2, 2),
        extensions=comment + b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" + b"!\x77\x02ab\0",
        after=b"\x99,broken",
    )  # fmt: skip
    assert pixels(await cleaned(data)) == [RED, GREEN, BLUE, (0, 0, 0)]


# ── What is damaged or hostile stays out ────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
async def test_half_a_picture_is_damaged(kind: str, part: float) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((64, 64), 90) for _ in range(3)])
    data = encoded(noise, kind)
    with pytest.raises(ImageError):
        await clean_png(data[: int(len(data) * part)])


async def test_pixels_with_a_wrong_checksum_are_damaged() -> None:
    data = bytearray(png_of([[1, 2, 3]] * 50, kind=COLOUR))
    data[-20] ^= 1
    with pytest.raises(ImageError):
        await clean_png(bytes(data))


async def test_a_jpeg_that_draws_its_pixels_without_end_is_refused() -> None:
    image = encoded(Image.new("RGB", (4000, 4000)), "JPEG", progressive=True)
    last = image.rindex(b"\xff\xda")
    scan = image[last:-2]
    with pytest.raises(ImageError, match="too long"):
        await clean_png(image[:-2] + scan * 1_000 + b"\xff\xd9")


async def test_a_small_frame_on_a_screen_without_end_is_a_bomb() -> None:
    with pytest.raises(TooManyPixelsError):
        await clean_png(gif_of([1], size=(1, 1), screen=(65_000, 65_000)))


@given(data=st.binary(max_size=300), head=st.sampled_from([SIGNATURE, b"\xff\xd8\xff", b"GIF89a",
       b"RIFF\xff\0\0\0WEBP"]))  # fmt: skip
async def test_rubbish_behind_any_head_is_refused_and_nothing_else(
    data: bytes, head: bytes
) -> None:
    with pytest.raises(ImageError):
        await clean_png(head + data)


_SOUND = (
    png_of([[1, 2, 3]] * 3, kind=COLOUR, before=iccp(SRGB) + chunk(b"tRNS", b"\0\1\0\2\0\3")),
    encoded(Image.new("RGB", (9, 9), "red"), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
    encoded(Image.new("RGBA", (9, 9), (1, 2, 3, 4)), "WEBP", lossless=True, exif=b"II*\0"),
    gif_of([1, 2, 3, 0], size=(2, 2), screen=(3, 3), transparent=1),
)


@given(
    data=st.sampled_from(_SOUND),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
)
async def test_a_file_with_wrong_bytes_is_drawn_or_refused(
    data: bytes, changes: list[tuple[float, int]]
) -> None:
    damaged = bytearray(data)
    for place, value in changes:
        damaged[int(place * len(damaged))] = value
    try:
        image = Image.open(io.BytesIO(await clean_png(bytes(damaged))))
    except ImageError:
        return
    assert image.info == {}
