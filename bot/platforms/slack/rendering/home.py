"""Views as Slack's Home tab, of which each person has one. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.domain.views import Notice, View
from bot.platforms.slack.rendering.blocks import MAX_BLOCKS_OF_A_VIEW, render_view
from bot.platforms.slack.rendering.notices import render_notice

Blocks: TypeAlias = Sequence[Mapping[str, Any]]

_HEAD, _NOTICE = "head", "notice"  # how the ids of blocks begin that are no part of a screen


def render_home(
    head: View, screen: View | Blocks | None, notice: Notice | None = None
) -> dict[str, Any]:
    """Return the view of `views.publish`: what is always there, a sentence, and a screen.

    The screen may be one that stands in Home already, see `screen_in`.
    """
    blocks = _marked(_HEAD, render_view(head))
    if notice is not None:
        blocks += _marked(_NOTICE, render_notice(notice)["blocks"])
    left = MAX_BLOCKS_OF_A_VIEW - len(blocks)
    if isinstance(screen, View):
        blocks += render_view(screen, max_blocks=left)
    elif screen is not None:
        blocks += screen[:left]
    return {"type": "home", "blocks": blocks}


def screen_in(home: Mapping[str, Any]) -> Blocks:
    """Return the screen that Home shows, as Slack names its blocks with a press."""
    blocks: Blocks = home.get("blocks") or ()
    return [each for each in blocks if not str(each.get("block_id")).startswith((_HEAD, _NOTICE))]


def _marked(kind: str, blocks: Blocks) -> list[Mapping[str, Any]]:
    return [{**each, "block_id": f"{kind}-{number}"} for number, each in enumerate(blocks)]
