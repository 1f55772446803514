"""Sentences name commands that are there, on each platform."""

import pytest

from bot.domain import command_names
from bot.domain.texts import CommandName, Joined, msg
from bot.platforms.discord.rendering.markdown import render as render_at_discord
from bot.platforms.slack.commands.names import COMMAND
from bot.platforms.slack.commands.text import parse_command
from bot.platforms.slack.rendering.mrkdwn import inline, render
from tests.commands import bot_with_commands

NAMES = [each for each in vars(command_names).values() if isinstance(each, CommandName)]


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_a_sentence_names_what_opens_a_screen_at_slack(name: CommandName) -> None:
    said = render(msg("See {command}.", command=name))
    text = said.removeprefix(f"See {COMMAND} ").removesuffix(".")
    assert parse_command(text).word is not None


@pytest.mark.parametrize("name", NAMES, ids=str)
async def test_a_sentence_names_a_command_of_discord(name: CommandName) -> None:
    assert render_at_discord(msg("See {command}.", command=name)) == f"See /{name.name}."
    async with bot_with_commands() as bot:
        first, *rest = name.name.split()
        command = bot.tree.get_command(first)
        assert command is not None
        if rest:
            assert command.get_command(rest[0]) is not None


def test_a_command_may_stand_on_a_line_by_itself() -> None:
    assert inline(Joined((command_names.JOBS,)), "en") == "/imagine jobs"
