"""Views, forms and notices as Slack's blocks. Pure. May import domain only."""

from bot.platforms.slack.rendering.blocks import render_view, summary_of
from bot.platforms.slack.rendering.forms import FormContext, render_form
from bot.platforms.slack.rendering.home import render_home, screen_in
from bot.platforms.slack.rendering.notices import render_notice

__all__ = [
    "FormContext",
    "render_form",
    "render_home",
    "render_notice",
    "render_view",
    "screen_in",
    "summary_of",
]
