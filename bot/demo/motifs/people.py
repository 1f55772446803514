"""Somebody who looks into the distance, and a robot that looks at the beholder."""

from bot.demo import brushes
from bot.demo.motifs.figure import Figure, Outline
from bot.demo.palettes import Colour, blend

_WIZARDS = frozenset(("wizard", "witch", "mage"))
_SPACEFARERS = frozenset(("astronaut", "cosmonaut", "spaceman"))
_ARMED = frozenset(("knight", "samurai", "warrior"))
_CROWNED = frozenset(("king", "queen", "princess"))


def draw_person(figure: Figure) -> None:
    """A wanderer seen from behind, with what the prompt's word for them asks for."""
    words = figure.sketch.words
    if words & _SPACEFARERS:
        _draw_astronaut(figure)
        return
    coat = figure.sketch.coat or figure.sketch.plan("coat").choice(
        ((70, 92, 132), (150, 60, 62), (64, 104, 92), (108, 80, 124))
    )
    top, low = figure.shades(coat, 0.8)
    dark = figure.sketch.palette.near
    figure.fill([[(-0.1, 0.34), (-0.12, 0.0), (-0.02, 0.0), (0.0, 0.34)],
                 [(0.0, 0.34), (0.05, 0.0), (0.15, 0.0), (0.1, 0.34)]], dark)  # fmt: skip
    cloak = [(-0.08, 0.8), (-0.14, 0.7), (-0.2, 0.4), (-0.32, 0.14), (-0.14, 0.16), (0.02, 0.12),
             (0.17, 0.18), (0.15, 0.4), (0.14, 0.7), (0.08, 0.8)]  # fmt: skip
    figure.blob(cloak, top, low)
    figure.fill([[(-0.02, 0.78), (-0.06, 0.2), (-0.04, 0.2), (0.0, 0.78)]], low, opacity=0.6)
    skin = figure.lit((222, 176, 148))
    hair = figure.lit(
        figure.sketch.plan("hair").choice(((74, 48, 40), (176, 122, 70), (44, 36, 44)))
    )
    figure.oval(0.0, 0.89, 0.07, 0.085, skin)
    figure.blob(
        [(-0.085, 0.88), (-0.05, 0.975), (0.03, 0.985), (0.08, 0.92), (0.07, 0.84), (-0.02, 0.8)],
        hair,
    )
    figure.blob(
        [(-0.1, 0.83), (0.0, 0.845), (0.1, 0.83), (0.13, 0.77), (0.0, 0.73), (-0.14, 0.77)],
        blend(top, low, 0.3),
    )
    _draw_arm(figure, top, low, skin)
    if words & _WIZARDS:
        figure.blob([(-0.17, 0.925), (0.0, 0.96), (0.17, 0.925), (0.0, 0.9)], low)
        figure.fill([[(-0.1, 0.94), (0.1, 0.94), (-0.06, 1.26)]], top, low)
    elif words & _CROWNED:
        gold = figure.lit((246, 204, 88))
        crown = [
            (-0.075, 0.95),
            (-0.09, 1.05),
            (-0.045, 1.0),
            (0.0, 1.07),
            (0.045, 1.0),
            (0.09, 1.05),
            (0.075, 0.95),
        ]
        figure.fill([crown], gold)


def _draw_arm(figure: Figure, top: Colour, low: Colour, skin: Colour) -> None:
    """The arm with a staff, or a sword, or a wand that shines."""
    words, dark = figure.sketch.words, figure.sketch.palette.near
    pole: Outline = [(0.25, 0.0), (0.265, 0.0), (0.285, 0.82), (0.27, 0.82)]
    if words & _ARMED:
        steel = figure.lit((206, 214, 226))
        figure.fill(
            [[(0.255, 0.02), (0.27, 0.52), (0.295, 0.52), (0.275, 0.02), (0.263, -0.02)]], steel
        )
        figure.fill([[(0.21, 0.52), (0.35, 0.52), (0.35, 0.545), (0.21, 0.545)]], dark)
    else:
        figure.fill([pole], blend(dark, figure.lit((120, 84, 60)), 0.5))
    if words & _WIZARDS:
        light = figure.sketch.palette.light
        brushes.glow(figure.sketch.image, figure.at(0.278, 0.86), figure.size * 0.32, light, 0.7)
        figure.oval(0.278, 0.86, 0.032, 0.032, light)
    arm = [
        (0.08, 0.76),
        (0.16, 0.7),
        (0.22, 0.58),
        (0.28, 0.55),
        (0.27, 0.5),
        (0.19, 0.52),
        (0.1, 0.6),
    ]
    figure.blob(arm, top, low)
    figure.oval(0.275, 0.525, 0.028, 0.028, skin)


def _draw_astronaut(figure: Figure) -> None:
    """A space suit with the sky in its visor."""
    suit = figure.sketch.coat or (236, 236, 240)
    top, low = figure.shades(suit, 0.6)
    grey = blend(low, figure.sketch.palette.near, 0.3)
    figure.blob([(-0.24, 0.72), (0.2, 0.72), (0.22, 0.36), (-0.26, 0.36)], grey)
    _draw_suit_limbs(figure, top, low, grey)
    _draw_suit_body(figure, top, low, grey)
    _draw_helmet(figure, top, low)


def _draw_suit_limbs(figure: Figure, top: Colour, low: Colour, grey: Colour) -> None:
    for side in (-1, 1):
        leg = [
            (0.01 * side, 0.34),
            (0.16 * side, 0.36),
            (0.19 * side, 0.08),
            (0.22 * side, 0.0),
            (0.04 * side, 0.0),
        ]
        figure.fill([leg], blend(top, low, 0.5), low)
        figure.fill(
            [[(0.02 * side, 0.08), (0.2 * side, 0.08), (0.23 * side, -0.01), (0.02 * side, -0.01)]],
            grey,
        )
        arm = [(0.14 * side, 0.66), (0.24 * side, 0.62), (0.31 * side, 0.44), (0.29 * side, 0.34),
               (0.22 * side, 0.36), (0.2 * side, 0.48), (0.13 * side, 0.54)]  # fmt: skip
        figure.blob(arm, top, low)
        figure.oval(0.265 * side, 0.34, 0.04, 0.045, grey)


def _draw_suit_body(figure: Figure, top: Colour, low: Colour, grey: Colour) -> None:
    figure.blob(
        [
            (-0.17, 0.66),
            (0.0, 0.7),
            (0.17, 0.66),
            (0.19, 0.45),
            (0.15, 0.31),
            (-0.15, 0.31),
            (-0.19, 0.45),
        ],
        top,
        low,
    )
    figure.fill([[(-0.08, 0.56), (0.08, 0.56), (0.08, 0.44), (-0.08, 0.44)]], grey)
    for nth, lamp in enumerate(((222, 80, 76), (246, 196, 80), (94, 160, 220))):
        figure.oval(-0.045 + 0.045 * nth, 0.52, 0.014, 0.014, lamp)


def _draw_helmet(figure: Figure, top: Colour, low: Colour) -> None:
    figure.oval(0.0, 0.83, 0.17, 0.175, top, low)
    sky = figure.sketch.palette.sky
    figure.oval(0.02, 0.83, 0.125, 0.12, sky[0], blend(sky[2], sky[3], 0.5))
    figure.blob(
        [(-0.05, 0.87), (-0.01, 0.925), (0.05, 0.93), (0.0, 0.89)],
        figure.sketch.palette.light,
        opacity=0.8,
    )


def draw_robot(figure: Figure) -> None:
    """A friendly robot with lit eyes."""
    coat = figure.sketch.coat or figure.sketch.plan("coat").choice(
        ((98, 158, 168), (226, 150, 84), (190, 196, 206))
    )
    top, low = figure.shades(coat, 0.6)
    dark = figure.lit((44, 46, 60), 0.2)
    light = blend((120, 240, 226), figure.sketch.palette.light, 0.2)
    _draw_robot_limbs(figure, top, low, dark)
    _draw_robot_body(figure, top, low, dark, light)
    figure.fill([[(-0.05, 0.66), (0.05, 0.66), (0.05, 0.58), (-0.05, 0.58)]], dark)
    _draw_robot_head(figure, top, low, dark, light)


def _draw_robot_limbs(figure: Figure, top: Colour, low: Colour, dark: Colour) -> None:
    for side in (-1, 1):
        figure.fill(
            [[(0.06 * side, 0.26), (0.15 * side, 0.26), (0.15 * side, 0.06), (0.06 * side, 0.06)]],
            dark,
        )
        figure.blob(
            [(0.03 * side, 0.08), (0.2 * side, 0.08), (0.23 * side, 0.0), (0.02 * side, 0.0)],
            top,
            low,
        )
        for y in (0.48, 0.41, 0.34):
            figure.oval(0.31 * side, y, 0.04, 0.04, dark)
        figure.oval(0.3 * side, 0.54, 0.065, 0.065, top, low)
        figure.blob(
            [
                (0.26 * side, 0.3),
                (0.36 * side, 0.3),
                (0.37 * side, 0.2),
                (0.31 * side, 0.24),
                (0.26 * side, 0.2),
            ],
            low,
        )


def _draw_robot_body(figure: Figure, top: Colour, low: Colour, dark: Colour, light: Colour) -> None:
    figure.blob(
        [
            (-0.25, 0.56),
            (-0.2, 0.6),
            (0.2, 0.6),
            (0.25, 0.56),
            (0.23, 0.28),
            (0.18, 0.24),
            (-0.18, 0.24),
            (-0.23, 0.28),
        ],
        top,
        low,
    )
    figure.blob([(-0.13, 0.52), (0.13, 0.52), (0.13, 0.36), (-0.13, 0.36)], dark)
    figure.oval(-0.06, 0.44, 0.026, 0.026, light)
    for nth in range(3):
        figure.fill([[(0.0, 0.47 - 0.03 * nth), (0.1 - 0.02 * nth, 0.47 - 0.03 * nth),
                      (0.1 - 0.02 * nth, 0.455 - 0.03 * nth), (0.0, 0.455 - 0.03 * nth)]], light, opacity=0.7)  # fmt: skip  # noqa: E501


def _draw_robot_head(figure: Figure, top: Colour, low: Colour, dark: Colour, light: Colour) -> None:
    figure.fill([[(-0.006, 0.9), (0.006, 0.9), (0.006, 1.02), (-0.006, 1.02)]], dark)
    brushes.glow(figure.sketch.image, figure.at(0, 1.03), figure.size * 0.14, light, 0.6)
    figure.oval(0.0, 1.03, 0.026, 0.026, light)
    figure.blob(
        [
            (-0.25, 0.86),
            (-0.19, 0.93),
            (0.19, 0.93),
            (0.25, 0.86),
            (0.24, 0.7),
            (0.18, 0.64),
            (-0.18, 0.64),
            (-0.24, 0.7),
        ],
        top,
        low,
    )
    figure.blob(
        [(-0.18, 0.86), (0.18, 0.86), (0.19, 0.73), (0.13, 0.7), (-0.13, 0.7), (-0.19, 0.73)], dark
    )
    for x in (-0.09, 0.09):
        brushes.glow(figure.sketch.image, figure.at(x, 0.79), figure.size * 0.1, light, 0.6)
        figure.oval(x, 0.79, 0.038, 0.042, light)
