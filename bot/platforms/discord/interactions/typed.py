"""What a person typed into a command or a form, as Discord reports it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import discord

from bot.domain.pictures import Upload
from bot.platforms.discord.cards.forms import PROMPT_FIELD


def typed_prompt(interaction: discord.Interaction[Any]) -> str | None:
    """Return the prompt that was typed; None if this was no command or form for one."""
    data: Mapping[str, Any] = interaction.data or {}
    options = {each["name"]: each.get("value") for each in data.get("options", ())}
    prompt = options.get(PROMPT_FIELD) or fields_of(interaction).get(PROMPT_FIELD)
    return prompt if isinstance(prompt, str) and prompt.strip() else None


def fields_of(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """Return what was typed into a form, by the field's custom id."""
    data: Mapping[str, Any] = interaction.data or {}
    fields = _fields(data.get("components", ()))
    return {field["custom_id"]: field["value"] or "" for field in fields if "value" in field}


def uploads_of(interaction: discord.Interaction[Any]) -> dict[str, Upload]:
    """Return what was attached in a form, by the field's custom id; of several files the first."""
    data: Mapping[str, Any] = interaction.data or {}
    files: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    chosen = {
        field["custom_id"]: files[file_id]
        for field in _fields(data.get("components", ()))
        for file_id in field.get("values", ())[:1]
        if file_id in files
    }
    return {name: Upload(url=file["url"], size_bytes=file["size"]) for name, file in chosen.items()}


def _fields(components: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Return the fields of a form one by one; each stands in a row or beside its name."""
    for component in components:
        yield from _fields(component.get("components", ()))
        if "component" in component:
            yield from _fields([component["component"]])
        if "custom_id" in component:
            yield component
