"""Sentences in the person's language, from gettext catalogues. May import domain only."""

import gettext
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Protocol

from bot.domain.texts import Text


class Write(Protocol):
    """Writes a value for its place in a sentence: inside a code span or outside."""

    def __call__(self, value: object, /, *, is_code: bool) -> str:
        """Return what stands there."""


_FOLDER = Path(__file__).parent
_DOMAIN = "messages"
_CODE = "`"  # begins and ends a code span, on every platform that has them


def _as_it_is(value: object, /, *, is_code: bool) -> str:  # noqa: ARG001 - a `Write`
    return str(value)


def render(text: Text, locale: str = "en", *, write: Write = _as_it_is) -> str:
    """Return the sentence in the language nearest to `locale` ("de", "pt-BR"), else in English.

    Each platform has its own way to `write` names and times, and to show exactly the characters of
    a text from elsewhere: every value goes through that, but for sentences.
    """

    def shown(value: object, *, is_code: bool) -> str:
        if isinstance(value, Text):
            return render(value, locale, write=write)
        return write(value, is_code=is_code)

    said: list[str] = []
    is_code = False
    for literal, name in _pieces(_template(text, locale)):
        said.append(literal)
        is_code ^= literal.count(_CODE) % 2 == 1
        if name is not None:
            said.append(shown(text.values[name], is_code=is_code))
    return "".join(said)


def translate(message: str, locale: str, *, context: str) -> str:
    """Return a word or line that stands for itself; `context` says where, in the catalogue's words.

    For what a platform wants in all languages beforehand, such as the names of options.
    """
    return _catalogue(locale).pgettext(context, message)


def _template(text: Text, locale: str) -> str:
    catalogue = _catalogue(locale)
    if text.plural is None:
        return catalogue.gettext(text.template)
    return catalogue.ngettext(text.template, text.plural, text.count)


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """Return the literal parts of a template, each with the name of the value behind it."""
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))


@lru_cache(maxsize=64)
def _catalogue(locale: str) -> gettext.NullTranslations:
    language = locale.replace("-", "_")
    return gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)
