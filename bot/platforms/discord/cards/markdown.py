"""Text for Discord: harmless whatever a person wrote, and short enough. Pure.

Mentions are broken here and switched off in every send; either alone would do.
"""

import math
import re
from datetime import datetime

from discord import utils

_ELLIPSIS = "…"
_FENCE = re.compile("`{3,}")
_BACKTICK_LOOKALIKE = "\N{MODIFIER LETTER GRAVE ACCENT}"


def clip(text: str, limit: int) -> str:
    """Shorten `text` to at most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + _ELLIPSIS


def escape(text: str) -> str:
    """Give `text` so that Discord shows it as it was written; at most twice as long, and a bit.

    Angle brackets make timestamps, channel links and custom emojis.
    """
    return utils.escape_mentions(utils.escape_markdown(text)).replace("<", "\\<")


def quote(text: str) -> str:
    """Give ready-made Markdown as a quotation that reaches to the end of its text block."""
    return f">>> {text}"


def code_block(text: str) -> str:
    """Give `text` exactly as it is, in a block of code that it cannot end."""
    return f"```\n{_FENCE.sub(lambda fence: _BACKTICK_LOOKALIKE * len(fence[0]), text)}\n```"


def small(text: str) -> str:
    """Give one line of ready-made Markdown in small grey letters."""
    return f"-# {text}"


def link(text: str, url: str) -> str:
    """Give ready-made Markdown that opens an address of ours; no person's words in either."""
    return f"[{text}]({url})"


def mention(user_id: str) -> str:
    """Name a person; it rings only if the send allows this person."""
    return f"<@{user_id}>"


def full_time(time: datetime) -> str:
    """Give a date and time in each reader's own time zone and habits."""
    return utils.format_dt(time, "f")


def relative(time: datetime) -> str:
    """Give a time that each reader's Discord shows as "in 2 minutes" and keeps up to date.

    Discord knows whole seconds; the next one, so that nothing is promised too early.
    """
    return f"<t:{math.ceil(time.timestamp())}:R>"
