"""Sentences in the person's language: compiled gettext catalogues, one folder a language."""

import gettext
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.texts import Text

_FOLDER = Path(__file__).parent
_DOMAIN = "messages"


def render(text: Text, locale: str = "en", *, moment: Callable[[datetime], str] = str) -> str:
    """Give the sentence in the language nearest to `locale` ("de", "pt-BR"), else in English.

    Times among its values are written by `moment`, since each platform has its own way.
    """
    catalogue = _catalogue(locale)
    if text.plural is None:
        template = catalogue.gettext(text.template)
    else:
        template = catalogue.ngettext(text.template, text.plural, text.count)
    return template.format(
        **{name: _shown(value, locale, moment) for name, value in text.values.items()}
    )


def translate(message: str, locale: str, *, context: str) -> str:
    """Give a word or line that stands for itself; `context` says where, in the catalogue's words.

    For what a platform wants in all languages beforehand, such as the names of options.
    """
    return _catalogue(locale).pgettext(context, message)


def _shown(value: object, locale: str, moment: Callable[[datetime], str]) -> object:
    if isinstance(value, Text):
        return render(value, locale, moment=moment)
    return moment(value) if isinstance(value, datetime) else value


@lru_cache(maxsize=64)
def _catalogue(locale: str) -> gettext.NullTranslations:
    language = locale.replace("-", "_")
    return gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)
