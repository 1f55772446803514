"""Views, forms and notices as Discord's components. Pure. May import domain and locales."""

from bot.platforms.discord.rendering.components import files_of, render_view, rings
from bot.platforms.discord.rendering.forms import render_form
from bot.platforms.discord.rendering.notices import render_notice

__all__ = ["files_of", "render_form", "render_notice", "render_view", "rings"]
