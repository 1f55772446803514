"""Whether a prompt may ask for a private result, before it is read."""

import re
import unicodedata
from itertools import islice
from typing import Final

from bot.prompts.lexer import DASH
from bot.prompts.parameters import known
from bot.prompts.slips import nearest

# Not `ultra-realistic`: a long prompt has many of these, and no parameter begins that way. A link
# may be stuck to the word.
_LETTER: Final = r"(?!(?i:https?://))[^\W\d_]"
_DASHED_WORD: Final = re.compile(rf"(?!(?<=\w)-\w){DASH}[\s{{]*((?:{_LETTER}){{3,10}})")
# Looked at: it happens before anything is known of the person, who may be a stranger.
_MOST_WORDS: Final = 32
_MOST_CHARACTERS: Final = 4000  # one may stand for eighteen


def looks_private(text: str) -> bool:
    """Whether a prompt that is not read yet may ask for a private result.

    Until that is known, "thinking…" must not stand where everybody sees it.
    """
    plain = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS])  # wide letters and dashes too
    plain = plain[:_MOST_CHARACTERS]
    visible = "".join(each for each in plain if unicodedata.category(each) != "Cf")
    words = islice(_DASHED_WORD.finditer(visible), _MOST_WORDS)
    return any(means_private(word[1].lower()) for word in words)


def means_private(name: str) -> bool:
    """Whether this is the name of a parameter for a private result, or a slip of one."""
    slip = nearest(name)
    return slip is not None and known(slip.name).is_private
