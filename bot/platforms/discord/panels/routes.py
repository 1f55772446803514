"""Which function handles the buttons and menus of which panel.

A panel's press carries its state in the custom id; see `custom_ids.PanelId`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord

from bot.platforms.discord.cards.custom_ids import Panel
from bot.platforms.discord.panels import help as help_card
from bot.platforms.discord.panels import job_presses
from bot.platforms.discord.panels import presets as preset_views
from bot.platforms.discord.panels import settings as settings_panel

PanelHandler: TypeAlias = Callable[[discord.Interaction[Any], str], Awaitable[None]]

PANELS: dict[Panel, PanelHandler] = {
    Panel.JOBS: job_presses.pressed,
    Panel.SETTINGS: settings_panel.pressed,
    Panel.PRESETS: preset_views.pressed,
    Panel.HELP: help_card.pressed,
}
