"""The sea, its islands, and the light on the water."""

from bot.demo import brushes
from bot.demo.motifs.in_the_air import draw_flock
from bot.demo.motifs.on_water import draw_lighthouse, draw_sail
from bot.demo.palettes import blend
from bot.demo.sketch import Sketch, happens


def draw_sea(sketch: Sketch) -> None:
    """A wide sea with islands, the light on the water and a sail."""
    unit, rng, palette = sketch.unit, sketch.chance(), sketch.palette
    _draw_islands(sketch)
    tint = blend(palette.sky[0], palette.near, 0.35)
    brushes.reflect(sketch.image, rng, horizon=round(sketch.horizon), tint=tint, share=0.45)
    _draw_swell(sketch)
    draw_glitter(sketch, count=330)
    if not sketch.has_subject:
        if happens(sketch.plan("sea"), 0.3):
            draw_lighthouse(sketch, rng.uniform(0.24, 0.32))
        else:
            draw_sail(sketch, size=unit * rng.uniform(0.07, 0.12))
    draw_flock(sketch)


def draw_glitter(sketch: Sketch, *, count: int) -> None:
    """The path of the light on the water."""
    brushes.glitter(
        sketch.image,
        sketch.chance(),
        x=sketch.sun[0],
        horizon=sketch.horizon,
        colour=sketch.palette.light,
        count=count,
    )


def _draw_islands(sketch: Sketch) -> None:
    """A few islands on the horizon, the nearer the darker."""
    rng, unit = sketch.chance(), sketch.unit
    for depth in (0.1, 0.3, 0.55):
        centre, half = rng.uniform(0, sketch.width), unit * rng.uniform(0.16, 0.4)
        high = unit * rng.uniform(0.04, 0.12)
        line = brushes.ridge(
            rng, sketch.width, base=0, height=high * 0.35, wavelength=unit * 0.09, octaves=4
        )
        island = []
        for x, y in line:
            bulge = max(0.0, 1 - ((x - centre) / half) ** 2)
            island.append((x, sketch.horizon + 1 - bulge * high + min(y * bulge, bulge * high)))
        tone = sketch.haze(depth)
        mist = blend(tone, sketch.palette.sky[3], 0.4)
        brushes.fill(sketch.image, [brushes.below(island, sketch.horizon + 1)], [tone, mist])


def _draw_swell(sketch: Sketch) -> None:
    """Long dark waves, closer together towards the horizon."""
    rng, unit = sketch.chance(), sketch.unit
    depth = sketch.height - sketch.horizon
    waves = []
    for _ in range(120):
        near = rng.random()
        x, y = rng.uniform(0, sketch.width), sketch.horizon + depth * (0.03 + near**1.4)
        across = unit * (0.03 + 0.2 * near) * rng.uniform(0.4, 1)
        down = unit * (0.0008 + 0.005 * near)
        waves.append([(x - across, y), (x, y - down), (x + across, y), (x, y + down * 0.6)])
    tone = blend(sketch.palette.near, sketch.palette.sky[0], 0.4)
    brushes.fill(sketch.image, waves, [tone], opacity=0.3)
