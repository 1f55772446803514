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
    values = {
        name: moment(value) if isinstance(value, datetime) else value
        for name, value in text.values.items()
    }
    return _catalogue(locale).gettext(text.template).format(**values)


@lru_cache(maxsize=64)
def _catalogue(locale: str) -> gettext.NullTranslations:
    language = locale.replace("-", "_")
    return gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)
