"""What the bot may do in a channel of Discord, worked out as Discord does."""

from typing import Any

import pytest

from bot.doctor.discord_api import Guild
from bot.doctor.discord_channels import ADMINISTRATOR, EVERYTHING, VIEW_CHANNEL, rights_in
from bot.platforms.discord import missing_permissions

SEND, ATTACH = 1 << 11, 1 << 15
EVERYONE, ROLE, OTHER_ROLE, BOT, STRANGER = "1", "2", "3", "4", "5"


def rule(id_: str, *, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    kind = 1 if id_ in {BOT, STRANGER} else 0
    return {"id": id_, "type": kind, "allow": str(allow), "deny": str(deny)}


@pytest.mark.parametrize(
    ("rules", "may_send"),
    [
        ([], True),
        ([rule(EVERYONE, deny=SEND)], False),
        ([rule(EVERYONE, deny=SEND), rule(ROLE, allow=SEND)], True),
        ([rule(ROLE, deny=SEND), rule(OTHER_ROLE, allow=SEND)], True),
        ([rule(OTHER_ROLE, allow=SEND), rule(ROLE, deny=SEND)], True),
        ([rule(ROLE, allow=SEND), rule(BOT, deny=SEND)], False),
        ([rule(BOT, allow=SEND), rule(EVERYONE, deny=SEND), rule(ROLE, deny=SEND)], True),
        ([rule("9", deny=SEND), rule(STRANGER, deny=SEND)], True),
    ],
)
def test_rules_of_a_channel_apply_level_by_level(
    rules: list[dict[str, Any]], may_send: bool
) -> None:
    guild = Guild(id=EVERYONE, name="Team", permissions=SEND | VIEW_CHANNEL)
    member = {"user": {"id": BOT}, "roles": [ROLE, OTHER_ROLE]}
    rights = rights_in({"permission_overwrites": rules}, guild, member)
    assert bool(rights & SEND) is may_send
    assert rights & VIEW_CHANNEL


def test_administrators_may_do_everything() -> None:
    guild = Guild(id=EVERYONE, name="Team", permissions=ADMINISTRATOR)
    channel = {"permission_overwrites": [rule(EVERYONE, deny=SEND)]}
    rights = rights_in(channel, guild, {"user": {"id": BOT}, "roles": []})
    assert rights == EVERYTHING
    assert missing_permissions(rights) == []


def test_missing_permissions_have_the_names_that_people_see() -> None:
    assert missing_permissions(~(SEND | ATTACH)) == ["Send Messages", "Attach Files"]
