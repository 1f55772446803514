"""What a view shows, read from what Discord would get."""

from collections.abc import Iterator
from typing import Any

import discord


def parts_of(view: discord.ui.LayoutView) -> list[dict[str, Any]]:
    def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for component in components:
            yield component
            yield from walk(component.get("components", []))

    return list(walk(view.to_components()))


def text_of(view: discord.ui.LayoutView) -> str:
    return "\n".join(part["content"] for part in parts_of(view) if part["type"] == 10)
