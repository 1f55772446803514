"""What a neutral view says and offers, read without any platform."""

from collections.abc import Iterator

from bot.domain.texts import Inline, Joined, Link
from bot.domain.views import Button, Buttons, Line, Row, Sentences, View, Words


def text_of(view: View | None) -> str:
    """Return all that it says, in English; every block and line begins a new one."""
    return "\n".join(lines_of(view))


def lines_of(view: View | None) -> list[str]:
    """Return what it says, line by line; of several sentences on one line each by itself."""
    assert view is not None
    return [said for words in _words(view) for line in words.lines for said in _said(line)]


def buttons_of(view: View | None) -> list[Button]:
    """Return its buttons, in their order."""
    assert view is not None
    found: list[Button] = []
    for element in view.elements:
        if isinstance(element, Buttons):
            found += element.buttons
        elif isinstance(element, Row) and isinstance(element.beside, Button):
            found.append(element.beside)
    return found


def labels_of(view: View | None) -> list[str]:
    """Return what stands on its buttons, in English."""
    return [str(button.label) for button in buttons_of(view)]


def actions_of(view: View | None) -> list[str]:
    """Return the names of the actions that its buttons ask for."""
    return [button.action.name for button in buttons_of(view) if button.action is not None]


def _words(view: View) -> Iterator[Words]:
    for element in view.elements:
        if isinstance(element, Words):
            yield element
        elif isinstance(element, Row):
            yield element.words


def _said(line: Line | Sentences) -> list[str]:
    if isinstance(line, Sentences):
        return [str(text) for text in line.texts]
    return [_inline(line.what)]


def _inline(what: Inline) -> str:
    match what:
        case Link(url, words):
            return f"{_inline(words)} ({url})"
        case Joined(parts, between):
            return between.join(map(_inline, parts))
        case _:
            return str(what)
