"""Fitting real pictures into a limit."""

import asyncio
import io

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.domain.errors import ImageError
from bot.images import fit, thumbnail
from tests.pictures import blank_png, encoded, png


def picture(side: int, mode: str = "RGB") -> Image.Image:
    """Draw colour gradients under fine grain: large as PNG, and the look can be compared."""
    ramp, grain = (
        Image.linear_gradient("L").resize((side, side)),
        Image.effect_noise((side,) * 2, 48),
    )
    colours = (Image.blend(ramp.rotate(angle), grain, 0.2) for angle in (0, 90, 180))
    return Image.merge(mode, (*colours, ramp)[: len(mode)])


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures, of 255."""
    apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB").resize(one.size))
    return max(ImageStat.Stat(apart).mean)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


async def test_an_image_within_the_limit_is_passed_on_as_the_same_object():
    data = png() + b"not even decoded"
    fitted, extension = await fit(data, max_bytes=len(data))
    assert fitted is data
    assert extension == "png"


async def test_a_large_image_keeps_its_size_and_look():
    image = picture(512)
    data = encoded(image)
    fitted, extension = await fit(data, max_bytes=len(data) // 2)
    result = opened(fitted)
    assert len(fitted) <= len(data) // 2
    assert (extension, result.format, result.size) == ("webp", "WEBP", (512, 512))
    assert difference(image, result) < 3


async def test_transparency_is_kept():
    image = picture(512, "RGBA")
    data = encoded(image)
    fitted, _ = await fit(data, max_bytes=len(data) // 2)
    result = opened(fitted)
    assert result.mode == "RGBA"
    apart = ImageChops.difference(image.getchannel("A"), result.getchannel("A"))
    assert max(ImageStat.Stat(apart).mean) < 2


@pytest.mark.parametrize("max_bytes", [8_000, 4_000, 2_000])
async def test_a_small_limit_costs_size_but_not_the_proportions(max_bytes):
    data = encoded(picture(512).resize((600, 300)))
    fitted, _ = await fit(data, max_bytes=max_bytes)
    width, height = opened(fitted).size
    assert len(fitted) <= max_bytes
    assert width < 600
    assert abs(width - 2 * height) <= 2


@pytest.mark.parametrize("max_bytes", [0, 1, 60])
async def test_a_limit_that_no_useful_size_meets_is_an_error(max_bytes):
    with pytest.raises(ImageError, match=f"cannot be made smaller than {max_bytes} bytes"):
        await fit(encoded(picture(256)), max_bytes=max_bytes)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_every_format_that_is_passed_on_can_be_fitted(kind):
    data = encoded(picture(256), kind)
    fitted, extension = await fit(data, max_bytes=len(data) // 3)
    assert len(fitted) <= len(data) // 3
    assert extension == "webp"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
async def test_every_colour_mode_can_be_fitted(mode):
    image = Image.new(mode, (300, 300)) if mode == "I;16" else picture(300).convert(mode)
    data = encoded(image, "JPEG" if mode == "CMYK" else "PNG")
    data += bytes(50_000)  # what follows the image counts for the limit, but is not kept
    fitted, _ = await fit(data, max_bytes=len(data) - 1)
    assert opened(fitted).size == (300, 300)


async def test_an_image_lies_as_its_exif_orientation_says_and_loses_the_rest():
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by 90 degrees
    exif[0x010F] = "the camera of somebody"
    image = picture(300).resize((300, 200))
    data = encoded(image, "JPEG", exif=exif, quality=95, comment=b"a comment")
    fitted, _ = await fit(data, max_bytes=len(data) - 1)
    result = opened(fitted)
    assert result.size == (200, 300)
    assert difference(image.rotate(-90, expand=True), result) < 5
    assert not result.getexif()
    assert b"somebody" not in fitted
    assert b"comment" not in fitted


async def test_the_colour_profile_is_kept():
    profile = b"a colour profile of somebody's screen"
    data = encoded(picture(200), icc_profile=profile)
    fitted, _ = await fit(data, max_bytes=len(data) - 1)
    assert opened(fitted).info["icc_profile"] == profile


async def test_an_image_longer_than_webp_allows_is_scaled_down():
    data = encoded(Image.new("RGB", (20_000, 200), "red")) + bytes(100_000)
    fitted, _ = await fit(data, max_bytes=100_000)
    assert max(opened(fitted).size) <= 16_383


async def test_a_bomb_of_144_megapixels_is_not_decoded():
    data = blank_png(12_000)
    assert len(data) < 20_000
    with pytest.raises(ImageError, match="25 million pixels"):
        await fit(data, max_bytes=1000)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
async def test_a_bomb_that_pillow_only_warns_of_is_not_decoded():
    with pytest.raises(ImageError, match="more than 25 million pixels"):
        await fit(blank_png(7_000), max_bytes=1000)


@pytest.mark.parametrize(
    "data",
    [
        encoded(picture(200))[:5000],
        b"\x89PNG\r\n\x1a\n" + bytes(5000),
        b"\xff\xd8\xff" + bytes(5000),
        b"GIF89a" + bytes(5000),
        b"RIFF\x00\x10\x00\x00WEBP" + bytes(5000),
    ],
)
async def test_a_broken_image_cannot_be_fitted(data):
    with pytest.raises(ImageError, match="cannot be decoded"):
        await fit(data, max_bytes=1000)


@pytest.mark.parametrize("max_bytes", [10, 10_000])
async def test_what_is_no_image_is_an_error_with_and_without_a_need_to_fit(max_bytes):
    with pytest.raises(ImageError, match="not an image"):
        await fit(b"<html>no image</html>", max_bytes=max_bytes)


async def test_other_work_goes_on_while_an_image_is_fitted():
    data = encoded(picture(512))
    fitting = asyncio.create_task(fit(data, max_bytes=20_000))
    turns = 0
    while not fitting.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 1  # it would be done after the first


async def test_a_thumbnail_is_small_in_every_way_and_looks_the_same():
    image = picture(1024)
    data = await thumbnail(encoded(image))
    result = opened(data)
    assert (result.format, result.size) == ("WEBP", (192, 192))
    assert len(data) < 20_000
    assert difference(result, image) < 15


async def test_a_thumbnail_of_what_is_no_image_is_refused():
    with pytest.raises(ImageError):
        await thumbnail(b"no image")
