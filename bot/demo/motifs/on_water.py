"""What is out on the water."""

from bot.demo import brushes
from bot.demo.brushes import Point
from bot.demo.motifs.figure import Figure
from bot.demo.palettes import Colour, blend
from bot.demo.sketch import Sketch, box


def draw_sail(sketch: Sketch, *, size: float) -> None:
    """A small boat under sail, away from the light's path."""
    x = sketch.width - sketch.sun[0] * sketch.chance().uniform(0.8, 1.0)
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


def draw_lighthouse(sketch: Sketch, share: float) -> None:
    """A lighthouse on a rock in the water, on the side away from the sun."""
    size = sketch.unit * share
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
    lamp = box(x - size * 0.035, foot - size * 0.98, size * 0.07, size * 0.1)
    gallery = box(x - size * 0.075, foot - size * 0.885, size * 0.15, size * 0.02)
    eaves = foot - size * 0.97
    roof = [(x - size * 0.055, eaves), (x + size * 0.055, eaves), (x, foot - size * 1.05)]
    brushes.fill(image, [lamp], [palette.light])
    brushes.fill(image, [gallery, roof], [palette.near])


def _rock(sketch: Sketch, x: float, foot: float, size: float) -> list[Point]:
    """Return the outline of the rock under the lighthouse."""
    line = brushes.ridge(
        sketch.chance(), sketch.width, base=0, height=size * 0.1, wavelength=size * 0.35, octaves=4
    )
    rock = []
    for px, py in line:
        bulge = 1 - ((px - x) / (size * 0.75)) ** 2
        if bulge > 0:
            rock.append((px, foot + size * 0.1 + bulge * (py - size * 0.2)))
    return rock


def _beam(lamp: Point, size: float, *, is_left: bool) -> list[Point]:
    """Return the lighthouse's ray, out over the sea."""
    out = size * (8 if is_left else -8)
    return [lamp, (lamp[0] + out, lamp[1] - size * 0.9), (lamp[0] + out, lamp[1] + size * 0.25)]


def draw_lighthouse_at(figure: Figure) -> None:
    """A lighthouse, where it is best seen."""
    draw_lighthouse(figure.sketch, figure.size / figure.sketch.unit)


def draw_ship(figure: Figure) -> None:
    """A tall ship under full sail."""
    palette = figure.sketch.palette
    cloth = figure.sketch.coat or blend(palette.light, palette.sky[3], 0.2)
    top, low = figure.shades(cloth, 0.45)
    mirror = [(-0.42, 0.02), (0.46, 0.02), (0.3, -0.34), (-0.3, -0.3)]
    figure.fill([mirror], palette.near, opacity=0.3)
    for x, high in ((-0.26, 0.78), (0.02, 1.0), (0.27, 0.8)):
        _draw_mast(figure, x, high, top, low)
    figure.fill([[(0.3, 0.66), (0.62, 0.2), (0.33, 0.2)]], top, low)
    _draw_hull(figure)
    foam = blend(palette.light, palette.sky[3], 0.3)
    figure.blob(
        [(-0.6, -0.01), (-0.3, 0.02), (0.3, 0.02), (0.58, -0.005), (0.3, -0.025), (-0.3, -0.025)],
        foam,
        opacity=0.6,
    )


def _draw_mast(figure: Figure, x: float, high: float, top: Colour, low: Colour) -> None:
    """A mast with three sails and a pennant."""
    figure.fill(
        [[(x - 0.008, 0.1), (x + 0.008, 0.1), (x + 0.004, high), (x - 0.004, high)]],
        figure.sketch.palette.near,
    )
    for low_share, high_share, wide in (
        (0.24, 0.5, 0.15),
        (0.53, 0.75, 0.125),
        (0.77, 0.94, 0.09),
    ):
        foot, head = high * low_share, high * high_share
        sail = [
            (x - wide, foot),
            (x - wide * 0.85, head),
            (x + wide * 0.7, head),
            (x + wide * 0.98, (foot + head) / 2),
            (x + wide * 0.85, foot),
            (x, foot + 0.02),
        ]
        figure.fill([brushes.rounded(sail, 4)], top, low)
    figure.fill([[(x, high), (x - 0.1, high - 0.02), (x, high - 0.04)]], figure.lit((214, 70, 66)))


def _draw_hull(figure: Figure) -> None:
    figure.blob(
        [
            (-0.5, 0.24),
            (-0.44, 0.1),
            (-0.4, 0.0),
            (0.0, -0.015),
            (0.34, 0.0),
            (0.48, 0.12),
            (0.62, 0.22),
            (0.3, 0.15),
            (-0.2, 0.13),
            (-0.36, 0.16),
        ],
        *figure.shades((104, 66, 50), 0.8),
    )
    figure.fill(
        [[(-0.44, 0.115), (0.46, 0.1), (0.46, 0.085), (-0.44, 0.1)]], figure.lit((226, 186, 110))
    )


def draw_whale(figure: Figure) -> None:
    """A whale that leaps, in its spray."""
    top, low = figure.shades(figure.sketch.coat or (64, 96, 134), 0.5)
    _draw_whale_body(figure, top, low)
    _draw_whale_head(figure, low)
    _draw_spray(figure)


def _draw_whale_body(figure: Figure, top: Colour, low: Colour) -> None:
    """The back, and a belly with grooves."""
    body = [
        (-0.62, -0.1),
        (-0.4, 0.3),
        (-0.06, 0.72),
        (0.24, 0.96),
        (0.52, 1.04),
        (0.66, 0.98),
        (0.62, 0.82),
        (0.42, 0.6),
        (0.2, 0.3),
        (0.06, -0.1),
    ]
    figure.blob(body, top, low)
    under = [
        (0.66, 0.95),
        (0.62, 0.82),
        (0.42, 0.6),
        (0.2, 0.3),
        (0.06, -0.1),
        (-0.16, -0.1),
        (0.06, 0.34),
        (0.3, 0.66),
        (0.48, 0.84),
    ]
    figure.blob(under, *figure.shades((228, 232, 236), 0.4))
    for step in range(5):
        a = 0.06 * step
        groove = [
            (0.6 - a * 0.5, 0.88 - a * 0.35),
            (0.34 - a, 0.56 - a),
            (0.12 - a, 0.2),
            (0.13 - a, 0.2),
            (0.355 - a, 0.56 - a),
        ]
        figure.fill([groove], low, opacity=0.4)


def _draw_whale_head(figure: Figure, low: Colour) -> None:
    """A fin and an eye."""
    palette = figure.sketch.palette
    figure.blob(
        [(0.14, 0.5), (0.3, 0.34), (0.52, 0.26), (0.6, 0.3), (0.46, 0.42), (0.28, 0.58)],
        low,
        blend(low, palette.near, 0.4),
    )
    figure.oval(0.4, 0.8, 0.018, 0.018, palette.near)
    figure.oval(0.405, 0.806, 0.006, 0.006, palette.light)


def _draw_spray(figure: Figure) -> None:
    rng = figure.sketch.chance()
    foam = blend(figure.sketch.palette.light, (255, 255, 255), 0.4)
    for _ in range(70):
        x = rng.gauss(-0.25, 0.28)
        y, size = abs(rng.gauss(0, 0.11)), rng.uniform(0.008, 0.04)
        figure.oval(x, y, size, size, foam, opacity=0.5)
    figure.blob(
        [
            (-0.95, -0.03),
            (-0.6, 0.06),
            (-0.25, 0.1),
            (0.15, 0.06),
            (0.45, -0.02),
            (0.1, -0.08),
            (-0.5, -0.09),
        ],
        foam,
        opacity=0.75,
    )
