"""Share a prompt's words out between the text and the parameters.

Every decision looks only at the word itself and at the words already kept before it in the same
place. That makes one pass enough, and makes a second pass over the result find nothing new.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bot.prompts.lexer import EXACT, ONLY_PUNCTUATION, Marker, Word, named, tokens
from bot.prompts.parameters import EVERYDAY_WORDS, Kind

_ONE_DASH = "-"
LINK: Final = re.compile(r"<?https?://[^\s<>,;]", re.IGNORECASE)
_NOTHING = re.compile(r"(?!)")
_ANYTHING = re.compile(r"")
_NUMBER = re.compile(r"[-+.]*[0-9]")
_NUMBER_OR_WORD = re.compile(r"[-+.]*[0-9]|[^\W_]")
_CODE = re.compile(rf"(?=[A-Za-z]*[0-9])[0-9A-Za-z]{{4,}}+{ONLY_PUNCTUATION}")
_REFERENCE = re.compile(
    rf"{LINK.pattern}|(?:[0-9]++|random)(?:::|{ONLY_PUNCTUATION})", re.IGNORECASE
)
_VIDEO_VALUE = re.compile(
    rf"{LINK.pattern}|[0-9]|(?:low|high|loop){ONLY_PUNCTUATION}", re.IGNORECASE
)

# How a word must look to be taken as a value, and how many a parameter takes.
_ONE, _MANY = 1, 1_000_000
_TAKES: Final[Mapping[Kind, tuple[re.Pattern[str], int]]] = MappingProxyType(
    {
        Kind.FLAG: (_NOTHING, 0),
        Kind.MODE: (_NOTHING, 0),
        Kind.ACCOUNT: (_NOTHING, 0),
        Kind.WHOLE: (_NUMBER, _ONE),
        Kind.DECIMAL: (_NUMBER, _ONE),
        Kind.RATIO: (_NUMBER, _ONE),
        Kind.VERSION: (_NUMBER, _ONE),
        Kind.CHOICE: (_NUMBER_OR_WORD, _ONE),
        Kind.WORDS: (_ANYTHING, _MANY),
        Kind.LINKS: (LINK, _MANY),
        Kind.REFERENCES: (_REFERENCE, _MANY),
        Kind.CODES: (_CODE, _MANY),
        Kind.VIDEO: (_VIDEO_VALUE, _ONE),
        Kind.GONE: (_NUMBER, _ONE),
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """A parameter as it stands in the prompt: its name and the words it takes as values."""

    marker: Marker
    words: list[Word] = field(default_factory=list)

    @property
    def parts(self) -> tuple[Word, ...]:
        """All the words it is written with."""
        return (*self.marker.dashes, self.marker.word, *self.words)

    @property
    def start(self) -> int:
        """The place of its first character."""
        return min(part.start for part in self.parts)

    @property
    def end(self) -> int:
        """The place after its last character."""
        return max(part.end for part in self.parts)

    def takes(self, word: Word) -> bool:
        """Whether `word` is its value. An unknown parameter takes all up to the next one."""
        row = self.marker.row
        pattern, most = (_ANYTHING, _MANY) if row is None else _TAKES[row.kind]
        return len(self.words) < most and pattern.match(word.text) is not None


@dataclass(slots=True)
class Scan:
    """The words of a prompt, each in its place."""

    words: list[Word] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    _open: Found | None = None  # the parameter that may take the next word

    def add(self, token: Word | Marker) -> None:
        """Put the next token into its place."""
        if isinstance(token, Marker):
            self._add_marker(token)
        else:
            self._add_word(token)

    def _add_marker(self, marker: Marker) -> None:
        self._open = Found(marker)
        self.found.append(self._open)
        if marker.value is not None:
            self._add_word(marker.value)

    def _add_word(self, word: Word) -> None:
        if self._open is not None and not self._open.takes(word):
            self._open = None
        place = self.words if self._open is None else self._open.words
        marker = _with_dashes_apart(place, word)
        if marker is None:
            place.append(word)
        else:
            self._add_marker(marker)


def scan(text: str) -> Scan:
    """Share out the words of `text`."""
    result = Scan()
    for token in tokens(text):
        result.add(token)
    return result


def _with_dashes_apart(before: list[Word], word: Word) -> Marker | None:
    """Read `- - ar`, `- -ar` and `-- ar` as a name; takes the dashes out of `before`.

    "a man -- no, two" is prose, so everyday words need two single dashes.
    """
    name_at = 1 if word.text.startswith(_ONE_DASH) else 0
    count = _dashes_before(before, name_at)
    if count == 0:
        return None
    dashes = tuple(before[-count:])
    marker = named(word, name_at=name_at, dashes=dashes)
    if marker is None:
        return None
    if dashes[0].text == EXACT and marker.name in EVERYDAY_WORDS:
        return None
    del before[-count:]
    return marker


def _dashes_before(before: list[Word], name_at: int) -> int:
    """Count the words before a name that are its dashes; the name may bring one itself."""
    last = [word.text for word in before[-2:]]
    if name_at == 1:
        return 1 if last[-1:] == [_ONE_DASH] else 0
    if last == [_ONE_DASH, _ONE_DASH]:
        return 2
    return 1 if last[-1:] == [EXACT] else 0
