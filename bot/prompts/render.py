"""Show a person where a prompt goes wrong: the line, a caret below it, and one sentence."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.prompts.diagnostics import BACKTICK_LOOKALIKE, Diagnostic
from bot.prompts.prompt import Prompt

CARET_WIDTH = 60  # columns of a code block before a laptop's Discord window breaks the line
_MIN_WIDTH = 8
_PER_COLUMN = 4  # characters: accents and joiners take no room, but their number is bounded
_AROUND = 50  # characters more, so that the cut is never seen
_ELLIPSIS = "…"
_JOINER = "\N{ZERO WIDTH JOINER}"  # makes one emoji of two
_AS_EMOJI = "\N{VARIATION SELECTOR-16}"  # makes an emoji, two columns wide, of a plain sign
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_JAMO = range(0x1160, 0x1200)  # parts of a Korean syllable, drawn upon its first one
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})  # letters of Hebrew, Arabic and the like
# Signs that change the direction of what follows; the line keeps its order only without them.
_DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character as it is shown, and the columns it takes."""

    shown: str
    width: int


def caret(prompt: Prompt | str, diagnostic: Diagnostic, *, width: int = CARET_WIDTH) -> str:
    """Return two lines for a code block: the prompt, or a window of it, and carets below the place.

    `prompt` is what the diagnostic was made for. White space becomes single blanks of the same
    number, and backticks a look-alike, so that nothing can break out of the block. Wide characters
    and emoji count as two columns.
    """
    text = prompt if isinstance(prompt, str) else prompt.text
    start = min(max(diagnostic.start, 0), len(text))
    end = min(max(diagnostic.end, start), len(text))
    width = max(width, _MIN_WIDTH)
    cut = max(start - width * _PER_COLUMN - _AROUND, 0)  # further away nothing can be shown
    cells = _cells(text[cut : start + width * _PER_COLUMN * 2 + _AROUND])
    start, end = start - cut, min(end - cut, len(cells))
    first, last = _window(cells, start, width)
    marked_end = min(end, last)
    parts = [cells[first:start], cells[start:marked_end], cells[marked_end:last]]
    prefix, suffix = _ELLIPSIS * (first > 0), _ELLIPSIS * (last < len(cells))
    before, marked = len(prefix) + _width(parts[0]), _width(parts[1])
    return f"{prefix}{_line(parts)}{suffix}\n{' ' * before}{'^' * max(marked, 1)}"


def _line(parts: Sequence[Sequence[_Cell]]) -> str:
    """Return the text before, above and after the carets.

    A right-to-left word is drawn from its end, together with the blanks and signs around it. Marks
    that nobody sees keep it within its part, and the line running from the left.
    """
    shown = ["".join(cell.shown for cell in part) for part in parts]
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in "".join(shown)):
        return "".join(_LEFT_TO_RIGHT + part for part in shown)
    return "".join(shown)


def _cells(text: str) -> list[_Cell]:
    """Measure each character in its place: of an emoji that is made of several, only the first."""
    cells: list[_Cell] = []
    for at, character in enumerate(text):
        before = text[at - 1] if at else ""
        if before == _JOINER and unicodedata.category(character) == "So":
            cells.append(_Cell(character, 0))
        elif _makes_an_emoji(character, before):
            gained = 1 if cells[-1].width == 1 else 0
            cells.append(_Cell(character, gained))
        else:
            cells.append(_cell(character))
    return cells


def _makes_an_emoji(character: str, before: str) -> bool:
    """Whether it changes the sign before it, which then takes two columns."""
    if not before or before.isspace() or unicodedata.category(before).startswith("L"):
        return False
    return character == _AS_EMOJI or ord(character) in _SKIN_TONES


def _cell(character: str) -> _Cell:
    category = unicodedata.category(character)
    if character == "`":
        return _Cell(BACKTICK_LOOKALIKE, 1)
    if character in _DIRECTIONS:
        return _Cell("", 0)
    if character.isspace() or category in {"Cc", "Cs", "Zl", "Zp"}:
        return _Cell(" ", 1)
    if category in {"Mn", "Me", "Cf"} or ord(character) in _JAMO:
        return _Cell(character, 0)
    return _Cell(character, 2 if unicodedata.east_asian_width(character) in "WF" else 1)


def _width(cells: Sequence[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _window(cells: Sequence[_Cell], start: int, width: int) -> tuple[int, int]:
    """Choose what to show: all if it fits, else a stretch that begins a third before `start`."""
    if len(cells) <= width * _PER_COLUMN and _width(cells) <= width:
        return 0, len(cells)
    room = width - 2  # an ellipsis at each end
    first = _reach(cells, start, room // 3, step=-1)
    last = _reach(cells, first, room, step=1)
    if last == len(cells):
        first = _reach(cells, last, room, step=-1)
    while first < start and cells[first].width == 0:  # the rest of an emoji would be one by itself
        first += 1
    return min(first, start), last


def _reach(cells: Sequence[_Cell], at: int, columns: int, *, step: int) -> int:
    """Go from `at` as far as `columns` allow."""
    origin, most = at, columns * _PER_COLUMN
    while abs(at - origin) < most and at + min(step, 0) >= 0 and at + max(step, 0) <= len(cells):
        columns -= cells[at if step > 0 else at - 1].width
        if columns < 0:
            break
        at += step
    return at
