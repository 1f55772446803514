"""What people fill in and choose, as Slack's own client lets them."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.demo.slack.standin.element_rules import options_of
from bot.demo.slack.standin.vocabulary import JSON

# Where the state of an element keeps what was chosen, and where its definition says the first.
FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "file_input": ("files", "initial_files"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
}
LISTS = {"files", "selected_options"}


def elements_in(block: JSON) -> Iterator[JSON]:
    """Yield the elements of a block that a person can use."""
    yield from block.get("elements", []) if block["type"] == "actions" else []
    for key in ("accessory", "element"):
        if block.get(key, {}).get("type") not in {None, "image"}:
            yield block[key]


def initial_values(blocks: list[JSON]) -> JSON:
    """Return the state of what nobody has touched yet."""
    values: JSON = {}
    for block in blocks:
        for element in elements_in(block):
            if element["type"] in FIELDS:
                field, initial = FIELDS[element["type"]]
                shown = element.get(initial, [] if field in LISTS else None)
                state = {"type": element["type"], field: shown}
                values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def find_element(blocks: list[JSON], name: str) -> tuple[JSON, JSON]:
    """Return a block and its element, by action id, button text or value.

    Raises:
        AssertionError: there is none, or more than one.
    """
    there = [(block, element) for block in blocks for element in elements_in(block)]
    for names in (_ids, _texts, _values):
        found = [pair for pair in there if name in names(*pair)]
        if len(found) == 1:
            return found[0]
    known = {str(n) for pair in there for n in (*_ids(*pair), *_texts(*pair), *_values(*pair))}
    raise AssertionError(f"not exactly one thing is called {name!r}; there are {sorted(known)}")


def _ids(block: JSON, element: JSON) -> list[Any]:
    names = [element["action_id"]]
    return [*names, block["block_id"]] if "element" in block else names


def _texts(block: JSON, element: JSON) -> list[Any]:
    texts = [block.get("label"), element.get("text")]
    return [text["text"] for text in texts if text is not None]


def _values(_block: JSON, element: JSON) -> list[Any]:
    return [element["value"]] if "value" in element else []


def choose(element: JSON, given: Any) -> JSON:
    """Return the state of an element after a person chose or typed `given`.

    Options are named by value or text; those of an `external_select` are given whole.

    Raises:
        AssertionError: Slack's own client would not have let them.
    """
    field, _ = FIELDS[element["type"]]
    make: dict[str, Callable[[JSON, Any], Any]] = {
        "selected_option": _option,
        "selected_options": lambda e, names: [_option(e, name) for name in names],
        "value": _typed,
    }
    chosen = make[field](element, given) if field in make and given is not None else given
    return {"type": element["type"], field: chosen}


def _option(element: JSON, given: Any) -> JSON:
    if "external" in element["type"]:
        assert isinstance(given, dict), "an external option is given whole, as it was suggested"
        return given
    offered = options_of(element)
    found = [o for o in offered if given in {o.get("value"), o["text"]["text"]}]
    assert found, f"{given!r} is not offered, only {[o.get('value') for o in offered]}"
    return found[0]


def _typed(element: JSON, given: Any) -> str:
    text = str(given)
    low, high = element.get("min_length", 0), element.get("max_length", 3000)
    assert low <= len(text) <= high, f"{element['action_id']} takes {low} to {high} characters"
    return text


def fill(blocks: list[JSON], state: JSON, given: dict[str, Any]) -> JSON:
    """Return the state of a form after a person filled it in, by action id, block id or label.

    Raises:
        AssertionError: Slack's own client would not have let them send it.
    """
    values = {block: dict(elements) for block, elements in state.items()}
    for name, value in given.items():
        block, element = find_element(blocks, name)
        values[block["block_id"]][element["action_id"]] = choose(element, value)
    for block in blocks:
        if block["type"] == "input" and not block.get("optional"):
            element = block["element"]
            state_of = values[block["block_id"]][element["action_id"]]
            what = state_of[FIELDS[element["type"]][0]]
            assert what, f"{block['label']['text']!r} must be filled in"
    return values
