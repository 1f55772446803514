"""A person's settings as a panel: every press changes the database, and then the panel."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.domain.errors import OutdatedError
from bot.domain.jobs import Mode
from bot.domain.people import Preferences
from bot.domain.texts import Text, clip, msg
from bot.locales.languages import available_languages
from bot.platforms.discord.cards.custom_ids import Form, FormId, Panel, PanelId, one_of
from bot.platforms.discord.cards.forms import HINT_LIMIT, TITLE_LIMIT, sealed_form
from bot.platforms.discord.cards.layouts import ACCENT, sealed
from bot.platforms.discord.interactions.choices import chosen_value
from bot.platforms.discord.interactions.origins import check_tenant
from bot.platforms.discord.language import forget_locale, locale_of
from bot.platforms.discord.people import person_of
from bot.platforms.discord.rendering.markdown import code_block, render
from bot.platforms.discord.reply import private
from bot.services.personal import MAX_PARAMETERS, checked_parameters

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

Change = Callable[[Preferences], Preferences]

PARAMETERS_FIELD = "parameters"
MAX_LANGUAGES = 24  # a menu has 25 entries, and one is "automatic"
_AUTOMATIC = "auto"
_MODE, _LANGUAGE, _PARAMETERS, _TELL, _DO_NOT_TELL, _ASK, _DO_NOT_ASK, _RESET = (
    "mode",
    "language",
    "parameters",
    "dm:on",
    "dm:off",
    "ask:on",
    "ask:off",
    "reset",
)
_MODES = {
    Mode.FAST: msg("Fast: about a minute"),
    Mode.RELAXED: msg("Relaxed: a few minutes, at half the price"),
}


async def my_settings(interaction: "discord.Interaction[ImagineBot]") -> ui.LayoutView:
    """Return the panel of the person who acts."""
    preferences, locale = await asyncio.gather(
        interaction.client.personal.preferences(person_of(interaction)), locale_of(interaction)
    )
    return settings_view(preferences, locale)


def settings_view(preferences: Preferences, locale: str) -> ui.LayoutView:
    """Build the panel."""
    say = partial(render, locale=locale)
    head = f"### {say(msg('Your settings'))}\n{say(msg('They apply to everything you ask for.'))}"
    return sealed(
        ui.Container(
            ui.TextDisplay(head),
            ui.Separator(),
            ui.TextDisplay(_entry(say, msg("Speed"), msg("Unless a prompt says otherwise."))),
            ui.ActionRow(_mode_menu(preferences, say)),
            _parameters_section(preferences, say),
            _dm_section(preferences, say),
            _questions_section(preferences, say),
            ui.TextDisplay(_entry(say, msg("Language"), msg("The language I speak to you in."))),
            ui.ActionRow(_language_menu(preferences, say)),
            ui.Separator(),
            ui.ActionRow(_button(say(msg("Reset everything")), _RESET)),
            accent_colour=ACCENT,
        )
    )


async def pressed(interaction: "discord.Interaction[ImagineBot]", state: str) -> None:
    """Do what a button or menu of the panel says."""
    if state == _PARAMETERS:
        await _open_form(interaction)
        return
    change = _change(state, interaction)
    await private.replace(interaction, _changed(interaction, change))


async def parameters_sent(
    interaction: "discord.Interaction[ImagineBot]", _state: str, fields: Mapping[str, str]
) -> None:
    """Keep the default parameters that were typed into the form.

    Raises:
        UserError: they will not do, or nobody may ask for anything there; the sentence says why.
    """
    await private.replace(interaction, _with_parameters(interaction, fields[PARAMETERS_FIELD]))


async def _with_parameters(
    interaction: "discord.Interaction[ImagineBot]", typed: str
) -> ui.LayoutView:
    await check_tenant(interaction)  # a stranger costs no reading
    change = partial(replace, parameters=checked_parameters(typed))
    return await _keep(interaction, change)


def _change(state: str, interaction: discord.Interaction[Any]) -> Change:
    """Return what a press does to the settings.

    Raises:
        OutdatedError: nothing, in this version.
    """
    match state:
        case "mode":
            chosen = chosen_value(interaction)
            return partial(replace, mode=None if chosen == _AUTOMATIC else one_of(Mode, chosen))
        case "language":
            chosen = chosen_value(interaction)
            if chosen not in {_AUTOMATIC, *available_languages()}:
                raise OutdatedError
            return partial(replace, language=None if chosen == _AUTOMATIC else chosen)
        case "dm:on" | "dm:off":
            return partial(replace, wants_dm=state == _TELL)
        case "ask:on" | "ask:off":
            return partial(replace, wants_questions=state == _ASK)
        case "reset":
            return lambda _: Preferences()
    raise OutdatedError


async def _changed(interaction: "discord.Interaction[ImagineBot]", change: Change) -> ui.LayoutView:
    await check_tenant(interaction)
    return await _keep(interaction, change)


async def _keep(interaction: "discord.Interaction[ImagineBot]", change: Change) -> ui.LayoutView:
    personal = interaction.client.personal
    preferences = await personal.change_preferences(person_of(interaction), change)
    forget_locale(interaction)
    return settings_view(preferences, preferences.language or str(interaction.locale))


async def _open_form(interaction: "discord.Interaction[ImagineBot]") -> None:
    personal, person = interaction.client.personal, person_of(interaction)
    preferences = await private.before_form(interaction, personal.preferences(person))
    form = parameters_form(preferences.parameters, await locale_of(interaction))
    await interaction.response.send_modal(form)


def parameters_form(parameters: str, locale: str) -> ui.Modal:
    """Build the form for the default parameters, with those that hold now."""
    say = partial(render, locale=locale)
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=PARAMETERS_FIELD,
        style=discord.TextStyle.paragraph,
        default=parameters[:MAX_PARAMETERS] or None,
        placeholder="--ar 16:9 --stylize 250",
        max_length=MAX_PARAMETERS,
        required=False,
    )
    label: ui.Label[Any] = ui.Label(
        text=clip(say(msg("Parameters")), TITLE_LIMIT),
        description=clip(
            say(msg("Added to each prompt that doesn't set them itself. Empty: none.")), HINT_LIMIT
        ),
        component=field,
    )
    form_id = FormId(form=Form.DEFAULTS, state="")
    return sealed_form(say(msg("Default parameters")), form_id, label)


# ── Parts of the panel ──────────────────────────────────────────────────────────────────────────

_Say = Callable[[Text], str]


def _entry(say: _Say, title: Text, hint: Text) -> str:
    return f"**{say(title)}**\n-# {say(hint)}"


def _mode_menu(preferences: Preferences, say: _Say) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=say(_MODES[mode]), value=mode.value, default=mode is preferences.mode
        )
        for mode in Mode
    ]
    automatic = say(msg("Not set (fast)"))
    return ui.Select(
        custom_id=_id(_MODE), options=[_automatic(automatic, preferences.mode is None), *options]
    )


def _language_menu(preferences: Preferences, say: _Say) -> ui.Select[Any]:
    known = list(available_languages().items())[:MAX_LANGUAGES]
    options = [
        discord.SelectOption(label=name, value=code, default=code == preferences.language)
        for code, name in known
    ]
    is_automatic = preferences.language not in {code for code, _ in known}
    automatic = say(msg("Automatic (as in Discord)"))
    return ui.Select(
        custom_id=_id(_LANGUAGE), options=[_automatic(automatic, is_automatic), *options]
    )


def _automatic(label: str, is_default: bool) -> discord.SelectOption:
    return discord.SelectOption(label=label, value=_AUTOMATIC, default=is_default)


def _parameters_section(preferences: Preferences, say: _Say) -> ui.Section[Any]:
    hint = msg("Added to each prompt that doesn't set them itself.")
    text = _entry(say, msg("Default parameters"), hint)
    if preferences.parameters:
        text += f"\n{code_block(clip(preferences.parameters, MAX_PARAMETERS))}"
    return ui.Section(text, accessory=_button(say(msg("Change")), _PARAMETERS))


def _dm_section(preferences: Preferences, say: _Say) -> ui.Section[Any]:
    title = msg("Message me when it's done")
    if preferences.wants_dm:
        text = _entry(say, title, msg("On: I'll send you each result's link as a direct message."))
        return ui.Section(text, accessory=_button(say(msg("Turn off")), _DO_NOT_TELL))
    text = _entry(say, title, msg("Off: I won't send you direct messages."))
    return ui.Section(text, accessory=_button(say(msg("Turn on")), _TELL))


def _questions_section(preferences: Preferences, say: _Say) -> ui.Section[Any]:
    title = msg("Ask me when a prompt looks wrong")
    if preferences.wants_questions:
        text = _entry(
            say, title, msg("On: nothing is drawn or charged until you say how to go on.")
        )
        return ui.Section(text, accessory=_button(say(msg("Turn off")), _DO_NOT_ASK))
    text = _entry(
        say, title, msg("Off: I draw it as it is and say below the pictures what I noticed.")
    )
    return ui.Section(text, accessory=_button(say(msg("Turn on")), _ASK))


def _button(label: str, state: str) -> ui.Button[Any]:
    return ui.Button(label=label, custom_id=_id(state))


def _id(state: str) -> str:
    return str(PanelId(panel=Panel.SETTINGS, state=state))
