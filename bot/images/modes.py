"""Converts decoded pixels to the colours that a viewer shows.

Pillow has a dozen ways to keep pixels, and its own conversions cut off what is above 255 instead of
scaling it, and know transparent colours of 8 bits only. Pillow is imported at first use, see
`decoding`.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

_WHITE_16: Final = 65_535
_WHITE_8: Final = 255
# By the colour space of a profile: the modes whose pixels it describes.
_DESCRIBED: Final = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def as_shown(image: "Image.Image", profile: bytes | None = None) -> "Image.Image":
    """Return the picture as RGB or RGBA of 8 bits, scaled, with its transparency.

    A profile that describes RGB stays in `info`; colours meant by another are made sRGB here, and
    a profile that does not fit the picture, or is broken, counts for nothing. Takes `image`
    over: it may be changed.
    """
    image = _of_8_bits(image)
    alpha = None
    if image.has_transparency_data:
        image = image.convert("RGBA")  # a palette too, and one colour
        alpha = image.getchannel("A")
    colours = _as_rgb(_opaque(image), profile)
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def in_srgb(image: "Image.Image") -> "Image.Image":
    """Return RGB or RGBA without the profile in its `info`, its colours as that meant them."""
    profile = image.info.get("icc_profile")
    if profile is None:
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB")
    colours = _by_profile(colours, profile) or colours
    colours.info = {}
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


# ── Precision ───────────────────────────────────────────────────────────────────────────────────


def _of_8_bits(image: "Image.Image") -> "Image.Image":
    """Scale what has more or less than 8 bits."""
    if image.mode.startswith("I;16"):
        scaled = [
            (value * _WHITE_8 + _WHITE_16 // 2) // _WHITE_16 for value in range(_WHITE_16 + 1)
        ]
        return image.convert("I").point(scaled, "L")
    return image.convert("L") if image.mode == "1" else image


def _opaque(image: "Image.Image") -> "Image.Image":
    """Return the colours alone: grey, RGB or CMYK."""
    match image.mode:
        case "L" | "RGB" | "CMYK":
            return image
        case "LA":
            return image.getchannel("L")
        case _:
            return image.convert("RGB")


# ── Colour ──────────────────────────────────────────────────────────────────────────────────────


def _as_rgb(image: "Image.Image", profile: bytes | None) -> "Image.Image":
    """Return RGB; see `as_shown` for what becomes of the profile."""
    if image.mode != "RGB":
        managed = None if profile is None else _by_profile(image, profile)
        image, profile = managed or image.convert("RGB"), None
    image.info = {} if profile is None else {"icc_profile": profile}
    return image


def _by_profile(image: "Image.Image", profile: bytes) -> "Image.Image | None":
    """Return sRGB, None if the profile is unusable or describes other colours than these."""
    from PIL import ImageCms  # noqa: PLC0415 - slow, see `decoding`

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if _DESCRIBED.get(source.profile.xcolor_space.strip()) != image.mode:
            return None
        target = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(source, target, image.mode, "RGB")
        return ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
