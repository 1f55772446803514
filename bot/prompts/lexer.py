"""Find the parameter names in a prompt. Linear in its length, whatever it holds.

A name counts at the start of a word: `--ar`. Inside a word it counts only when the table knows it
(`poppies--ar 2:3`), and never inside a link, so words with dashes of their own stay whole. One
regular expression finds what may be a name, so that plain words cost nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase, ascii_uppercase
from typing import Final, TypeAlias

from bot.prompts.parameters import ALL_NAMES, EVERYDAY_WORDS, Kind, Parameter, known

# What people put behind a parameter out of habit, or because the prompt stood in quotes, in
# Markdown or in brackets. Braces are missing: they mean permutations.
_LOOKALIKES = "´’，；：！？"  # noqa: RUF001 (keyboards of other scripts)
PUNCTUATION: Final = ",.;:!?…'\"`”»)]>*_|~。、" + _LOOKALIKES
ONLY_PUNCTUATION: Final = rf"[{re.escape(PUNCTUATION)}]*+\Z"
OPENERS: Final = "([<\"'“„«‘*`|~"  # noqa: RUF001
LEADS: Final = f"{OPENERS}#"  # what people put before a value: `--seed #123`

_HYPHENS = "\\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{HYPHEN BULLET}\N{SMALL HYPHEN-MINUS}"
_LONG_DASHES = (
    "\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}\N{MINUS SIGN}\N{SMALL EM DASH}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{TWO-EM DASH}\N{HEAVY MINUS SIGN}\N{BOX DRAWINGS LIGHT HORIZONTAL}"
)
DASH: Final = f"[{_HYPHENS}{_LONG_DASHES}]"
EXACT: Final = "--"
Span: TypeAlias = tuple[int, int]


def _any_of(names: Iterable[str]) -> str:
    # The longest first: `image` must not hide `image2`.
    return f"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})"


_TAKES_NUMBERS: Final = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.RATIO, Kind.VERSION, Kind.CHOICE})
_TAKES_WORDS: Final = frozenset({Kind.WORDS, Kind.CODES, Kind.LINKS})
_PRIVATE_NAMES = frozenset(name for name in ALL_NAMES if known(name).is_private)
_NUMERIC_NAMES = frozenset(
    name for name in ALL_NAMES if known(name).kind in _TAKES_NUMBERS and name != "style"
)
_NAME = _any_of(ALL_NAMES)
# No longer word begins like the name: `--no-one`, `--tile_set` and `--arch` are others. A link may
# be stuck to it.
_LONGER = rf"[^\W\d_]|_+[^\W_]|[{_HYPHENS}][^\W_]|{DASH}++(?!{_NAME}(?![^\W\d_]))[^\W_]"
_NAME_ENDS = rf"(?:(?=https?://)|(?!{_LONGER}))"
_OPENED = rf"(?<![^\s{re.escape(OPENERS)}].)"  # before the one dash
NUMERIC: Final = rf"{_any_of(_NUMERIC_NAMES)}(?=\s*[=:]?\s*\.?[0-9])"
_NOTHING_FOLLOWS = (
    rf"(?=[{re.escape(PUNCTUATION)}]*\s*(?:\Z|{EXACT}"
    rf"|(?:{DASH}+\s*|(?<=\s)(?:{DASH}\s*+)++){_NAME}(?![^\W\d_])))"
)
# Everyday words that mean a parameter only where nothing else can follow: "half -fast meals".
_LONELY_NAMES = frozenset(
    name
    for name in EVERYDAY_WORDS
    if known(name).kind not in _TAKES_WORDS and not known(name).is_private
)
_BARE_NAMES = frozenset(name for name in _NUMERIC_NAMES if known(name).value_optional)
_WORDY = _any_of(ALL_NAMES - (_NUMERIC_NAMES - _BARE_NAMES) - _LONELY_NAMES)
_LONELY = f"{_any_of(_LONELY_NAMES)}{_NOTHING_FOLLOWS}"
_UNCOMMON = _any_of((ALL_NAMES - EVERYDAY_WORDS) | _PRIVATE_NAMES)
_NEAR = rf"(?!\w\s){NUMERIC}"  # one letter may well be the end of a list
_FAR = _any_of({name for name in ALL_NAMES - EVERYDAY_WORDS if len(name) > 1} | _PRIVATE_NAMES)
_MARK: Final = (
    # The first dash; it comes first so that the search skips all other characters at once.
    rf"{DASH}(?<!{DASH}{{2}})(?:"
    # `--ar`, `---ar`, `cat--ar`
    rf"{DASH}++(?P<exact>{_NAME}){_NAME_ENDS}"
    # `—ar`; within a word only what is no word of prose: `cat—ar`, but `wait—stop`
    rf"|(?<=[{_LONG_DASHES}])(?:{_OPENED}(?P<long>{_NAME})|(?P<inner>{_UNCOMMON})){_NAME_ENDS}"
    # `-ar 16:9`
    rf"|(?<=[{_HYPHENS}]){_OPENED}(?P<single>{NUMERIC}|{_WORDY}|{_LONELY}){_NAME_ENDS}"
    # `- - ar`, `- -ar`, `-- ar`, `— ar 16:9`
    rf"|(?<!\S.)(?:\s++{DASH}\s*+|(?<=-)-\s++)(?P<apart>{_NAME}){_NAME_ENDS}"
    rf"|(?<!\S.)(?<=[{_LONG_DASHES}])\s++(?P<far>{NUMERIC}|{_FAR}){_NAME_ENDS}"
    # `- ar 16:9`
    rf"|(?<!\S.)(?<=[{_HYPHENS}])[^\S\n]++(?P<near>{_NEAR}){_NAME_ENDS}"
    rf"|(?<!\S.)(?<=-)-(?P<unknown>[^\W_]\S*))"
)
# Names count in any case; what looks like a letter and is none does not become one.
_UPPER = re.compile(r"[A-Z]")
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_DASH = re.compile(DASH)
_STANDS_ALONE = re.compile(rf"{_NOTHING_FOLLOWS}|https?://")
_REST_OF_WORD = re.compile(r"\S*")
_JUNK = re.compile(r"[^\w\s]*+_*+")
_UNKNOWN = re.compile(rf"{EXACT}[^\W\d_]")
_LONG_DASH = re.compile(f"[{_LONG_DASHES}]")
# A link; it ends behind the name of a picture, if dashes follow: `https://…/a.png--ar 16:9`. Its
# first letter comes first, as in `_MARK`.
_LINKS = re.compile(
    r"(?:w(?<!\S.)ww\.|[a-z](?<![a-z0-9+.].)[a-z0-9+.]*+://)"
    r"\S*?(?:\.(?:png|jpe?g|webp|gif)(?=--)|(?!\S))"
)
_PICTURE_ENDS: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_IS_LINKED = re.compile(r"://|www\.")
_GLUE = re.compile(rf"(?:(?!{DASH})[^\w\s.])*+(?=\.?[0-9])")
TAKES_NOTHING: Final = frozenset({Kind.FLAG, Kind.MODE, Kind.VISIBILITY, Kind.PROMPT})
_MAY_TOUCH_A_NUMBER: Final = _TAKES_NUMBERS | {Kind.REFERENCES, Kind.GONE, Kind.VIDEO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The name of a parameter, where it stands, and where its value may begin."""

    name: str  # lower case, without dashes
    row: Parameter | None  # None: the table does not know it
    start: int  # of the name itself; unknown ones begin with their dashes
    end: int
    value_at: int  # behind what is glued to the name
    dashes: str = EXACT  # as they were typed, white space between them too
    is_mended: bool = False  # it was not written as `--name`


def markers(text: str) -> Iterator[Marker]:
    """Return the parameter names of `text` in order."""
    text = _lowered(text)
    links = _link_spans(text)
    mark, at = _mark(), 0
    while (match := mark.search(text, at)) is not None:
        marker = _read(text, match, links)
        if marker is None:
            at = match.start() + 1
            continue
        yield marker
        at = marker.value_at


@cache
def _mark() -> re.Pattern[str]:
    """Compile it when it is needed first; that takes as long as for all our other patterns."""
    return re.compile(_MARK)


def _lowered(text: str) -> str:
    return text.translate(_LOWER) if _UPPER.search(text) is not None else text


def _link_spans(text: str) -> list[Span]:
    if _IS_LINKED.search(text) is None:
        return []
    return [match.span() for match in _LINKS.finditer(text)]


def _is_inside(links: list[Span], place: int) -> bool:
    """Whether the place is within a link, not at its very start."""
    at = bisect_right(links, (place, 0)) - 1
    return at >= 0 and links[at][0] < place < links[at][1]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of the table that stands behind dashes."""

    text: str
    start: int
    end: int
    dashes: str  # and the white space between and behind them

    @property
    def row(self) -> Parameter:
        return known(self.text)

    @property
    def first(self) -> int:
        """The place of its dashes, if they stand before it."""
        return self.start - len(self.dashes)

    @property
    def is_everyday(self) -> bool:
        return self.text in EVERYDAY_WORDS

    def is_trusted(self, text: str, form: str) -> bool:
        """Whether the dashes are meant as those of a parameter."""
        if form in {"apart", "far", "near"}:
            return self.is_trusted_apart(text)
        is_glued = _is_glued(text, self.first)
        if self.dashes == EXACT and not is_glued:
            return True
        if self.row.is_private:
            return not is_glued or self.stands_alone(text)
        if not self.row.is_usable and self.is_everyday:
            return False
        is_prose = is_glued and self.is_everyday and _LONG_DASH.search(self.dashes) is not None
        return not is_prose

    def is_trusted_apart(self, text: str) -> bool:
        """Whether dashes with a blank behind them are.

        "a man -- no, two" is prose, so everyday words need two single dashes.
        """
        if len(self.dashes.split()) > 1 and self.row.is_usable:
            return True
        if self.row.is_private:
            return self.stands_alone(text)
        return not self.is_everyday and self.row.is_usable

    def stands_alone(self, text: str) -> bool:
        """Whether nothing but another parameter follows, or a link stuck to it."""
        return _STANDS_ALONE.match(text, self.end) is not None


def _read(text: str, match: re.Match[str], links: list[Span]) -> Marker | None:
    form, start = match.lastgroup, match.start()
    assert form is not None
    if links and _is_inside(links, start):
        return None
    if form == "unknown":
        return _unknown(text, start, match.end())
    name = _name(text, match, form)
    marker = _marker(text, name) if name.is_trusted(text, form) else None
    if marker is None and name.dashes == EXACT and (start == 0 or text[start - 1].isspace()):
        word = _REST_OF_WORD.match(text, start)
        return _unknown(text, start, word.end()) if word else None
    return marker


def _name(text: str, match: re.Match[str], form: str) -> _Name:
    start, end = match.span(form)
    return _Name(match[form], start, end, text[match.start() : start])


def _unknown(text: str, start: int, end: int) -> Marker:
    name = text[start + len(EXACT) : end]
    return Marker(name=name, row=None, start=start, end=end, value_at=end)


def _is_glued(text: str, start: int) -> bool:
    """Whether it is stuck to a word; behind the link of a picture nothing else can be meant."""
    is_apart = start == 0 or text[start - 1].isspace() or text[start - 1] in OPENERS
    return not is_apart and not text.endswith(_PICTURE_ENDS, 0, start)


def _marker(text: str, name: _Name) -> Marker | None:
    """Build the marker, or return None if the characters around the name make it another word."""
    value_at = _value_at(text, name.row, name.end)
    if value_at is None:
        return None
    is_glued = name.first > 0 and not text[name.first - 1].isspace()
    return Marker(
        name=name.text,
        row=name.row,
        start=name.start,
        end=name.end,
        value_at=value_at,
        dashes=name.dashes,
        is_mended=is_glued or name.dashes != EXACT or value_at > name.end,
    )


def _value_at(text: str, row: Parameter, end: int) -> int | None:
    """Find where the value begins behind a name that ends at `end`."""
    if end == len(text) or text[end].isspace():
        return end
    glue = _GLUE.match(text, end)
    if glue is not None:
        if row.kind in _MAY_TOUCH_A_NUMBER or glue.end() > end:
            return glue.end()
        return None  # `--tile5`
    if _UNKNOWN.match(text, end):
        return end
    junk = _JUNK.match(text, end)
    assert junk is not None
    dash = _DASH.search(text, end, junk.end())
    return dash.start() if dash is not None and _is_name(text, dash.start()) else junk.end()


def _is_name(text: str, at: int) -> bool:
    """Whether a parameter begins here."""
    match = _mark().match(text, at)
    if match is None or match.lastgroup is None:
        return False
    return match.lastgroup == "unknown" or _name(text, match, match.lastgroup).is_trusted(
        text, match.lastgroup
    )
