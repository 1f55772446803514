"""Rolling hills, meadow behind meadow."""

from bot.demo import brushes
from bot.demo.motifs.in_the_air import draw_flock
from bot.demo.palettes import blend
from bot.demo.sketch import Sketch

_LAYERS = 6


def draw_hills(sketch: Sketch) -> None:
    """Hills that catch the light, each paler than the one before it."""
    for layer in range(_LAYERS):
        depth = layer / (_LAYERS - 1)
        below = sketch.height - sketch.horizon
        base = sketch.horizon + below * (depth**1.15 * 0.8 - 0.04)
        _draw_hill(sketch, base=base, depth=depth)
    draw_flock(sketch)


def _draw_hill(sketch: Sketch, *, base: float, depth: float) -> None:
    """One hill with a bright rim, and round trees in its lap."""
    rng, unit, palette = sketch.chance(), sketch.unit, sketch.palette
    line = brushes.ridge(
        rng,
        sketch.width,
        base=base,
        height=unit * (0.045 + 0.03 * depth),
        wavelength=unit * (0.34 + 0.3 * depth),
        octaves=2,
        is_smooth=True,
    )
    tone = sketch.haze(0.04 + 0.74 * depth)
    top = blend(tone, palette.light, 0.34 * (1 - depth * 0.6))
    trees = []
    for _ in range(round(26 * (1 - depth))):
        x = rng.uniform(0, sketch.width)
        size = unit * (0.006 + 0.014 * depth) * rng.uniform(0.7, 1.4)
        y = brushes.level_at(line, x)
        trees += [
            brushes.ellipse((x, y - size * 0.75), size * 0.8, size),
            [(x - size * 0.1, y - size * 0.4), (x + size * 0.1, y - size * 0.4), (x, y + size)],
        ]
    brushes.fill(sketch.image, trees, [blend(tone, palette.near, 0.3)])
    brushes.fill(sketch.image, [brushes.below(line, sketch.height)], [top, tone, tone])
    rim = unit * 0.0028
    edge = [*line, *((x, y + rim) for x, y in reversed(line))]
    brushes.fill(sketch.image, [edge], [palette.light], opacity=0.22)
