"""Forms as Slack's modals, and what a modal that was sent off says. Pure.

Slack tells with a form neither its conversation nor the message at which it was opened: both stand
in its `private_metadata`, with its action.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks import Option as SelectOption
from slack_sdk.models.blocks.block_elements import FileInputElement, InputInteractiveElement
from slack_sdk.models.views import View as Modal

from bot.domain.pictures import Upload
from bot.domain.texts import clip, msg
from bot.domain.views import (
    ON,
    Action,
    Field,
    FileField,
    Form,
    MenuField,
    Notice,
    TextField,
    ToggleField,
)
from bot.platforms.slack.rendering.blocks import OPTION_LIMIT, choices
from bot.platforms.slack.rendering.mrkdwn import plain
from bot.platforms.slack.rendering.reading import link_of_file
from bot.platforms.slack.rendering.words import plain_text

TITLE_LIMIT = 24  # Slack's, for the title and the buttons of a form
LABEL_LIMIT = 2000
HINT_LIMIT = 2000
EXAMPLE_LIMIT = 150
ERROR_LIMIT = 300
FIELD_LIMIT = 3000  # Slack's, for what can be typed
MAX_ACTIONS_LENGTH = 1500  # of Slack's 3000 characters for all that a form carries unseen
CALLBACK_ID = "imagine"  # of all our forms
FILE_TYPES = ("png", "jpg", "jpeg", "gif", "webp")

# Where the state of an element keeps what a person typed, chose or ticked.
_VALUES = {
    "plain_text_input": "value",
    "static_select": "selected_option",
    "checkboxes": "selected_options",
}

_MARKUP = re.compile(r"`|\*\*")

_SEND = msg("Send")
_CLOSE = msg("Cancel")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """What a form is for and where it was opened."""

    action: Action
    channel_id: str | None = None  # None: in the Home tab
    thread_ts: str | None = None
    message_ts: str | None = None  # at which it was opened
    is_ephemeral: bool = False  # only the person who opened it sees that message
    actions: tuple[Action, ...] = ()  # that the message offers; of very many, none
    response_url: str | None = None  # a secret: lets us answer there for half an hour

    def dump(self) -> str:
        """Return it as the text of `private_metadata`."""
        values = {
            "action": str(self.action),
            "channel": self.channel_id,
            "thread": self.thread_ts,
            "message": self.message_ts,
            "alone": self.is_ephemeral,
            "actions": self._kept_actions(),
            "url": self.response_url,
        }
        return json.dumps({name: value for name, value in values.items() if value})

    def _kept_actions(self) -> list[str]:
        texts = list(map(str, self.actions))
        return texts if sum(map(len, texts)) <= MAX_ACTIONS_LENGTH else []

    @classmethod
    def load(cls, text: str) -> Self | None:
        """Read what `dump` wrote; None if it is no form of ours."""
        try:
            values = json.loads(text)
            action = Action.parse(values["action"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        if action is None:
            return None
        return cls(
            action=action,
            channel_id=values.get("channel"),
            thread_ts=values.get("thread"),
            message_ts=values.get("message"),
            is_ephemeral=values.get("alone", False),
            actions=tuple(filter(None, map(Action.parse, values.get("actions", ())))),
            response_url=values.get("url"),
        )


def render_form(form: Form, context: FormContext) -> dict[str, Any]:
    """Return the view of `views.open`."""
    locale = form.locale
    modal = Modal(
        type="modal",
        callback_id=CALLBACK_ID,
        title=plain_text(clip(plain(form.title, locale), TITLE_LIMIT)),
        submit=plain_text(clip(plain(_SEND, locale), TITLE_LIMIT)),
        close=plain_text(clip(plain(_CLOSE, locale), TITLE_LIMIT)),
        blocks=[_input(field, locale) for field in form.fields],
        private_metadata=context.dump(),
    )
    rendered: dict[str, Any] = modal.to_dict()
    return rendered


def _input(field: Field, locale: str) -> InputBlock:
    hint = field.hint if isinstance(field, TextField | MenuField) else None
    return InputBlock(
        block_id=field.name,
        label=plain_text(clip(plain(field.label, locale), LABEL_LIMIT)),
        element=_element(field, locale),
        hint=None if hint is None else plain_text(clip(plain(hint, locale), HINT_LIMIT)),
        optional=not (isinstance(field, TextField) and field.is_required),
    )


def _element(field: Field, locale: str) -> InputInteractiveElement:
    match field:
        case TextField():
            return _text(field)
        case FileField():
            return FileInputElement(action_id=field.name, filetypes=list(FILE_TYPES), max_files=1)
        case MenuField():
            return StaticSelectElement(action_id=field.name, **choices(field.options, locale))
        case ToggleField():
            return _tick(field, locale)


def _tick(field: ToggleField, locale: str) -> CheckboxesElement:
    words = plain_text(clip(plain(field.words, locale), OPTION_LIMIT))
    option = SelectOption(text=words, value=ON)
    return CheckboxesElement(
        action_id=field.name,
        options=[option],
        initial_options=[option] if field.is_on else None,
    )


def _text(field: TextField) -> PlainTextInputElement:
    limit = min(field.max_length, FIELD_LIMIT)
    return PlainTextInputElement(
        action_id=field.name,
        multiline=field.is_long,
        initial_value=field.value[:limit] or None,
        placeholder=plain_text(clip(field.example, EXAMPLE_LIMIT)) if field.example else None,
        max_length=limit,
    )


def errors_of(notice: Notice, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says if it is refused: the sentence, at the field where that was typed.

    If that is none of the form's, the first field says so.
    """
    said = _MARKUP.sub("", plain(notice.text, notice.locale))
    field = next((name for name in fields if name == notice.field), next(iter(fields)))
    return {field: clip(said, ERROR_LIMIT)}


# ── What was filled in ──────────────────────────────────────────────────────────────────────────


def fields_of(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what was typed, chosen and ticked in a modal, by field; what was not is empty."""
    return {name: _value(state) for name, state in _states(view) if state.get("type") in _VALUES}


def _value(state: Mapping[str, Any]) -> str:
    found = state.get(_VALUES[state["type"]]) or ""
    if isinstance(found, list):  # of ticks; ours stand alone
        found = found[0]
    return found if isinstance(found, str) else str(found["value"])


def uploads_of(view: Mapping[str, Any]) -> dict[str, Upload]:
    """Return what was attached to a modal, by field; of several files the first."""
    return {
        name: Upload(url=_link_of(files[0]), size_bytes=files[0].get("size", 0))
        for name, state in _states(view)
        if state.get("type") == "file_input" and (files := state.get("files"))
    }


def _link_of(file: Mapping[str, Any]) -> str:
    """Return the link of a file, or what stands for it where Slack tells only the id."""
    return str(file.get("url_private") or link_of_file(file["id"]))


def _states(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for block in ((view.get("state") or {}).get("values") or {}).values():
        yield from block.items()
