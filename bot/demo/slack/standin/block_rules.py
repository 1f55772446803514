"""Slack's published rules for blocks, in messages and in views."""

import json
from typing import Any

from bot.demo.slack.standin.content import walk
from bot.demo.slack.standin.element_rules import (
    ELEMENTS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    PICTURE,
    plain,
    words,
)
from bot.demo.slack.standin.problems import (
    Check,
    Path,
    Problems,
    Shape,
    choice,
    exactly_one,
    flag,
    items,
    number,
    text,
    typed,
)
from bot.demo.slack.standin.vocabulary import JSON

MAX_VIEW_BYTES = 250_000
_ID = {"block_id": text(255)}


def _anything(_problems: Problems, _path: Path, _value: Any) -> None:
    """Allow all: a part whose inside Slack does not document as limited."""


_LEAF = {"style": _anything}
RICH_LEAVES = {
    "text": Shape({"text": text(40_000)}, _LEAF),
    "link": Shape({"url": text(3000)}, _LEAF | {"text": text(40_000, 0), "unsafe": flag}),
    "user": Shape({"user_id": text(255)}, _LEAF),
    "channel": Shape({"channel_id": text(255)}, _LEAF),
    "usergroup": Shape({"usergroup_id": text(255)}, _LEAF),
    "emoji": Shape({"name": text(255)}, _LEAF | {"unicode": text(255), "skin_tone": number(1, 6)}),
    "broadcast": Shape({"range": choice("here", "channel", "everyone")}, _LEAF),
    "date": Shape(
        {"timestamp": number(0, 2**53), "format": text(3000)},
        _LEAF | {"url": text(3000), "fallback": text(3000)},
    ),
    "color": Shape({"value": text(7)}, _LEAF),
}
_LEAVES = items(typed(RICH_LEAVES), 0, 1000)
_SECTION = typed({"rich_text_section": Shape({"elements": _LEAVES})})
RICH_PARTS = {
    "rich_text_section": Shape({"elements": _LEAVES}),
    "rich_text_preformatted": Shape(
        {"elements": _LEAVES}, {"border": number(0, 1), "language": text(255)}
    ),
    "rich_text_quote": Shape({"elements": _LEAVES}, {"border": number(0, 1)}),
    "rich_text_list": Shape(
        {"style": choice("bullet", "ordered"), "elements": items(_SECTION, 1, 1000)},
        {"indent": number(0, 8), "offset": number(0, 1000), "border": number(0, 1)},
    ),
}
_CONTEXT = ELEMENTS | {
    "plain_text": Shape({"text": text(3000)}, {"emoji": flag}),
    "mrkdwn": Shape({"text": text(3000)}, {"verbatim": flag}),
}


def _section(problems: Problems, path: Path, block: Any) -> None:
    if not block.keys() & {"text", "fields"}:
        problems.add(path, "missing required field: text")


BLOCKS: dict[str, Shape] = {
    "actions": Shape({"elements": items(typed(ELEMENTS, IN_ACTIONS), 1, 25)}, _ID),
    "context": Shape(
        {"elements": items(typed(_CONTEXT, ("image", "plain_text", "mrkdwn")), 1, 10)}, _ID
    ),
    "divider": Shape(optional=_ID),
    "header": Shape({"text": plain(150)}, _ID),
    "image": Shape(
        {"alt_text": text(2000)}, _ID | PICTURE | {"title": plain(2000)}, exactly_one(*PICTURE)
    ),
    "input": Shape(
        {"label": plain(2000), "element": typed(ELEMENTS, IN_INPUT)},
        _ID | {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "section": Shape(
        optional=_ID
        | {
            "text": words(3000),
            "fields": items(words(2000), 1, 10),
            "accessory": typed(ELEMENTS, IN_SECTION),
            "expand": flag,
        },
        rule=_section,
    ),
    "rich_text": Shape({"elements": items(typed(RICH_PARTS), 1, 100)}, _ID),
    "markdown": Shape({"text": text(12_000)}, _ID),
}
IN_MESSAGE = frozenset(BLOCKS)
IN_VIEW = IN_MESSAGE - {"markdown"}


def check_blocks(blocks: Any) -> Problems:
    """Check the blocks of a message."""
    problems = Problems()
    _blocks(50, IN_MESSAGE)(problems, ("blocks",), blocks)
    if any(e.get("type") == "file_input" for e in walk(blocks)):
        problems.add(("blocks",), "unsupported type: file_input")
    return problems


def _blocks(high: int, allowed: frozenset[str]) -> Check:
    each = items(typed(BLOCKS, allowed), 0, high)

    def check(problems: Problems, path: Path, value: Any) -> None:
        each(problems, path, value)
        if not problems:
            _check_unique(problems, path, value)

    return check


def _check_unique(problems: Problems, path: Path, blocks: list[JSON]) -> None:
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        if block.get("block_id") in seen:
            problems.add((*path, place, "block_id"), "`block_id` already exists")
        seen |= {block["block_id"]} if "block_id" in block else set()
        ids = [e["action_id"] for e in walk(block) if "action_id" in e]
        if len(set(ids)) < len(ids):
            where = (*path, place, "elements")
            problems.add(where, "`action_id` already exists for another element")
    if sum(bool(e.get("focus_on_load")) for e in walk(blocks)) > 1:
        problems.add(path, "only one element may have focus_on_load")


def _modal(problems: Problems, path: Path, view: Any) -> None:
    blocks = view.get("blocks")
    inputs = isinstance(blocks, list) and any(b.get("type") == "input" for b in blocks)
    if inputs and "submit" not in view:
        problems.add(path, "missing required field: submit")


_VIEW = {"private_metadata": text(3000, 0), "callback_id": text(255, 0), "external_id": text(255)}
VIEWS = {
    "modal": Shape(
        {"title": plain(24), "blocks": _blocks(100, IN_VIEW)},
        _VIEW
        | {
            "close": plain(24),
            "submit": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
        _modal,
    ),
    "home": Shape({"blocks": _blocks(100, IN_VIEW)}, _VIEW),
}


def check_view(view: Any, kind: str) -> Problems:
    """Check a view; `kind` is `modal` or `home`."""
    problems = Problems()
    typed(VIEWS, (kind,))(problems, ("view",), view)
    return problems


def is_too_large(view: JSON) -> bool:
    """Return whether a view has more bytes than Slack takes."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > MAX_VIEW_BYTES
