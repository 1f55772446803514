"""Which known name a mistyped one was most likely meant to be.

Two names are near if they become the same by leaving out a letter or two of each. What remains of
all known names is written down once, so that a look-up costs the same for every name.
"""

from functools import lru_cache
from itertools import combinations
from types import MappingProxyType
from typing import Final

from bot.prompts.parameters import USABLE_NAMES

_LONGEST: Final = 16  # longer names are no slips of the finger
_SHORT: Final = 5  # so short a name differs by one letter at most


def _remains(name: str) -> tuple[str, ...]:
    """Return the name, and what is left of it without one or two letters; the most left first."""
    most = 1 if len(name) <= _SHORT else 2
    return tuple(
        "".join(letter for at, letter in enumerate(name) if at not in gone)
        for count in range(most + 1)
        for gone in combinations(range(len(name)), count)
    )


def _by_remains() -> dict[str, str]:
    found: dict[str, str] = {}
    names = sorted(
        (name for name in USABLE_NAMES if len(name) > 1), key=lambda name: (-len(name), name)
    )
    for count in range(3):
        for name in names:
            for rest in _remains(name):
                if len(name) - len(rest) == count and len(rest) > 1:
                    found.setdefault(rest, name)
    return found


_KNOWN: Final = MappingProxyType(_by_remains())


@lru_cache(maxsize=1024)
def nearest(name: str) -> str | None:
    """Return the known name that this one is most likely a slip of."""
    letters = name[: _LONGEST + 1]
    known = letters.rstrip("0123456789")
    head = known.partition("-")[0].partition("_")[0]
    for whole in (known, head):
        if whole in USABLE_NAMES and len(whole) > 1:
            return whole
    if len(letters) > _LONGEST or len(letters) < 3:  # noqa: PLR2004 - a slip of two letters is any
        return None
    return next((_KNOWN[rest] for rest in _remains(letters) if rest in _KNOWN), None)
