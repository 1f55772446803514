"""Dunes under the sky."""

from bot.demo import brushes
from bot.demo.motifs.in_the_air import draw_balloon
from bot.demo.palettes import blend
from bot.demo.sketch import Sketch


def draw_dunes(sketch: Sketch) -> None:
    """Dunes to the horizon, and balloons over them."""
    unit, layers = sketch.unit, 7
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = sketch.horizon + (sketch.height - sketch.horizon) * depth**1.2 * 0.86
        _draw_dune(sketch, base=base, depth=depth, height=unit * (0.025 + 0.07 * depth))
    if not sketch.has_subject:
        _draw_balloons(sketch)


def _draw_balloons(sketch: Sketch) -> None:
    rng, count = sketch.chance(), sketch.plan("balloons").randint(2, 4)
    for number in range(count):
        x = sketch.width * (number + rng.uniform(0.25, 0.75)) / count
        y = sketch.horizon * rng.uniform(0.25, 0.8)
        draw_balloon(sketch, (x, y), sketch.unit * rng.uniform(0.018, 0.05))


def _draw_dune(sketch: Sketch, *, base: float, depth: float, height: float) -> None:
    """One dune: a long smooth crest that catches the light, darker towards its foot."""
    line = brushes.ridge(
        sketch.chance(),
        sketch.width,
        base=base,
        height=height,
        wavelength=sketch.unit * (0.42 + 0.3 * depth),
        octaves=2,
        is_smooth=True,
    )
    palette = sketch.palette
    crest = blend(blend(palette.far, palette.light, 0.45), palette.near, 0.5 * depth)
    foot = blend(crest, palette.near, 0.62)
    bottom = min(sketch.height, base + height + sketch.unit * (0.16 + 0.2 * depth))
    brushes.fill(sketch.image, [brushes.below(line, sketch.height)], [foot])
    brushes.fill(sketch.image, [brushes.below(line, bottom)], [crest, foot])
    rim = sketch.unit * 0.003
    edge = [*line, *((x, y + rim) for x, y in reversed(line))]
    brushes.fill(sketch.image, [edge], [palette.light], opacity=0.2)
