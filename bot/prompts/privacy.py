"""Whether a prompt may ask for a private result, before it is read."""

import re
import unicodedata

# Any dash that the prompt language may read as the beginning of a parameter, and any slip of the
# fingers that it may read as one of these names.
_PRIVATE = re.compile(r"[-\u2010-\u2015\u2212]\s*(?:pri?va?|ste?al?t)", re.IGNORECASE)


def looks_private(text: str) -> bool:
    """Whether a prompt that is not read yet may ask for a private result.

    Until that is known, "thinking…" must not stand where everybody sees it.
    """
    plain = unicodedata.normalize("NFKC", text)  # wide letters and dashes too
    visible = "".join(each for each in plain if unicodedata.category(each) != "Cf")
    return bool(_PRIVATE.search(visible))
