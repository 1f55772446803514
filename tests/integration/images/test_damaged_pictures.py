"""What is damaged or hostile is refused."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.domain.errors import ImageError, TooManyPixelsError
from bot.images import clean_png
from tests.integration.images.handmade import COLOUR, SIGNATURE, chunk, gif_of, png_of
from tests.integration.images.looks import SRGB, iccp
from tests.pictures import encoded


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
