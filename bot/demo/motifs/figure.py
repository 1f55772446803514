"""A figure: shapes in its own measure, put somewhere into a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.demo import brushes
from bot.demo.brushes import Point
from bot.demo.palettes import Colour, blend
from bot.demo.sketch import Sketch

Outline = Sequence[Point]  # x to the front, y up from the foot; 1 is the figure's height


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something that stands at a place."""

    sketch: Sketch
    x: float  # of the foot's middle
    foot: float
    size: float  # its height
    is_turned: bool = False  # it looks to the left

    def at(self, x: float, y: float) -> Point:
        """Return where a point of the figure is in the picture."""
        return self.x + self.size * (-x if self.is_turned else x), self.foot - self.size * y

    def fill(self, outlines: Sequence[Outline], *colours: Colour, opacity: float = 1.0) -> None:
        """Draw outlines with corners."""
        shapes = [[self.at(*point) for point in outline] for outline in outlines]
        brushes.fill(self.sketch.image, shapes, colours, opacity=opacity)

    def blob(self, outline: Outline, *colours: Colour, opacity: float = 1.0) -> None:
        """Draw an outline without corners, through its points."""
        self.fill([brushes.rounded(outline)], *colours, opacity=opacity)

    def oval(
        self, x: float, y: float, across: float, down: float, *colours: Colour, opacity: float = 1.0
    ) -> None:
        """Draw an ellipse."""
        self.fill([brushes.ellipse((x, y), across, down)], *colours, opacity=opacity)

    def lit(self, colour: Colour, shade: float = 0.0) -> Colour:
        """Return a colour of its own in the light of the picture."""
        return self.sketch.lit(colour, shade)

    def shades(self, colour: Colour, depth: float = 0.5) -> tuple[Colour, Colour]:
        """Return a colour in the light above, and in the shade below."""
        bright = blend(self.lit(colour), self.sketch.palette.light, 0.12)
        return bright, self.lit(colour, depth)
