"""What a message shows, what a person fills in, and what a button asks for: neutral values.

A platform renders them; nothing here knows one. Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self, TypeAlias

from bot.domain.conversations import Person
from bot.domain.texts import Inline, Text

MAX_ACTION_LENGTH = 100  # characters of an action as text: the least that a platform allows
_PREFIX = "imagine"
_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class Action:
    """What a button, a menu or a form asks for: a handler's name, and all that this needs to know.

    It stands in the message itself, so it works after any restart. As text it is
    `imagine:<name>:<value>:<value>…` with at most 100 characters; only the last value may hold a
    colon, see `last`.
    """

    name: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _BETWEEN.join((_PREFIX, self.name, *self.values))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str` wrote; None if it is no action of ours."""
        prefix, *parts = text.split(_BETWEEN)
        if prefix != _PREFIX or not parts or len(text) > MAX_ACTION_LENGTH:
            return None
        return cls(parts[0], tuple(parts[1:]))

    def last(self, index: int) -> str:
        """Return the value at `index` with all that follows: a text that may hold colons."""
        return _BETWEEN.join(self.values[index:])


# ── Text ────────────────────────────────────────────────────────────────────────────────────────


class Style(Enum):
    """How a line is shown."""

    NORMAL = auto()
    BIG_TITLE = auto()
    TITLE = auto()
    SMALL = auto()
    ITEM = auto()  # of a list
    CODE = auto()  # a block with exactly these characters
    QUOTE = auto()  # this line, and all that follow in its block


@dataclass(frozen=True, slots=True)
class Line:
    """One line; words that somebody wrote may hold more."""

    what: Inline
    style: Style = Style.NORMAL


@dataclass(frozen=True, slots=True)
class Sentences:
    """As many of these as fit into `limit` characters, and "…" for the others.

    They stand on one small line, or with `is_list` each on its own. None: nothing is shown.
    """

    texts: tuple[Text, ...]
    limit: int
    is_list: bool = False

    def fitting(self, render: Callable[[Text], str], *, room: int) -> list[str]:
        """Return them rendered, as many as fit into `room` characters, and "…" for the others."""
        said: list[str] = []
        room -= len(" …")
        for sentence in map(render, self.texts):
            room -= len(sentence) + 1
            if room < 0:
                return [*said, "…"]
            said.append(sentence)
        return said


@dataclass(frozen=True, slots=True, init=False)
class Words:
    """A block of text."""

    lines: tuple[Line | Sentences, ...]

    def __init__(self, *lines: Line | Sentences | Inline) -> None:
        """Build it; what is no line yet becomes a normal one."""
        made = (each if isinstance(each, Line | Sentences) else Line(each) for each in lines)
        object.__setattr__(self, "lines", tuple(made))


# ── The other elements ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture: a file that goes along with the message, or one at an address."""

    file_name: str = ""  # letters, digits, dot and dash only
    data: bytes | None = None
    url: str | None = None  # where there are no bytes
    words: str = ""  # what it shows, for who cannot see it …
    label: Text | None = None  # … and which one it is


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures side by side."""

    pictures: tuple[Picture, ...]


class Emphasis(Enum):
    """How much a button stands out."""

    PRIMARY = auto()
    NORMAL = auto()
    DANGER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button that asks for an action, or opens an address."""

    label: Text | str
    action: Action | None = None
    url: str | None = None
    emoji: str | None = None
    emphasis: Emphasis = Emphasis.NORMAL
    is_enabled: bool = True


@dataclass(frozen=True, slots=True, init=False)
class Buttons:
    """Buttons in a row, or in several where a row holds no more."""

    buttons: tuple[Button, ...]

    def __init__(self, *buttons: Button) -> None:
        object.__setattr__(self, "buttons", buttons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An entry of a menu."""

    label: Text | str
    value: str
    emoji: str | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A menu of which one entry is chosen."""

    action: Action
    options: tuple[Option, ...]
    hint: Text | None = None  # while nothing is chosen


@dataclass(frozen=True, slots=True)
class Row:
    """Text with a button or a small picture beside it."""

    words: Words
    beside: Button | Picture


@dataclass(frozen=True, slots=True)
class Divider:
    """A line across."""


Element: TypeAlias = Words | Pictures | Buttons | Menu | Row | Divider


# ── Messages ────────────────────────────────────────────────────────────────────────────────────


class Frame(Enum):
    """What a message has around it."""

    NORMAL = auto()
    FAILURE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a message shows, in the language of whoever it is for."""

    elements: tuple[Element, ...]
    locale: str
    frame: Frame = Frame.NORMAL
    notifies: Person | None = None  # the one person for whom it may ring
    smaller: "View | None" = None  # the same with less, for where this is more than fits

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return all pictures in it, in their order."""
        found: list[Picture] = []
        for element in self.elements:
            if isinstance(element, Pictures):
                found += element.pictures
            elif isinstance(element, Row) and isinstance(element.beside, Picture):
                found.append(element.beside)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence to one person, and what helps them to go on."""

    text: Text
    locale: str
    place: str | None = None  # where a prompt goes wrong: two lines of code, the prompt and a caret
    field: str | None = None  # of a form, in which that was typed
    button: Button | None = None
    typed: str | None = None  # what they typed, given back as a file


# ── Forms ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A text to type."""

    name: str
    label: Text
    hint: Text | None = None
    value: str = ""  # stands in it already
    example: str = ""  # shown while it is empty
    max_length: int
    is_long: bool = False
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FileField:
    """A picture to attach, or not."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuField:
    """A menu of which one entry is chosen, or none. Its value is the option's, or empty."""

    name: str
    label: Text
    options: tuple[Option, ...]  # at least one
    hint: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToggleField:
    """Something to tick or not. Its value is `ON`, or empty."""

    name: str
    label: Text
    words: Text  # beside the tick
    is_on: bool = False


Field: TypeAlias = TextField | FileField | MenuField | ToggleField
ON = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a person fills in; sent off, it asks for `action`."""

    title: Text
    action: Action
    fields: tuple[Field, ...]
    locale: str
