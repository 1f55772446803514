"""Tree and flowers."""

import math

from bot.demo.motifs.figure import Figure
from bot.demo.palettes import PALETTES, Colour, blend

_BLOSSOM = frozenset(("cherry", "sakura", "blossom", "spring"))
_AUTUMN = frozenset(("autumn", "fall", "october"))


def draw_tree(figure: Figure) -> None:
    """An old tree with a wide crown."""
    rng, sketch = figure.sketch.chance(), figure.sketch
    leaf = sketch.coat or _foliage(figure)
    top, low = figure.shades(leaf, 0.7)
    wood = blend(figure.lit((96, 66, 52), 0.4), sketch.palette.near, 0.35)
    trunk = [(-0.12, -0.02), (-0.05, 0.06), (-0.035, 0.3), (-0.14, 0.52), (-0.1, 0.54), (0.0, 0.4),
             (0.05, 0.6), (0.08, 0.59), (0.06, 0.4), (0.18, 0.52), (0.21, 0.49), (0.05, 0.28),
             (0.05, 0.06), (0.13, -0.02)]  # fmt: skip
    for shade, count, reach in ((0.75, 26, 0.9), (0.35, 20, 0.8), (0.0, 16, 0.62)):
        if shade < 0.75:  # noqa: PLR2004 - the trunk stands before the back of the crown
            figure.fill([trunk], wood)
        for _ in range(count):
            turn, away = rng.uniform(0, math.tau), rng.random() ** 0.5 * reach
            x = 0.4 * away * math.cos(turn) - 0.03 * (1 - shade)
            y = 0.68 + 0.24 * away * math.sin(turn) + 0.05 * (1 - shade)
            size = rng.uniform(0.08, 0.15)
            figure.oval(
                x, y, size, size * 0.86, blend(top, low, shade), blend(top, low, shade + 0.2)
            )
    for _ in range(14):
        x, y = rng.gauss(0, 0.28), rng.uniform(0.0, 0.4)
        figure.oval(x, y, 0.009, 0.006, top, opacity=0.9)


def _foliage(figure: Figure) -> Colour:
    words = figure.sketch.words
    if words & _BLOSSOM:
        return 244, 172, 196
    is_autumn = words & _AUTUMN or figure.sketch.palette == PALETTES["autumn"]
    if is_autumn:
        return 226, 128, 52
    return figure.sketch.plan("leaf").choice(
        ((112, 156, 84), (84, 142, 110), (232, 150, 74), (240, 176, 196))
    )


def draw_flowers(figure: Figure) -> None:
    """A large flower, and smaller ones beside it."""
    sketch = figure.sketch
    plan, rng = sketch.plan("flowers"), sketch.chance()
    coats = ((226, 74, 84), (244, 150, 178), (246, 196, 80), (152, 112, 206), (248, 244, 236))
    coat = sketch.coat or (coats[2] if "sunflower" in sketch.words else plan.choice(coats))
    other = plan.choice(coats)
    for side in (-1.0, 1.0, -0.55, 0.62):
        x, high = side * rng.uniform(0.34, 0.5), rng.uniform(0.4, 0.66)
        _draw_flower(figure, x, high, 0.11, other if abs(side) < 1 else coat)
    _draw_flower(figure, 0.0, 0.84, 0.2, coat)


def _draw_flower(figure: Figure, x: float, y: float, size: float, coat: Colour) -> None:
    """A flower of two rings of petals on a bent stem with two leaves."""
    green = figure.shades((92, 142, 82), 0.6)
    lean = x * 0.25
    stem = [(x - lean - 0.012, -0.06), (x - 0.02 + lean * 0.1, y * 0.5), (x - 0.009, y),
            (x + 0.009, y), (x + 0.004 + lean * 0.1, y * 0.5),
            (x - lean + 0.012, -0.06)]  # fmt: skip
    figure.blob(stem, *green)
    for side in (-1, 1):
        h = y * (0.28 if side > 0 else 0.4)
        leaf = [(x, h), (x + side * size * 0.5, h + size * 0.62),
                (x + side * size * 1.15, h + size * 0.8),
                (x + side * size * 0.85, h + size * 0.2)]  # fmt: skip
        figure.blob(leaf, *green)
    top, low = figure.shades(coat, 0.45)
    turn = figure.sketch.chance().uniform(0, 0.6)
    for reach, wide, count, tone in ((1.0, 0.3, 11, blend(top, low, 0.6)), (0.78, 0.26, 9, top)):
        for nth in range(count):
            angle = turn + (nth + (reach < 1) / 2) / count * math.tau
            cos, sin = math.cos(angle), math.sin(angle)
            shape = (
                (0.12, 0.0),
                (0.5, wide),
                (0.95, wide * 0.6),
                (1.05, 0.0),
                (0.95, -wide * 0.6),
                (0.5, -wide),
            )
            petal = [
                (
                    x + size * reach * (a * cos - b * sin),
                    y + size * reach * (a * sin + b * cos) * 0.92,
                )
                for a, b in shape
            ]
            figure.blob(petal, tone, blend(tone, low, 0.5))
    heart = figure.shades(
        (250, 200, 92) if coat[2] > coat[1] or coat[1] < coat[0] * 0.7 else (112, 72, 44)
    )
    figure.oval(x, y, size * 0.3, size * 0.28, *heart)
