"""The forms that people fill in (Discord's modals). Pure.

A form keeps nothing in memory: its custom id says what it is about, and `modals` reads the answer.
"""

from typing import Any

import discord
from discord import ui

from bot.domain.texts import Text, clip, msg
from bot.platforms.discord.cards.custom_ids import Form, FormId
from bot.platforms.discord.rendering.markdown import render
from bot.prompts import MAX_LENGTH

TITLE_LIMIT = 45  # Discord's, for a form's title and a field's name
HINT_LIMIT = 100  # Discord's, for the line below a field's name
FIELD_LIMIT = 4000  # Discord's, for what can be typed
PROMPT_FIELD = "prompt"
# By the option of the command, see `requests.IMAGE_OPTIONS`.
PICTURE_FIELDS = {
    "image": msg("First image"),
    "image2": msg("Second image"),
    "style": msg("Style image"),
}
_PRIVATE = ":private"


def sealed_form(title: str, form_id: FormId, *items: ui.Item[Any]) -> ui.Modal:
    """Build a form that discord.py sends and forgets; a stopped one is never stored."""
    form = ui.Modal(title=clip(title, TITLE_LIMIT), custom_id=str(form_id))
    for item in items:
        form.add_item(item)
    form.stop()
    return form


def request_form_id(form: Form, subject_id: str, *, is_private: bool) -> FormId:
    """Name a form that asks for a prompt: about which job or draft, and who will see the result."""
    return FormId(form=form, state=f"{subject_id}{_PRIVATE if is_private else ''}")


def read_request_form(state: str) -> tuple[str, bool]:
    """Return the job or draft that such a form is about, and whether the result is private."""
    return state.removesuffix(_PRIVATE), state.endswith(_PRIVATE)


def prompt_form(
    form_id: FormId, locale: str, *, title: Text, prompt: str = "", takes_pictures: bool = False
) -> ui.Modal:
    """Build a form that asks for a prompt; `prompt` stands in it already.

    With `takes_pictures` it also has a field for each picture that the command takes, none of which
    need be filled in.
    """
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=PROMPT_FIELD,
        style=discord.TextStyle.paragraph,
        default=prompt or None,
        max_length=min(FIELD_LIMIT, MAX_LENGTH),
        required=True,
    )
    label: ui.Label[Any] = ui.Label(
        text=clip(render(msg("Prompt"), locale), TITLE_LIMIT),
        description=clip(
            render(msg("Words, then parameters such as --ar 16:9 --stylize 250"), locale),
            HINT_LIMIT,
        ),
        component=field,
    )
    fields = [_picture_field(name, text, locale) for name, text in PICTURE_FIELDS.items()]
    return sealed_form(render(title, locale), form_id, label, *(fields if takes_pictures else ()))


def _picture_field(name: str, text: Text, locale: str) -> ui.Label[Any]:
    upload: ui.FileUpload[Any] = ui.FileUpload(
        custom_id=name, required=False, min_values=0, max_values=1
    )
    return ui.Label(text=clip(render(text, locale), TITLE_LIMIT), component=upload)
