"""What Slack tells of people's doing: what may be missing, and what may not."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.domain.errors import PayloadError
from bot.domain.views import Action
from bot.platforms.slack.commands.incoming import (
    Heard,
    read_command,
    read_form,
    read_home,
    read_press,
    read_shortcut,
    reading,
)
from bot.platforms.slack.rendering import FormContext

USER = {"id": "U1", "team_id": "T1"}
BUTTON = {"type": "button", "action_id": "imagine:details:1"}
COMMAND = {"team_id": "T1", "channel_id": "C1", "user_id": "U1", "trigger_id": "1.2"}
PRESS: dict[str, Any] = {
    "user": USER,
    "team": {"id": "T1"},
    "trigger_id": "1.2",
    "container": {"type": "message", "message_ts": "5.1"},
    "channel": {"id": "C1"},
    "message": {"ts": "5.1", "blocks": [{"type": "actions", "elements": [BUTTON]}]},
    "actions": [BUTTON],
}
SHORTCUT = {**PRESS, "callback_id": "job_details", "message_ts": "5.1"}
CONTEXT = FormContext(action=Action("composed"), channel_id="C1").dump()
FORM = {"user": USER, "view": {"id": "V1", "type": "modal", "private_metadata": CONTEXT}}
HOME = {"team_id": "T1", "event_id": "E1", "event": {"user": "U1", "tab": "home"}}

Read = Callable[[Mapping[str, Any]], Heard | None]


def without(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != name}


@pytest.mark.parametrize(
    ("read", "payload", "names"),
    [
        (read_command, COMMAND, ["team_id", "channel_id", "user_id", "trigger_id"]),
        (read_press, PRESS, ["user", "trigger_id", "container", "actions"]),
        (read_shortcut, SHORTCUT, ["user", "trigger_id"]),
        (read_form, FORM, ["user", "view"]),
        (read_home, HOME, ["team_id", "event_id", "event"]),
    ],
)
def test_what_must_be_there_is_named_where_it_is_missing(
    read: Read, payload: dict[str, Any], names: list[str]
) -> None:
    for name in names:
        with pytest.raises(PayloadError, match=name), reading():
            read(without(payload, name))


@pytest.mark.parametrize(
    "changes",
    [
        {"user": "U1"},
        {"user": {"id": "U1"}, "team": None},
        {"actions": []},
        {"actions": [{}]},
        {"message": "text"},
        {"message": {"blocks": [None, 1]}},
        {"channel": "C1"},
        {"container": None},
    ],
)
def test_another_shape_is_no_defect_of_ours(changes: dict[str, Any]) -> None:
    with pytest.raises(PayloadError), reading():
        read_press({**PRESS, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"message": None},
        {"message": {"ts": "5.1", "blocks": None, "files": None}},
        {"view": None},
        {"team": None},
        {"response_url": None},
    ],
)
def test_what_may_be_missing_is_no_trouble(changes: dict[str, Any]) -> None:
    heard = read_press({**PRESS, **changes})
    assert heard.conversation is not None
    assert (heard.person.id, heard.conversation.id) == ("T1/U1", "C1")


def test_a_press_without_a_channel_is_one_in_home() -> None:
    assert read_press({**PRESS, "channel": None}).conversation is None


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        {"values": None},
        {"values": {"a": {"prompt": {"type": "plain_text_input", "value": None}}}},
        {"values": {"a": {"image": {"type": "file_input", "files": None}}}},
        {"values": {"a": {"mode": {"type": "static_select", "selected_option": None}}}},
        {"values": {"a": {"private": {"type": "checkboxes", "selected_options": []}}}},
    ],
)
def test_a_form_in_which_nothing_was_filled_in_says_nothing(state: Any) -> None:
    heard = read_form({**FORM, "view": {**FORM["view"], "state": state}})
    assert heard is not None
    assert not any((heard.fields or {}).values())
    assert heard.uploads == {}


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "5", '{"action": 5}', '{"action": "else:x"}'])
def test_a_form_of_nobody_is_none(metadata: str) -> None:
    assert read_form({**FORM, "view": {**FORM["view"], "private_metadata": metadata}}) is None
