"""Animals that sit and look: fox, cat, dog, wolf."""

from collections.abc import Sequence

from bot.demo.motifs.figure import Figure, Outline
from bot.demo.palettes import Colour, blend

_WHITE: Colour = (250, 244, 235)
_DARK: Colour = (38, 30, 38)
_BODY: Outline = (
    (-0.02, 0.64), (-0.12, 0.54), (-0.21, 0.36), (-0.27, 0.18), (-0.24, 0.03), (-0.1, 0.0),
    (0.06, 0.0), (0.18, 0.0), (0.2, 0.03), (0.15, 0.08), (0.16, 0.26), (0.19, 0.42), (0.18, 0.6),
)  # fmt: skip
_HAUNCH: Outline = (
    (-0.24, 0.1), (-0.19, 0.26), (-0.06, 0.3), (0.04, 0.18), (0.05, 0.04), (0.1, 0.0), (-0.2, 0.0),
)  # fmt: skip


def draw_fox(figure: Figure) -> None:
    """A fox with its brush around it."""
    coat = figure.sketch.coat or (226, 106, 44)
    top, low = figure.shades(coat)
    tip = figure.lit(_WHITE)
    tail = [(-0.16, 0.02), (-0.3, 0.0), (-0.52, 0.06), (-0.66, 0.22), (-0.64, 0.4), (-0.58, 0.48),
            (-0.5, 0.38), (-0.42, 0.26), (-0.28, 0.2), (-0.16, 0.16)]  # fmt: skip
    figure.blob(tail, top, low)
    figure.blob([(-0.65, 0.28), (-0.65, 0.4), (-0.575, 0.49), (-0.5, 0.385), (-0.545, 0.34)], tip)
    _draw_body(figure, top, low)
    bib = [(0.17, 0.58), (0.08, 0.5), (0.07, 0.34), (0.13, 0.22), (0.175, 0.3), (0.2, 0.44)]
    figure.blob(bib, tip, blend(tip, low, 0.35))
    _draw_legs(figure, blend(low, figure.lit(_DARK), 0.75))
    _draw_ear(figure, [(0.0, 0.78), (-0.045, 1.0), (0.1, 0.88)], low, figure.lit(_DARK))
    head = [(-0.04, 0.74), (0.0, 0.84), (0.1, 0.88), (0.2, 0.84), (0.26, 0.77), (0.4, 0.69),
            (0.41, 0.665), (0.34, 0.645), (0.2, 0.6), (0.08, 0.58), (-0.02, 0.63)]  # fmt: skip
    figure.blob(head, top, blend(top, low, 0.5))
    _draw_ear(figure, [(0.06, 0.82), (0.06, 1.04), (0.19, 0.85)], top, figure.lit(_DARK))
    cheek = [(0.4, 0.675), (0.27, 0.71), (0.14, 0.7), (0.02, 0.66), (0.04, 0.6), (0.14, 0.57),
             (0.24, 0.6), (0.34, 0.64)]  # fmt: skip
    figure.blob(cheek, tip, blend(tip, low, 0.2))
    _draw_face(figure, eye=(0.19, 0.765), nose=(0.405, 0.68))


def draw_cat(figure: Figure) -> None:
    """A cat with its tail in the air."""
    coat = figure.sketch.coat or _choose(figure, ((222, 150, 84), (92, 92, 108), (48, 44, 56)))
    top, low = figure.shades(coat)
    tail = [(-0.2, 0.02), (-0.36, 0.02), (-0.48, 0.12), (-0.5, 0.3), (-0.44, 0.46), (-0.36, 0.52),
            (-0.33, 0.47), (-0.4, 0.38), (-0.43, 0.26), (-0.39, 0.15), (-0.3, 0.1),
            (-0.18, 0.12)]  # fmt: skip
    figure.blob(tail, top, low)
    _draw_body(figure, top, low)
    _draw_legs(figure, low)
    _draw_stripes(figure, blend(low, figure.lit(_DARK), 0.35))
    pink = figure.lit((226, 150, 150))
    _draw_ear(figure, [(-0.05, 0.8), (-0.07, 0.99), (0.08, 0.9)], low, pink)
    _draw_ear(figure, [(0.12, 0.88), (0.24, 1.0), (0.25, 0.8)], top, pink)
    head = [(-0.08, 0.74), (-0.05, 0.85), (0.06, 0.91), (0.17, 0.9), (0.26, 0.83), (0.285, 0.74),
            (0.25, 0.65), (0.14, 0.6), (0.02, 0.61), (-0.06, 0.66)]  # fmt: skip
    figure.blob(head, top, blend(top, low, 0.55))
    muzzle = [(0.1, 0.68), (0.18, 0.71), (0.27, 0.69), (0.27, 0.65), (0.18, 0.62), (0.11, 0.64)]
    figure.blob(muzzle, blend(top, figure.lit(_WHITE), 0.55))
    glow = figure.lit((214, 216, 96))
    for x in (0.095, 0.215):
        figure.oval(x, 0.765, 0.03, 0.033, glow)
        figure.oval(x + 0.005, 0.765, 0.011, 0.029, _DARK)
    figure.fill([[(0.165, 0.703), (0.215, 0.703), (0.19, 0.678)]], pink)
    whisker = blend(top, figure.lit(_WHITE), 0.8)
    for y, end in ((0.69, 0.71), (0.675, 0.67), (0.66, 0.63)):
        figure.fill([[(0.24, y), (0.24, y + 0.006), (0.42, end)]], whisker, opacity=0.8)
        figure.fill([[(0.11, y), (0.11, y + 0.006), (-0.07, end)]], whisker, opacity=0.8)


def draw_dog(figure: Figure) -> None:
    """A dog that waits for somebody."""
    coat = figure.sketch.coat or _choose(figure, ((206, 156, 96), (128, 84, 56), (226, 206, 176)))
    top, low = figure.shades(coat)
    tail = [(-0.2, 0.06), (-0.34, 0.12), (-0.44, 0.26), (-0.46, 0.38), (-0.41, 0.4), (-0.36, 0.28),
            (-0.27, 0.2), (-0.18, 0.18)]  # fmt: skip
    figure.blob(tail, top, low)
    _draw_body(figure, top, low)
    bib = [(0.18, 0.58), (0.1, 0.48), (0.1, 0.32), (0.15, 0.24), (0.18, 0.34), (0.205, 0.46)]
    figure.blob(bib, blend(top, figure.lit(_WHITE), 0.6))
    _draw_legs(figure, low)
    head = [(-0.06, 0.74), (-0.03, 0.88), (0.09, 0.95), (0.2, 0.91), (0.25, 0.83), (0.36, 0.79),
            (0.41, 0.75), (0.4, 0.68), (0.3, 0.64), (0.18, 0.6), (0.02, 0.6),
            (-0.05, 0.65)]  # fmt: skip
    figure.blob(head, top, blend(top, low, 0.5))
    muzzle = [(0.24, 0.79), (0.36, 0.785), (0.41, 0.745), (0.4, 0.68), (0.3, 0.645), (0.22, 0.67)]
    figure.blob(muzzle, blend(top, figure.lit(_WHITE), 0.5))
    figure.fill([[(0.26, 0.69), (0.39, 0.7), (0.38, 0.692), (0.28, 0.678)]], figure.lit(_DARK))
    ear = [(0.02, 0.92), (0.1, 0.86), (0.1, 0.74), (0.05, 0.6), (-0.03, 0.57), (-0.09, 0.64),
           (-0.1, 0.78), (-0.06, 0.9)]  # fmt: skip
    figure.blob(ear, blend(low, figure.lit(_DARK), 0.35))
    _draw_collar(figure)
    _draw_face(figure, eye=(0.18, 0.815), nose=(0.395, 0.765))


def draw_wolf(figure: Figure) -> None:
    """A wolf that howls."""
    coat = figure.sketch.coat or (112, 118, 136)
    top, low = figure.shades(coat)
    tail = [(-0.16, 0.02), (-0.34, 0.0), (-0.54, 0.03), (-0.64, 0.09), (-0.52, 0.15), (-0.34, 0.16),
            (-0.18, 0.16)]  # fmt: skip
    figure.blob(tail, top, low)
    _draw_body(figure, top, low)
    bib = [(0.19, 0.62), (0.09, 0.52), (0.09, 0.34), (0.14, 0.24), (0.175, 0.32), (0.21, 0.46)]
    figure.blob(bib, blend(top, figure.lit(_WHITE), 0.55), low)
    _draw_legs(figure, low)
    _draw_ear(figure, [(-0.02, 0.76), (-0.17, 0.86), (0.0, 0.86)], low, figure.lit(_DARK))
    head = [(-0.06, 0.66), (-0.05, 0.78), (0.02, 0.88), (0.1, 0.93), (0.2, 1.06), (0.27, 1.12),
            (0.29, 1.1), (0.27, 1.0), (0.25, 0.9), (0.24, 0.76), (0.2, 0.62),
            (0.06, 0.58)]  # fmt: skip
    figure.blob(head, top, blend(top, low, 0.6))
    jaw = [(0.23, 0.94), (0.31, 1.02), (0.325, 1.0), (0.27, 0.88), (0.22, 0.76), (0.2, 0.84)]
    figure.blob(jaw, blend(top, figure.lit(_WHITE), 0.45), low)
    figure.oval(0.278, 1.11, 0.02, 0.017, figure.lit(_DARK))
    figure.fill([[(0.09, 0.88), (0.15, 0.905), (0.14, 0.89)]], figure.lit(_DARK))


def _choose(figure: Figure, coats: Sequence[Colour]) -> Colour:
    return figure.sketch.plan("coat").choice(coats)


def _draw_body(figure: Figure, top: Colour, low: Colour) -> None:
    figure.blob(_BODY, top, low)
    figure.blob(_HAUNCH, blend(top, low, 0.35), low)
    light = figure.sketch.palette.light
    rim = [(-0.02, 0.64), (-0.12, 0.54), (-0.21, 0.36), (-0.27, 0.18), (-0.25, 0.18), (-0.19, 0.36),
           (-0.1, 0.53)]  # fmt: skip
    figure.fill([rim], light, opacity=0.16)


def _draw_legs(figure: Figure, tone: Colour) -> None:
    near = [(0.08, 0.3), (0.16, 0.3), (0.155, 0.08), (0.21, 0.035), (0.21, 0.0), (0.1, 0.0)]
    figure.fill([near], tone)
    figure.blob([(-0.08, 0.05), (0.06, 0.06), (0.12, 0.03), (0.11, 0.0), (-0.08, 0.0)], tone)


def _draw_stripes(figure: Figure, tone: Colour) -> None:
    for y in (0.24, 0.33, 0.42, 0.51):
        x = -0.29 + 0.32 * y
        figure.fill([[(x, y), (x + 0.02, y + 0.03), (x + 0.15, y - 0.01)]], tone, opacity=0.6)


def _draw_ear(figure: Figure, ear: Outline, outer: Colour, inner: Colour) -> None:
    """Draw a pointed ear, and the smaller one within it."""
    figure.fill([ear], outer)
    x, y = (sum(point[axis] for point in ear) / len(ear) for axis in (0, 1))
    figure.fill([[(x + (a - x) * 0.5, y + (b - y) * 0.5) for a, b in ear]], inner)


def _draw_collar(figure: Figure) -> None:
    red = figure.lit((206, 62, 62))
    figure.blob(
        [(-0.05, 0.62), (0.08, 0.585), (0.19, 0.6), (0.19, 0.56), (0.07, 0.54), (-0.07, 0.58)], red
    )
    figure.oval(0.12, 0.53, 0.025, 0.025, figure.lit((240, 205, 96)))


def _draw_face(figure: Figure, *, eye: tuple[float, float], nose: tuple[float, float]) -> None:
    dark = figure.lit(_DARK)
    figure.oval(*eye, 0.022, 0.024, dark)
    figure.oval(eye[0] + 0.007, eye[1] + 0.008, 0.007, 0.007, _WHITE)
    figure.oval(*nose, 0.026, 0.02, dark)
