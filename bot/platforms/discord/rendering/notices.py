"""Notices as Discord's plain messages. Pure."""

from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.domain.texts import msg
from bot.domain.views import Notice
from bot.platforms.discord.rendering.components import button_of
from bot.platforms.discord.rendering.markdown import code_block, render

CONTENT_LIMIT = 2000  # Discord's; a sentence may quote what somebody wrote


def render_notice(notice: Notice) -> dict[str, Any]:
    """Return the notice as discord.py's keywords, for one call only: discord.py closes the file."""
    shown: dict[str, Any] = {}
    block = "" if notice.place is None else code_block(notice.place)
    if notice.button is not None:
        view = ui.View(timeout=None)
        view.add_item(button_of(notice.button, notice.locale))
        view.stop()  # for the same reason as in `components.sealed`
        shown["view"] = view
    if notice.typed is not None:
        block = render(msg("So that nothing is lost, here is what you typed:"), notice.locale)
        shown["file"] = discord.File(BytesIO(notice.typed.encode(errors="replace")), "prompt.txt")
    sentence = render(notice.text, notice.locale, limit=CONTENT_LIMIT - len(block) - 1)
    return {"content": f"{sentence}\n{block}".rstrip("\n"), **shown}
