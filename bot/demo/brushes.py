"""What the demo's artist draws with: gradients, noise, smooth-edged shapes, light and water.

Everything works on Pillow images in place and in pixels; a `Random` decides every accident, so
that the same seed paints the same picture.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from bot.demo.palettes import Colour, blend

Point = tuple[float, float]
Line = list[Point]  # from left to right, over the whole width

_SMOOTHING = 2  # shapes are drawn this much larger and averaged: edges without stairs
_START = 17.3  # where on a random curve a line begins; the same in every variation
_STEP = 3  # pixels between two points of a line


def gradient(size: tuple[int, int], stops: Sequence[Colour]) -> Image.Image:
    """Return an image that runs from the first colour at its top to the last at its bottom."""
    height = size[1]
    column = Image.new("RGB", (1, height))
    spans = len(stops) - 1
    for y in range(height):
        place = y / max(height - 1, 1) * spans
        first = min(int(place), spans - 1)
        column.putpixel((0, y), blend(stops[first], stops[first + 1], place - first))
    return column.resize(size, Image.Resampling.NEAREST)


def shade(height: int, top: int, bottom: int) -> Image.Image:
    """Return a mask, one pixel wide, that runs from `top` to `bottom` (0 … 255)."""
    span = max(height - 1, 1)
    column = Image.new("L", (1, height))
    column.putdata([round(top + (bottom - top) * y / span) for y in range(height)])
    return column


def noise(rng: Random, *, octaves: int, is_smooth: bool) -> Callable[[float], float]:
    """Return a random curve with values of about -1 … 1 that changes once per unit."""
    tables = [[rng.uniform(-1, 1) for _ in range(256)] for _ in range(octaves)]

    def at(x: float) -> float:
        total, weight = 0.0, 1.0
        for table in tables:
            left = math.floor(x)
            share = x - left
            if is_smooth:
                share = share * share * (3 - 2 * share)
            one, other = table[left % 256], table[(left + 1) % 256]
            total += (one + (other - one) * share) * weight
            x, weight = x * 2.03, weight * 0.46
        return total

    return at


def ridge(
    rng: Random,
    width: int,
    *,
    base: float,
    height: float,
    wavelength: float,
    octaves: int = 5,
    is_smooth: bool = False,
) -> Line:
    """Return the outline of hills: it swings by `height` around `base`."""
    curve = noise(rng, octaves=octaves, is_smooth=is_smooth)
    return [
        (float(x), base - height * curve(_START + x / wavelength))
        for x in range(-_STEP, width + 2 * _STEP, _STEP)
    ]


def level_at(line: Line, x: float) -> float:
    """Return the height of a line at `x`, also a little beyond its ends."""
    place = round((x - line[0][0]) / _STEP)
    return line[max(0, min(len(line) - 1, place))][1]


def mask_of(size: tuple[int, int], shapes: Iterable[Sequence[Point]]) -> Image.Image:
    """Return the mask of some polygons, with smooth edges; two points or fewer are no polygon."""
    mask = Image.new("L", (size[0] * _SMOOTHING, size[1] * _SMOOTHING))
    draw = ImageDraw.Draw(mask)
    for shape in (shape for shape in shapes if len(shape) > 2):  # noqa: PLR2004
        draw.polygon([(x * _SMOOTHING, y * _SMOOTHING) for x, y in shape], fill=255)
    return mask.reduce(_SMOOTHING)


def fill(
    image: Image.Image,
    shapes: Sequence[Sequence[Point]],
    stops: Sequence[Colour],
    *,
    opacity: float = 1.0,
) -> None:
    """Fill polygons with a colour, or with a gradient over their common height."""
    box = _bounds(image.size, shapes)
    if box is None:
        return
    left, top, right, bottom = box
    moved = [[(x - left, y - top) for x, y in shape] for shape in shapes]
    size = (right - left, bottom - top)
    mask = mask_of(size, moved)
    if opacity < 1:
        mask = mask.point([round(level * opacity) for level in range(256)])
    colours = list(stops) if len(stops) > 1 else [stops[0], stops[0]]
    image.paste(gradient(size, colours), (left, top), mask)


def below(line: Line, bottom: float) -> list[Point]:
    """Return the polygon between a line and `bottom`."""
    return [*line, (line[-1][0], bottom), (line[0][0], bottom)]


def glow(image: Image.Image, centre: Point, radius: float, colour: Colour, strength: float) -> None:
    """Add a soft light that fades out towards `radius`."""
    side = max(2, round(radius * 2))
    fall = [round(255 * strength * max(0.0, 1 - level / 181) ** 2) for level in range(256)]
    mask = Image.radial_gradient("L").point(fall).resize((side, side), Image.Resampling.BICUBIC)
    image.paste(colour, (round(centre[0]) - side // 2, round(centre[1]) - side // 2), mask)


def disc(image: Image.Image, centre: Point, radius: float, colour: Colour) -> None:
    """Draw a filled circle."""
    fill(image, [ellipse(centre, radius, radius)], [colour])


def ellipse(centre: Point, across: float, down: float) -> list[Point]:
    """Return the polygon of an ellipse."""
    turns = [step / 64 * math.tau for step in range(64)]
    return [(centre[0] + across * math.cos(t), centre[1] + down * math.sin(t)) for t in turns]


def rounded(outline: Sequence[Point], steps: int = 8) -> list[Point]:
    """Return the closed curve through the points (Catmull and Rom's)."""
    count, curve = len(outline), []
    for place in range(count):
        before, one, other, after = (outline[(place + step) % count] for step in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            curve.append(
                (
                    _between(before[0], one[0], other[0], after[0], t),
                    _between(before[1], one[1], other[1], after[1], t),
                )
            )
    return curve


def _between(before: float, one: float, other: float, after: float, t: float) -> float:
    """Return the value at `t` between `one` and `other`, running on smoothly at both ends."""
    slope, bend = other - before, 2 * before - 5 * one + 4 * other - after
    return one + 0.5 * t * (slope + t * (bend + t * (3 * (one - other) + after - before)))


def stars(image: Image.Image, rng: Random, *, count: int, bottom: float, colour: Colour) -> None:
    """Strew stars above `bottom`, dense at the zenith, a few of them large."""
    draw = ImageDraw.Draw(image)
    unit = min(image.size) / 1024
    for _ in range(count):
        x, y = rng.uniform(0, image.width), bottom * rng.random() ** 1.6
        backdrop = image.getpixel((min(int(x), image.width - 1), min(int(y), image.height - 1)))
        assert isinstance(backdrop, tuple)
        tint = blend((backdrop[0], backdrop[1], backdrop[2]), colour, rng.uniform(0.25, 0.9))
        size = unit * (0.5 + 1.3 * rng.random() ** 6)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=tint)


def clouds(
    image: Image.Image, rng: Random, *, band: tuple[float, float], colour: Colour, opacity: float
) -> None:
    """Lay soft, flat streaks of cloud between two heights."""
    width, height = image.size
    small = Image.new("L", (max(8, width // 4), max(8, height // 4)))
    draw = ImageDraw.Draw(small)
    unit = min(small.size)
    for _ in range(rng.randint(4, 7)):
        x, y = rng.uniform(0, small.width), rng.uniform(*band) / 4
        length = unit * rng.uniform(0.12, 0.42)
        for _ in range(14):
            across = length * rng.uniform(0.1, 0.45)
            down = unit * rng.uniform(0.004, 0.016)
            cx, cy = x + rng.gauss(0, length / 2), y + rng.gauss(0, unit * 0.012)
            draw.ellipse(
                (cx - across, cy - down, cx + across, cy + down), fill=rng.randint(90, 200)
            )
    soft = small.filter(ImageFilter.GaussianBlur(unit * 0.012))
    mask = soft.point([round(level * opacity) for level in range(256)])
    image.paste(colour, (0, 0), mask.resize(image.size, Image.Resampling.BICUBIC))


def aurora(image: Image.Image, rng: Random, *, bottom: float, colours: Sequence[Colour]) -> None:
    """Hang curtains of northern light into the sky above `bottom`."""
    small = Image.new("RGB", (max(8, image.width // 4), max(8, image.height // 4)))
    for colour in colours:
        curve = noise(rng, octaves=3, is_smooth=True)
        rays = noise(rng, octaves=3, is_smooth=True)
        foot, tall = bottom / 4 * rng.uniform(0.55, 0.85), bottom / 4 * rng.uniform(0.4, 0.6)
        layer = Image.new("RGB", small.size)
        for x in range(small.width):
            place = x / small.width * 3
            bright = 0.62 + 0.38 * rays(place * 9)
            length = max(2, round(tall * (0.8 + 0.3 * rays(place * 4 + 50))))
            y = round(foot + tall * 0.35 * curve(place)) - length
            mask = shade(length, 0, max(0, min(255, round(200 * bright))))
            layer.paste(colour, (x, y, x + 1, y + length), mask)
        small = ImageChops.screen(small, layer.filter(ImageFilter.GaussianBlur(2.2)))
    light = small.resize(image.size, Image.Resampling.BICUBIC)
    image.paste(ImageChops.screen(image, light))


def reflect(image: Image.Image, rng: Random, *, horizon: int, tint: Colour, share: float) -> None:
    """Turn everything below `horizon` into water that mirrors what is above it."""
    width, height = image.size
    depth = height - horizon
    source = image.crop((0, max(0, horizon - round(depth * 1.35)), width, horizon))
    water = ImageOps.flip(source).resize((width, depth), Image.Resampling.BILINEAR)
    water = water.filter(ImageFilter.BoxBlur(max(1, width // 700)))
    water = Image.blend(water, Image.new("RGB", water.size, tint), share)
    image.paste(water, (0, horizon))
    wave, start = noise(rng, octaves=2, is_smooth=True), rng.uniform(0, 100)
    for y in range(depth):
        near = y / depth
        swing = width * (0.0015 + 0.012 * near) * wave(start + 90 * near**0.6)
        row = water.crop((0, y, width, y + 1))
        image.paste(row, (round(swing), horizon + y))


def glitter(
    image: Image.Image, rng: Random, *, x: float, horizon: float, colour: Colour, count: int
) -> None:
    """Strew the light's reflection over the water: short dashes, wider towards the viewer."""
    depth = image.height - horizon
    unit = min(image.width, image.height)
    dashes = []
    for _ in range(count):
        near = rng.random() ** 1.5
        cx = x + rng.gauss(0, unit * (0.022 + 0.07 * near))
        cy = horizon + depth * (0.01 + 0.97 * near)
        across = unit * (0.006 + 0.03 * near) * rng.uniform(0.4, 1.2)
        down = unit * (0.0006 + 0.0022 * near)
        dashes.append([(cx - across, cy), (cx, cy - down), (cx + across, cy), (cx, cy + down)])
    fill(image, dashes, [colour], opacity=0.55)


def vignette(image: Image.Image, strength: float) -> None:
    """Darken the corners a little."""
    fall = [round(255 * strength * max(0.0, level / 255 - 0.45)) for level in range(256)]
    mask = Image.radial_gradient("L").point(fall).resize(image.size, Image.Resampling.BICUBIC)
    image.paste((0, 0, 0), (0, 0), mask)


def _bounds(
    size: tuple[int, int], shapes: Iterable[Sequence[Point]]
) -> tuple[int, int, int, int] | None:
    """Return the part of the image that the shapes touch; None if they are outside."""
    points = [point for shape in shapes for point in shape]
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    right, bottom = min(size[0], math.ceil(max(xs)) + 1), min(size[1], math.ceil(max(ys)) + 1)
    return (left, top, right, bottom) if left < right and top < bottom else None
