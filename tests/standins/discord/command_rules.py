"""Discord's published rules for commands, and for the choices of an autocomplete."""

import re

from tests.standins.discord.problems import Path, Problems
from tests.standins.discord.vocabulary import JSON

COMMAND_NAME = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")

_COMMAND_FIELDS = {
    *("id", "type", "name", "name_localizations", "description", "description_localizations"),
    *("options", "default_member_permissions", "dm_permission", "default_permission", "nsfw"),
    *("integration_types", "contexts", "handler"),
}
_OPTION_FIELDS = {
    *("type", "name", "name_localizations", "description", "description_localizations"),
    *("required", "choices", "options", "channel_types", "min_value", "max_value"),
    *("min_length", "max_length", "autocomplete"),
}


def check_commands(commands: object, *, path: Path = ()) -> Problems:
    """Check a list of application commands that is to be registered."""
    problems = Problems()
    listed = problems.items(path, commands, 0, 100 + 5 + 5)
    for place, command in enumerate(listed):
        check_command(problems, (*path, place), command)
    names = [(c.get("type", 1), c.get("name")) for c in listed]
    for name in {n for n in names if names.count(n) > 1}:
        code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
        problems.add(path, code, f"Application command names must be unique: {name}")
    return problems


def check_command(problems: Problems, path: Path, command: JSON) -> None:
    """Check one application command."""
    problems.only(path, command, _COMMAND_FIELDS)
    kind = command.get("type", 1)
    if kind == 1:
        _check_name(problems, path, command)
        _check_command_options(problems, path, command.get("options") or [])
    else:
        problems.text((*path, "name"), command.get("name"), 1, 32)
        if command.get("description"):
            message = "Context menu commands cannot have description"
            problems.add((*path, "description"), "CONTEXT_MENU_DESCRIPTION", message)
    for key, allowed in (("integration_types", {0, 1}), ("contexts", {0, 1, 2})):
        if set(command.get(key) or []) - allowed:
            problems.add((*path, key), "BASE_TYPE_CHOICES", f"Must be among {allowed}.")


def check_choices(data: JSON) -> Problems:
    """Check the data of an answer to autocomplete (callback type 8)."""
    problems = Problems()
    problems.only((), data, {"choices"})
    _check_command_choices(problems, ("data",), data.get("choices"))
    return problems


def _check_name(problems: Problems, path: Path, thing: JSON) -> None:
    names = [thing.get("name"), *(thing.get("name_localizations") or {}).values()]
    for name in names:
        if not COMMAND_NAME.fullmatch(str(name)) or str(name) != str(name).lower():
            message = "Command name is invalid"
            problems.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", message)
    texts = [thing.get("description"), *(thing.get("description_localizations") or {}).values()]
    for text in texts:
        problems.text((*path, "description"), text, 1, 100)


def _check_command_options(problems: Problems, path: Path, options: list[JSON]) -> None:
    path = (*path, "options")
    problems.items(path, options, 0, 25)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
        problems.add(path, code, "Required options must be placed before non-required options")
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Used twice.")
    for place, option in enumerate(options):
        _check_command_option(problems, (*path, place), option)


def _check_command_option(problems: Problems, path: Path, option: JSON) -> None:
    problems.only(path, option, _OPTION_FIELDS)
    problems.number((*path, "type"), option.get("type"), 1, 11)
    _check_name(problems, path, option)
    if option.get("type") in {1, 2}:
        _check_command_options(problems, path, option.get("options") or [])
    if option.get("choices"):
        _check_command_choices(problems, path, option["choices"])
        if option.get("autocomplete"):
            code = "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES"
            problems.add(path, code, "Autocomplete and choices exclude each other.")
    for key in ("min_length", "max_length"):
        if option.get(key) is not None:
            problems.number((*path, key), option[key], key == "max_length", 6000)


def _check_command_choices(problems: Problems, path: Path, choices: object) -> None:
    path = (*path, "choices")
    for place, choice in enumerate(problems.items(path, choices, 0, 25)):
        here = (*path, place)
        problems.only(here, choice, {"name", "name_localizations", "value"})
        problems.text((*here, "name"), choice.get("name"), 1, 100)
        value = choice.get("value")
        if isinstance(value, str):
            problems.text((*here, "value"), value, 0, 100)
        elif not isinstance(value, int | float):
            problems.add((*here, "value"), "BASE_TYPE_REQUIRED", "This field is required")
