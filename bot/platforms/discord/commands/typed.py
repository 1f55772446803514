"""What a person typed, chose or attached, as Discord reports it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from discord import AppCommandOptionType, ComponentType

from bot.domain.pictures import Upload
from bot.domain.views import ON

PROMPT = "prompt"  # the option of a command, and the field of a form

Data: TypeAlias = Mapping[str, Any]  # of an interaction


def typed_prompt(data: Data) -> str | None:
    """Return the prompt that was typed; None if this was no command or form for one."""
    options = {each["name"]: each.get("value") for each in data.get("options", ())}
    prompt = options.get(PROMPT) or fields_of(data).get(PROMPT)
    return prompt if isinstance(prompt, str) and prompt.strip() else None


def fields_of(data: Data) -> dict[str, str]:
    """Return what was typed, chosen and ticked in a form, by the field's custom id."""
    values = {field["custom_id"]: _value(field) for field in _fields(data.get("components", ()))}
    return {name: value for name, value in values.items() if value is not None}


def _value(field: Data) -> str | None:
    """Return the value of a field; empty: it was left so. None: it is one for files."""
    match field.get("type"):
        case ComponentType.string_select.value:
            return next(iter(field.get("values", ())), "")
        case ComponentType.checkbox.value:
            return ON if field.get("value") else ""
        case _:
            return field["value"] or "" if "value" in field else None


def uploads_of(data: Data) -> dict[str, Upload]:
    """Return what was attached, by option or field; of several files the first."""
    files: Data = data.get("resolved", {}).get("attachments", {})
    return {
        name: Upload(url=files[file_id]["url"], size_bytes=files[file_id]["size"])
        for name, file_id in _file_ids(data)
        if file_id in files
    }


def _file_ids(data: Data) -> Iterator[tuple[str, str]]:
    for option in data.get("options", ()):
        if option.get("type") == AppCommandOptionType.attachment.value:
            yield option["name"], str(option["value"])
    for field in _fields(data.get("components", ())):
        for file_id in field.get("values", ())[:1]:
            yield field["custom_id"], file_id


def _fields(components: Iterable[Data]) -> Iterator[Data]:
    """Return the fields of a form one by one; each stands in a row or beside its name."""
    for component in components:
        yield from _fields(component.get("components", ()))
        if "component" in component:
            yield from _fields([component["component"]])
        if "custom_id" in component:
            yield component
