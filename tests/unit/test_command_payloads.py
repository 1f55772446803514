"""Every command as Discord gets it, in every language, held against Discord's rules.

https://docs.discord.com/developers/interactions/application-commands
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord
import pytest

from bot.prompts import TABLE
from bot.prompts.models import NIJI_VERSIONS, VERSIONS
from tests.commands import bot_with_commands
from tests.standins.discord.command_rules import check_commands

Payload = dict[str, Any]
CHAT_INPUT, SUBCOMMAND, SUBCOMMAND_GROUP = 1, 1, 2
STRING, INTEGER, NUMBER = 3, 4, 10


@pytest.fixture
async def commands() -> AsyncIterator[list[Payload]]:
    async with bot_with_commands() as bot:
        translator = bot.tree.translator
        assert translator is not None
        yield [
            await command.get_translated_payload(bot.tree, translator)
            for command in bot.tree.get_commands()
        ]


@pytest.fixture
def imagine(commands: list[Payload]) -> dict[str, Payload]:
    """Return the options of /imagine by name."""
    (command,) = [command for command in commands if command["name"] == "imagine"]
    return {option["name"]: option for option in command["options"]}


def options_of(command: Payload) -> Iterator[Payload]:
    """Return every option, subcommands and their groups among them."""
    for option in command.get("options", ()):
        yield option
        yield from options_of(option)


def texts_of(part: Payload, field: str) -> dict[str, str]:
    """Return a text in every language that Discord speaks, whether translated or not."""
    translations = part.get(f"{field}_localizations") or {}
    return {locale.value: translations.get(locale.value, part[field]) for locale in discord.Locale}


def slash(commands: list[Payload]) -> list[Payload]:
    return [command for command in commands if command["type"] == CHAT_INPUT]


def test_nothing_is_there_that_discord_would_refuse(commands: list[Payload]) -> None:
    assert check_commands(commands).lines() == []


def test_slash_commands_and_options_are_named_by_the_rules(commands: list[Payload]) -> None:
    for command in slash(commands):
        for part in (command, *options_of(command)):
            for name in texts_of(part, "name").values():
                assert re.fullmatch(r"[-_\w]{1,32}", name), name
                assert name == name.lower()


def test_every_slash_command_and_option_is_described_in_100_characters(
    commands: list[Payload],
) -> None:
    for command in slash(commands):
        for part in (command, *options_of(command)):
            for description in texts_of(part, "description").values():
                assert 1 <= len(description) <= 100, part
                assert description != "…", part["name"]


def test_context_menus_are_named_and_not_described(commands: list[Payload]) -> None:
    for command in commands:
        if command not in slash(commands):
            for name in texts_of(command, "name").values():
                assert 1 <= len(name) <= 32, name
            assert not command.get("description")


def test_names_are_used_once_in_each_language(commands: list[Payload]) -> None:
    for locale in discord.Locale:

        def name(part: Payload, locale: str = locale.value) -> str:
            return texts_of(part, "name")[locale]

        names = [(command["type"], name(command)) for command in commands]
        assert len(set(names)) == len(names)
        for command in commands:
            for part in (command, *options_of(command)):
                inner = list(map(name, part.get("options", ())))
                assert len(set(inner)) == len(inner), inner


def test_people_see_commands_in_their_language_and_others_in_english(
    imagine: dict[str, Payload],
) -> None:
    names = texts_of(imagine["image"], "name")
    assert (names["de"], names["en-GB"], names["th"]) == ("bild", "image", "image")
    descriptions = texts_of(imagine["image"], "description")
    assert descriptions["de"] == "Ein Bild als Ausgangspunkt"
    choices = [texts_of(choice, "name")["de"] for choice in imagine["mode"]["choices"]]
    assert choices == ["Fast", "Relaxed (langsamer, zum halben Preis)"]


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
                assert all(1 <= len(name) <= 100 for name in texts_of(choice, "name").values())
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
        lengths = [
            *(longest(part, "name") for part in (*parts, *choices)),
            *(longest(part, "description") for part in parts if "description" in part),
            *(len(str(choice["value"])) for choice in choices),
        ]
        assert sum(lengths) <= 8000, command["name"]


def longest(part: Payload, field: str) -> int:
    """Discord counts the longest of all languages."""
    return max(map(len, texts_of(part, field).values()))


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
