"""Cut a prompt into words and parameter names. Linear in its length, whatever it holds.

A name counts at the start of a word: `--ar`. Inside a word it counts only when the table knows it
(`poppies--ar 2:3`), and never inside a link, so words with dashes of their own stay whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.prompts.parameters import EVERYDAY_WORDS, Kind, Parameter, find

# Left-to-right marks, zero-width spaces and the like: keyboards slip them in beside dashes.
_INVISIBLE = "".join(
    chr(code)
    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF))
    for code in range(first, last + 1)
)
# What people put behind a parameter out of habit, or because the prompt stood in quotes, in
# Markdown or in brackets. Braces are missing: they mean permutations.
_LOOKALIKES = "´’，；：！？"  # noqa: RUF001 (keyboards of other scripts)
PUNCTUATION: Final = ",.;:!?…'\"`”»)]>*_|~。、" + _LOOKALIKES + _INVISIBLE
ONLY_PUNCTUATION: Final = rf"[{re.escape(PUNCTUATION)}]*+\Z"

_HYPHENS = "\\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
_LONG_DASHES = "\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}\N{MINUS SIGN}"
_DASH = f"[{_HYPHENS}{_LONG_DASHES}]"
_WORD = re.compile(r"\S+")
_DASHES = re.compile(f"{_DASH}++")
_LONG_DASH = re.compile(f"[{_LONG_DASHES}]")
_LETTERS = re.compile(r"[^\W\d_]++")
_ONLY_PUNCTUATION = re.compile(ONLY_PUNCTUATION)
_GLUED_NUMBER = re.compile(r"[=:]?(?=\.?[0-9])")
_GLUED_VALUE = re.compile(r"=(?=.)")

EXACT: Final = "--"
_TAKES_NUMBERS = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.RATIO, Kind.VERSION, Kind.CHOICE})
_TAKES_NOTHING = frozenset({Kind.FLAG, Kind.MODE, Kind.ACCOUNT})


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without white space, and where it stands."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The name of a parameter: where its value, if any, begins."""

    word: Word  # as it is written, dashes and stray punctuation included
    name: str  # lower case, without dashes
    row: Parameter | None  # None: the table does not know it
    is_mended: bool  # it was not written as `--name`
    value: Word | None = None  # glued to the name: `--ar16:9`, `--ar=16:9`
    dashes: tuple[Word, ...] = ()  # that stood apart: `- - ar`


def tokens(text: str) -> Iterator[Word | Marker]:
    """Give the words and parameter names of `text` in order."""
    for match in _WORD.finditer(text):
        word = match.group()
        if _DASHES.search(word):
            yield from _pieces(word, match.start())
        else:  # as nearly all are
            yield Word(word, match.start())


def may_have_parameters(text: str) -> bool:
    """Whether there is a dash of any kind in it; without one there is no parameter."""
    return _DASHES.search(text) is not None


def named(word: Word, *, name_at: int, dashes: tuple[Word, ...]) -> Marker | None:
    """Read `word` as a usable parameter whose name begins at `name_at`, its dashes apart."""
    name = _known(word.text, name_at, len(word.text))
    if name is None or not name.row.is_usable:
        return None
    return _marker(word, 0, name, is_mended=True, dashes=dashes)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of the table inside a word, which it fills up to `stop` with what is glued to it."""

    row: Parameter
    text: str  # in lower case
    start: int
    end: int
    value_at: int | None  # None: no value is glued to it
    stop: int


def _pieces(text: str, start: int) -> Iterator[Word | Marker]:
    """Split a word before each parameter name in it.

    From right to left: a name may be ended by the next name, `a--tile--raw`.
    """
    word = Word(text, start)
    found: list[Word | Marker] = []
    end = len(text)
    is_link = "://" in text or text.startswith("www.")
    for dashes in reversed(list(_DASHES.finditer(text))):
        first = dashes.start()
        if is_link and first > 0:
            continue
        name = _known(text, dashes.end(), end)
        if name and _is_trusted(dashes, name):
            is_mended = first > 0 or dashes.group() != EXACT
            found.append(_marker(word, first, name, is_mended=is_mended))
            end = first
    if end:
        found.append(_first_piece(Word(text[:end], start)))
    return reversed(found)


def _known(text: str, start: int, stop: int) -> _Name | None:
    """Find a name of the table at `start` that, with its glued value, reaches to `stop`."""
    letters = _LETTERS.match(text, start, stop)
    row = find(letters.group()) if letters else None
    if letters is None or row is None:
        return None
    end = letters.end()
    if _ONLY_PUNCTUATION.match(text, end, stop):
        return _Name(row, letters.group().lower(), start, end, None, stop)
    if row.kind in _TAKES_NOTHING:
        return None
    glued = _GLUED_VALUE.match(text, end, stop)
    if glued is None and row.kind in _TAKES_NUMBERS:
        glued = _GLUED_NUMBER.match(text, end, stop)
    return _Name(row, letters.group().lower(), start, end, glued.end(), stop) if glued else None


def _is_trusted(dashes: re.Match[str], name: _Name) -> bool:
    """Whether these dashes before a known name are meant as those of a parameter."""
    is_glued = dashes.start() > 0
    if dashes.group() == EXACT and not is_glued:
        return True
    is_long = _LONG_DASH.search(dashes.group()) is not None
    if not name.row.is_usable or (len(dashes.group()) == 1 and not is_long):
        return False
    is_prose = is_glued and is_long and name.text in EVERYDAY_WORDS
    return not is_prose


def _first_piece(word: Word) -> Word | Marker:
    """Read what no known name has claimed: `--` and a letter begin an unknown parameter."""
    if word.text.startswith(EXACT) and _LETTERS.match(word.text, len(EXACT)):
        name = word.text[len(EXACT) :].lower()
        return Marker(word=word, name=name, row=None, is_mended=False)
    return word


def _marker(
    word: Word, first: int, name: _Name, *, is_mended: bool, dashes: tuple[Word, ...] = ()
) -> Marker:
    """Build the marker that begins at `first` in `word`."""
    at = name.value_at
    end = name.stop if at is None else name.end
    return Marker(
        word=Word(word.text[first:end], word.start + first),
        name=name.text,
        row=name.row,
        is_mended=is_mended or name.end < name.stop,
        value=None if at is None else Word(word.text[at : name.stop], word.start + at),
        dashes=dashes,
    )
