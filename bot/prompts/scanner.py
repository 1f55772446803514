"""Split a prompt into its words and its parameters with their values.

What a parameter does not take goes back to the words. What may have been meant as a value stays
with the parameter as doubtful, and the rules ask about it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.prompts.lexer import (
    DASH,
    EXACT,
    LEADS,
    NUMERIC,
    ONLY_PUNCTUATION,
    PUNCTUATION,
    TAKES_NOTHING,
    Marker,
    Span,
    markers,
)
from bot.prompts.parameters import Kind, Parameter, known

MAX_PARAMETERS: Final = 32  # in one prompt; reading ten variants of the worst stays below 20 ms
MAX_VALUES: Final = 50  # of one parameter
LINK: Final = re.compile(r"https?://[^\s<>,;]", re.IGNORECASE)

_WORD = re.compile(r"\S+")
_FIRST_WORD = re.compile(rf"\s*[{re.escape(LEADS)}=:]*\s*(\S+)")
_NUMBER = re.compile(r"[-+.]*[0-9]")
_VERSION = re.compile(r"v?[-+.]*[0-9]|niji(?![^\W\d_])", re.IGNORECASE)
_BARE_NUMBER = re.compile(rf"[-+]?\.?[0-9][0-9.]*(?:[:/x][0-9.]+)?%?{ONLY_PUNCTUATION}")
_SWITCH = re.compile(
    rf"(?:true|false|yes|no|none|on|off|mode|[0-9][0-9.:]*+){ONLY_PUNCTUATION}", re.IGNORECASE
)
# What turns nothing on, and what asks for the usual value.
_NOTHING = re.compile(rf"(?:false|no|none|off){ONLY_PUNCTUATION}", re.IGNORECASE)
_USUAL = re.compile(rf"(?:true|yes|on){ONLY_PUNCTUATION}", re.IGNORECASE)
_REFERENCE = re.compile(
    rf"{LINK.pattern}|(?:[0-9]++|random)(?:::|{ONLY_PUNCTUATION})", re.IGNORECASE
)
# `--sref 123 and 456`: the second one is no word
_CONNECTED = re.compile(
    rf"(?:[&+;|/]|and|und|or|oder)\s+(?:{LINK.pattern}|(?:[0-9]+|random)(?!\w))", re.IGNORECASE
)
_VIDEO_VALUE = re.compile(
    rf"{LINK.pattern}|[0-9]|(?:low|high|loop){ONLY_PUNCTUATION}", re.IGNORECASE
)
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_UNIT = re.compile(r"[0-9]+[A-Za-z]{1,3}")  # "35mm", "1920s": prose
# A profile's code: with a digit in it, or seven letters that no word has.
_CODE = re.compile(
    rf"{_UUID}\Z|0\Z|m[0-9]+\Z|(?=[A-Za-z]*[0-9])[0-9A-Za-z]{{4,}}\Z"
    r"|(?=[a-z]*[bcdfghjklmnpqrstvwxz]{4})[a-z]{7}\Z|(?=[b-df-hj-np-tv-z]+\Z)[a-z]{7}\Z"
)
_LONE_CODE = re.compile(r"[0-9A-Za-z]{5,}\Z")  # where nothing else follows
# `bad!code`; each run of letters is looked at once
_NO_WORD = re.compile(r"(?<![^\W_])[^\W_]++[^\w\s'’\-.,]++[^\W_]")  # noqa: RUF001
_ANY_WORD = re.compile(r"[-+.]*[0-9]|[^\W_]")
_SPACED_RATIO = re.compile(
    r"\s*[0-9.]{1,9}(?:\s+(?:by|[:x×/*])\s*|[:x×/*]\s+)[0-9.]{1,9}(?![\w.:])", re.IGNORECASE
)
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[0-9A-Za-z]{5,}")
_BETWEEN_VALUES: Final = frozenset(",;|")
# Behind a parameter, and nothing else there: `--ar 16:9 v 7 s 250 style raw`.
_UNDASHED = (
    rf"(?<!\S)(?P<name>(?!(?!v)\w[0-9]){NUMERIC}|style(?=\s+raw\b)|(?:raw|niji)\b)"
    # One way each, or `raw raw raw …` would be tried as one and as two at every word.
    r"(?:\s*+[=:]?\s*+\.?[0-9]\S*+|(?<=style)\s+raw\b[,;.]?|(?<!style)[,;.]?)(?!\S)"
)
_ONE_UNDASHED = re.compile(_UNDASHED, re.IGNORECASE)
_ALL_UNDASHED = re.compile(rf"\s*+(?:{_UNDASHED}\s*+)++", re.IGNORECASE)
# What stands between parameters and is no word: `--ar 2:3 | --raw`.
_STRAY = re.compile(r"\s*[|/\\,;.&+\-–—](?:\s*[|/\\,;.&+\-–—])*\s*\Z")  # noqa: RUF001
# Signs and digits as they come from the keyboards of East Asia, and digits of other scripts; dashes
# have a remark of their own.
_ZEROS = "\u0660\u06f0\u0966"  # Arabic, Persian, Devanagari
_WIDE = re.compile("[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff01-\uff0c\uff0e-\uff5e]")
_NARROW: Final = {
    **{sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F) if sign != ord("－")},  # noqa: RUF001
    **{ord(zero) + digit: ord("0") + digit for zero in _ZEROS for digit in range(10)},
}
# Dashes whose name never came, before a word: `--no -- dogs`, `--no text -- dogs`.
_LOST_DASHES = re.compile(rf"(?:\s*{DASH}+|.*?(?<!\S)--)\s+[^\W_]", re.DOTALL)
_VIEWED = 200  # characters of what follows that are looked at to tell values from prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The values of a parameter, as they were typed."""

    values: tuple[str, ...] = ()
    end: int  # behind the last one
    lead: str = ""  # punctuation before the first one
    is_doubtful: bool = False  # they are not what the parameter takes, or more than it takes
    is_parted: bool = False  # commas stood between them
    is_before_prose: bool = False  # it has none, and words follow that may have been meant as some


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A parameter as it stands in the prompt."""

    marker: Marker
    taken: Taken
    start: int  # of its dashes
    runs_before: int  # how many stretches of words come before it

    @property
    def end(self) -> int:
        """The place after its last character."""
        return max(self.taken.end, self.marker.end)


@dataclass(slots=True)
class Scan:
    """The words of a prompt, each in its place."""

    source: str
    found: list[Found] = field(default_factory=list)
    runs: list[Span] = field(default_factory=list)  # of the source, that are words
    kept: list[str] = field(default_factory=list)  # what these runs come to
    strays: list[Span] = field(default_factory=list)  # of the source, that are nothing

    @property
    def is_too_much(self) -> bool:
        """Whether there are more parameters than one prompt may have."""
        return len(self.found) > MAX_PARAMETERS

    @property
    def makes_more(self) -> bool:
        """Whether its words, put together, make a parameter: `- - --tile ar 2:3`."""
        return len(self.kept) > 1 and any(markers(" ".join(self.kept)))


def scan(text: str) -> Scan:
    """Split `text` into words and parameters."""
    result = Scan(text)
    narrow = text.translate(_NARROW) if _WIDE.search(text) else text
    start, marker = 0, None
    for following in markers(narrow):
        _add(result, narrow, marker, start, _first(following))
        if result.is_too_much:
            return result
        marker, start = following, following.value_at
    _add(result, narrow, marker, start, len(text))
    return result


def _first(marker: Marker) -> int:
    """Return the place of its dashes."""
    return marker.start if marker.row is None else marker.start - len(marker.dashes)


def _add(result: Scan, text: str, marker: Marker | None, start: int, end: int) -> None:
    """Add a parameter and the words up to `end`."""
    if marker is not None:
        found = Found(
            marker=marker,
            taken=_taken(text, marker, start, end),
            start=_first(marker),
            runs_before=len(result.kept),
        )
        result.found.append(found)
        start = max(found.end, marker.value_at)
    words = result.source[start:end].split()
    if marker is not None and words and _STRAY.match(text, start, end):
        result.strays.append((start, end))
        return
    if marker is not None and end - start <= _VIEWED and _ALL_UNDASHED.fullmatch(text, start, end):
        result.found += _undashed(text, start, end, runs_before=len(result.kept))
        return
    if marker is not None and words and words[0] == EXACT:  # a parameter that was never named
        at = result.source.index(EXACT, start) + len(EXACT)
        result.strays.append((start, at))
        words, start = words[1:], at
    last = end
    while words and words[-1] == EXACT:  # another one
        words.pop()
        end = result.source.rindex(EXACT, start, end)
    if end < last:
        result.strays.append((end, last))
    if words:
        result.runs.append((start, end))
        result.kept.append(" ".join(words))


def _undashed(text: str, start: int, end: int, *, runs_before: int) -> Iterator[Found]:
    """Find the parameters whose dashes were forgotten."""
    for match in _ONE_UNDASHED.finditer(text, start, end):
        first, last = match.span("name")
        name = match["name"].lower()
        marker = Marker(
            name=name, row=known(name), start=first, end=last, value_at=last, dashes="",
            is_mended=True,
        )  # fmt: skip
        taken = _taken(text, marker, last, match.end())
        yield Found(marker=marker, taken=taken, start=first, runs_before=runs_before)


# ── Values ──────────────────────────────────────────────────────────────────────────────────────


def _taken(text: str, marker: Marker, start: int, end: int) -> Taken:
    """Return the parameter's values, taken from the text between it and the next one."""
    row = marker.row
    if row is None or row.kind is Kind.COMMAND:
        return _all(text, start, end)
    if row.kind in TAKES_NOTHING:
        return _lone(text, start, end, _SWITCH) or Taken(end=start)
    switched = _lone(text, start, end, _NOTHING) if row.kind in _MAY_BE_NOTHING else None
    if row.value_optional:
        switched = switched or _lone(text, start, end, _USUAL)
    return switched or _TAKERS[row.kind](text, start, end, row)


def _all(text: str, start: int, end: int, *, is_doubtful: bool = False) -> Taken:
    run = text[start:end]
    values = tuple(run.split())
    end = start + len(run.rstrip())
    return Taken(values=values, end=end, is_doubtful=is_doubtful and bool(values))


def _words(text: str, start: int, end: int, _row: Parameter) -> Taken:
    """Take everything but the links at its end; a link among the words is doubtful.

    So are dashes whose name never came, and a lone no.
    """
    words = list(_WORD.finditer(text, start, end))
    if "://" in text:
        while words and LINK.match(words[-1].group()):
            words.pop()
    taken = _all(text, start, words[-1].end() if words else start)
    is_linked = "://" in text and any(map(LINK.match, taken.values))
    is_lost = _LOST_DASHES.match(text, start, taken.end) is not None
    is_nothing = _NOTHING.match(" ".join(taken.values).rstrip(" -")) is not None
    return replace(taken, is_doubtful=is_linked or is_lost or is_nothing)


def _one(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Taken:
    """Take one word, if it looks like this."""
    match = _FIRST_WORD.match(text, start, end)
    if match is None or pattern.match(match[1]) is None:
        return Taken(end=start)
    lead = text[start : match.start(1)].strip()
    return Taken(values=(match[1],), end=match.end(), lead=lead)


def _number(text: str, start: int, end: int, row: Parameter) -> Taken:
    """Take one number; more of them with nothing else behind are doubtful."""
    ratio = _SPACED_RATIO.match(text, start, end) if row.kind is Kind.RATIO else None
    if ratio is not None:
        return Taken(values=(ratio[0].strip(),), end=ratio.end())
    taken = _one(text, start, end, _NUMBER)
    return _with_more(text, taken, end) if taken.values else taken


def _version(text: str, start: int, end: int, _row: Parameter) -> Taken:
    """Take a version, which may name its model too: `7`, `v7`, `niji 7`."""
    taken = _one(text, start, end, _VERSION)
    if taken.values and taken.values[0].lower() == "niji":
        number = _one(text, taken.end, end, _NUMBER)
        taken = replace(number, values=(" ".join((*taken.values, *number.values)),))
    return _with_more(text, taken, end) if taken.values else taken


def _with_more(text: str, taken: Taken, end: int) -> Taken:
    """Take further numbers too if nothing but numbers is left: they are no words."""
    rest = text[taken.end : end]
    words = rest.split() if len(rest.strip()) <= _VIEWED else []
    if not words or not all(map(_BARE_NUMBER.match, words)):
        return taken
    values, end = (*taken.values, *words), taken.end + len(rest.rstrip())
    return Taken(values=values, end=end, lead=taken.lead, is_doubtful=True)


def _lone(text: str, start: int, end: int, pattern: re.Pattern[str]) -> Taken | None:
    """Take a lone word that looks like this: it is no value, but it is no word of theirs either."""
    run = text[start:end]
    word = run.strip() if len(run) <= _VIEWED else ""
    if not word or not pattern.match(word):
        return None
    return Taken(values=(word,), end=start + len(run.rstrip()), is_doubtful=True)


def _choice(text: str, start: int, end: int, row: Parameter) -> Taken:
    taken = _one(text, start, end, _ANY_WORD)
    is_known = bool(taken.values) and taken.values[0].rstrip(PUNCTUATION).lower() in row.choices
    if row.open_models and taken.values and not is_known:
        return _all(text, start, end, is_doubtful=True)
    return _with_more(text, taken, end) if is_known else taken


def _list(text: str, start: int, end: int, row: Parameter) -> Taken:
    """Take the values at the head; if there are none, all the words are doubtful."""
    pattern = _REFERENCE if row.kind is Kind.REFERENCES else LINK
    taken = _head(text, start, end, lambda part, _: bool(pattern.match(part.lstrip(LEADS))))
    if not taken.values:
        return _all(text, start, end, is_doubtful=True)
    if len(taken.values) > MAX_VALUES:
        return taken
    following = _WORD.search(text, taken.end, end)
    if following is not None and _CONNECTED.match(text, following.start(), end):
        return _all(text, start, end, is_doubtful=True)
    if following is not None and _MIXED.match(following.group()):
        values = (*taken.values, following.group())
        return Taken(values=values, end=following.end(), is_doubtful=True)
    return _with_more(text, taken, end)


def _head(text: str, start: int, end: int, is_value: Callable[[str, bool], bool]) -> Taken:
    """Take the words at the head that are values, with commas or blanks between them."""
    values: list[str] = []
    at, is_parted = start, False
    for match in _WORD.finditer(text, start, end):
        if match.group() in _BETWEEN_VALUES:
            continue
        parts = _parts(match.group())
        is_last = not text[match.end() : end].strip()
        if len(values) > MAX_VALUES or not all(is_value(part, is_last) for part in parts):
            break
        values += parts
        is_parted |= parts != [match.group()] or bool(text[at : match.start()].strip())
        at = match.end()
    return Taken(values=tuple(values), end=at, is_parted=is_parted)


def _parts(word: str) -> list[str]:
    """Split values at commas, but not inside a link."""
    if "," not in word or LINK.match(word):
        return [word]
    return [part for part in word.split(",") if part] or [word]


def _codes(text: str, start: int, end: int, _row: Parameter) -> Taken:
    """Take what can only be codes, so that `--p a cat` keeps its cat."""
    taken = _head(text, start, end, _is_code)
    following = _WORD.search(text, taken.end, end)
    if following is None or taken.values:
        return taken
    if _NO_WORD.search(following.group()):
        return Taken(values=(following.group(),), end=following.end(), is_doubtful=True)
    return Taken(end=start, is_before_prose=True)


def _is_code(part: str, is_last: bool) -> bool:
    code = part.strip(PUNCTUATION + LEADS)
    if _CODE.match(code) is not None:
        return _UNIT.fullmatch(code) is None
    return is_last and _LONE_CODE.match(code) is not None


# Of these a lone "none" is no value. Where a number belongs, the rules say that one is missing.
_MAY_BE_NOTHING: Final = frozenset(
    {Kind.VERSION, Kind.CHOICE, Kind.LINKS, Kind.REFERENCES, Kind.CODES}
)
_TAKERS: Final[Mapping[Kind, Callable[[str, int, int, Parameter], Taken]]] = {
    Kind.WORDS: _words,
    Kind.WHOLE: _number,
    Kind.DECIMAL: _number,
    Kind.RATIO: _number,
    Kind.VERSION: _version,
    Kind.GONE: _number,
    Kind.CHOICE: _choice,
    Kind.LINKS: _list,
    Kind.IMAGES: _list,
    Kind.REFERENCES: _list,
    Kind.CODES: _codes,
    Kind.SPEED: lambda text, start, end, _: _one(text, start, end, _WORD),
    Kind.VIDEO: lambda text, start, end, _: _one(text, start, end, _VIDEO_VALUE),
}
