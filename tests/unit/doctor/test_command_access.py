"""Where /imagine may be used in a server of Discord, by the rules of its administrators."""

from typing import Any

import pytest

from bot.doctor.discord_access import is_open_in, is_open_to_anybody, rules_of
from bot.doctor.discord_api import Guild

GUILD = Guild(id="100", name="Team", permissions=0)
EVERYONE, ROLE, ALL_CHANNELS, ART, TALK = "100", "2", "99", "31", "32"
COMMAND, APPLICATION = "7", "8"


def rule(id_: str, *, allowed: bool) -> dict[str, Any]:
    kind = 3 if id_ in {ALL_CHANNELS, ART, TALK} else 1
    return {"id": id_, "type": kind, "permission": allowed}


def levels(command: list[Any], application: list[Any]) -> list[Any]:
    said = [
        {"id": APPLICATION, "permissions": application},
        {"id": COMMAND, "permissions": command},
        {"id": "9", "permissions": [rule(ART, allowed=False), rule(EVERYONE, allowed=False)]},
    ]
    return rules_of(said, (COMMAND, APPLICATION))


@pytest.mark.parametrize(
    ("command", "application", "open_in"),
    [
        ([], [], {ART, TALK}),
        ([rule(ART, allowed=False)], [], {TALK}),
        ([], [rule(ART, allowed=False)], {TALK}),
        ([rule(ART, allowed=True)], [rule(ART, allowed=False)], {ART, TALK}),
        ([rule(ALL_CHANNELS, allowed=False), rule(ART, allowed=True)], [], {ART}),
        ([rule(ALL_CHANNELS, allowed=True)], [rule(ART, allowed=False)], {ART, TALK}),
        ([], [rule(ALL_CHANNELS, allowed=False)], set()),
        ([rule(EVERYONE, allowed=False)], [], {ART, TALK}),
    ],
)
def test_a_commands_own_rules_come_first(
    command: list[Any], application: list[Any], open_in: set[str]
) -> None:
    rules = levels(command, application)
    assert {id_ for id_ in (ART, TALK) if is_open_in(id_, GUILD, rules)} == open_in


@pytest.mark.parametrize(
    ("command", "application", "is_open"),
    [
        ([], [], True),
        ([], [rule(EVERYONE, allowed=False)], False),
        ([rule(EVERYONE, allowed=False)], [rule(EVERYONE, allowed=True)], False),
        ([rule(EVERYONE, allowed=True)], [rule(EVERYONE, allowed=False)], True),
        ([rule(EVERYONE, allowed=False), rule(ROLE, allowed=True)], [], True),
        ([rule(ROLE, allowed=True)], [rule(EVERYONE, allowed=False)], True),
        ([rule(ROLE, allowed=False)], [], True),
        ([rule(ART, allowed=True)], [rule(EVERYONE, allowed=False)], False),
    ],
)
def test_administrators_alone_are_nobody(
    command: list[Any], application: list[Any], is_open: bool
) -> None:
    assert is_open_to_anybody(GUILD, levels(command, application)) is is_open
