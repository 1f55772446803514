"""A prompt taken apart, as the rules see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.prompts.arguments import Argument, Model
from bot.prompts.parameters import IMAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The images, words and arguments of a prompt, and where they stand in it."""

    images: Sequence[str]
    words: str  # of the text
    places: Sequence[tuple[int, int]]  # where these words stand in the source
    source: str
    arguments: Sequence[Argument]
    model: Model

    def named(self, name: str) -> Argument | None:
        """Return the argument of that canonical name."""
        return next((each for each in self.arguments if each.name == name), None)

    def has(self, needed: str) -> bool:
        """Whether it has the argument of that canonical name, or images if that is `IMAGES`."""
        return bool(self.images) if needed == IMAGES else self.named(needed) is not None
