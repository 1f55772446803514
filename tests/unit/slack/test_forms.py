"""Forms and notices as Slack shows them, and what comes back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.demo.slack.standin.block_rules import check_view
from bot.domain.pictures import Upload
from bot.domain.texts import msg
from bot.domain.views import (
    ON,
    Action,
    Button,
    FileField,
    Form,
    MenuField,
    Notice,
    Option,
    TextField,
    ToggleField,
)
from bot.platforms.slack.rendering import FormContext, render_form, render_notice
from bot.platforms.slack.rendering.forms import errors_of, fields_of, uploads_of
from tests.unit.slack.limits import check_blocks, exact_texts_of, texts_of

ACTION = Action("edited", ("abcdefghij2345672345", "1"))
CONTEXT = FormContext(action=ACTION, channel_id="C1", thread_ts="1.2", message_ts="3.4")
PROMPT = TextField(
    name="prompt", label=msg("Prompt"), value="a" * 5000, max_length=6000, is_long=True
)


def form(*fields: Any) -> Form:
    return Form(title=msg("Imagine from this image"), action=ACTION, fields=fields, locale="de")


def test_slack_takes_a_form_with_too_long_a_text() -> None:
    view = render_form(form(PROMPT, FileField(name="image", label=msg("First image"))), CONTEXT)
    check_blocks(view["blocks"], limit=100)
    assert view["type"] == "modal"
    assert len(view["title"]["text"]) <= 24
    assert view["submit"]["text"] == "Absenden"
    prompt, image = view["blocks"]
    assert len(prompt["element"]["initial_value"]) == 3000
    assert prompt["element"]["multiline"] is True
    assert image["optional"] is True
    assert image["element"]["max_files"] == 1


def test_a_form_remembers_where_it_was_opened() -> None:
    view = render_form(form(PROMPT), CONTEXT)
    assert FormContext.load(view["private_metadata"]) == CONTEXT
    assert FormContext.load("") is None
    assert FormContext.load(json.dumps({"action": "somebody:else"})) is None
    assert FormContext.load("[]") is None


CHOICE = MenuField(
    name="mode",
    label=msg("Speed"),
    hint=msg("Unless a prompt says otherwise."),
    options=(
        Option(label="fast", value="f"),
        Option(label="relaxed " * 20, value="r", is_chosen=True),
    ),
)
TOGGLE = ToggleField(name="private", label=msg("Who sees it"), words=msg("Only me"), is_on=True)


def test_choices_and_ticks_may_be_left_alone() -> None:
    view = render_form(form(CHOICE, TOGGLE, replace(TOGGLE, name="b", is_on=False)), CONTEXT)
    check_blocks(view["blocks"], limit=100)
    assert check_view(view, "modal").lines() == []
    assert all(block["optional"] for block in view["blocks"])
    menu, ticked, not_ticked = (block["element"] for block in view["blocks"])
    assert menu["initial_option"]["value"] == "r"
    assert ticked["initial_options"] == ticked["options"]
    assert "initial_options" not in not_ticked


def test_what_was_chosen_and_ticked_is_read_by_field() -> None:
    values = {
        "a": {"a": {"type": "static_select", "selected_option": {"value": "r"}}},
        "b": {"b": {"type": "static_select", "selected_option": None}},
        "c": {"c": {"type": "checkboxes", "selected_options": [{"value": ON}]}},
        "d": {"d": {"type": "checkboxes", "selected_options": []}},
    }
    found = fields_of({"state": {"values": values}})
    assert found == {"a": "r", "b": "", "c": ON, "d": ""}


def test_what_was_filled_in_is_read_by_field() -> None:
    file = {"id": "F1", "url_private": "https://files.slack.com/a.png", "size": 7}
    values = {
        "prompt": {"prompt": {"type": "plain_text_input", "value": "a fox"}},
        "no": {"no": {"type": "plain_text_input", "value": None}},
        "image": {"image": {"type": "file_input", "files": [file]}},
        "style": {"style": {"type": "file_input", "files": []}},
    }
    view = {"state": {"values": values}}
    assert fields_of(view) == {"prompt": "a fox", "no": ""}
    assert uploads_of(view) == {"image": Upload(url="https://files.slack.com/a.png", size_bytes=7)}


def test_a_notice_shows_the_place_where_a_prompt_goes_wrong() -> None:
    button = Button(label=msg("Edit"), action=Action("redo", ("x",)))
    notice = Notice(text=msg("No."), locale="en", place="a --x\n  ^", button=button)
    shown = render_notice(notice)
    check_blocks(shown["blocks"])
    assert exact_texts_of(shown["blocks"]) == ["a --x\n  ^"]
    assert shown["text"] == "No."
    assert shown["blocks"][-1]["elements"][0]["action_id"] == "imagine:redo:x"


def test_a_notice_gives_back_all_that_was_typed() -> None:
    typed = "`<@U1> " * 1000
    shown = render_notice(Notice(text=msg("Too long."), locale="en", typed=typed))
    check_blocks(shown["blocks"])
    assert "".join(exact_texts_of(shown["blocks"])) == typed
    assert len(texts_of(shown["blocks"])) == 2


@pytest.mark.parametrize(
    ("field", "shown_at"),
    [(None, "prompt"), ("stylize", "stylize"), ("chaos", "prompt"), ("prompt", "prompt")],
)
def test_an_error_stands_at_the_field_that_it_is_about(field: str | None, shown_at: str) -> None:
    fields = {"prompt": "🦊 fox", "stylize": "9999"}
    notice = Notice(text=msg("`--s`: **no**."), locale="en", field=field)
    assert errors_of(notice, fields) == {shown_at: "--s: no."}
