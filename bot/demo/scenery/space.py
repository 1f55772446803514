"""A strange planet, and another one in its sky."""

from bot.demo import brushes
from bot.demo.palettes import blend
from bot.demo.sketch import Sketch


def draw_space(sketch: Sketch) -> None:
    """A ringed planet over ranges of bare rock."""
    _draw_planet(sketch)
    unit, palette = sketch.unit, sketch.palette
    for layer in range(4):
        depth = layer / 3
        below = sketch.height - sketch.horizon
        line = brushes.ridge(
            sketch.chance(),
            sketch.width,
            base=sketch.horizon + below * (0.72 * depth + 0.04),
            height=unit * (0.05 + 0.05 * depth),
            wavelength=unit * (0.16 + 0.26 * depth),
            octaves=4,
        )
        tone = sketch.haze(0.15 + 0.7 * depth)
        mist = blend(tone, palette.sky[3], 0.35 * (1 - depth))
        brushes.fill(sketch.image, [brushes.below(line, sketch.height)], [tone, mist])


def _draw_planet(sketch: Sketch) -> None:
    """The planet, lit from the side of the sun, and its ring before and behind it."""
    rng, unit, palette, image = sketch.chance(), sketch.unit, sketch.palette, sketch.image
    is_left = sketch.sun[0] > sketch.width / 2
    x = sketch.width * (rng.uniform(0.2, 0.32) if is_left else rng.uniform(0.68, 0.8))
    y, radius = sketch.horizon * rng.uniform(0.36, 0.52), unit * rng.uniform(0.12, 0.17)
    tone = blend(palette.sky[3], palette.light, 0.35)
    brushes.glow(image, (x, y), radius * 2.2, tone, 0.35)
    ring = blend(palette.light, palette.sky[3], 0.4)
    brushes.fill(image, [_arc((x, y), radius, is_front=False)], [ring], opacity=0.55)
    brushes.fill(
        image, [brushes.ellipse((x, y), radius, radius)], [tone, blend(tone, palette.sky[1], 0.75)]
    )
    bands = [
        brushes.ellipse((x, y + radius * at), radius * (1 - at * at) ** 0.5 * 0.97, radius * 0.05)
        for at in (-0.5, -0.2, 0.15, 0.55)
    ]
    brushes.fill(image, bands, [blend(tone, palette.sky[1], 0.5)], opacity=0.4)
    brushes.fill(image, [_arc((x, y), radius, is_front=True)], [ring], opacity=0.85)


def _arc(centre: brushes.Point, radius: float, *, is_front: bool) -> list[brushes.Point]:
    """Return half of the ring: the one in front of the planet, or the one behind it."""
    outer = brushes.ellipse(centre, radius * 1.9, radius * 0.42)
    inner = brushes.ellipse(centre, radius * 1.5, radius * 0.3)
    half = slice(0, 33) if is_front else slice(32, 65)
    around = [[*points, points[0]][half] for points in (outer, inner)]
    return [*around[0], *reversed(around[1])]
