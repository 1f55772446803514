"""Mountains over a lake."""

from random import Random

from bot.demo import brushes
from bot.demo.brushes import Line, Point
from bot.demo.motifs.in_the_air import draw_flock
from bot.demo.palettes import blend
from bot.demo.scenery.sea import draw_glitter
from bot.demo.scenery.woods import draw_bank, draw_trees
from bot.demo.sketch import Sketch

_WIDEST_SIDE = 70  # points of a line: how far a mountain's dark side reaches at most


def draw_peaks(sketch: Sketch) -> None:
    """Mountains with snow, mirrored in a lake."""
    unit, rng = sketch.unit, sketch.chance()
    draw_range(sketch, depth=0.06, lift=unit * 0.17, height=unit * 0.16, has_snow=True)
    draw_range(sketch, depth=0.24, lift=unit * 0.11, height=unit * 0.15, has_snow=True)
    draw_range(sketch, depth=0.48, lift=unit * 0.02, height=unit * 0.06, has_snow=False)
    draw_trees(sketch, base=sketch.horizon, size=unit * 0.028, depth=0.72)
    tint = blend(sketch.palette.near, sketch.palette.sky[1], 0.55)
    brushes.reflect(sketch.image, rng, horizon=round(sketch.horizon), tint=tint, share=0.3)
    draw_glitter(sketch, count=90)
    if not sketch.has_subject:
        draw_bank(sketch)
    draw_flock(sketch)


def draw_range(sketch: Sketch, *, depth: float, lift: float, height: float, has_snow: bool) -> None:
    """One range of mountains: haze at its foot, a lit and a dark side, snow above a height."""
    line = brushes.ridge(
        sketch.chance(),
        sketch.width,
        base=sketch.horizon - lift,
        height=height,
        wavelength=sketch.unit * 0.24,
    )
    foot, rock = sketch.horizon + 2, sketch.haze(depth)
    mist = blend(rock, sketch.palette.sky[3], 0.62)
    brushes.fill(sketch.image, [brushes.below(line, foot)], [rock, mist])
    if has_snow:
        white = blend(sketch.palette.light, rock, 0.12)
        brushes.fill(sketch.image, [_snow(line, height, sketch.chance())], [white], opacity=0.85)
    dark = blend(rock, sketch.palette.near, 0.55)
    brushes.fill(sketch.image, _dark_sides(sketch, line, foot), [dark, mist], opacity=0.5)


def _snow(line: Line, height: float, rng: Random) -> list[Point]:
    """Return the snow fields: the upper part of the mountains, with a ragged lower edge."""
    heights = sorted(y for _, y in line)
    level = heights[len(heights) // 3]
    ragged = brushes.noise(rng, octaves=3, is_smooth=False)
    lower = [(x, max(y, level + height * 0.3 * ragged(x / height * 4))) for x, y in line]
    return [*line, *reversed(lower)]


def _dark_sides(sketch: Sketch, line: Line, foot: float) -> list[list[Point]]:
    """Return the sides that face away from the sun: from each peak to the next valley."""
    peaks = _peaks(line, reach=12)
    rng, shapes = sketch.chance(), []
    for peak in peaks:
        x, y = line[peak]
        step = -1 if x < sketch.sun[0] else 1  # away from the sun
        valley = peak
        while 0 < valley < len(line) - 1 and abs(valley - peak) < _WIDEST_SIDE:
            valley += step
            if valley in peaks:
                break
        side = line[min(peak, valley) : max(peak, valley) + 1]
        side = side if step > 0 else side[::-1]
        fall = max(4.0, foot - y)
        spine = [
            (x + step * fall * 0.16 * rng.uniform(-0.6, 1.1), y + fall * part)
            for part in (0.16, 0.34, 0.52, 0.75, 1.0)
        ]
        shapes.append([*side, (side[-1][0], foot), *reversed(spine)])
    return shapes


def _peaks(line: Line, reach: int) -> list[int]:
    """Return the places of the line that are higher than everything within `reach` points."""
    return [
        place
        for place in range(reach, len(line) - reach)
        if line[place][1] == min(y for _, y in line[place - reach : place + reach + 1])
    ]
