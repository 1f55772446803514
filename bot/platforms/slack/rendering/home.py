"""Views as Slack's Home tab, of which each person has one. Pure."""

from typing import Any

from bot.domain.views import Notice, View
from bot.platforms.slack.rendering.blocks import MAX_BLOCKS_OF_A_VIEW, render_view
from bot.platforms.slack.rendering.notices import render_notice


def render_home(head: View, view: View | None, notice: Notice | None = None) -> dict[str, Any]:
    """Return the view of `views.publish`: what is always there, a sentence, and a screen."""
    blocks = render_view(head)
    if notice is not None:
        blocks += render_notice(notice)["blocks"]
    if view is not None:
        blocks += render_view(view, max_blocks=MAX_BLOCKS_OF_A_VIEW - len(blocks))
    return {"type": "home", "blocks": blocks}
