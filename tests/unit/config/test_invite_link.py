"""What the README says of settings."""

import discord

from bot.platforms.discord.connection.invitation import PERMISSIONS, invite_link
from tests.unit.config.fixtures import ROOT


def test_the_invite_link_is_the_readmes_and_asks_for_the_permissions_it_names() -> None:
    link = invite_link(123456789)
    assert link.replace("123456789", "YOUR_APPLICATION_ID") in (ROOT / "README.md").read_text()
    assert "permissions=274878008320" in link
    assert discord.Permissions(274878008320) == PERMISSIONS
