"""What a person typed into a command or a form, as Discord reports it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import discord

from bot.platforms.discord.cards.forms import PROMPT_FIELD


def typed_prompt(interaction: discord.Interaction[Any]) -> str | None:
    """Return the prompt that was typed; None if this was no command or form for one."""
    data: Mapping[str, Any] = interaction.data or {}
    options = {each["name"]: each.get("value") for each in data.get("options", ())}
    prompt = options.get(PROMPT_FIELD) or fields_of(interaction).get(PROMPT_FIELD)
    return prompt if isinstance(prompt, str) and prompt.strip() else None


def fields_of(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """Return what was filled into a form, by the field's custom id; of a file its link."""
    data: Mapping[str, Any] = interaction.data or {}
    files: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    return dict(_fields(data.get("components", ()), files))


def _fields(
    components: Iterable[Mapping[str, Any]], files: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Return the fields one by one; each stands in a row or beside its name."""
    for component in components:
        yield from _fields(component.get("components", ()), files)
        if "component" in component:
            yield from _fields([component["component"]], files)
        if "value" in component:
            yield component["custom_id"], component["value"] or ""
        for file_id in component.get("values", ())[:1]:
            if file_id in files:
                yield component["custom_id"], files[file_id]["url"]
