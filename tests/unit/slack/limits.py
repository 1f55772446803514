"""Slack's limits on blocks, as its documentation has them; from no code of ours."""

from collections.abc import Iterator, Sequence
from typing import Any

KINDS = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section"}
ELEMENTS = {"button", "static_select", "image", "plain_text_input", "file_input", "checkboxes"}


def check_blocks(blocks: Sequence[dict[str, Any]], *, limit: int = 50) -> None:
    """Fail where Slack would refuse a message or view with these blocks."""
    assert 1 <= len(blocks) <= limit
    for block in blocks:
        assert block["type"] in KINDS
        action_ids = [each["action_id"] for each in elements_of(block) if "action_id" in each]
        assert len(action_ids) == len(set(action_ids))
        _check_block(block)
        for element in elements_of(block):
            _check_element(element)


def elements_of(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if block["type"] in {"actions", "context"}:
        yield from block["elements"]
    yield from (block[name] for name in ("accessory", "element") if name in block)


def _check_block(block: dict[str, Any]) -> None:
    match block["type"]:
        case "section":
            _check_text(block["text"], 3000)
        case "header":
            _check_text(block["text"], 150, kinds=("plain_text",))
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
        case "context":
            assert 1 <= len(block["elements"]) <= 10
        case "image":
            _check_picture(block)
        case "rich_text":
            for each in block["elements"]:
                assert each["type"] in {"rich_text_quote", "rich_text_preformatted"}
                assert all(part["type"] == "text" and part["text"] for part in each["elements"])
        case "input":
            _check_text(block["label"], 2000, kinds=("plain_text",))


def _check_element(element: dict[str, Any]) -> None:
    match element["type"]:
        case "mrkdwn" | "plain_text":
            _check_text(element, 3000)
            return
        case "button":
            _check_text(element["text"], 75, kinds=("plain_text",))
            assert element.get("style", "primary") in {"primary", "danger"}
            assert len(element.get("url", "")) <= 3000
        case "static_select":
            assert 1 <= len(element["options"]) <= 100
            for option in element["options"]:
                _check_text(option["text"], 75, kinds=("plain_text",))
                assert 1 <= len(option["value"]) <= 150
            assert element.get("initial_option") in [None, *element["options"]]
        case "image":
            _check_picture(element)
        case "plain_text_input":
            assert element["max_length"] <= 3000
            assert len(element.get("initial_value", "")) <= element["max_length"]
    assert element["type"] in ELEMENTS
    assert 1 <= len(element.get("action_id", "x")) <= 255


def _check_text(text: dict[str, Any], limit: int, *, kinds: Sequence[str] = ("mrkdwn",)) -> None:
    assert text["type"] in kinds
    assert 1 <= len(text["text"]) <= limit
    if text["type"] == "mrkdwn":
        assert text["verbatim"] is True


def _check_picture(picture: dict[str, Any]) -> None:
    assert 1 <= len(picture["alt_text"]) <= 2000
    assert ("slack_file" in picture) != ("image_url" in picture)


def texts_of(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """Return all that is mrkdwn."""
    found = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    return found + [
        each["text"] for block in blocks if block["type"] == "context" for each in block["elements"]
    ]


def exact_texts_of(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """Return all that is rich text, which has no markup."""
    return [
        part["text"]
        for block in blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        for part in element["elements"]
    ]
