"""Which known name a mistyped one was most likely meant to be.

Two names are near if they become the same by leaving out a letter or two of each, or if one is how
only the other begins. What remains of all known names is written down once, so that a look-up costs
the same for every name.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import Final

from bot.prompts.parameters import USABLE_NAMES, known

_SHORTEST: Final = 3  # a slip of two letters may be any
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


@cache  # it is made when it is needed first: not every start needs it
def _by_remains() -> dict[str, str]:
    """Return the known names by what remains of them."""
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


@cache
def _by_beginning() -> dict[str, str]:
    """Return the known names by how only one parameter begins."""
    rows: dict[str, dict[str, str]] = {}  # by beginning, the name of each parameter that has it
    for name in sorted(filter(str.isalpha, USABLE_NAMES)):
        for length in range(_SHORTEST, len(name)):
            rows.setdefault(name[:length], {})[known(name).name] = name
    return {start: next(iter(of.values())) for start, of in rows.items() if len(of) == 1}


@dataclass(frozen=True, slots=True)
class Slip:
    """What a mistyped name was most likely meant to be."""

    name: str
    stuck: str = ""  # what followed the name without a blank: `no-text`


# `ar-16:9`, `niji_6`, `aspct=3:2`, `no-text`, `srefshttps://…`
_LINK = r"https?://"
_STUCK = re.compile(rf"(?P<name>(?:(?!{_LINK})[^\W\d_])+)(?P<sign>[-_=:.]*)(?P<rest>.+)", re.DOTALL)
_RATIO = re.compile(r"[0-9]+[:x][0-9]+")


@lru_cache(maxsize=1024)
def nearest(name: str) -> Slip | None:
    """Return the known name that this one is most likely a slip of."""
    if _RATIO.fullmatch(name):
        return Slip("ar", name)
    stuck = _STUCK.fullmatch(name)
    if stuck is None:
        return _slip_of(name)
    head, sign, rest = stuck.groups()
    is_value = rest[0].isdigit() or (sign and sign[-1] in "=:") or re.match(_LINK, rest)
    if is_value:
        return Slip(head, rest) if head in USABLE_NAMES else _slip_of(head, rest)
    if (whole := _slip_of(name)) is not None:
        return whole
    return Slip(head, rest) if sign and len(head) > 1 and head in USABLE_NAMES else None


def _slip_of(name: str, stuck: str = "") -> Slip | None:
    if not _SHORTEST <= len(name) <= _LONGEST:
        return None
    near = _by_remains()
    begun = _by_beginning().get(name)
    meant = next((near[rest] for rest in _remains(name) if rest in near), begun)
    return None if meant is None else Slip(meant, stuck)
