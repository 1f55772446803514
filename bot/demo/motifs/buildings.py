"""House and castle."""

from bot.demo import brushes
from bot.demo.motifs.figure import Figure, Outline
from bot.demo.palettes import Colour, blend


def draw_house(figure: Figure) -> None:
    """A small house with light in its windows and smoke over its chimney."""
    plan = figure.sketch.plan("house")
    coat = figure.sketch.coat or plan.choice(((232, 216, 188), (206, 132, 98), (196, 206, 206)))
    wall = figure.shades(coat)
    tile = figure.shades(plan.choice(((150, 66, 56), (84, 78, 96), (118, 84, 62))))
    _draw_smoke(figure, 0.32, 1.08)
    figure.fill([_box(0.26, 0.68, 0.12, 0.38)], *figure.shades((134, 92, 82)))
    figure.fill([_box(-0.5, 0.0, 1.0, 0.52)], *wall)
    figure.fill([[(-0.5, 0.5), (0.5, 0.5), (0.28, 0.92), (-0.28, 0.92)]], *wall)
    figure.fill([[(-0.62, 0.46), (-0.3, 0.96), (0.3, 0.96), (0.62, 0.46)]], *tile)
    for row in range(4):
        y, half = 0.56 + 0.1 * row, 0.55 - 0.064 * row
        figure.fill([_box(-half, y, 2 * half, 0.008)], blend(tile[1], tile[0], 0.2), opacity=0.5)
    figure.fill([[(-0.16, 0.46), (0.16, 0.46), (0, 0.74)]], *wall)
    figure.fill(
        [[(-0.2, 0.44), (0, 0.78), (0.2, 0.44), (0.16, 0.44), (0, 0.7), (-0.16, 0.44)]], tile[1]
    )
    figure.fill([_box(-0.09, 0.0, 0.18, 0.32)], *figure.shades((104, 66, 50)))
    figure.oval(0.055, 0.15, 0.012, 0.012, figure.lit((240, 205, 96)))
    for x in (-0.4, 0.2):
        _draw_window(figure, x, 0.16, 0.2, 0.2)
    figure.oval(0, 0.56, 0.045, 0.045, _glow(figure))
    bush = figure.lit((86, 128, 78), 0.5)
    for x, size in ((-0.52, 0.12), (-0.4, 0.08), (0.46, 0.1), (0.56, 0.13)):
        figure.oval(x, 0.03, size, size, bush, figure.sketch.palette.near)


def draw_castle(figure: Figure) -> None:
    """A castle with many towers, on its rock."""
    coat = figure.sketch.coat or (190, 180, 186)
    stone = figure.shades(coat, 0.75)
    back = (
        blend(stone[0], figure.sketch.palette.far, 0.45),
        blend(stone[1], figure.sketch.palette.far, 0.35),
    )
    roof = figure.shades(
        figure.sketch.plan("castle").choice(((74, 92, 146), (150, 62, 66), (70, 112, 112)))
    )
    rock = blend(figure.sketch.palette.near, figure.sketch.palette.far, 0.14)
    for x, wide, high in ((-0.24, 0.11, 0.72), (0.2, 0.12, 0.82)):
        _draw_tower(figure, x=x, wide=wide, high=high, stone=back, roof=roof)
    _draw_tower(figure, x=-0.02, wide=0.17, high=0.98, stone=stone, roof=roof)
    figure.fill([_box(-0.4, 0.06, 0.8, 0.3), *_battlements(-0.4, 0.36, 0.8, 10)], *stone)
    for x, wide, high in ((-0.42, 0.15, 0.56), (0.4, 0.16, 0.6)):
        _draw_tower(figure, x=x, wide=wide, high=high, stone=stone, roof=roof)
    figure.fill([_box(-0.14, 0.06, 0.24, 0.42), *_battlements(-0.14, 0.48, 0.24, 4)], *stone)
    gate = [(-0.08, 0.04), (-0.08, 0.22), (-0.02, 0.28), (0.04, 0.22), (0.04, 0.04)]
    figure.fill([gate], figure.sketch.palette.near)
    figure.fill([_box(-0.035, 0.35, 0.03, 0.06)], _glow(figure))
    rocks: Outline = [(-0.95, -0.2), (-0.66, 0.0), (-0.54, 0.06), (-0.3, 0.08), (0.0, 0.06),
                      (0.3, 0.1), (0.54, 0.07), (0.7, -0.02), (0.95, -0.2)]  # fmt: skip
    figure.fill([rocks], rock, figure.sketch.palette.near)


def _draw_tower(
    figure: Figure,
    *,
    x: float,
    wide: float,
    high: float,
    stone: tuple[Colour, Colour],
    roof: tuple[Colour, Colour],
) -> None:
    """A round tower with a pointed roof, a flag and lit windows."""
    half, base = wide / 2, 0.04
    figure.fill([_box(x - half, base, wide, high - base)], *stone)
    figure.fill([_box(x, base, half, high - base)], figure.sketch.palette.near, opacity=0.16)
    figure.fill([_box(x - half * 1.2, high - 0.05, wide * 1.2, 0.05)], stone[0])
    tip = high + wide * 1.5
    figure.fill([[(x - half * 1.35, high), (x + half * 1.35, high), (x, tip)]], *roof)
    figure.fill([_box(x - 0.003, tip - 0.01, 0.006, 0.08)], figure.sketch.palette.near)
    flag = [(x, tip + 0.07), (x + 0.07, tip + 0.05), (x, tip + 0.03)]
    figure.fill([flag], figure.lit((222, 76, 72)))
    for level in (0.62, 0.82):
        y = base + (high - base) * level
        slit = [
            (x - 0.012, y - 0.03),
            (x - 0.012, y + 0.015),
            (x, y + 0.03),
            (x + 0.012, y + 0.015),
            (x + 0.012, y - 0.03),
        ]
        figure.fill([slit], _glow(figure))


def _battlements(x: float, y: float, wide: float, count: int) -> list[Outline]:
    step = wide / (2 * count - 1)
    return [_box(x + 2 * step * nth, y - 0.002, step, 0.03) for nth in range(count)]


def _draw_window(figure: Figure, x: float, y: float, wide: float, high: float) -> None:
    """A lit window with a cross in it, and its light around."""
    glow, frame = _glow(figure), figure.lit((244, 238, 226))
    centre = figure.at(x + wide / 2, y + high / 2)
    figure.fill([_box(x - 0.015, y - 0.015, wide + 0.03, high + 0.03)], frame)
    figure.fill([_box(x, y, wide, high)], glow)
    figure.fill(
        [_box(x + wide / 2 - 0.006, y, 0.012, high), _box(x, y + high / 2, wide, 0.012)], frame
    )
    strength = 0.5 if figure.sketch.palette.is_night else 0.2
    brushes.glow(figure.sketch.image, centre, figure.size * 0.3, glow, strength)


def _draw_smoke(figure: Figure, x: float, y: float) -> None:
    """Smoke that the wind takes with it."""
    rng, palette = figure.sketch.chance(), figure.sketch.palette
    tone = blend(palette.sky[3], palette.light, 0.5)
    for step in range(9):
        drift = 0.02 * step + rng.uniform(-0.02, 0.02)
        size = 0.04 + 0.013 * step
        figure.oval(x + drift, y + 0.07 * step, size, size * 0.8, tone, opacity=0.34 - 0.034 * step)


def _glow(figure: Figure) -> Colour:
    return blend((255, 206, 118), figure.sketch.palette.light, 0.15)


def _box(x: float, y: float, wide: float, high: float) -> Outline:
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
