"""Show a person where a prompt goes wrong: the line, a caret below it, and one sentence."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.prompts.diagnostics import BACKTICK_LOOKALIKE, Diagnostic
from bot.prompts.prompt import Prompt
from bot.texts import Text

CARET_WIDTH = 60  # columns of a code block before a laptop's Discord window breaks the line
_MIN_WIDTH = 8
_PER_COLUMN = 4  # characters: accents and joiners take no room, but their number is bounded
_ELLIPSIS = "…"


def refusal(prompt: Prompt) -> Text | None:
    """Give the one sentence that says why the prompt may not be submitted, or None if it may."""
    return prompt.errors[0].text if prompt.errors else None


def caret(prompt: Prompt | str, diagnostic: Diagnostic, *, width: int = CARET_WIDTH) -> str:
    """Give two lines for a code block: the prompt, or a window of it, and carets below the place.

    `prompt` is what the diagnostic was made for. White space becomes single blanks of the same
    number, and backticks a look-alike, so that nothing can break out of the block. Wide characters
    count as two columns. In right-to-left text the caret counts from the left all the same.
    """
    text = prompt if isinstance(prompt, str) else prompt.text
    cells = [_cell(character) for character in text]
    start = min(max(diagnostic.start, 0), len(cells))
    end = min(max(diagnostic.end, start), len(cells))
    window = _window(cells, start, max(width, _MIN_WIDTH))
    before = window.prefix_width + _width(cells[window.first : start])
    marked = _width(cells[start : min(end, window.last)])
    line = "".join(cell.shown for cell in cells[window.first : window.last])
    shown = (
        (_ELLIPSIS if window.first else "") + line + (_ELLIPSIS if window.last < len(cells) else "")
    )
    return f"{shown}\n{' ' * before}{'^' * max(marked, 1)}"


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character as it is shown, and the columns it takes."""

    shown: str
    width: int


@dataclass(frozen=True, slots=True)
class _Window:
    """The characters that are shown."""

    first: int
    last: int  # not included

    @property
    def prefix_width(self) -> int:
        return 1 if self.first else 0


def _cell(character: str) -> _Cell:
    category = unicodedata.category(character)
    if character == "`":
        return _Cell(BACKTICK_LOOKALIKE, 1)
    if character.isspace() or category in {"Cc", "Cs", "Zl", "Zp"}:
        return _Cell(" ", 1)
    if category in {"Mn", "Me", "Cf"}:
        return _Cell(character, 0)
    return _Cell(character, 2 if unicodedata.east_asian_width(character) in "WF" else 1)


def _width(cells: Sequence[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _window(cells: Sequence[_Cell], start: int, width: int) -> _Window:
    """Choose what to show: all if it fits, else a stretch that begins a third before `start`."""
    if len(cells) <= width * _PER_COLUMN and _width(cells) <= width:
        return _Window(0, len(cells))
    room = width - 2  # an ellipsis at each end
    first = _reach(cells, start, room // 3, step=-1)
    last = _reach(cells, first, room, step=1)
    if last == len(cells):
        first = _reach(cells, last, room, step=-1)
    return _Window(min(first, start), last)


def _reach(cells: Sequence[_Cell], at: int, columns: int, *, step: int) -> int:
    """Go from `at` as far as `columns` allow."""
    origin, most = at, columns * _PER_COLUMN
    while abs(at - origin) < most and at + min(step, 0) >= 0 and at + max(step, 0) <= len(cells):
        columns -= cells[at if step > 0 else at - 1].width
        if columns < 0:
            break
        at += step
    return at
