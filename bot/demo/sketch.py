"""A picture in the making: what every part of it needs to know to be drawn."""

import math
from dataclasses import dataclass, field
from random import Random

from PIL import Image

from bot.demo.brushes import Point
from bot.demo.palettes import Colour, Palette, blend
from bot.demo.picture import Chance, Picture


@dataclass(slots=True, kw_only=True)
class Sketch:
    """A picture in the making."""

    picture: Picture
    image: Image.Image
    palette: Palette
    sun: Point  # or the moon
    horizon: float
    words: frozenset[str]  # of the prompt
    has_subject: bool  # something stands in the foreground: leave it room
    coat: Colour | None = None  # the colour that the prompt gives the subject
    _parts: int = field(default=0, init=False)

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

    def chance(self) -> Chance:
        """Return the chances of the next part.

        Each part has its own: one that draws a tree more in a variation changes no other part.
        """
        self._parts += 1
        return self.picture.chance(f"part {self._parts}")

    def plan(self, what: str) -> Random:
        """Return chances that are the same in every variation."""
        return self.picture.plan(what)

    def haze(self, depth: float) -> Colour:
        """Return the colour of things at a distance: 0 is the far haze, 1 the foreground."""
        return blend(self.palette.far, self.palette.near, depth)

    def lit(self, colour: Colour, shade: float = 0.0) -> Colour:
        """Return a thing's own colour in the light of this picture; 1 is deep in the shade."""
        dark = 0.24 if self.palette.is_night else 0.08
        ambient = blend(colour, self.palette.sky[2], 0.12)
        return blend(ambient, self.palette.near, min(1.0, dark + shade * 0.55))


def box(x: float, y: float, wide: float, high: float) -> list[Point]:
    """Return the polygon of a box by its upper left corner."""
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]


def happens(rng: Random, likelihood: float) -> bool:
    """Roll the dice."""
    return rng.random() < likelihood
