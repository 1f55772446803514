"""Every command as Discord gets it, held against Discord's rules.

https://docs.discord.com/developers/interactions/application-commands
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest

from bot.clock import SystemClock
from bot.platforms.discord.bot import EXTENSIONS, ImagineBot
from bot.prompts import TABLE
from bot.prompts.parameters import NIJI_VERSIONS, VERSIONS

Payload = dict[str, Any]
CHAT_INPUT, SUBCOMMAND, SUBCOMMAND_GROUP = 1, 1, 2
STRING, INTEGER, NUMBER = 3, 4, 10


@pytest.fixture
async def commands() -> AsyncIterator[list[Payload]]:
    nobody = cast("Any", None)  # nothing is called
    bot = ImagineBot(
        service=nobody,
        personal=nobody,
        references=nobody,
        images=nobody,
        settings=nobody,
        cdn_url="https://cdn.example",
        clock=SystemClock(),
    )
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    yield [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    await bot.close()


@pytest.fixture
def imagine(commands: list[Payload]) -> dict[str, Payload]:
    """Give the options of /imagine by name."""
    (command,) = [command for command in commands if command["name"] == "imagine"]
    return {option["name"]: option for option in command["options"]}


def options_of(command: Payload) -> Iterator[Payload]:
    """Give every option, subcommands and their groups among them."""
    for option in command.get("options", ()):
        yield option
        yield from options_of(option)


def slash(commands: list[Payload]) -> list[Payload]:
    return [command for command in commands if command["type"] == CHAT_INPUT]


def test_slash_commands_and_options_are_named_by_the_rules(commands: list[Payload]) -> None:
    for command in slash(commands):
        for part in (command, *options_of(command)):
            assert re.fullmatch(r"[-_\w]{1,32}", part["name"]), part["name"]
            assert part["name"] == part["name"].lower()


def test_every_slash_command_and_option_is_described_in_100_characters(
    commands: list[Payload],
) -> None:
    for command in slash(commands):
        for part in (command, *options_of(command)):
            assert 1 <= len(part["description"]) <= 100, part
            assert part["description"] != "…", part["name"]


def test_context_menus_are_named_and_not_described(commands: list[Payload]) -> None:
    for command in commands:
        if command not in slash(commands):
            assert 1 <= len(command["name"]) <= 32
            assert not command.get("description")


def test_names_are_used_once(commands: list[Payload]) -> None:
    names = [(command["type"], command["name"]) for command in commands]
    assert len(set(names)) == len(names)
    for command in commands:
        for part in (command, *options_of(command)):
            inner = [option["name"] for option in part.get("options", ())]
            assert len(set(inner)) == len(inner)


def test_no_part_has_more_than_25_options(commands: list[Payload]) -> None:
    for command in commands:
        for part in (command, *options_of(command)):
            assert len(part.get("options", ())) <= 25


def test_choices_are_at_most_25_of_100_characters(commands: list[Payload]) -> None:
    for command in commands:
        for option in options_of(command):
            choices = option.get("choices", ())
            assert len(choices) <= 25
            for choice in choices:
                assert 1 <= len(choice["name"]) <= 100
                assert len(str(choice["value"])) <= 100


def test_no_option_has_both_choices_and_autocomplete(commands: list[Payload]) -> None:
    for command in commands:
        for option in options_of(command):
            assert not (option.get("choices") and option.get("autocomplete")), option["name"]


def test_required_options_come_first(commands: list[Payload]) -> None:
    for command in commands:
        for part in (command, *options_of(command)):
            needed = [option.get("required", False) for option in part.get("options", ())]
            assert needed == sorted(needed, reverse=True), part["name"]


def test_no_command_has_more_than_8000_characters_in_all(commands: list[Payload]) -> None:
    for command in commands:
        parts = [command, *options_of(command)]
        choices = [choice for part in parts for choice in part.get("choices", ())]
        texts = [
            *(part["name"] + part.get("description", "") for part in parts),
            *(choice["name"] + str(choice["value"]) for choice in choices),
        ]
        assert sum(map(len, texts)) <= 8000, command["name"]


# ── /imagine ────────────────────────────────────────────────────────────────────────────────────


def test_the_prompt_comes_first_and_alone_is_needed(imagine: dict[str, Payload]) -> None:
    assert next(iter(imagine)) == "prompt"
    assert [name for name, option in imagine.items() if option.get("required")] == ["prompt"]


def test_what_a_person_can_find_by_typing_is_suggested(imagine: dict[str, Payload]) -> None:
    suggested = {name for name, option in imagine.items() if option.get("autocomplete")}
    assert suggested == {"prompt", "aspect", "preset"}


@pytest.mark.parametrize(
    ("option", "parameter", "kind"),
    [
        ("stylize", "stylize", INTEGER),
        ("chaos", "chaos", INTEGER),
        ("weird", "weird", INTEGER),
        ("seed", "seed", INTEGER),
        ("image_weight", "iw", NUMBER),
    ],
)
def test_discord_checks_the_ranges_of_the_table(
    imagine: dict[str, Payload], option: str, parameter: str, kind: int
) -> None:
    (span,) = [row.span for row in TABLE if row.name == parameter]
    assert span is not None
    shown = imagine[option]
    assert (shown["type"], shown["min_value"], shown["max_value"]) == (kind, span.low, span.high)


def test_all_versions_of_the_table_can_be_chosen_newest_first(imagine: dict[str, Payload]) -> None:
    values = [choice["value"] for choice in imagine["version"]["choices"]]
    assert values[0] == VERSIONS[-1]
    assert sorted(values) == sorted([*VERSIONS, *(f"niji {number}" for number in NIJI_VERSIONS)])


def test_both_modes_can_be_chosen(imagine: dict[str, Payload]) -> None:
    assert [choice["value"] for choice in imagine["mode"]["choices"]] == ["fast", "relaxed"]
