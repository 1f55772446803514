"""Metadata that is thrown away anyway makes no sound picture damaged."""

import struct
import zlib

import pytest
from PIL import Image

from tests.integration.images.handmade import COLOUR, END, chunk, gif_of, png_of
from tests.integration.images.looks import BLUE, GREEN, RED, apart, cleaned, pixels
from tests.pictures import encoded

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
