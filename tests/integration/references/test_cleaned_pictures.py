"""Attached pictures are drawn anew: nothing of the original file but what it shows."""

import io

import pytest
from PIL import Image, PngImagePlugin

from bot.domain.errors import NoImageError, TooManyPixelsError
from bot.images import clean_png
from bot.images.cleaning import MAX_PNG_BYTES, MAX_PNG_SIDE
from tests.integration.references.fixtures import BOMB, GPS, photo
from tests.pictures import encoded


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_where_and_with_what_a_photo_was_taken_is_gone(kind: str) -> None:
    original = photo(kind)
    assert b"Spy Camera" in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(GPS)
    png = await clean_png(original)
    assert b"Spy Camera" not in png
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert not image.getexif()
    assert image.info == {}


async def test_a_photo_stands_upright_without_its_orientation_note() -> None:
    assert Image.open(io.BytesIO(await clean_png(photo()))).size == (20, 40)


async def test_notes_in_a_png_are_gone() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Author", "Somebody")
    original = encoded(Image.new("RGB", (8, 8)), "PNG", pnginfo=note)
    assert b"Somebody" not in await clean_png(original + b"and something behind the end")


async def test_bytes_behind_the_end_of_the_file_are_dropped() -> None:
    assert b"PK\x03\x04" not in await clean_png(photo() + b"PK\x03\x04 an archive")


async def test_transparency_stays() -> None:
    png = await clean_png(
        encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 10)), "WEBP", lossless=True)
    )
    assert Image.open(io.BytesIO(png)).getpixel((0, 0)) == (255, 0, 0, 10)


async def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    original = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    image = Image.open(io.BytesIO(await clean_png(original)))
    assert (getattr(image, "n_frames", 1), image.getpixel((0, 0))) == (1, (255, 0, 0))


async def test_a_large_picture_is_scaled_down_in_proportion() -> None:
    png = await clean_png(encoded(Image.new("RGB", (4096, 1024)), "JPEG"))
    assert Image.open(io.BytesIO(png)).size == (MAX_PNG_SIDE, MAX_PNG_SIDE // 4)


async def test_noise_stays_within_the_size_limit() -> None:
    channels = [Image.effect_noise((2048, 2048), 100) for _ in range(3)]
    noise = encoded(Image.merge("RGB", channels), "JPEG", quality=95)
    assert len(await clean_png(noise)) <= MAX_PNG_BYTES


async def test_a_bomb_is_refused() -> None:
    assert len(BOMB) < 100_000
    with pytest.raises(TooManyPixelsError):
        await clean_png(BOMB)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"%PDF-1.7", b"BM" + b"\0" * 60])
async def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NoImageError):
        await clean_png(data)
