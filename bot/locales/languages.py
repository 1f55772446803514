"""The languages that there are catalogues of, under their own names."""

from functools import cache
from pathlib import Path

SOURCE = "en"  # the language of the sentences in the code; needs no catalogue

_FOLDER = Path(__file__).parent
_OWN_NAMES = {"de": "Deutsch", SOURCE: "English"}  # as the languages call themselves


@cache
def available_languages() -> dict[str, str]:
    """Return the code (BCP 47) and own name of each language, the source's first, then by name."""
    codes = {path.parts[-3].replace("_", "-") for path in _FOLDER.glob("*/LC_MESSAGES/*.mo")}
    named = {code: _OWN_NAMES.get(code, code) for code in codes - {SOURCE}}
    ordered = sorted(named.items(), key=lambda item: item[1].casefold())
    return {SOURCE: _OWN_NAMES[SOURCE], **dict(ordered)}
