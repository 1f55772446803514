"""Discord's published rules for what a bot may send. Pure: payloads in, problems out.

The rules are those of the OpenAPI description and the documentation; whoever breaks one is
answered with 50035 and a tree of errors, and the stand-in remembers it as a violation.
"""

import re
from collections.abc import Callable, Collection
from typing import Any

from tests.standins.discord.content import media_of, walk
from tests.standins.discord.vocabulary import COMPONENTS_V2, JSON

Path = tuple[str | int, ...]

MAX_COMPONENTS = 40
MAX_TEXT = 4000
MAX_CONTENT = 2000
MAX_ATTACHMENTS = 10
FILE_NAME = re.compile(r"[A-Za-z0-9._-]+")
COMMAND_NAME = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")

_BODY = {"content", "embeds", "allowed_mentions", "components", "attachments", "poll", "flags"}
# discord.py adds `tts` to everything it sends; Discord ignores it where it has no meaning.
MESSAGE_FIELDS = {
    "create": _BODY
    | {"tts", "nonce", "enforce_nonce", "message_reference", "sticker_ids", "shared_client_theme"},
    "edit": _BODY | {"tts", "sticker_ids"},
    "callback": _BODY | {"tts"},
    "followup": _BODY | {"tts", "username", "avatar_url", "thread_name", "applied_tags"},
    "webhook_edit": _BODY | {"tts"},
}
# SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, IS_VOICE_MESSAGE, IS_COMPONENTS_V2; EPHEMERAL apart.
_FLAGS = 1 << 2 | 1 << 12 | 1 << 13 | COMPONENTS_V2
_EPHEMERAL = 1 << 6
MESSAGE_FLAGS = {
    "create": _FLAGS,
    "edit": _FLAGS,
    "callback": _FLAGS | _EPHEMERAL,
    "followup": _FLAGS | _EPHEMERAL,
    "webhook_edit": _FLAGS | _EPHEMERAL,
}
ATTACHMENT_FIELDS = {"id", "filename", "description", "title", "is_spoiler", "is_remix"} | {
    # What a client sends back of an attachment that it keeps.
    *("url", "proxy_url", "size", "height", "width", "content_type", "spoiler", "ephemeral"),
    *("duration_secs", "waveform", "flags"),
}


class Problems:
    """What is wrong with one request."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, str, str]] = []

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, path: Path, code: str, message: str) -> None:
        self.found.append((path, code, message))

    def tree(self) -> JSON:
        """Give the `errors` object of Discord's 50035."""
        root: JSON = {}
        for path, code, message in self.found:
            node = root
            for step in path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        return root

    def lines(self) -> list[str]:
        return [f"{'.'.join(map(str, path))}: {message}" for path, _, message in self.found]

    # The few shapes that most rules have.

    def only(self, path: Path, value: JSON, allowed: Collection[str]) -> None:
        for key in value.keys() - set(allowed):
            self.add((*path, key), "UNKNOWN_FIELD", f"Unknown field {key}.")

    def text(self, path: Path, value: object, low: int, high: int) -> bool:
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required and must be text")
            return False
        if not low <= len(value) <= high:
            message = f"Must be between {low} and {high} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", message)
        return low <= len(value) <= high

    def optional_text(self, path: Path, value: object, high: int) -> None:
        if value is not None:
            self.text(path, value, 0, high)

    def items(self, path: Path, value: object, low: int, high: int) -> list[Any]:
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only lists are allowed")
            return []
        if not low <= len(value) <= high:
            message = f"Must be between {low} and {high} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", message)
        return value

    def number(self, path: Path, value: object, low: int, high: int) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.add(path, "NUMBER_TYPE_MAX", f"Must be a number between {low} and {high}.")

    def flag(self, path: Path, value: object) -> None:
        if value is not None and not isinstance(value, bool):
            self.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def check_message(
    payload: JSON, *, kind: str, uploads: dict[int, str], kept: dict[int, str], was_v2: bool = False
) -> Problems:
    """Check a message to be posted (`create`, `callback`, `followup`) or edited.

    `uploads` are the names of the request's files by index, `kept` the names of the files the
    message already has, by id.
    """
    problems = Problems()
    problems.only((), payload, MESSAGE_FIELDS[kind])
    _check_scalars(problems, payload, kind)
    _check_mentions(problems, payload.get("allowed_mentions"))
    names = _check_attachments(problems, payload, uploads, kept)
    v2 = bool((payload.get("flags") or 0) & COMPONENTS_V2) or was_v2
    if v2:
        _check_no_legacy(problems, payload)
    _check_embeds(problems, payload.get("embeds") or [])
    _check_components(problems, payload.get("components") or [], v2=v2)
    if not problems:
        _check_references(problems, payload, names)
    return problems


def _check_scalars(problems: Problems, payload: JSON, kind: str) -> None:
    problems.optional_text(("content",), payload.get("content"), MAX_CONTENT)
    for key in ("tts", "enforce_nonce"):
        problems.flag((key,), payload.get(key))
    flags = payload.get("flags") or 0
    if not isinstance(flags, int) or flags & ~MESSAGE_FLAGS[kind]:
        problems.add(("flags",), "FLAGS_INVALID", f"Flags {flags} may not be set here.")
    nonce = payload.get("nonce")
    if nonce is not None and (not isinstance(nonce, str | int) or len(str(nonce)) > 25):
        problems.add(("nonce",), "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")


def _check_mentions(problems: Problems, allowed: object) -> None:
    if allowed is None:
        return
    if not isinstance(allowed, dict):
        problems.add(("allowed_mentions",), "MODEL_TYPE_CONVERT", "Only dictionaries may be used.")
        return
    path = ("allowed_mentions",)
    problems.only(path, allowed, {"parse", "users", "roles", "replied_user"})
    problems.flag((*path, "replied_user"), allowed.get("replied_user"))
    parse = allowed.get("parse") or []
    if set(parse) - {"users", "roles", "everyone"}:
        problems.add((*path, "parse"), "BASE_TYPE_CHOICES", "Not a kind of mention.")
    for key in ("users", "roles"):
        named = problems.items((*path, key), allowed.get(key) or [], 0, 100)
        if named and key in parse:
            message = f"parse:[{key}] and {key}: [ids...] are mutually exclusive."
            problems.add(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
        if not all(str(item).isdecimal() for item in named):
            problems.add((*path, key), "NUMBER_TYPE_COERCE", "Value is not snowflake.")


def _check_attachments(
    problems: Problems, payload: JSON, uploads: dict[int, str], kept: dict[int, str]
) -> list[str]:
    """Check the list of files and give the names the message will have."""
    for index, name in uploads.items():
        if not FILE_NAME.fullmatch(name):
            message = f"{name!r} would be renamed, so attachment:// would not find it."
            problems.add(("files", index), "BAD_FILE_NAME", message)
    listed = payload.get("attachments")
    if listed is None:
        _check_count(problems, len(uploads))
        return [*uploads.values()] or [*kept.values()]
    problems.items(("attachments",), listed, 0, MAX_ATTACHMENTS)
    names = []
    known = uploads | kept
    for place, entry in enumerate(listed):
        path = ("attachments", place)
        problems.only(path, entry, ATTACHMENT_FIELDS)
        problems.optional_text((*path, "description"), entry.get("description"), 1024)
        id_ = str(entry.get("id"))
        if not id_.isdecimal() or int(id_) not in known:
            problems.add((*path, "id"), "INVALID_ATTACHMENT", f"No file has the id {id_}.")
        else:
            names.append(entry.get("filename") or known[int(id_)])
    unlisted = uploads.keys() - {int(e["id"]) for e in listed if str(e.get("id")).isdecimal()}
    for index in unlisted:
        problems.add(("attachments",), "FILE_NOT_LISTED", f"files[{index}] is not listed.")
    return names


def _check_count(problems: Problems, count: int) -> None:
    if count > MAX_ATTACHMENTS:
        problems.add(("attachments",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")


def _check_no_legacy(problems: Problems, payload: JSON) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if payload.get(key):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            problems.add((key,), code, message)


_EMBED_TEXTS = {"title": 256, "description": 4096, "url": 2048}


def _check_embeds(problems: Problems, embeds: list[JSON]) -> None:
    problems.items(("embeds",), embeds, 0, 10)
    total = 0
    for place, embed in enumerate(embeds):
        for key, high in _EMBED_TEXTS.items():
            problems.optional_text(("embeds", place, key), embed.get(key), high)
        fields = problems.items(("embeds", place, "fields"), embed.get("fields") or [], 0, 25)
        total += len(embed.get("title") or "") + len(embed.get("description") or "")
        total += sum(len(item["name"]) + len(item["value"]) for item in fields)
    if total > 6000:
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds 6000.")


# Components. Every type's fields, beside `type` and `id`.
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


def _check_components(problems: Problems, components: list[JSON], *, v2: bool) -> None:
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


def _check_references(problems: Problems, payload: JSON, names: list[str]) -> None:
    urls = [m["url"] for c in walk(payload.get("components") or []) for m in media_of(c)]
    for embed in payload.get("embeds") or []:
        urls += [embed[k].get("url", "") for k in ("image", "thumbnail") if embed.get(k)]
    for url in urls:
        name = url.removeprefix("attachment://")
        if name != url and names.count(name) != 1:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            problems.add(("components",), code, f"{url} names no single uploaded file.")


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


def check_choices(data: JSON) -> Problems:
    """Check the data of an answer to autocomplete (callback type 8)."""
    problems = Problems()
    problems.only((), data, {"choices"})
    _check_command_choices(problems, ("data",), data.get("choices"))
    return problems


def check_commands(commands: object, *, path: Path = ()) -> Problems:
    """Check a list of application commands that is to be registered."""
    problems = Problems()
    listed = problems.items(path, commands, 0, 100 + 5 + 5)
    for place, command in enumerate(listed):
        check_command(problems, (*path, place), command)
    names = [(c.get("type", 1), c.get("name")) for c in listed]
    for name in {n for n in names if names.count(n) > 1}:
        code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
        problems.add(path, code, f"Application command names must be unique: {name}")
    return problems


_COMMAND_FIELDS = {
    *("id", "type", "name", "name_localizations", "description", "description_localizations"),
    *("options", "default_member_permissions", "dm_permission", "default_permission", "nsfw"),
    *("integration_types", "contexts", "handler"),
}
_OPTION_FIELDS = {
    *("type", "name", "name_localizations", "description", "description_localizations"),
    *("required", "choices", "options", "channel_types", "min_value", "max_value"),
    *("min_length", "max_length", "autocomplete"),
}


def check_command(problems: Problems, path: Path, command: JSON) -> None:
    """Check one application command."""
    problems.only(path, command, _COMMAND_FIELDS)
    kind = command.get("type", 1)
    if kind == 1:
        _check_name(problems, path, command)
        _check_command_options(problems, path, command.get("options") or [])
    else:
        problems.text((*path, "name"), command.get("name"), 1, 32)
        if command.get("description"):
            message = "Context menu commands cannot have description"
            problems.add((*path, "description"), "CONTEXT_MENU_DESCRIPTION", message)
    for key, allowed in (("integration_types", {0, 1}), ("contexts", {0, 1, 2})):
        if set(command.get(key) or []) - allowed:
            problems.add((*path, key), "BASE_TYPE_CHOICES", f"Must be among {allowed}.")


def _check_name(problems: Problems, path: Path, thing: JSON) -> None:
    names = [thing.get("name"), *(thing.get("name_localizations") or {}).values()]
    for name in names:
        if not COMMAND_NAME.fullmatch(str(name)) or str(name) != str(name).lower():
            message = "Command name is invalid"
            problems.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", message)
    texts = [thing.get("description"), *(thing.get("description_localizations") or {}).values()]
    for text in texts:
        problems.text((*path, "description"), text, 1, 100)


def _check_command_options(problems: Problems, path: Path, options: list[JSON]) -> None:
    path = (*path, "options")
    problems.items(path, options, 0, 25)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
        problems.add(path, code, "Required options must be placed before non-required options")
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Used twice.")
    for place, option in enumerate(options):
        _check_command_option(problems, (*path, place), option)


def _check_command_option(problems: Problems, path: Path, option: JSON) -> None:
    problems.only(path, option, _OPTION_FIELDS)
    problems.number((*path, "type"), option.get("type"), 1, 11)
    _check_name(problems, path, option)
    if option.get("type") in {1, 2}:
        _check_command_options(problems, path, option.get("options") or [])
    if option.get("choices"):
        _check_command_choices(problems, path, option["choices"])
        if option.get("autocomplete"):
            code = "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES"
            problems.add(path, code, "Autocomplete and choices exclude each other.")
    for key in ("min_length", "max_length"):
        if option.get(key) is not None:
            problems.number((*path, key), option[key], key == "max_length", 6000)


def _check_command_choices(problems: Problems, path: Path, choices: object) -> None:
    path = (*path, "choices")
    for place, choice in enumerate(problems.items(path, choices, 0, 25)):
        here = (*path, place)
        problems.only(here, choice, {"name", "name_localizations", "value"})
        problems.text((*here, "name"), choice.get("name"), 1, 100)
        value = choice.get("value")
        if isinstance(value, str):
            problems.text((*here, "value"), value, 0, 100)
        elif not isinstance(value, int | float):
            problems.add((*here, "value"), "BASE_TYPE_REQUIRED", "This field is required")
