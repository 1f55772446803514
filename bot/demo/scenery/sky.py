"""The sky: sun or moon, stars and clouds."""

from bot.demo import brushes
from bot.demo.palettes import Colour, Palette, blend
from bot.demo.sketch import Sketch


def draw_sky(sketch: Sketch) -> None:
    """Draw what is in the sky over its gradient."""
    palette, image, unit = sketch.palette, sketch.image, sketch.unit
    if palette.is_night:
        colours = _aurora_colours(palette)
        brushes.aurora(image, sketch.chance(), bottom=sketch.horizon, colours=colours)
        count = round(sketch.width * sketch.horizon / 2200)
        bottom, light = sketch.horizon, palette.light
        brushes.stars(image, sketch.chance(), count=count, bottom=bottom, colour=light)
    rng = sketch.chance()
    radius = unit * (rng.uniform(0.035, 0.05) if palette.is_night else rng.uniform(0.045, 0.07))
    brushes.glow(image, sketch.sun, radius * 9, palette.light, 0.45)
    brushes.glow(image, sketch.sun, radius * 2.6, palette.light, 0.55)
    brushes.disc(image, sketch.sun, radius, palette.light)
    if palette.is_night:
        _draw_craters(sketch, radius)
    band = (sketch.horizon * 0.25, sketch.horizon * 0.9)
    opacity = 0.25 if palette.is_night else 0.6
    cloud = blend(palette.sky[3], palette.light, 0.5)
    brushes.clouds(image, sketch.chance(), band=band, colour=cloud, opacity=opacity)


def _aurora_colours(palette: Palette) -> tuple[Colour, Colour]:
    return palette.sky[2], blend(palette.sky[3], palette.sky[1], 0.5)


def _draw_craters(sketch: Sketch, radius: float) -> None:
    """Draw the moon's spots."""
    tint = blend(sketch.palette.light, sketch.palette.far, 0.16)
    for across, down, size in ((-0.35, -0.2, 0.24), (0.25, 0.3, 0.3), (0.3, -0.38, 0.14)):
        centre = (sketch.sun[0] + across * radius, sketch.sun[1] + down * radius)
        brushes.disc(sketch.image, centre, radius * size, tint)
