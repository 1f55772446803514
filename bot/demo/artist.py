"""The demo's artist: draws a landscape for a prompt, always the same one for prompt and index.

It knows nothing of jobs and servers. A picture takes a fraction of a second of pure computing,
so callers with an event loop run it in a thread.
"""

import io
import re
from collections.abc import Iterable
from random import Random

from PIL import Image, ImageDraw, ImageFont

from bot.demo import brushes
from bot.demo.palettes import Colour, Palette, blend, mood, words_of
from bot.demo.scenery import SCENES, Sketch

LONG_SIDE = 1024  # pixels, as Midjourney's own previews
MAX_RATIO = 14  # the widest aspect that Midjourney knows

_ASPECT = re.compile(r"(?:^|\s)--(?:ar|aspect)\s+([0-9]{1,4}):([0-9]{1,4})", re.IGNORECASE)
_PARAMETERS = re.compile(r"\s--[a-z].*$", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"https?://\S+")
_CAPTION_LETTERS = 44
_PNG_LEVEL = 4  # a third of the time of the default for a few per cent more bytes


def draw_picture(prompt: str, index: int, *, long_side: int = LONG_SIDE) -> bytes:
    """Draw picture `index` (0 … 3, or more) of a prompt and give it as a PNG."""
    text = _PARAMETERS.sub("", " " + _LINK.sub(" ", prompt)).strip()
    rng = Random(f"{index} {text}")  # noqa: S311 (a drawing needs no secrecy)
    wanted = mood(text, index)
    sketch = _begin(picture_size(prompt, long_side), wanted.palette, rng, words_of(text))
    _draw_sky(sketch)
    SCENES[wanted.scene](sketch)
    brushes.vignette(sketch.image, 0.55)
    _draw_caption(sketch.image, text)
    png = io.BytesIO()
    sketch.image.save(png, "PNG", compress_level=_PNG_LEVEL)
    return png.getvalue()


def picture_size(prompt: str, long_side: int = LONG_SIDE) -> tuple[int, int]:
    """Give width and height for the prompt's `--ar`, a square without one; the last one counts."""
    found = _ASPECT.findall(prompt)
    across, down = map(int, found[-1]) if found else (1, 1)
    if not across or not down:
        across, down = 1, 1
    ratio = min(max(across / down, 1 / MAX_RATIO), MAX_RATIO)
    if ratio >= 1:
        return long_side, max(1, round(long_side / ratio))
    return max(1, round(long_side * ratio)), long_side


# ── The sky ─────────────────────────────────────────────────────────────────────────────────────


def _begin(size: tuple[int, int], palette: Palette, rng: Random, words: Iterable[str]) -> Sketch:
    """Stretch the canvas: the sky's gradient, and where sun and horizon will be."""
    width, height = size
    horizon = height * rng.uniform(0.56, 0.64)
    lift = rng.uniform(0.45, 0.68) if palette.is_night else rng.uniform(0.16, 0.5)
    return Sketch(
        image=brushes.gradient(size, [*palette.sky, palette.sky[-1]]),
        palette=palette,
        rng=rng,
        sun=(
            width * rng.choice((rng.uniform(0.2, 0.42), rng.uniform(0.58, 0.8))),
            horizon * (1 - lift),
        ),
        horizon=horizon,
        words=frozenset(words),
    )


def _draw_sky(sketch: Sketch) -> None:
    palette, rng, image, unit = sketch.palette, sketch.rng, sketch.image, sketch.unit
    if palette.is_night:
        brushes.aurora(image, rng, bottom=sketch.horizon, colours=_aurora_colours(palette))
        area = sketch.width * sketch.horizon / 2200
        brushes.stars(image, rng, count=round(area), bottom=sketch.horizon, colour=palette.light)
    radius = unit * (rng.uniform(0.035, 0.05) if palette.is_night else rng.uniform(0.045, 0.07))
    brushes.glow(image, sketch.sun, radius * 9, palette.light, 0.45)
    brushes.glow(image, sketch.sun, radius * 2.6, palette.light, 0.55)
    brushes.disc(image, sketch.sun, radius, palette.light)
    if palette.is_night:
        _draw_craters(sketch, radius)
    band = (sketch.horizon * 0.25, sketch.horizon * 0.9)
    opacity = 0.25 if palette.is_night else 0.6
    cloud = blend(palette.sky[3], palette.light, 0.5)
    brushes.clouds(image, rng, band=band, colour=cloud, opacity=opacity)


def _aurora_colours(palette: Palette) -> tuple[Colour, Colour]:
    return palette.sky[2], blend(palette.sky[3], palette.sky[1], 0.5)


def _draw_craters(sketch: Sketch, radius: float) -> None:
    """Give the moon its spots."""
    tint = blend(sketch.palette.light, sketch.palette.far, 0.16)
    for across, down, size in ((-0.35, -0.2, 0.24), (0.25, 0.3, 0.3), (0.3, -0.38, 0.14)):
        centre = (sketch.sun[0] + across * radius, sketch.sun[1] + down * radius)
        brushes.disc(sketch.image, centre, radius * size, tint)


# ── The caption ─────────────────────────────────────────────────────────────────────────────────


def _draw_caption(image: Image.Image, text: str) -> None:
    """Say in a corner that this is a drawing of the demo, and of what."""
    size = max(9, min(image.size) // 56)
    font = ImageFont.load_default(size)
    # The built-in font has no more than Latin letters; what it cannot write is left out.
    words = " ".join("".join(c for c in text if c.isascii() and c.isprintable()).split())
    caption = f"demo drawing · {_clip(words)}" if words else "demo drawing"
    place = (size, image.height - size)
    draw = ImageDraw.Draw(image, "RGBA")
    draw.text((place[0] + 1, place[1] + 1), caption, (0, 0, 0, 110), font, anchor="ls")
    draw.text(place, caption, (255, 255, 255, 175), font, anchor="ls")


def _clip(words: str) -> str:
    """Give the first words, whole ones if possible."""
    if len(words) <= _CAPTION_LETTERS:
        return words
    head = words[:_CAPTION_LETTERS]
    return (head.rpartition(" ")[0] or head) + " …"
