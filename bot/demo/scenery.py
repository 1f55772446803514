"""The scenes that the demo's artist can draw, from the far haze to the near shore.

Each scene draws over a sky that is already there; see `artist`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from PIL import Image

from bot.demo import brushes
from bot.demo.brushes import Line, Point
from bot.demo.palettes import Colour, Palette, Scene, blend

_WIDEST_SIDE = 70  # points of a line: how far a mountain's dark side reaches at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A picture in the making."""

    image: Image.Image
    palette: Palette
    rng: Random
    sun: Point  # or the moon
    horizon: float
    words: frozenset[str]  # of the prompt

    @property
    def width(self) -> int:
        """In pixels, as all lengths here."""
        return self.image.width

    @property
    def height(self) -> int:
        """Down to the lower edge."""
        return self.image.height

    @property
    def unit(self) -> float:
        """A length that suits wide and tall pictures alike."""
        return min(math.sqrt(self.width * self.height), self.height * 1.6, self.width * 1.6)

    def haze(self, depth: float) -> Colour:
        """Give the colour of things at a distance: 0 is the far haze, 1 the foreground."""
        return blend(self.palette.far, self.palette.near, depth)


# ── The scenes ──────────────────────────────────────────────────────────────────────────────────


def _draw_peaks(sketch: Sketch) -> None:
    """Mountains with snow, mirrored in a lake."""
    unit, rng = sketch.unit, sketch.rng
    _draw_range(sketch, depth=0.06, lift=unit * 0.17, height=unit * 0.16, has_snow=True)
    _draw_range(sketch, depth=0.24, lift=unit * 0.11, height=unit * 0.15, has_snow=True)
    _draw_range(sketch, depth=0.48, lift=unit * 0.02, height=unit * 0.06, has_snow=False)
    _draw_trees(sketch, base=sketch.horizon, size=unit * 0.028, depth=0.72)
    tint = blend(sketch.palette.near, sketch.palette.sky[1], 0.55)
    brushes.reflect(sketch.image, rng, horizon=round(sketch.horizon), tint=tint, share=0.3)
    _draw_glitter(sketch, count=90)
    _draw_bank(sketch)
    _draw_birds(sketch)


def _draw_sea(sketch: Sketch) -> None:
    """A wide sea with islands, the light on the water and a sail."""
    unit, rng, palette = sketch.unit, sketch.rng, sketch.palette
    _draw_islands(sketch)
    tint = blend(palette.sky[0], palette.near, 0.35)
    brushes.reflect(sketch.image, rng, horizon=round(sketch.horizon), tint=tint, share=0.45)
    _draw_swell(sketch)
    _draw_glitter(sketch, count=330)
    if "lighthouse" in sketch.words or _happens(rng, 0.3):
        _draw_lighthouse(sketch, size=unit * rng.uniform(0.24, 0.32))
    else:
        _draw_sail(sketch, size=unit * rng.uniform(0.07, 0.12))
    _draw_birds(sketch)


def _draw_forest(sketch: Sketch) -> None:
    """Wooded ridges, one behind the other in the mist."""
    unit, layers = sketch.unit, 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = sketch.horizon + (sketch.height - sketch.horizon) * (depth * 1.1 - 0.15)
        _draw_trees(
            sketch,
            base=base,
            size=unit * (0.03 + 0.24 * depth**2),
            depth=0.06 + 0.92 * depth,
            swing=unit * 0.06,
        )
    _draw_birds(sketch)


def _draw_dunes(sketch: Sketch) -> None:
    """Dunes to the horizon under balloons."""
    unit, layers = sketch.unit, 7
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = sketch.horizon + (sketch.height - sketch.horizon) * depth**1.2 * 0.86
        _draw_dune(sketch, base=base, depth=depth, height=unit * (0.025 + 0.07 * depth))
    count = sketch.rng.randint(2, 4)
    for number in range(count):
        x = sketch.width * (number + sketch.rng.uniform(0.25, 0.75)) / count
        _draw_balloon(sketch, x=x, size=unit * sketch.rng.uniform(0.018, 0.05))


def _draw_city(sketch: Sketch) -> None:
    """A skyline with lit windows over wet ground."""
    unit, rng = sketch.unit, sketch.rng
    wide = unit * rng.uniform(0.045, 0.1)
    for layer in range(3):
        depth = layer / 2
        tall = unit * (0.4 - 0.14 * depth) * rng.uniform(0.8, 1.1)
        _draw_blocks(sketch, depth=0.12 + 0.62 * depth, tall=tall, wide=wide)
    tint = blend(sketch.palette.near, sketch.palette.sky[1], 0.4)
    brushes.reflect(sketch.image, rng, horizon=round(sketch.horizon), tint=tint, share=0.35)
    _draw_glitter(sketch, count=160)


SCENES: Mapping[Scene, Callable[[Sketch], None]] = {
    Scene.PEAKS: _draw_peaks,
    Scene.SEA: _draw_sea,
    Scene.FOREST: _draw_forest,
    Scene.DUNES: _draw_dunes,
    Scene.CITY: _draw_city,
}


# ── Land ────────────────────────────────────────────────────────────────────────────────────────


def _draw_range(
    sketch: Sketch, *, depth: float, lift: float, height: float, has_snow: bool
) -> None:
    """One range of mountains: haze at its foot, a lit and a dark side, snow above a height."""
    line = brushes.ridge(
        sketch.rng,
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
        brushes.fill(sketch.image, [_snow(line, height, sketch.rng)], [white], opacity=0.85)
    dark = blend(rock, sketch.palette.near, 0.55)
    brushes.fill(sketch.image, _dark_sides(sketch, line, foot), [dark, mist], opacity=0.5)


def _snow(line: Line, height: float, rng: Random) -> list[Point]:
    """Give the snow fields: the upper part of the mountains, with a ragged lower edge."""
    heights = sorted(y for _, y in line)
    level = heights[len(heights) // 3]
    ragged = brushes.noise(rng, octaves=3, is_smooth=False)
    lower = [(x, max(y, level + height * 0.3 * ragged(x / height * 4))) for x, y in line]
    return [*line, *reversed(lower)]


def _dark_sides(sketch: Sketch, line: Line, foot: float) -> list[list[Point]]:
    """Give the sides that face away from the sun: from each peak to the next valley."""
    peaks = _peaks(line, reach=12)
    shapes = []
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
            (x + step * fall * 0.16 * sketch.rng.uniform(-0.6, 1.1), y + fall * part)
            for part in (0.16, 0.34, 0.52, 0.75, 1.0)
        ]
        shapes.append([*side, (side[-1][0], foot), *reversed(spine)])
    return shapes


def _peaks(line: Line, reach: int) -> list[int]:
    """Give the places of the line that are higher than everything within `reach` points."""
    return [
        place
        for place in range(reach, len(line) - reach)
        if line[place][1] == min(y for _, y in line[place - reach : place + reach + 1])
    ]


def _draw_trees(
    sketch: Sketch, *, base: float, size: float, depth: float, swing: float = 0.0
) -> None:
    """A ridge of firs, misty at its foot."""
    rng = sketch.rng
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
        shapes.append(_fir((x, foot + size * 0.1), size * rng.uniform(0.55, 1.15), rng))
        x += size * rng.uniform(0.16, 0.5)
    brushes.fill(sketch.image, shapes, [tone, mist])


def _fir(foot: Point, size: float, rng: Random) -> list[Point]:
    """Give the outline of a fir."""
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


def _draw_bank(sketch: Sketch) -> None:
    """The near shore with a few large firs in one corner, away from the sun."""
    rng, unit, width, height = sketch.rng, sketch.unit, sketch.width, sketch.height
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
        shapes.append(_fir((x, foot), unit * rng.uniform(0.16, 0.4) * (1 - away / unit), rng))
    brushes.fill(sketch.image, shapes, [sketch.palette.near])


def _draw_dune(sketch: Sketch, *, base: float, depth: float, height: float) -> None:
    """One dune: a long smooth crest that catches the light, darker towards its foot."""
    line = brushes.ridge(
        sketch.rng,
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


def _draw_blocks(sketch: Sketch, *, depth: float, tall: float, wide: float) -> None:
    """One row of buildings, its windows lit the more the nearer it is."""
    rng, unit = sketch.rng, sketch.unit
    tone = sketch.haze(depth)
    blocks, windows = [], []
    x = -wide * rng.random()
    while x < sketch.width:
        across = wide * rng.uniform(0.6, 1.4)
        high = tall * rng.uniform(0.3, 1.0)
        top = sketch.horizon - high
        blocks += [_box(x, top, across, high + 4), *_roof(x, top, across, rng)]
        windows += _windows(x, top, across, high, unit=unit, rng=rng)
        x += across * rng.uniform(0.86, 1.1)
    brushes.fill(sketch.image, blocks, [tone, blend(tone, sketch.palette.sky[3], 0.35)])
    for nth, lamp in enumerate(((255, 206, 128), sketch.palette.light, sketch.palette.sky[3])):
        lit = blend(sketch.palette.light, lamp, 0.75)
        brushes.fill(sketch.image, windows[nth::3], [lit], opacity=0.3 + 0.6 * depth)


def _roof(x: float, top: float, wide: float, rng: Random) -> list[list[Point]]:
    """Give a building's set-back or mast, or nothing."""
    if _happens(rng, 0.3):
        return [_box(x + wide * 0.2, top - wide * 0.35, wide * 0.6, wide * 0.4)]
    if _happens(rng, 0.28):
        return [_box(x + wide * 0.48, top - wide * 0.9, wide * 0.05, wide)]
    return []


def _windows(
    x: float, top: float, wide: float, high: float, *, unit: float, rng: Random
) -> list[list[Point]]:
    """Give the lit windows of one building."""
    across, down = unit * 0.0085, unit * 0.012
    columns, rows = int(wide / across) - 1, int(high / down) - 1
    share = rng.uniform(0.08, 0.42)
    margin = (wide - columns * across) / 2
    return [
        _box(
            x + margin + column * across + across * 0.2,
            top + (row + 0.7) * down,
            across * 0.55,
            down * 0.5,
        )
        for column in range(columns)
        for row in range(rows)
        if rng.random() < share
    ]


def _box(x: float, y: float, wide: float, high: float) -> list[Point]:
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]


# ── Water and what is on it or above it ─────────────────────────────────────────────────────────


def _draw_glitter(sketch: Sketch, *, count: int) -> None:
    brushes.glitter(
        sketch.image,
        sketch.rng,
        x=sketch.sun[0],
        horizon=sketch.horizon,
        colour=sketch.palette.light,
        count=count,
    )


def _draw_islands(sketch: Sketch) -> None:
    """A few islands on the horizon, the nearer the darker."""
    rng, unit = sketch.rng, sketch.unit
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
    rng, unit = sketch.rng, sketch.unit
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


def _draw_sail(sketch: Sketch, *, size: float) -> None:
    """A small boat under sail, away from the light's path."""
    x = sketch.width - sketch.sun[0] * sketch.rng.uniform(0.8, 1.0)
    y = sketch.horizon + (sketch.height - sketch.horizon) * 0.2
    white = blend(sketch.palette.light, sketch.palette.sky[3], 0.25)
    main = [(x, y - size), (x + size * 0.42, y - size * 0.12), (x, y - size * 0.12)]
    jib = [
        (x - size * 0.02, y - size * 0.86),
        (x - size * 0.3, y - size * 0.12),
        (x - size * 0.02, y - size * 0.12),
    ]
    hull = [
        (x - size * 0.34, y - size * 0.09),
        (x + size * 0.48, y - size * 0.09),
        (x + size * 0.32, y + size * 0.03),
        (x - size * 0.22, y + size * 0.03),
    ]
    mirror = [(px, 2 * y - py) for px, py in main]
    brushes.fill(sketch.image, [mirror], [white], opacity=0.22)
    brushes.fill(sketch.image, [main, jib], [white, blend(white, sketch.palette.far, 0.35)])
    brushes.fill(sketch.image, [hull], [sketch.palette.near])


def _draw_lighthouse(sketch: Sketch, *, size: float) -> None:
    """A lighthouse on a rock in the water, on the side away from the sun."""
    palette, image = sketch.palette, sketch.image
    is_left = sketch.sun[0] > sketch.width / 2
    x = sketch.width * (0.2 if is_left else 0.8)
    foot = sketch.horizon + (sketch.height - sketch.horizon) * 0.3
    lamp = (x, foot - size * 0.93)
    brushes.glow(image, lamp, size * 0.9, palette.light, 0.6)
    brushes.fill(image, [_beam(lamp, size, is_left=is_left)], [palette.light], opacity=0.13)
    _draw_tower(sketch, x, foot, size)
    brushes.fill(image, [_rock(sketch, x, foot, size)], [palette.near])


def _draw_tower(sketch: Sketch, x: float, foot: float, size: float) -> None:
    """The lighthouse itself, in five bands, with its gallery, lamp and roof."""
    palette, image = sketch.palette, sketch.image
    tones = (blend(palette.sky[2], palette.near, 0.35), blend(palette.light, palette.far, 0.22))
    for part in range(5):
        low, high = (foot - size * (0.02 + 0.17 * end) for end in (part, part + 1))
        wide, narrow = (size * (0.105 - 0.011 * end) for end in (part, part + 1))
        band = [(x - wide, low), (x + wide, low), (x + narrow, high), (x - narrow, high)]
        brushes.fill(image, [band], [tones[part % 2]])
    lamp = _box(x - size * 0.035, foot - size * 0.98, size * 0.07, size * 0.1)
    gallery = _box(x - size * 0.075, foot - size * 0.885, size * 0.15, size * 0.02)
    eaves = foot - size * 0.97
    roof = [(x - size * 0.055, eaves), (x + size * 0.055, eaves), (x, foot - size * 1.05)]
    brushes.fill(image, [lamp], [palette.light])
    brushes.fill(image, [gallery, roof], [palette.near])


def _rock(sketch: Sketch, x: float, foot: float, size: float) -> list[Point]:
    """Give the outline of the rock under the lighthouse."""
    line = brushes.ridge(
        sketch.rng, sketch.width, base=0, height=size * 0.1, wavelength=size * 0.35, octaves=4
    )
    rock = []
    for px, py in line:
        bulge = 1 - ((px - x) / (size * 0.75)) ** 2
        if bulge > 0:
            rock.append((px, foot + size * 0.1 + bulge * (py - size * 0.2)))
    return rock


def _beam(lamp: Point, size: float, *, is_left: bool) -> list[Point]:
    """Give the lighthouse's ray, out over the sea."""
    out = size * (8 if is_left else -8)
    return [lamp, (lamp[0] + out, lamp[1] - size * 0.9), (lamp[0] + out, lamp[1] + size * 0.25)]


def _draw_birds(sketch: Sketch) -> None:
    """A small flock, far off."""
    rng, unit = sketch.rng, sketch.unit
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


def _draw_balloon(sketch: Sketch, *, x: float, size: float) -> None:
    """A hot-air balloon, striped."""
    rng, palette = sketch.rng, sketch.palette
    y = rng.uniform(0.25, 0.8) * sketch.horizon
    tone = blend(palette.near, palette.sky[2], rng.uniform(0.1, 0.6))
    skirt = [
        (x - size * 0.86, y + size * 0.5),
        (x + size * 0.86, y + size * 0.5),
        (x + size * 0.2, y + size * 1.35),
        (x - size * 0.2, y + size * 1.35),
    ]
    basket = _box(x - size * 0.15, y + size * 1.55, size * 0.3, size * 0.24)
    stripe = blend(tone, palette.light, 0.55)
    brushes.fill(sketch.image, [brushes.ellipse((x, y), size, size * 1.02), skirt], [tone])
    brushes.fill(
        sketch.image, [brushes.ellipse((x, y), size * 0.42, size * 1.02)], [stripe], opacity=0.85
    )
    brushes.fill(sketch.image, [basket], [palette.near])


def _happens(rng: Random, chance: float) -> bool:
    return rng.random() < chance
