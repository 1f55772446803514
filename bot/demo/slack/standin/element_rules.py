"""Slack's published rules for texts, options and the elements inside blocks."""

from typing import Any

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
    shaped,
    text,
    typed,
)
from bot.demo.slack.standin.vocabulary import JSON


def plain(high: int) -> Check:
    """Return the check of a `plain_text` object."""
    return typed({"plain_text": Shape({"text": text(high)}, {"emoji": flag})})


def words(high: int) -> Check:
    """Return the check of a `plain_text` or `mrkdwn` object."""
    return typed(
        {
            "plain_text": Shape({"text": text(high)}, {"emoji": flag}),
            "mrkdwn": Shape({"text": text(high)}, {"verbatim": flag}),
        }
    )


ACTION_ID = text(255)
STYLE = choice("primary", "danger")
CONFIRM = shaped(
    Shape(
        {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
        {"style": STYLE},
    )
)
OPTION = shaped(Shape({"text": plain(75), "value": text(150)}, {"description": plain(75)}))
RICH_OPTION = shaped(Shape({"text": words(75), "value": text(150)}, {"description": words(75)}))
OVERFLOW_OPTION = shaped(
    Shape({"text": plain(75), "value": text(150)}, {"description": plain(75), "url": text(3000)})
)
GROUP = shaped(Shape({"label": plain(75), "options": items(OPTION, 1, 100)}))
SLACK_FILE = shaped(
    Shape(optional={"id": text(255), "url": text(3000)}, rule=exactly_one("id", "url"))
)
PICTURE = {"image_url": text(3000), "slack_file": SLACK_FILE}
DISPATCH = shaped(
    Shape({"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 1, 2)})
)
FILTER = shaped(
    Shape(
        optional={
            "include": items(choice("im", "mpim", "private", "public"), 1, 4),
            "exclude_external_shared_channels": flag,
            "exclude_bot_users": flag,
        }
    )
)


def options_of(element: JSON) -> list[JSON]:
    """Return the options of a menu, those in groups too."""
    grouped = [o for group in element.get("option_groups", []) for o in group.get("options", [])]
    return [*element.get("options", []), *grouped]


def _initial_is_offered(problems: Problems, path: Path, element: Any) -> None:
    given = element.get("initial_options", [])
    if "initial_option" in element:
        given = [element["initial_option"]]
    for option in given if isinstance(given, list) else []:
        if option not in options_of(element):
            problems.add(path, "initial_option must exactly match one of the options")


def _menu(problems: Problems, path: Path, element: Any) -> None:
    exactly_one("options", "option_groups")(problems, path, element)
    _initial_is_offered(problems, path, element)
    values = [o.get("value") for o in options_of(element) if isinstance(o, dict)]
    if len(set(values)) < len(values):
        problems.add((*path, "options"), "option values must be unique")


def _text_input(problems: Problems, path: Path, element: Any) -> None:
    value, high = element.get("initial_value") or "", element.get("max_length", 3000)
    if isinstance(high, int) and len(value) > high:
        problems.add((*path, "initial_value"), f"must be less than {high + 1} characters")
    if element.get("min_length", 0) > high:
        problems.add((*path, "min_length"), "must be less than max_length")


_COMMON = {"action_id": ACTION_ID, "focus_on_load": flag}
_PICKED = _COMMON | {"placeholder": plain(150), "confirm": CONFIRM}
_MANY = {"max_selected_items": number(1, 100)}
_LISTED = {"options": items(OPTION, 1, 100), "option_groups": items(GROUP, 1, 100)}
_CONVERSATIONS = {"default_to_current_conversation": flag, "filter": FILTER}
_ID = text(255)
_WRITTEN = _COMMON | {"initial_value": text(3000, 0), "placeholder": plain(150)}
_WRITTEN |= {"dispatch_action_config": DISPATCH}


def _ticks(**initial: Check) -> Shape:
    return Shape(
        {"options": items(RICH_OPTION, 1, 10)},
        _COMMON | {"confirm": CONFIRM} | initial,
        _initial_is_offered,
    )


def _shape(shared: dict[str, Check], **more: Check) -> Shape:
    return Shape(optional=shared | more)


ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        {"text": plain(75)},
        {
            "action_id": ACTION_ID,
            "url": text(3000),
            "value": text(2000),
            "style": STYLE,
            "confirm": CONFIRM,
            "accessibility_label": text(75),
        },
    ),
    "static_select": Shape(optional=_PICKED | _LISTED | {"initial_option": OPTION}, rule=_menu),
    "multi_static_select": Shape(
        optional=_PICKED | _LISTED | _MANY | {"initial_options": items(OPTION, 1, 100)}, rule=_menu
    ),
    "external_select": _shape(_PICKED, initial_option=OPTION, min_query_length=number(0, 3000)),
    "multi_external_select": _shape(
        _PICKED | _MANY, initial_options=items(OPTION, 1, 100), min_query_length=number(0, 3000)
    ),
    "users_select": _shape(_PICKED, initial_user=_ID),
    "multi_users_select": _shape(_PICKED | _MANY, initial_users=items(_ID, 1, 100)),
    "channels_select": _shape(_PICKED, initial_channel=_ID, response_url_enabled=flag),
    "conversations_select": _shape(
        _PICKED | _CONVERSATIONS, initial_conversation=_ID, response_url_enabled=flag
    ),
    "multi_conversations_select": _shape(
        _PICKED | _MANY | _CONVERSATIONS, initial_conversations=items(_ID, 1, 100)
    ),
    "overflow": Shape(
        {"options": items(OVERFLOW_OPTION, 1, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM}
    ),
    "radio_buttons": _ticks(initial_option=RICH_OPTION),
    "checkboxes": _ticks(initial_options=items(RICH_OPTION, 1, 10)),
    "datepicker": _shape(_PICKED, initial_date=text(10)),
    "timepicker": _shape(_PICKED, initial_time=text(5), timezone=text(255)),
    "plain_text_input": Shape(
        optional=_WRITTEN
        | {"multiline": flag, "min_length": number(0, 3000), "max_length": number(1, 3000)},
        rule=_text_input,
    ),
    "number_input": Shape(
        {"is_decimal_allowed": flag}, _WRITTEN | {"min_value": text(64), "max_value": text(64)}
    ),
    "email_text_input": _shape(_WRITTEN),
    "url_text_input": _shape(_WRITTEN),
    "file_input": Shape(
        optional={
            "action_id": ACTION_ID,
            "filetypes": items(text(20), 1, 100),
            "max_files": number(1, 10),
        }
    ),
    "image": Shape({"alt_text": text(2000)}, PICTURE, exactly_one(*PICTURE)),
}
MENUS = frozenset(name for name in ELEMENTS if name.endswith("select"))
PICKERS = frozenset({"overflow", "radio_buttons", "checkboxes", "datepicker", "timepicker"})
TYPED = frozenset(name for name in ELEMENTS if name.endswith("_input"))
IN_ACTIONS = MENUS | PICKERS | {"button"}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = (MENUS | PICKERS | TYPED) - {"overflow"}
