"""Sentences as values: an English template and what goes into it.

The core says *what* to tell a person; the platform adapter renders it in that person's language.
A template is a gettext message id, so it must be a literal at the place where `msg` is called. Its
markup is `**bold**` and a code span between backticks, on every platform; all that it quotes is
shown exactly as it is. May import nothing of ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

SEPARATOR = " · "  # between facts on one line
_ELLIPSIS = "…"
_LESS_AND_LESS = (400, 200, 100, 50, 25, 12, 6)  # characters of each text in a sentence
Rendered = TypeVar("Rendered", bound=str)


@dataclass(frozen=True, slots=True)
class Mention:
    """The name of a person, as the platform shows it; rings only if the message allows it."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address of ours, under these words; without any it stands there itself."""

    url: str
    words: "Inline" = ""


@dataclass(frozen=True, slots=True)
class CommandName:
    """The name of a command; a platform with another one for the same shows that."""

    name: str

    def __str__(self) -> str:
        return f"/{self.name}"


@dataclass(frozen=True, slots=True)
class FullTime:
    """A date and time of day; a plain `datetime` is shown as "in 2 minutes"."""

    time: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """Several things on one line; what is empty is left out."""

    parts: "tuple[Inline, ...]"
    between: str = SEPARATOR


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence for a person: `template` in `str.format` syntax, filled from `values`."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)  # one may be a Text itself
    plural: str | None = None  # the template unless `count` is one; None: nothing is counted

    def __str__(self) -> str:
        """Return the English sentence."""
        one, many = self.template, self.plural
        return (one if many is None or self.count == 1 else many).format(**self.values)

    @property
    def count(self) -> int:
        """How many are counted, where `plural` is given."""
        count = self.values["count"]
        assert isinstance(count, int)
        return count

    def to_json(self) -> list[Any]:
        """Return the sentence as the arguments of `Text`; of its values, numbers stay numbers."""
        values = {
            name: value if isinstance(value, int | float) else str(value)
            for name, value in self.values.items()
        }
        return (
            [self.template, values] if self.plural is None else [self.template, values, self.plural]
        )


def msg(template: str, **values: object) -> Text:
    """Mark `template` for the catalogue and pair it with its values."""
    return Text(template, MappingProxyType(values))


def msg_n(one: str, many: str, *, count: int, **values: object) -> Text:
    """Mark a sentence that counts something; languages differ in which form `count` takes."""
    return Text(one, MappingProxyType({"count": count, **values}), many)


def untranslated(template: str, **values: object) -> Text:
    """Pair a template that is the same in every language with its values."""
    return Text(template, MappingProxyType(values))


def render_within(text: Text, limit: int, render: Callable[[Text], Rendered]) -> Rendered:
    """Return what `render` makes of a sentence, in at most `limit` characters if that can be.

    The texts that it quotes are shortened for that, never what was rendered: half an escape, or a
    code span without its end, would set the rest free.
    """
    said = render(text)
    for room in _LESS_AND_LESS:
        if len(said) <= limit:
            break
        said = render(_shortened(text, room))
    return said


def _shortened(text: Text, room: int) -> Text:
    values = {name: _less(value, room) for name, value in text.values.items()}
    return replace(text, values=values)


def _less(value: object, room: int) -> object:
    if isinstance(value, Text):
        return _shortened(value, room)
    return clip(value, room) if type(value) is str else value  # a platform's own kinds are ready


def clip(text: str, limit: int) -> str:
    """Shorten `text` to at most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _ELLIPSIS


# A `str` comes from a person, the provider or a file, and shows exactly its characters.
Inline: TypeAlias = Text | str | Mention | Link | CommandName | FullTime | Joined | datetime
