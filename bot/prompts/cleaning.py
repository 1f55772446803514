"""Remove invisible characters and what was pasted along with a prompt.

Comes before everything else, and takes linear time.
"""

import re
import sys
from collections.abc import Iterator

from bot.prompts.cleaned import Cleaned, Edit
from bot.prompts.pasted_links import with_free_links
from bot.prompts.wrapping import unwrapped

_CONTROLS = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_ZERO_WIDTH = r"\xad\u034f\u180e\u200b\u2060-\u2065\ufeff\ufff9-\ufffb\U000e0001"
_JOINERS = r"\u200c\u200d"
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
_SELECTORS = r"\ufe00-\ufe0f"  # make an emoji of a sign, or a sign of an emoji
_TAGS = r"\U000e0020-\U000e007f"  # make a flag of a region
_ANY = re.compile(f"[{_CONTROLS}{_ZERO_WIDTH}{_JOINERS}{_DIRECTIONS}{_SELECTORS}{_TAGS}]")
# In each the sign itself comes first, so that the search skips all other characters at once.
_NEVER_SEEN = re.compile(
    f"[{_CONTROLS}{_ZERO_WIDTH}]+|[{_TAGS}](?<![\U0001f3f4{_TAGS}].)[{_TAGS}]*"
)
_HAS_DIRECTION = re.compile(f"[{_DIRECTIONS}]+")
_RIGHT_TO_LEFT = (
    r"\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    r"\U0001e800-\U0001efff"
)
# A word with signs of direction and without letters that run from right to left.
_DIRECTED_WORD = re.compile(
    rf"(?<!\S)[^\s{_RIGHT_TO_LEFT}{_DIRECTIONS}]*+[{_DIRECTIONS}][^\s{_RIGHT_TO_LEFT}]*+(?!\S)"
)
# A selector belongs to a sign, a digit, # or *; a joiner stands between letters or emoji. Latin
# letters of ASCII never need one.
_STRAY_SELECTOR = re.compile(
    rf"[{_SELECTORS}](?<![^\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f\s\u200c\u200d].)[{_SELECTORS}]*"
)
_JOINED = r"[^\x00-\x7f\s\u2000-\u206f]"
_STRAY_JOINER = re.compile(
    f"[{_JOINERS}](?:(?<!{_JOINED}.)[{_JOINERS}]*|[{_JOINERS}]*(?!{_JOINED}))"
)


def clean(text: str) -> Cleaned:
    """Return a plain prompt as it is to be read."""
    return with_free_links(unwrap(text))


def unwrap(text: str) -> Cleaned:
    """Return a prompt, whose braces may mean several, without what is around the whole of it."""
    cleaned = Cleaned(text)
    if _ANY.search(text) is not None:
        cleaned = _visible(cleaned)
    return unwrapped(cleaned)


def _visible(cleaned: Cleaned) -> Cleaned:
    cleaned = cleaned.edited(_found(_NEVER_SEEN, cleaned.text))
    cleaned = cleaned.edited(_directions(cleaned.text))
    cleaned = cleaned.edited(_found(_STRAY_SELECTOR, cleaned.text))
    return cleaned.edited(_found(_STRAY_JOINER, cleaned.text))


def _found(
    pattern: re.Pattern[str], text: str, start: int = 0, end: int = sys.maxsize
) -> Iterator[Edit]:
    return ((*match.span(), "") for match in pattern.finditer(text, start, end))


def _directions(text: str) -> Iterator[Edit]:
    """Find the direction marks outside words that are written from right to left."""
    for word in _DIRECTED_WORD.finditer(text):
        yield from _found(_HAS_DIRECTION, text, *word.span())
