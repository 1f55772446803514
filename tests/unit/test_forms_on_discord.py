"""Menus and ticks of forms at Discord, and what comes back."""

from bot.domain.texts import msg
from bot.domain.views import ON, Action, Form, MenuField, Option, ToggleField
from bot.platforms.discord.commands.typed import fields_of, uploads_of
from bot.platforms.discord.rendering import render_form

FORM = Form(
    title=msg("Draw pictures"),
    action=Action("composed"),
    fields=(
        MenuField(
            name="mode",
            label=msg("Speed"),
            hint=msg("Unless a prompt says otherwise."),
            options=(Option(label="fast", value="f"), Option(label="l" * 101, value="r")),
        ),
        ToggleField(name="private", label=msg("Who sees it"), words=msg("Only me"), is_on=True),
    ),
    locale="en",
)


def test_a_menu_and_a_tick_may_be_left_alone() -> None:
    menu, tick = render_form(FORM).to_dict()["components"]
    assert menu["description"] == "Unless a prompt says otherwise."
    assert (menu["component"]["required"], menu["component"]["min_values"]) == (False, 0)
    assert [len(each["label"]) for each in menu["component"]["options"]] == [4, 100]
    assert (tick["description"], tick["component"]["default"]) == ("Only me", True)


def test_what_was_chosen_and_ticked_is_read_by_field() -> None:
    values = [
        {"type": 3, "custom_id": "mode", "values": ["r"]},
        {"type": 3, "custom_id": "other", "values": []},
        {"type": 23, "custom_id": "private", "value": True},
        {"type": 23, "custom_id": "off", "value": False},
        {"type": 19, "custom_id": "image", "values": ["1"]},
    ]
    data = {"components": [{"type": 18, "component": each} for each in values]}
    assert fields_of(data) == {"mode": "r", "other": "", "private": ON, "off": ""}
    assert uploads_of(data) == {}
