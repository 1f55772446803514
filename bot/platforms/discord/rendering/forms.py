"""Forms as Discord's modals. Pure."""

from typing import Any

import discord
from discord import ui

from bot.domain.texts import Text, clip
from bot.domain.views import Field, FileField, Form, TextField
from bot.platforms.discord.rendering.markdown import plain

TITLE_LIMIT = 45  # Discord's, for a form's title and a field's name
HINT_LIMIT = 100  # Discord's, for the line below a field's name
FIELD_LIMIT = 4000  # Discord's, for what can be typed


def render_form(form: Form) -> ui.Modal:
    """Return the form, which discord.py sends and forgets; a stopped one is never stored."""
    modal = ui.Modal(
        title=clip(plain(form.title, form.locale), TITLE_LIMIT), custom_id=str(form.action)
    )
    for field in form.fields:
        modal.add_item(_label(field, form.locale))
    modal.stop()
    return modal


def _label(field: Field, locale: str) -> ui.Label[Any]:
    name = clip(plain(field.label, locale), TITLE_LIMIT)
    if isinstance(field, FileField):
        upload: ui.FileUpload[Any] = ui.FileUpload(
            custom_id=field.name, required=False, min_values=0, max_values=1
        )
        return ui.Label(text=name, component=upload)
    return ui.Label(text=name, description=_hint(field.hint, locale), component=_text_input(field))


def _hint(hint: Text | None, locale: str) -> str | None:
    return None if hint is None else clip(plain(hint, locale), HINT_LIMIT)


def _text_input(field: TextField) -> ui.TextInput[Any]:
    style = discord.TextStyle.paragraph if field.is_long else discord.TextStyle.short
    limit = min(field.max_length, FIELD_LIMIT)
    return ui.TextInput(
        custom_id=field.name,
        style=style,
        default=field.value[:limit] or None,
        placeholder=field.example or None,
        max_length=limit,
        required=field.is_required,
    )
