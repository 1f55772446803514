"""docs/using-it.md names all that people can use."""

import re
from pathlib import Path

import pytest

from tests.commands import bot_with_commands

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "using-it.md").read_text()


async def test_every_command_and_menu_is_explained() -> None:
    async with bot_with_commands() as bot:
        commands = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    for command in commands:
        name = command["name"] if command["type"] == 3 else f"/{command['name']}"
        assert name in GUIDE
        for part in command.get("options", ()):
            if part["type"] == 1:
                assert f"{name} {part['name']}" in GUIDE


async def test_every_option_of_imagine_is_explained() -> None:
    async with bot_with_commands() as bot:
        (imagine,) = [c for c in bot.tree.get_commands() if c.name == "imagine"]
        options = [option["name"] for option in imagine.to_dict(bot.tree)["options"]]
    assert [name for name in options if name != "prompt" and f"`{name}`" not in GUIDE] == []


@pytest.mark.parametrize("page", [*DOCS.glob("*.md"), DOCS.parent / "README.md"])
def test_pictures_are_there_and_small(page: Path) -> None:
    for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text()):
        assert 0 < (page.parent / link).stat().st_size < 200_000, link
