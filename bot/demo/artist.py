"""The demo's artist: draws what a prompt names, always the same for the same picture.

It knows nothing of servers. A picture takes a fraction of a second of pure computing, so callers
with an event loop run it in a thread.
"""

import io

from PIL import Image, ImageDraw, ImageFont, ImageOps

from bot.demo import brushes
from bot.demo.moods import Mood, mood, words_of
from bot.demo.motifs import draw_subjects
from bot.demo.picture import Picture
from bot.demo.scenery import SCENES
from bot.demo.scenery.sky import draw_sky
from bot.demo.sketch import Sketch

LONG_SIDE = 1024  # pixels, as Midjourney's own previews

_CAPTION_LETTERS = 44
_PNG_LEVEL = 4  # a third of the time of the default for a few per cent more bytes


def draw_picture(prompt: str, index: int, *, long_side: int = LONG_SIDE) -> bytes:
    """Draw picture `index` (0 … 3, or more) of a prompt that no job stands for."""
    return draw(Picture(prompt=prompt, index=index), long_side=long_side)


def draw(picture: Picture, *, long_side: int = LONG_SIDE) -> bytes:
    """Draw a picture and return it as a PNG."""
    chosen = mood(picture)
    sketch = _begin(picture, chosen, long_side)
    draw_sky(sketch)
    SCENES[chosen.scene](sketch)
    draw_subjects(sketch, chosen)
    image = ImageOps.mirror(sketch.image) if chosen.is_mirrored else sketch.image
    brushes.vignette(image, 0.55)
    _draw_caption(image, picture.text)
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=_PNG_LEVEL)
    return png.getvalue()


def _begin(picture: Picture, chosen: Mood, long_side: int) -> Sketch:
    """Stretch the canvas: the sky's gradient, and where sun and horizon will be."""
    size, palette = picture.size(long_side), chosen.palette
    (width, height), rng = size, picture.chance("light")
    horizon = height * rng.uniform(0.56, 0.64)
    lift = rng.uniform(0.45, 0.68) if palette.is_night else rng.uniform(0.16, 0.5)
    x = rng.uniform(0.2, 0.42)
    return Sketch(
        picture=picture,
        image=brushes.gradient(size, [*palette.sky, palette.sky[-1]]),
        palette=palette,
        sun=(width * (x if picture.plan("sun").random() < 1 / 2 else 1 - x), horizon * (1 - lift)),
        horizon=horizon,
        words=frozenset(words_of(picture.text)),
        has_subject=bool(chosen.subjects),
        coat=chosen.coat,
    )


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
    """Return the first words, whole ones if possible."""
    if len(words) <= _CAPTION_LETTERS:
        return words
    head = words[:_CAPTION_LETTERS]
    return (head.rpartition(" ")[0] or head) + " …"
