"""Birds on a branch."""

from bot.demo.motifs.figure import Figure
from bot.demo.palettes import Colour, blend

_WHITE: Colour = (250, 244, 235)
_DARK: Colour = (34, 28, 36)
_BRANCH = 0.3  # its height, in figures


def draw_bird(figure: Figure) -> None:
    """A small bird with a bright breast."""
    coat = figure.sketch.coat or figure.sketch.plan("coat").choice(
        ((74, 128, 190), (232, 112, 72), (238, 190, 78), (92, 150, 112))
    )
    top, low = figure.shades(coat)
    breast = blend(figure.lit((244, 178, 110)), figure.lit(_WHITE), 0.3)
    _draw_branch(figure)
    y = _BRANCH
    tail = [
        (-0.2, y + 0.16),
        (-0.52, y - 0.12),
        (-0.47, y - 0.17),
        (-0.38, y - 0.15),
        (-0.12, y + 0.08),
    ]
    figure.fill([tail], blend(low, figure.lit(_DARK), 0.35), low)
    body = [(-0.26, y + 0.18), (-0.2, y + 0.36), (-0.06, y + 0.52), (0.02, y + 0.66),
            (0.14, y + 0.71), (0.26, y + 0.66), (0.31, y + 0.55), (0.3, y + 0.36), (0.2, y + 0.14),
            (0.04, y + 0.03), (-0.14, y + 0.05)]  # fmt: skip
    figure.blob(body, top, low)
    front = [(0.3, y + 0.5), (0.2, y + 0.46), (0.1, y + 0.32), (0.06, y + 0.14), (0.08, y + 0.05),
             (0.2, y + 0.13), (0.3, y + 0.34)]  # fmt: skip
    figure.blob(front, breast, blend(breast, low, 0.4))
    wing = [(-0.02, y + 0.46), (0.08, y + 0.34), (0.04, y + 0.2), (-0.14, y + 0.08),
            (-0.36, y + 0.0), (-0.26, y + 0.2), (-0.14, y + 0.4)]  # fmt: skip
    figure.blob(wing, blend(top, figure.lit(_DARK), 0.25), low)
    for step in range(3):
        x, h = -0.24 + 0.07 * step, y + 0.06 + 0.05 * step
        feather = [(x, h), (x + 0.2, h + 0.13), (x + 0.21, h + 0.11)]
        figure.fill([feather], blend(top, figure.lit(_WHITE), 0.35), opacity=0.7)
    beak = figure.lit((244, 176, 64))
    figure.fill([[(0.3, y + 0.62), (0.42, y + 0.58), (0.3, y + 0.55)]], beak, blend(beak, low, 0.4))
    figure.oval(0.215, y + 0.6, 0.027, 0.027, figure.lit(_DARK))
    figure.oval(0.223, y + 0.61, 0.009, 0.009, _WHITE)
    _draw_feet(figure, (0.02, 0.1))


def draw_owl(figure: Figure) -> None:
    """An owl that looks at the beholder."""
    coat = figure.sketch.coat or (142, 104, 74)
    top, low = figure.shades(coat)
    pale = blend(top, figure.lit(_WHITE), 0.55)
    _draw_branch(figure)
    y = _BRANCH
    for side in (-1, 1):
        tuft = [(0.06 * side, y + 0.62), (0.24 * side, y + 0.8), (0.22 * side, y + 0.56)]
        figure.fill([tuft], low)
    body = [(0, y + 0.7), (-0.2, y + 0.66), (-0.27, y + 0.5), (-0.25, y + 0.25),
            (-0.16, y + 0.04), (0, y - 0.02), (0.16, y + 0.04), (0.25, y + 0.25),
            (0.27, y + 0.5), (0.2, y + 0.66)]  # fmt: skip
    figure.blob(body, top, low)
    figure.blob([(0, y + 0.42), (-0.14, y + 0.34), (-0.15, y + 0.15), (0, y + 0.02), (0.15, y +
                 0.15), (0.14, y + 0.34)], pale, blend(pale, low, 0.4))  # fmt: skip
    for row in range(4):
        for column in range(-2 + row // 2, 3 - row // 2):
            x, h = 0.052 * column, y + 0.31 - 0.065 * row
            figure.fill([[(x - 0.018, h), (x + 0.018, h), (x, h - 0.03)]], low, opacity=0.7)
    for side in (-1, 1):
        wing = [(0.22 * side, y + 0.46), (0.28 * side, y + 0.34), (0.26 * side, y + 0.14),
                (0.15 * side, y + 0.0), (0.15 * side, y + 0.22)]  # fmt: skip
        figure.blob(wing, blend(top, figure.lit(_DARK), 0.25), low)
        figure.oval(0.105 * side, y + 0.53, 0.11, 0.11, pale)
        figure.oval(0.1 * side, y + 0.53, 0.072, 0.072, figure.lit((245, 190, 70)))
        figure.oval(0.095 * side, y + 0.53, 0.04, 0.04, _DARK)
        figure.oval(0.095 * side + 0.014, y + 0.548, 0.013, 0.013, _WHITE)
    figure.fill([[(-0.035, y + 0.5), (0.035, y + 0.5), (0, y + 0.41)]], figure.lit((236, 170, 70)))
    _draw_feet(figure, (-0.08, 0.06))


def _draw_branch(figure: Figure) -> None:
    """A branch from the edge of the picture, with leaves."""
    wood = blend(figure.sketch.palette.near, figure.lit((92, 62, 48)), 0.4)
    reach, y = 3.0, _BRANCH
    figure.blob(
        [(-reach, y - 0.3), (-0.9, y - 0.11), (-0.2, y - 0.005), (0.5, y + 0.0), (0.95, y + 0.08),
         (0.5, y - 0.045), (-0.2, y - 0.075), (-0.9, y - 0.2), (-reach, y - 0.46)],
        wood, figure.sketch.palette.near,
    )  # fmt: skip
    green = figure.lit((104, 148, 84), 0.3)
    rng = figure.sketch.chance()
    for _ in range(13):
        x = rng.choice((rng.uniform(-1.5, -0.4), rng.uniform(0.4, 0.95)))
        h, size, up = (
            y - 0.03 - 0.12 * max(0.0, -x - 0.3),
            rng.uniform(0.06, 0.12),
            rng.choice((1, -1)),
        )
        leaf = [(x, h), (x + size * 0.35, h + up * size * 0.8),
                (x + size * 0.9, h + up * size * 1.05),
            (x + size * 0.7, h + up * size * 0.4)]  # fmt: skip
        figure.blob(leaf, green, blend(green, figure.sketch.palette.near, 0.4))


def _draw_feet(figure: Figure, places: tuple[float, float]) -> None:
    tone = figure.lit((214, 150, 84), 0.3)
    for x in places:
        figure.blob([(x - 0.03, _BRANCH + 0.02), (x, _BRANCH + 0.05), (x + 0.05, _BRANCH +
                     0.01), (x + 0.05, _BRANCH - 0.03), (x, _BRANCH - 0.02), (x - 0.03, _BRANCH
                     - 0.03)], tone)  # fmt: skip
