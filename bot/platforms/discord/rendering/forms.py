"""Forms as Discord's modals. Pure."""

from typing import Any

import discord
from discord import ui

from bot.domain.texts import clip
from bot.domain.views import Field, FileField, Form, MenuField, TextField, ToggleField
from bot.platforms.discord.rendering.components import option_of
from bot.platforms.discord.rendering.markdown import plain

TITLE_LIMIT = 45  # Discord's, for a form's title and a field's name
HINT_LIMIT = 100  # Discord's, for the line below a field's name
FIELD_LIMIT = 4000  # Discord's, for what can be typed
MAX_OPTIONS = 25  # Discord's


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
    hint = field.hint if isinstance(field, TextField | MenuField) else None
    if isinstance(field, ToggleField):
        hint = field.words
    return ui.Label(
        text=clip(plain(field.label, locale), TITLE_LIMIT),
        description=None if hint is None else clip(plain(hint, locale), HINT_LIMIT),
        component=_component(field, locale),
    )


def _component(field: Field, locale: str) -> ui.Item[Any]:
    match field:
        case TextField():
            return _text_input(field)
        case FileField():
            return ui.FileUpload(custom_id=field.name, required=False, min_values=0, max_values=1)
        case MenuField():
            return _menu(field, locale)
        case ToggleField():
            return ui.Checkbox(custom_id=field.name, default=field.is_on)


def _menu(field: MenuField, locale: str) -> ui.Select[Any]:
    options = [option_of(each, locale) for each in field.options[:MAX_OPTIONS]]
    return ui.Select(custom_id=field.name, options=options, min_values=0, required=False)


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
