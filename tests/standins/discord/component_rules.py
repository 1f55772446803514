"""Discord's published rules for components, in messages and in modals."""

import re
from collections.abc import Callable, Collection

from tests.standins.discord.content import walk
from tests.standins.discord.problems import Path, Problems
from tests.standins.discord.vocabulary import JSON

MAX_COMPONENTS = 40
MAX_TEXT = 4000

# Every type's fields, beside `type` and `id`.
_SELECT = {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required"}
_AUTO_SELECT = _SELECT | {"default_values"}
COMPONENT_FIELDS: dict[int, set[str]] = {
    1: {"components"},
    2: {"style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"},
    3: _SELECT | {"options"},
    4: {"custom_id", "style", "label", "min_length", "max_length", "required"}
    | {"value", "placeholder"},
    5: _AUTO_SELECT,
    6: _AUTO_SELECT,
    7: _AUTO_SELECT,
    8: _AUTO_SELECT | {"channel_types"},
    9: {"components", "accessory"},
    10: {"content"},
    11: {"media", "description", "spoiler"},
    12: {"items"},
    13: {"file", "spoiler"},
    14: {"divider", "spacing"},
    17: {"components", "accent_color", "spoiler"},
    18: {"label", "description", "component"},
    19: {"custom_id", "min_values", "max_values", "required"},
    21: {"custom_id", "options", "required"},
    22: {"custom_id", "options", "min_values", "max_values", "required"},
    23: {"custom_id", "default"},
}
SELECTS = {3, 5, 6, 7, 8}
LEGACY_TOP = {1}
V2_TOP = {1, 9, 10, 12, 13, 14, 17}
IN_CONTAINER = V2_TOP - {17}
IN_MODAL = {1, 10, 18}
IN_LABEL = SELECTS | {4, 19, 21, 22, 23}


def check_components(problems: Problems, components: list[JSON], *, v2: bool) -> None:
    top = V2_TOP if v2 else LEGACY_TOP
    problems.items(("components",), components, 0, MAX_COMPONENTS if v2 else 5)
    _check_children(problems, ("components",), components, top)
    if problems:
        return
    everything = list(walk(components))
    if len(everything) > MAX_COMPONENTS:
        message = f"The maximum number of components is {MAX_COMPONENTS}, not {len(everything)}."
        problems.add(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    text = sum(len(c["content"]) for c in everything if c["type"] == 10)
    if text > MAX_TEXT:
        message = f"Text in all components may have {MAX_TEXT} characters, not {text}."
        problems.add(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    _check_unique(problems, everything)


def check_modal(data: JSON) -> Problems:
    """Check the data of a modal (callback type 9)."""
    problems = Problems()
    problems.only((), data, {"custom_id", "title", "components"})
    problems.text(("data", "custom_id"), data.get("custom_id"), 1, 100)
    problems.text(("data", "title"), data.get("title"), 1, 45)
    path = ("data", "components")
    components = problems.items(path, data.get("components"), 1, 5)
    _check_children(problems, path, components, IN_MODAL)
    if not problems:
        everything = list(walk(components))
        _check_unique(problems, everything)
        if any(c["type"] == 2 or c.get("disabled") for c in everything):
            problems.add(path, "UNION_TYPE_CHOICES", "No buttons and nothing disabled in a modal.")
    return problems


def _check_unique(problems: Problems, everything: list[JSON]) -> None:
    for key, code in (
        ("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ("id", "COMPONENT_ID_DUPLICATED"),
    ):
        values = [c[key] for c in everything if c.get(key)]
        for value in {v for v in values if values.count(v) > 1}:
            problems.add(("components",), code, f"{key} {value!r} is used twice.")


def _check_children(
    problems: Problems, path: Path, components: list[JSON], allowed: Collection[int]
) -> None:
    for place, component in enumerate(components):
        _check_component(problems, (*path, place), component, allowed)


def _check_component(
    problems: Problems, path: Path, component: JSON, allowed: Collection[int]
) -> None:
    kind = component.get("type") if isinstance(component, dict) else None
    if not isinstance(kind, int) or kind not in allowed:
        message = f"A component of type {kind} may not stand here: {sorted(allowed)}."
        problems.add((*path, "type"), "UNION_TYPE_CHOICES", message)
        return
    problems.only(path, component, COMPONENT_FIELDS[kind] | {"type", "id"})
    if component.get("id") is not None:
        problems.number((*path, "id"), component["id"], 0, 2**31 - 1)
    if "custom_id" in COMPONENT_FIELDS[kind] and kind != 2:
        problems.text((*path, "custom_id"), component.get("custom_id"), 1, 100)
    for key in COMPONENT_FIELDS[kind] & {"disabled", "spoiler", "divider", "required"}:
        problems.flag((*path, key), component.get(key))
    rule = _RULES.get(kind)
    if rule is not None:
        rule(problems, path, component)


def _check_row(problems: Problems, path: Path, row: JSON) -> None:
    path = (*path, "components")
    children = problems.items(path, row.get("components"), 1, 5)
    _check_children(problems, path, children, {2, 4} | SELECTS)
    kinds = {c.get("type") for c in children}
    if kinds - {2} and len(children) > 1:
        problems.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A row holds 5 buttons or one menu.")


def _check_button(problems: Problems, path: Path, button: JSON) -> None:
    style = button.get("style")
    problems.number((*path, "style"), style, 1, 6)
    problems.optional_text((*path, "label"), button.get("label"), 80)
    needed = {5: "url", 6: "sku_id"}.get(style or 0, "custom_id")
    high = {"url": 512}.get(needed, 100)
    problems.text((*path, needed), button.get(needed), 1, high)
    for key in {"url", "sku_id", "custom_id"} - {needed}:
        if button.get(key) is not None:
            problems.add((*path, key), "BUTTON_COMPONENT_FIELD", f"Not with style {style}.")
    if style != 6 and not button.get("label") and not button.get("emoji"):
        problems.add(path, "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or emoji.")
    if button.get("emoji"):
        problems.only((*path, "emoji"), button["emoji"], {"id", "name", "animated"})


def _check_select(problems: Problems, path: Path, select: JSON) -> None:
    problems.optional_text((*path, "placeholder"), select.get("placeholder"), 150)
    low, high = select.get("min_values"), select.get("max_values")
    problems.number((*path, "min_values"), 1 if low is None else low, 0, 25)
    problems.number((*path, "max_values"), 1 if high is None else high, 1, 25)
    if select["type"] == 3:
        _check_options(problems, path, select, 25)


def _check_options(problems: Problems, path: Path, menu: JSON, high: int) -> None:
    options = problems.items((*path, "options"), menu.get("options"), 1, high)
    for place, option in enumerate(options):
        here = (*path, "options", place)
        problems.only(here, option, {"label", "value", "description", "emoji", "default"})
        problems.text((*here, "label"), option.get("label"), 1, 100)
        problems.text((*here, "value"), option.get("value"), 1, 100)
        problems.optional_text((*here, "description"), option.get("description"), 100)
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        problems.add((*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Used twice.")


def _check_text_input(problems: Problems, path: Path, box: JSON) -> None:
    problems.number((*path, "style"), box.get("style"), 1, 2)
    problems.optional_text((*path, "label"), box.get("label"), 45)
    problems.optional_text((*path, "placeholder"), box.get("placeholder"), 100)
    problems.optional_text((*path, "value"), box.get("value"), 4000)
    problems.number((*path, "min_length"), box.get("min_length", 0), 0, 4000)
    problems.number((*path, "max_length"), box.get("max_length", 4000), 1, 4000)
    high = box.get("max_length", 4000)
    if len(box.get("value") or "") > high:
        problems.add((*path, "value"), "BASE_TYPE_BAD_LENGTH", "Longer than max_length.")


def _check_section(problems: Problems, path: Path, section: JSON) -> None:
    children = problems.items((*path, "components"), section.get("components"), 1, 3)
    _check_children(problems, (*path, "components"), children, {10})
    _check_component(problems, (*path, "accessory"), section.get("accessory") or {}, {2, 11})


def _check_text_display(problems: Problems, path: Path, display: JSON) -> None:
    problems.text((*path, "content"), display.get("content"), 1, MAX_TEXT)


def _check_media(problems: Problems, path: Path, media: object) -> None:
    if not isinstance(media, dict):
        problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        return
    problems.only(path, media, {"url"})
    url = media.get("url")
    problems.text((*path, "url"), url, 1, 2048)
    if not re.match(r"(https?|attachment)://\S+$", str(url)):
        message = "Scheme must be one of ('http', 'https', 'attachment')."
        problems.add((*path, "url"), "URL_TYPE_INVALID_SCHEME", message)


def _check_gallery(problems: Problems, path: Path, gallery: JSON) -> None:
    items = problems.items((*path, "items"), gallery.get("items"), 1, 10)
    for place, item in enumerate(items):
        here = (*path, "items", place)
        problems.only(here, item, {"media", "description", "spoiler"})
        problems.optional_text((*here, "description"), item.get("description"), 1024)
        problems.flag((*here, "spoiler"), item.get("spoiler"))
        _check_media(problems, (*here, "media"), item.get("media"))


def _check_thumbnail(problems: Problems, path: Path, thumbnail: JSON) -> None:
    problems.optional_text((*path, "description"), thumbnail.get("description"), 1024)
    _check_media(problems, (*path, "media"), thumbnail.get("media"))


def _check_file(problems: Problems, path: Path, file: JSON) -> None:
    _check_media(problems, (*path, "file"), file.get("file"))
    if not str((file.get("file") or {}).get("url")).startswith("attachment://"):
        problems.add((*path, "file"), "URL_TYPE_INVALID_SCHEME", "Only attachment:// here.")


def _check_separator(problems: Problems, path: Path, separator: JSON) -> None:
    problems.number((*path, "spacing"), separator.get("spacing", 1), 1, 2)


def _check_container(problems: Problems, path: Path, container: JSON) -> None:
    children = problems.items((*path, "components"), container.get("components"), 1, MAX_COMPONENTS)
    _check_children(problems, (*path, "components"), children, IN_CONTAINER)
    if container.get("accent_color") is not None:
        problems.number((*path, "accent_color"), container["accent_color"], 0, 0xFFFFFF)


def _check_label(problems: Problems, path: Path, label: JSON) -> None:
    problems.text((*path, "label"), label.get("label"), 1, 45)
    problems.optional_text((*path, "description"), label.get("description"), 100)
    _check_component(problems, (*path, "component"), label.get("component") or {}, IN_LABEL)


def _check_upload(problems: Problems, path: Path, upload: JSON) -> None:
    problems.number((*path, "min_values"), upload.get("min_values", 1), 0, 10)
    problems.number((*path, "max_values"), upload.get("max_values", 1), 1, 10)


def _check_choice_group(problems: Problems, path: Path, group: JSON) -> None:
    _check_options(problems, path, group, 10)


Rule = Callable[[Problems, Path, JSON], None]
_SELECT_RULES: dict[int, Rule] = dict.fromkeys(SELECTS, _check_select)
_RULES: dict[int, Rule] = {
    1: _check_row,
    2: _check_button,
    4: _check_text_input,
    9: _check_section,
    10: _check_text_display,
    11: _check_thumbnail,
    12: _check_gallery,
    13: _check_file,
    14: _check_separator,
    17: _check_container,
    18: _check_label,
    19: _check_upload,
    21: _check_choice_group,
    22: _check_choice_group,
    **_SELECT_RULES,
}
