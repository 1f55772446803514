"""What is in the air."""

from dataclasses import replace

from bot.demo import brushes
from bot.demo.brushes import Point
from bot.demo.motifs.figure import Figure
from bot.demo.palettes import Colour, blend
from bot.demo.sketch import Sketch, box


def draw_flock(sketch: Sketch) -> None:
    """A small flock, far off."""
    rng, unit = sketch.chance(), sketch.unit
    x0, y0 = sketch.width * rng.uniform(0.25, 0.75), sketch.horizon * rng.uniform(0.3, 0.6)
    birds = []
    for _ in range(rng.randint(4, 8)):
        x, y = x0 + rng.gauss(0, unit * 0.07), y0 + rng.gauss(0, unit * 0.035)
        wing, lift = unit * rng.uniform(0.008, 0.016), rng.uniform(0.25, 0.5)
        birds.append(
            [
                (x - wing, y - wing * lift),
                (x - wing * 0.4, y - wing * lift),
                (x, y),
                (x + wing * 0.4, y - wing * lift),
                (x + wing, y - wing * lift),
                (x + wing * 0.35, y - wing * lift * 0.6),
                (x, y + wing * 0.22),
                (x - wing * 0.35, y - wing * lift * 0.6),
            ]
        )
    brushes.fill(sketch.image, birds, [sketch.palette.near], opacity=0.75)


def draw_balloon(sketch: Sketch, centre: Point, size: float) -> None:
    """A hot-air balloon, striped."""
    rng, palette = sketch.chance(), sketch.palette
    x, y = centre
    tone = sketch.coat or blend(palette.near, palette.sky[2], rng.uniform(0.1, 0.6))
    skirt = [
        (x - size * 0.86, y + size * 0.5),
        (x + size * 0.86, y + size * 0.5),
        (x + size * 0.2, y + size * 1.35),
        (x - size * 0.2, y + size * 1.35),
    ]
    basket = box(x - size * 0.15, y + size * 1.55, size * 0.3, size * 0.24)
    stripe = blend(tone, palette.light, 0.55)
    brushes.fill(sketch.image, [brushes.ellipse((x, y), size, size * 1.02), skirt], [tone])
    brushes.fill(
        sketch.image, [brushes.ellipse((x, y), size * 0.42, size * 1.02)], [stripe], opacity=0.85
    )
    brushes.fill(sketch.image, [basket], [palette.near])


def draw_balloons(figure: Figure) -> None:
    """One balloon near by, others far off."""
    sketch = figure.sketch
    rng = sketch.chance()
    for _ in range(3):
        centre = (sketch.width * rng.uniform(0.08, 0.92), sketch.horizon * rng.uniform(0.3, 0.85))
        draw_balloon(sketch, centre, sketch.unit * rng.uniform(0.016, 0.034))
    size = figure.size * 0.36
    _draw_near_balloon(figure, size)


def _draw_near_balloon(figure: Figure, size: float) -> None:
    """A balloon in stripes of two colours, with ropes and a basket."""
    sketch = figure.sketch
    plan, dark = sketch.plan("balloon"), sketch.palette.near
    pairs = (((222, 76, 72), (250, 236, 212)), ((242, 176, 70), (70, 128, 160)),
             ((236, 120, 86), (252, 214, 120)), ((112, 94, 170), (240, 170, 186)))  # fmt: skip
    coat, other = plan.choice(pairs)
    coat = sketch.coat or coat
    balloon = replace(figure, foot=sketch.horizon * 0.42 + size * 1.9, size=size)
    for nth, across in enumerate((1.0, 0.8, 0.58, 0.34, 0.12)):
        gore = [(0, 2.9), (-0.62 * across, 2.68), (-across, 2.0), (-0.78 * across, 1.32),
                (-0.24 * across, 0.62), (0.24 * across, 0.62), (0.78 * across, 1.32), (across, 2.0),
                (0.62 * across, 2.68)]  # fmt: skip
        balloon.blob(gore, *balloon.shades((coat, other)[nth % 2], 0.6))
    for x in (-0.16, -0.06, 0.06, 0.16):
        balloon.fill([[(x * 1.4, 0.62), (x * 1.4 + 0.012, 0.62), (x + 0.012, 0.2), (x, 0.2)]], dark)
    basket = [(-0.2, 0.24), (0.2, 0.24), (0.17, -0.06), (-0.17, -0.06)]
    balloon.fill([basket], *balloon.shades((132, 92, 60), 0.8))
    balloon.fill([[(-0.22, 0.27), (0.22, 0.27), (0.22, 0.21), (-0.22, 0.21)]], dark)


def draw_rocket(figure: Figure) -> None:
    """A rocket on its way up, with its fire and its smoke."""
    _draw_smoke_and_fire(figure)
    top, low = figure.shades(figure.sketch.coat or (240, 240, 244), 0.5)
    red = figure.shades((222, 70, 66))
    for side in (-1, 1):
        fin = [(0.1 * side, 0.56), (0.24 * side, 0.36), (0.23 * side, 0.22), (0.09 * side, 0.34)]
        figure.blob(fin, *red)
    figure.fill([[(-0.07, 0.36), (0.07, 0.36), (0.09, 0.29), (-0.09, 0.29)]], low)
    _draw_rocket_hull(figure, top, low)
    figure.blob([(0, 1.09), (-0.075, 0.95), (0, 0.93), (0.075, 0.95)], *red)
    _draw_porthole(figure, low)
    figure.blob([(-0.012, 0.56), (0.012, 0.56), (0.012, 0.24), (-0.012, 0.24)], *red)


def _draw_smoke_and_fire(figure: Figure) -> None:
    sketch, palette = figure.sketch, figure.sketch.palette
    rng = sketch.chance()
    smoke = blend(palette.light, palette.sky[3], 0.35)
    brushes.glow(sketch.image, figure.at(0, 0.3), figure.size * 0.7, (255, 190, 96), 0.55)
    for step in range(26):
        y = 0.12 - 0.05 * step
        size = (0.05 + 0.011 * step) * rng.uniform(0.8, 1.2)
        x = rng.gauss(0, 0.012 + 0.006 * step)
        figure.oval(x, y, size, size, smoke, opacity=0.62 - 0.016 * step)
    for wide, tip, fire in (
        (0.1, -0.12, (255, 132, 62)),
        (0.065, 0.0, (255, 214, 110)),
        (0.03, 0.1, (255, 250, 226)),
    ):
        figure.blob([(-wide, 0.31), (0, tip), (wide, 0.31), (0, 0.34)], fire)


def _draw_rocket_hull(figure: Figure, top: Colour, low: Colour) -> None:
    """The hull, with its shadow on one side."""
    hull = [(0, 1.08), (-0.07, 0.96), (-0.125, 0.76), (-0.125, 0.52), (-0.085, 0.34), (0.085, 0.34),
            (0.125, 0.52), (0.125, 0.76), (0.07, 0.96)]  # fmt: skip
    figure.blob(hull, top, low)
    figure.blob(
        [
            (0.02, 1.02),
            (0.07, 0.96),
            (0.125, 0.76),
            (0.125, 0.52),
            (0.085, 0.34),
            (0.03, 0.34),
            (0.07, 0.6),
        ],
        figure.sketch.palette.near,
        opacity=0.2,
    )


def _draw_porthole(figure: Figure, low: Colour) -> None:
    palette = figure.sketch.palette
    figure.oval(0, 0.74, 0.066, 0.066, low)
    figure.oval(0, 0.74, 0.048, 0.048, palette.sky[0], palette.sky[2])
    figure.blob(
        [(-0.025, 0.76), (0.0, 0.775), (0.012, 0.765), (-0.015, 0.745)], palette.light, opacity=0.8
    )
