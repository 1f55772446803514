"""A JPEG, GIF, WebP or animation comes out as a viewer shows it."""

import pytest
from PIL import Image

from tests.integration.images.handmade import gif_of
from tests.integration.images.looks import GREEN, RED, apart, cleaned, pixels
from tests.pictures import encoded


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
