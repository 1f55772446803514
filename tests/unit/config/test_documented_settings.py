"""The example file and the README list every setting."""

import re

import discord

from bot.config import Settings
from bot.platforms.discord.connection.invitation import PERMISSIONS, invite_link
from tests.unit.config.fixtures import ROOT


def test_the_example_file_lists_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [
        line.lstrip("# ").partition("=")[0] for line in lines if re.match(r"#? ?[A-Z_]+=", line)
    ]
    assert named == [name.upper() for name in _in_reading_order()]


def test_the_readme_lists_every_setting_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", readme, re.MULTILINE)
    fields = Settings.model_fields
    assert [name for name, _ in rows] == [name.upper() for name in _in_reading_order()]
    for name, default in rows:
        assert default == _as_default(fields[name.lower()].default), name


def test_the_invite_link_is_the_readmes_and_asks_for_the_permissions_it_names() -> None:
    link = invite_link(123456789)
    assert link.replace("123456789", "YOUR_APPLICATION_ID") in (ROOT / "README.md").read_text()
    assert "permissions=274878008320" in link
    assert discord.Permissions(274878008320) == PERMISSIONS


def _in_reading_order() -> list[str]:
    """The table begins with what a newcomer must set."""
    first = ["discord_token", "midjourney_api_key", "public_url", "database_url", "allowed_guilds"]
    return first + [name for name in Settings.model_fields if name not in first]


def _as_default(value: object) -> str:
    match value:
        case str() | int() | float() if not isinstance(value, bool):
            return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
        case (first,):
            return f"`{first}`"
        case _ if "Undefined" in repr(value):
            return "**required**"
        case _:
            return ""
