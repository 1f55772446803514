"""What a view shows, as somebody reads it: no platform's way of showing it."""

from collections.abc import Iterator
from functools import partial

from bot import locales
from bot.domain.texts import FullTime, Inline, Joined, Link, Mention, Text
from bot.domain.views import Action, Button, Buttons, Line, Menu, Notice, Row, View, Words


def text_of(what: View | Notice | None) -> str:
    """Return all its text, line by line."""
    assert what is not None
    if isinstance(what, Notice):
        return plain(what.text, what.locale)
    return "\n".join(line for words in _words(what) for line in _lines(words, what.locale))


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
    return [plain(button.label) for button in buttons_of(view)]


def actions_of(what: View | Notice) -> tuple[Action, ...]:
    """Return what its buttons and menus ask for."""
    if isinstance(what, Notice):
        return () if what.button is None or what.button.action is None else (what.button.action,)
    pressed = [button.action for button in buttons_of(what) if button.action is not None]
    chosen = [each.action for each in what.elements if isinstance(each, Menu)]
    return (*pressed, *chosen)


def plain(what: object, locale: str = "en") -> str:
    """Return a piece of text as its words alone."""
    say = partial(plain, locale=locale)
    match what:
        case Text():
            return locales.render(what, locale, write=partial(_written, locale=locale))
        case Mention(person_id):
            return f"@{person_id}"
        case Link(url, words):
            return say(words) or url
        case FullTime(time):
            return str(time)
        case Joined(parts, between):
            return between.join(filter(None, map(say, parts)))
    return str(what)


def _written(value: object, /, *, is_code: bool, locale: str) -> str:
    return plain(value, locale)


def _words(view: View) -> Iterator[Words]:
    for element in view.elements:
        if isinstance(element, Words | Row):
            yield element if isinstance(element, Words) else element.words


def _lines(words: Words, locale: str) -> Iterator[str]:
    for line in words.lines:
        whats: tuple[Inline, ...] = (line.what,) if isinstance(line, Line) else line.texts
        yield from (plain(what, locale) for what in whats)
