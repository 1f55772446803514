"""Block Kit as HTML: what our bot's messages, forms and Home tab are made of. Pure.

https://docs.slack.dev/reference/block-kit
"""

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Write: TypeAlias = Callable[[str], str]  # from mrkdwn to HTML, with the names of people

Json: TypeAlias = Mapping[str, Any]
Address: TypeAlias = Callable[[str], str | None]  # of a file, by its id; None: nobody can see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Draws the blocks of one place: a message, a form or the Home tab."""

    write: Write
    address: Address
    errors: Mapping[str, str] = field(default_factory=dict)  # of a form, by block

    def draw(self, blocks: Iterable[Json]) -> str:
        """Return the HTML of these blocks; what is not known is left out."""
        drawers = {
            "section": self._section,
            "context": self._context,
            "actions": self._actions,
            "image": self._image,
            "header": self._header,
            "divider": lambda _block: "<hr>",
            "input": self._input,
            "rich_text": self._rich_text,
        }
        return "".join(drawers[each["type"]](each) for each in blocks if each["type"] in drawers)

    # ── Words and pictures ──

    def text(self, text: Json) -> str:
        """Return a text object."""
        return self.write(text["text"]) if text["type"] == "mrkdwn" else _plain(text)

    def _section(self, block: Json) -> str:
        words = self.text(block["text"]) if "text" in block else ""
        fields = "".join(f"<div>{self.text(each)}</div>" for each in block.get("fields", ()))
        beside = self._element(block["accessory"]) if "accessory" in block else ""
        below = f'<div class="fields">{fields}</div>' if fields else ""
        return f'<div class="section"><div>{words}{below}</div>{beside}</div>'

    def _context(self, block: Json) -> str:
        shown = (
            self._picture(each, "small") if each["type"] == "image" else self.text(each)
            for each in block["elements"]
        )
        return f'<div class="context">{" ".join(shown)}</div>'

    def _header(self, block: Json) -> str:
        return f"<h3>{_plain(block['text'])}</h3>"

    def _image(self, block: Json) -> str:
        title = f"<figcaption>{_plain(block['title'])}</figcaption>" if "title" in block else ""
        return f"<figure>{title}{self._picture(block, 'large')}</figure>"

    def _picture(self, picture: Json, size: str) -> str:
        source = picture.get("image_url")
        if "slack_file" in picture:
            source = self.address(picture["slack_file"].get("id", ""))
        if source is None:
            return '<div class="missing">This file was not found.</div>'
        alt = html.escape(picture.get("alt_text", ""))
        return f'<img class="{size}" src="{html.escape(source)}" alt="{alt}">'

    def _rich_text(self, block: Json) -> str:
        return "".join(self._rich(each) for each in block["elements"])

    def _rich(self, part: Json) -> str:
        inner = "".join(map(self._rich_word, part.get("elements", ())))
        match part["type"]:
            case "rich_text_preformatted":
                return f"<pre>{inner}</pre>"
            case "rich_text_quote":
                return f"<blockquote>{inner}</blockquote>"
            case "rich_text_list":
                items = "".join(f"<li>{self._rich(each)}</li>" for each in part["elements"])
                return f"<ul>{items}</ul>"
        return f'<div class="rich">{inner}</div>'

    def _rich_word(self, word: Json) -> str:
        match word["type"]:
            case "text":
                return _styled(html.escape(word["text"]).replace("\n", "<br>"), word)
            case "link":
                return self.write(f"<{word['url']}|{word.get('text', word['url'])}>")
            case "user":
                return self.write(f"<@{word['user_id']}>")
        return ""

    # ── What people press and choose ──

    def _actions(self, block: Json) -> str:
        return f'<div class="actions">{"".join(map(self._element, block["elements"]))}</div>'

    def _element(self, element: Json) -> str:
        match element["type"]:
            case "image":
                return self._picture(element, "thumbnail")
            case "button":
                return _button(element)
            case "static_select":
                chooses = f'data-choose="{_attribute(element["action_id"])}"'
                return _menu(element, chooses, can_be_empty="initial_option" not in element)
            case "checkboxes" | "radio_buttons":
                return _boxes(element, f'data-choose="{_attribute(element["action_id"])}"')
        return ""

    # ── Fields of a form ──

    def _input(self, block: Json) -> str:
        element, name = block["element"], _attribute(block["element"]["action_id"])
        optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
        hint = f'<p class="hint">{_plain(block["hint"])}</p>' if "hint" in block else ""
        error = self.errors.get(block["block_id"])
        wrong = f'<p class="error">{html.escape(error)}</p>' if error else ""
        drawn = _field(element, name, is_required=not block.get("optional", False))
        label = f"<span>{_plain(block['label'])}{optional}</span>"
        return f'<label class="field">{label}{drawn}{wrong}{hint}</label>'


def _field(element: Json, name: str, *, is_required: bool) -> str:
    required = " required" if is_required else ""
    match element["type"]:
        case "plain_text_input":
            return _text_field(element, name, required)
        case "static_select":
            return _menu(element, f'name="{name}"{required}', can_be_empty=True)
        case "checkboxes" | "radio_buttons":
            return _boxes(element, f'name="{name}"')
        case "file_input":
            types = ",".join(f".{each}" for each in element.get("filetypes", ()))
            return f'<input type="file" name="{name}" accept="{_attribute(types)}"{required}>'
    return ""


def _text_field(element: Json, name: str, required: str) -> str:
    value = html.escape(element.get("initial_value") or "")
    hint = _plain(element["placeholder"]) if element.get("placeholder") else ""
    given = f'name="{name}" maxlength="{element.get("max_length", 3000)}" placeholder="{hint}"'
    if element.get("multiline"):
        return f"<textarea {given} rows=4{required}>{value}</textarea>"
    return f'<input type="text" {given} value="{value}"{required}>'


def _button(button: Json) -> str:
    words = _plain(button["text"])
    style = html.escape(button.get("style") or "")
    if "url" in button:
        address = _attribute(button["url"])
        return f'<a class="button {style}" href="{address}" target="_blank">{words}</a>'
    name = _attribute(button["action_id"])
    return f'<button type="button" class="button {style}" data-press="{name}">{words}</button>'


def _menu(menu: Json, attributes: str, *, can_be_empty: bool) -> str:
    chosen = (menu.get("initial_option") or {}).get("value")
    hint = _plain(menu["placeholder"]) if menu.get("placeholder") else "Select an option"
    first = f'<option value="">{hint}</option>' if can_be_empty else ""
    options = "".join(_option(each, is_chosen=each["value"] == chosen) for each in menu["options"])
    return f"<select {attributes}>{first}{options}</select>"


def _option(option: Json, *, is_chosen: bool) -> str:
    selected = " selected" if is_chosen else ""
    value = _attribute(option["value"])
    return f'<option value="{value}"{selected}>{_plain(option["text"])}</option>'


def _boxes(boxes: Json, attributes: str) -> str:
    kind = "checkbox" if boxes["type"] == "checkboxes" else "radio"
    initial = boxes.get("initial_options") or [boxes.get("initial_option") or {}]
    chosen = {each.get("value") for each in initial}
    return "".join(
        f'<span class="box"><input type="{kind}" {attributes} value="{_attribute(each["value"])}"'
        f"{' checked' if each['value'] in chosen else ''}> {_plain(each['text'])}</span>"
        for each in boxes["options"]
    )


def _plain(text: Json) -> str:
    return html.escape(html.unescape(text["text"])).replace("\n", "<br>")


def _attribute(text: str) -> str:
    return html.escape(text, quote=True)


def _styled(text: str, word: Json) -> str:
    tags = {"bold": "strong", "italic": "em", "strike": "del", "code": "code"}
    for style, tag in tags.items():
        if word.get("style", {}).get(style):
            text = f"<{tag}>{text}</{tag}>"
    return text
