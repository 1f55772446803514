"""Firs: wooded ridges in the mist, and a near shore."""

from random import Random

from bot.demo import brushes
from bot.demo.brushes import Point
from bot.demo.motifs.in_the_air import draw_flock
from bot.demo.palettes import blend
from bot.demo.sketch import Sketch


def draw_forest(sketch: Sketch) -> None:
    """Wooded ridges, one behind the other in the mist."""
    unit, layers = sketch.unit, 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = sketch.horizon + (sketch.height - sketch.horizon) * (depth * 1.1 - 0.15)
        draw_trees(
            sketch,
            base=base,
            size=unit * (0.03 + 0.24 * depth**2),
            depth=0.06 + 0.92 * depth,
            swing=unit * 0.06,
        )
    draw_flock(sketch)


def draw_trees(
    sketch: Sketch, *, base: float, size: float, depth: float, swing: float = 0.0
) -> None:
    """A ridge of firs, misty at its foot."""
    rng = sketch.chance()
    ground = brushes.ridge(
        rng,
        sketch.width,
        base=base,
        height=swing or size * 0.2,
        wavelength=sketch.unit * 0.45,
        octaves=3,
        is_smooth=True,
    )
    tone = sketch.haze(depth)
    mist = blend(tone, sketch.palette.sky[3], 0.5 * (1 - depth) + 0.12)
    shapes = [brushes.below(ground, sketch.height if swing else base + 2)]
    x = -size
    while x < sketch.width + size:
        foot = brushes.level_at(ground, x)
        shapes.append(fir((x, foot + size * 0.1), size * rng.uniform(0.55, 1.15), rng))
        x += size * rng.uniform(0.16, 0.5)
    brushes.fill(sketch.image, shapes, [tone, mist])


def fir(foot: Point, size: float, rng: Random) -> list[Point]:
    """Return the outline of a fir."""
    x, y = foot
    tiers = 6
    right, left = [], []
    for tier in range(tiers):
        low = (tier + 1) / tiers
        reach = size * 0.2 * low * rng.uniform(0.85, 1.15)
        level = y - size + size * low * 0.94
        right += [(x + reach, level), (x + reach * 0.5, level - size * 0.025)]
        left += [(x - reach, level), (x - reach * 0.5, level - size * 0.025)]
    return [(x, y - size), *right, (x + size * 0.02, y), (x - size * 0.02, y), *reversed(left)]


def draw_bank(sketch: Sketch) -> None:
    """The near shore with a few large firs in one corner, away from the sun."""
    rng, unit, width, height = sketch.chance(), sketch.unit, sketch.width, sketch.height
    is_left = sketch.sun[0] > width / 2
    line = brushes.ridge(
        rng, width, base=height, height=unit * 0.012, wavelength=unit * 0.12, is_smooth=True
    )
    slope = [
        (x, y - unit * 0.17 * max(0.0, 1 - (x if is_left else width - x) / (unit * 0.62)) ** 1.4)
        for x, y in line
    ]
    shapes = [brushes.below(slope, height + 4)]
    for _ in range(9):
        away = unit * 0.42 * rng.random() ** 1.5
        x = away if is_left else width - away
        foot = brushes.level_at(slope, x) + unit * 0.02
        shapes.append(fir((x, foot), unit * rng.uniform(0.16, 0.4) * (1 - away / unit), rng))
    brushes.fill(sketch.image, shapes, [sketch.palette.near])
