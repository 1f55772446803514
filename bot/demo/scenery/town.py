"""A skyline by night or day."""

from random import Random

from bot.demo import brushes
from bot.demo.brushes import Point
from bot.demo.palettes import blend
from bot.demo.scenery.sea import draw_glitter
from bot.demo.sketch import Sketch, box, happens


def draw_city(sketch: Sketch) -> None:
    """A skyline with lit windows over wet ground."""
    unit, rng = sketch.unit, sketch.chance()
    wide = unit * rng.uniform(0.045, 0.1)
    for layer in range(3):
        depth = layer / 2
        tall = unit * (0.4 - 0.14 * depth) * rng.uniform(0.8, 1.1)
        draw_blocks(sketch, depth=0.12 + 0.62 * depth, tall=tall, wide=wide)
    tint = blend(sketch.palette.near, sketch.palette.sky[1], 0.4)
    brushes.reflect(sketch.image, rng, horizon=round(sketch.horizon), tint=tint, share=0.35)
    draw_glitter(sketch, count=160)


def draw_blocks(sketch: Sketch, *, depth: float, tall: float, wide: float) -> None:
    """One row of buildings, its windows lit the more the nearer it is."""
    rng, unit = sketch.chance(), sketch.unit
    tone = sketch.haze(depth)
    blocks, windows = [], []
    x = -wide * rng.random()
    while x < sketch.width:
        across = wide * rng.uniform(0.6, 1.4)
        high = tall * rng.uniform(0.3, 1.0)
        top = sketch.horizon - high
        blocks += [box(x, top, across, high + 4), *_roof(x, top, across, rng)]
        windows += _windows(x, top, across, high, unit=unit, rng=rng)
        x += across * rng.uniform(0.86, 1.1)
    brushes.fill(sketch.image, blocks, [tone, blend(tone, sketch.palette.sky[3], 0.35)])
    for nth, lamp in enumerate(((255, 206, 128), sketch.palette.light, sketch.palette.sky[3])):
        lit = blend(sketch.palette.light, lamp, 0.75)
        brushes.fill(sketch.image, windows[nth::3], [lit], opacity=0.3 + 0.6 * depth)


def _roof(x: float, top: float, wide: float, rng: Random) -> list[list[Point]]:
    """Return a building's set-back or mast, or nothing."""
    if happens(rng, 0.3):
        return [box(x + wide * 0.2, top - wide * 0.35, wide * 0.6, wide * 0.4)]
    if happens(rng, 0.28):
        return [box(x + wide * 0.48, top - wide * 0.9, wide * 0.05, wide)]
    return []


def _windows(
    x: float, top: float, wide: float, high: float, *, unit: float, rng: Random
) -> list[list[Point]]:
    """Return the lit windows of one building."""
    across, down = unit * 0.0085, unit * 0.012
    columns, rows = int(wide / across) - 1, int(high / down) - 1
    share = rng.uniform(0.08, 0.42)
    margin = (wide - columns * across) / 2
    return [
        box(
            x + margin + column * across + across * 0.2,
            top + (row + 0.7) * down,
            across * 0.55,
            down * 0.5,
        )
        for column in range(columns)
        for row in range(rows)
        if rng.random() < share
    ]
