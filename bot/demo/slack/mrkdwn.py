"""Slack's mrkdwn as HTML, as far as people and our bot write it. Pure.

https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

_CODE_BLOCK = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_MARKED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_STYLES = (
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~([^~\n]+)~(?![\w~])"), r"<del>\1</del>"),
)
_QUOTED = re.compile(r"^&gt; ?(.*)$", re.MULTILINE)
_QUOTES = re.compile(r"</blockquote>\n<blockquote>")
_AFTER_QUOTE = re.compile(r"(?<=</blockquote>)\n")
_KEPT = re.compile("\ue000([0-9]+)\ue001")  # private characters around the number of a finished bit

Names = Mapping[str, str]  # of people, by id


def to_html(text: str, names: Names) -> str:
    """Return mrkdwn as HTML. `text` has Slack's three escapes already."""
    kept: list[str] = []

    def keep(piece: str) -> str:
        kept.append(piece)
        return f"\ue000{len(kept) - 1}\ue001"

    text = _CODE_BLOCK.sub(lambda code: keep(f"<pre>{_as_text(code[1])}</pre>"), text)
    text = _CODE.sub(lambda code: keep(f"<code>{_as_text(code[1])}</code>"), text)
    text = _MARKED.sub(lambda found: keep(_marked(found[1], found[2], names)), text)
    text = _as_text(text)
    for pattern, style in _STYLES:
        text = pattern.sub(style, text)
    text = _QUOTES.sub("\n", _QUOTED.sub(r"<blockquote>\1</blockquote>", text))
    return _filled_in(_AFTER_QUOTE.sub("", text).replace("\n", "<br>"), kept)


def _filled_in(text: str, kept: list[str]) -> str:
    return _KEPT.sub(lambda slot: kept[int(slot[1])], text)


def _as_text(text: str) -> str:
    """Return the characters that Slack's escapes stand for, safe in HTML."""
    return html.escape(html.unescape(text))


def _marked(what: str, words: str | None, names: Names) -> str:
    """Return a mention, a date or a link."""
    sign, rest = what[0], what[1:]
    if sign == "@":
        return f'<span class="mention">@{html.escape(names.get(rest, rest))}</span>'
    if sign == "#":
        return f'<span class="mention">#{_as_text(words or rest)}</span>'
    if what.startswith("!date^"):
        return _date(what)
    if sign == "!":
        return f'<span class="mention">@{_as_text(words or rest)}</span>'
    return (
        f'<a href="{_as_text(what)}" target="_blank" rel="noopener">{_as_text(words or what)}</a>'
    )


def _date(what: str) -> str:
    """Return a time of day; the page shows it in the reader's own time zone."""
    moment = datetime.fromtimestamp(int(what.split("^")[1]), UTC)
    return f'<time datetime="{moment.isoformat()}">{moment:%H:%M} UTC</time>'
