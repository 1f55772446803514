"""Which setting a variable was probably meant to be, when its name is nearly one. Pure.

A name that is nearly right is the worst kind: with ALLOWED_GUILD for ALLOWED_GUILDS the bot starts,
and everybody may spend. But hosts set dozens of variables, and none of those may be taken for one.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType

# Words that people use for each other.
_SAME: Mapping[str, str] = MappingProxyType(
    {
        "SERVER": "GUILD",
        "WORKSPACE": "TEAM",
        "KEY": "TOKEN",
        "URI": "URL",
        "ENDPOINT": "URL",
        "DB": "DATABASE",
        "MJ": "MIDJOURNEY",
        "MAXIMUM": "MAX",
        "PERSON": "USER",
    }
)
# Hosts and other programs have names of their own with these words, such as DATABASE_PUBLIC_URL or
# KUBERNETES_PORT; of these only slips of the finger are pointed out.
_COMMON = frozenset(
    {
        "DATABASE_URL",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "METRICS_TOKEN",
        "PORT",
        "PUBLIC_URL",
        "WEBHOOK_SECRET",
    }
)
_SERVICES = frozenset({"DISCORD", "MIDJOURNEY", "SLACK"})
# Of bots that take commands over HTTP, and of Slack's former way to sign; they have the words of
# our settings and are no such thing.
_OF_OTHERS = frozenset({"DISCORD_PUBLIC_KEY", "SLACK_VERIFICATION_TOKEN", "SLACK_APP_ID"})
_OF_TWO = MappingProxyType({"SLACK_TOKEN": "SLACK_BOT_TOKEN"})  # as near to SLACK_APP_TOKEN
_ENDING = re.compile(r"(?<=...)(?:ING|ED)?E?S?$")  # POLLING, ALLOWED, BATCHES
_SHORT, _LONG = 6, 10  # letters; how many slips a name may have grows with its length
_MIN_COMMON_WORDS = 2


def nearest_setting(name: str, known: Collection[str]) -> str | None:
    """Return the setting that `name` nearly is; None if it is one, or near none.

    Names are in upper case.
    """
    if name in known or name in _OF_OTHERS:
        return None
    if name in _OF_TWO:
        return _OF_TWO[name]
    near = {each: slips for each in known if (slips := _slips(name, each)) is not None}
    if near:
        return min(near, key=lambda each: (near[each], each))
    alike = [each for each in known if each not in _COMMON and _means(name, each)]
    return min(alike, key=lambda each: (abs(len(name) - len(each)), each), default=None)


def _slips(name: str, known: str) -> int | None:
    """Count the letters that differ, whatever joins the words; None: more than slips explain."""
    own, other = _letters(name), _letters(known)
    allowed = _allowed_slips(known)
    if abs(len(own) - len(other)) > allowed:
        return None  # without the comparison, of which hosts with many variables ask thousands
    slips = _distance(own, other)
    return slips if slips <= allowed else None


@cache  # every name is compared with every other
def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name))


def _allowed_slips(known: str) -> int:
    length = len(_letters(known))
    return 0 if length < _SHORT else 1 if length < _LONG else 2


def _means(name: str, known: str) -> bool:
    """Whether the words are the same in another order, or one is missing or too many.

    Or the last ones are missing, but never the name of the service.
    """
    own, other = _words(name), _words(known)
    if other & _SERVICES != own & _SERVICES or len(own & other) < _MIN_COMMON_WORDS:
        return False
    return len(own ^ other) <= 1 or known.startswith(f"{name}_")


@cache
def _words(name: str) -> frozenset[str]:
    parts = "".join(char if char.isalnum() else " " for char in name).split()
    return frozenset(_ENDING.sub("", _SAME.get(part.removesuffix("S"), part)) for part in parts)


def _distance(one: str, other: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours."""
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        above, before, row = row, above, [i]
        for j, wanted in enumerate(other, 1):
            steps = [above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != wanted)]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                steps.append(before[j - 2] + 1)
            row.append(min(steps))
    return row[-1]


def near_misses(names: Iterable[str], known: Collection[str]) -> Mapping[str, str]:
    """Return, for each name that is nearly a setting, that setting."""
    found = ((name, nearest_setting(name.upper(), known)) for name in sorted(names))
    return {name: setting for name, setting in found if setting is not None}
