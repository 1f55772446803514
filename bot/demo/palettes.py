"""The colours of the demo's pictures, and the words of a prompt that call for them."""

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one mood."""

    sky: tuple[Colour, Colour, Colour, Colour]  # from the zenith down to the horizon
    light: Colour  # sun or moon, and everything it touches
    far: Colour  # what lies in the haze
    near: Colour  # the darkest foreground
    is_night: bool = False


def _hex(code: str) -> Colour:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def _palette(sky: str, *, light: str, far: str, near: str, is_night: bool = False) -> Palette:
    top, high, low, horizon = map(_hex, sky.split())
    return Palette(
        sky=(top, high, low, horizon),
        light=_hex(light),
        far=_hex(far),
        near=_hex(near),
        is_night=is_night,
    )


PALETTES: Mapping[str, Palette] = {
    "dawn": _palette("2b2d5b 7a4e8a e88a8f ffd3a5", light="fff1d6", far="c08ba6", near="2a1f3d"),
    "sunset": _palette("2a1a4a 8e2f6b f0603f ffc15e", light="fff0b8", far="c8596b", near="1f1230"),
    "noon": _palette("2f7fc2 6db5e2 b9e0f2 f2f9fb", light="fffdf0", far="9cc3d9", near="1d4a4f"),
    "autumn": _palette("4f7391 a9b3a6 f1c27d ffe3b0", light="fff3d0", far="dd9a63", near="4f1f14"),
    "winter": _palette("4f7aab 93b5d6 d0e1ef fdf3ee", light="ffffff", far="b3c9e0", near="2c4766"),
    "spring": _palette("5fabd3 a3d8e0 f6d3df fff3e4", light="fffbe8", far="c7b6da", near="2b6650"),
    "desert": _palette("3f6c9c a3b8c6 f5d2a0 ffebcb", light="fff6da", far="e6b07e", near="7c3a22"),
    "ocean": _palette("0f3f6b 2f86a8 8fd0d0 f6efd4", light="fffbe0", far="7db7c2", near="0b2f4a"),
    "forest": _palette("5d9088 a1c4a8 dfe6b6 faf4d4", light="fffbe0", far="97b99c", near="0f2c28"),
    "lavender": _palette(
        "3a3f7a 8577b8 d7a8d0 ffe1dc", light="fff4ea", far="b096cb", near="2f2150"
    ),
    "night": _palette(
        "050a1f 0f1d45 27407a 5b7bb0", light="f4f6ff", far="3d5a8f", near="050916", is_night=True
    ),
    "aurora": _palette(
        "03101e 08283c 125558 43a48c", light="eafff4", far="2b6f70", near="030d16", is_night=True
    ),
    "neon": _palette(
        "0d0221 2a0a52 8a1d8f ff5f9e", light="ffe0f4", far="6b2f9a", near="0a0318", is_night=True
    ),
}

# Words that ask for colours.
PALETTE_WORDS: Mapping[str, str] = {
    word: palette
    for palette, words in {
        "dawn": "dawn sunrise morning pastel dreamy",
        "sunset": "sunset dusk evening warm fire lava volcano dragon",
        "noon": "noon day sunny summer sky meadow",
        "autumn": "autumn fall october harvest pumpkin",
        "winter": "winter snow snowy ice frozen christmas arctic fog foggy",
        "spring": "spring blossom cherry sakura flower flowers",
        "desert": "desert dunes sand sahara mars canyon",
        "ocean": "ocean sea beach tropical island underwater",
        "forest": "forest woods jungle rainforest moss",
        "lavender": "lavender fantasy magic magical",
        "night": "night midnight moon moonlight moonlit stars starry dark",
        "aurora": "aurora borealis northern space galaxy nebula cosmic",
        "neon": "neon cyberpunk synthwave vaporwave tokyo",
    }.items()
    for word in words.split()
}

# Hue of a colour word on the wheel; the palette is built around it.
HUES: Mapping[str, float] = {
    "red": 0.99,
    "crimson": 0.97,
    "orange": 0.07,
    "golden": 0.11,
    "gold": 0.11,
    "yellow": 0.13,
    "green": 0.35,
    "emerald": 0.41,
    "teal": 0.49,
    "turquoise": 0.49,
    "blue": 0.58,
    "indigo": 0.68,
    "purple": 0.77,
    "violet": 0.77,
    "pink": 0.92,
}

# What a colour word makes of a fox, a house or a flower.
COATS: Mapping[str, Colour] = {
    name: _hex(code)
    for name, code in {
        "red": "d4472f",
        "crimson": "b3202f",
        "orange": "ea8433",
        "ginger": "dd8b45",
        "golden": "e2b04a",
        "gold": "e2b04a",
        "yellow": "f2cf55",
        "green": "4f9d5d",
        "emerald": "2f9d78",
        "teal": "2f8f93",
        "turquoise": "3fb5ad",
        "blue": "4a7fc9",
        "indigo": "4d4fa8",
        "purple": "8557b5",
        "violet": "8557b5",
        "pink": "eb8fae",
        "white": "f4efe8",
        "black": "26252e",
        "grey": "8d8f99",
        "gray": "8d8f99",
        "silver": "c3c8d2",
        "brown": "7d5238",
    }.items()
}


def hue_palette(hue: float) -> Palette:
    """Return a palette built around one hue, warmer towards the horizon."""
    return Palette(
        sky=(
            _hsv(hue - 0.08, 0.62, 0.34),
            _hsv(hue - 0.03, 0.58, 0.68),
            _hsv(hue + 0.02, 0.46, 0.95),
            _hsv(hue + 0.08, 0.22, 1.00),
        ),
        light=_hsv(hue + 0.10, 0.10, 1.0),
        far=_hsv(hue - 0.01, 0.40, 0.78),
        near=_hsv(hue - 0.07, 0.62, 0.19),
    )


def shifted(palette: Palette, turn: float) -> Palette:
    """Return a palette with all hues turned by a part of the wheel."""
    top, high, low, horizon = (_shift(colour, turn) for colour in palette.sky)
    return Palette(
        sky=(top, high, low, horizon),
        light=palette.light,
        far=_shift(palette.far, turn),
        near=_shift(palette.near, turn),
        is_night=palette.is_night,
    )


def mixed(one: Palette, other: Palette, share: float) -> Palette:
    """Return a palette between two; whether it is night stays as with `one`."""
    top, high, low, horizon = (blend(a, b, share) for a, b in zip(one.sky, other.sky, strict=True))
    return Palette(
        sky=(top, high, low, horizon),
        light=blend(one.light, other.light, share),
        far=blend(one.far, other.far, share),
        near=blend(one.near, other.near, share * 0.5),
        is_night=one.is_night,
    )


def distance(one: Palette, other: Palette) -> int:
    """Return how different two palettes look."""
    return sum(
        abs(a - b)
        for first, second in zip((*one.sky, one.far), (*other.sky, other.far), strict=True)
        for a, b in zip(first, second, strict=True)
    )


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Return two colours mixed: `share` 0 gives `one`, 1 gives `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _shift(colour: Colour, turn: float) -> Colour:
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    return _hsv(hue + turn, saturation, value)


def _hsv(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
