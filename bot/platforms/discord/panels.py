"""Which part of ours understands the buttons and menus of which panel.

A panel's press carries its state in the custom id; see `custom_ids.PanelId`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord

from bot.platforms.discord import help_card, job_presses, preset_views, settings_panel
from bot.platforms.discord.custom_ids import Panel

PanelHandler: TypeAlias = Callable[[discord.Interaction[Any], str], Awaitable[None]]

PANELS: dict[Panel, PanelHandler] = {
    Panel.JOBS: job_presses.pressed,
    Panel.SETTINGS: settings_panel.pressed,
    Panel.PRESETS: preset_views.pressed,
    Panel.HELP: help_card.pressed,
}
