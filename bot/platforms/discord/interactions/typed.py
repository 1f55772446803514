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
    """Return what was typed into a form, by the field's custom id."""
    data: Mapping[str, Any] = interaction.data or {}
    return dict(_fields(data.get("components", ())))


def _fields(components: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Give the fields one by one; each stands in a row or beside its name."""
    for component in components:
        yield from _fields(component.get("components", ()))
        if "component" in component:
            yield from _fields([component["component"]])
        if "value" in component:
            yield component["custom_id"], component["value"] or ""
