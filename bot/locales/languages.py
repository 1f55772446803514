"""The languages that there are catalogues of, under their own names."""

from functools import cache
from pathlib import Path

SOURCE = "en"  # the language of the sentences in the code; needs no catalogue

_FOLDER = Path(__file__).parent
# As the languages call themselves. Those that Discord speaks, from
# https://docs.discord.com/developers/reference#locales, so that a new catalogue needs no new line.
_OWN_NAMES = {
    "bg": "български",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuviškai",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt-BR": "Português do Brasil",
    "ro": "Română",
    "ru": "Русский",
    "sv-SE": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh-CN": "中文",
    "zh-TW": "繁體中文",
}


@cache
def available_languages() -> dict[str, str]:
    """Return the code (BCP 47) and own name of each language, the source's first, then by name."""
    codes = {path.parts[-3].replace("_", "-") for path in _FOLDER.glob("*/LC_MESSAGES/*.mo")}
    named = {code: _OWN_NAMES.get(code, code) for code in codes - {SOURCE}}
    ordered = sorted(named.items(), key=lambda item: item[1].casefold())
    return {SOURCE: _OWN_NAMES[SOURCE], **dict(ordered)}
