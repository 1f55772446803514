"""The near ground that a figure stands on."""

from collections.abc import Sequence

from bot.demo import brushes
from bot.demo.palettes import blend
from bot.demo.sketch import Sketch, box, happens


def draw_knoll(sketch: Sketch, top: float, places: Sequence[float]) -> None:
    """A hill with grass on it, highest at the given places, where it reaches `top`."""
    rng, unit, palette = sketch.chance(), sketch.unit, sketch.palette
    swell = brushes.noise(rng, octaves=2, is_smooth=True)
    line = []
    for across in range(-3, sketch.width + 6, 3):
        away = min(abs(across - place) for place in places) / unit
        fall = max(0.0, away - 0.16) ** 1.5 * 0.3
        line.append((float(across), top + unit * (fall + 0.006 * swell(across / unit * 5))))
    blades = []
    for _ in range(round(sketch.width / unit * 260)):
        x = rng.uniform(0, sketch.width)
        y, lean = brushes.level_at(line, x) + unit * 0.006, rng.gauss(0, 0.5)
        high, half = unit * rng.uniform(0.008, 0.03), unit * 0.0016
        blades.append([(x - half, y), (x + half, y), (x + high * lean, y - high)])
    ground = blend(palette.near, palette.far, 0.1)
    brushes.fill(sketch.image, [brushes.below(line, sketch.height + 2)], [ground, palette.near])
    brushes.fill(sketch.image, blades, [ground])


def draw_ledge(sketch: Sketch, top: float) -> None:
    """The edge of a roof over the city, with a chimney or an aerial."""
    unit, palette, image = sketch.unit, sketch.palette, sketch.image
    wall = blend(palette.near, palette.far, 0.12)
    is_left = sketch.plan("ledge").random() < 1 / 2
    x = sketch.width * (0.1 if is_left else 0.84)
    shapes = [box(0, top, sketch.width, sketch.height - top + 2)]
    if happens(sketch.plan("chimney"), 0.6):
        shapes += [box(x, top - unit * 0.12, unit * 0.07, unit * 0.13)]
        shapes += [box(x - unit * 0.008, top - unit * 0.13, unit * 0.086, unit * 0.018)]
    else:
        shapes += [box(x, top - unit * 0.24, unit * 0.005, unit * 0.25)]
        for step in range(4):
            half = unit * (0.05 - 0.009 * step)
            shapes += [box(x - half, top - unit * (0.12 + 0.035 * step), half * 2, unit * 0.004)]
    brushes.fill(image, shapes, [wall, palette.near])
    rim = box(-2, top - unit * 0.012, sketch.width + 4, unit * 0.02)
    brushes.fill(image, [rim], [blend(wall, palette.light, 0.22), wall])
