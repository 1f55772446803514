"""A person's settings: every press changes what is kept, and then the panel."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bot.domain.errors import OutdatedError
from bot.domain.jobs import Mode
from bot.domain.people import Preferences
from bot.domain.texts import Text, clip, msg, untranslated
from bot.domain.views import (
    Action,
    Button,
    Buttons,
    Divider,
    Form,
    Line,
    Menu,
    Option,
    Row,
    Style,
    TextField,
    View,
    Words,
)
from bot.ports.reply import Place
from bot.screens.interaction import Interaction
from bot.screens.limits import MAX_OPTIONS
from bot.screens.router import chosen_of, handles, handles_form, typed_into, values_of
from bot.screens.visibility import actor_of
from bot.services.access import Access
from bot.services.personal import MAX_PARAMETERS, PersonalService, checked_parameters

Change: TypeAlias = Callable[[Preferences], Preferences]

MODE = "settings.mode"  # chosen in a menu
LANGUAGE = "settings.language"  # the same
PARAMETERS = "settings.parameters"  # open a form with the default parameters
DM = "settings.dm"  # "on" or "off": message me when it's done
ASK = "settings.ask"  # the same: ask me when a prompt looks wrong
RESET = "settings.reset"
DEFAULTS = "settings.defaults"  # the form

PARAMETERS_FIELD = "parameters"
MAX_LANGUAGES = MAX_OPTIONS - 1  # one is "automatic"
_AUTOMATIC = "auto"
_ON, _OFF = "on", "off"
MODES = {
    Mode.FAST: msg("Fast: about a minute"),
    Mode.RELAXED: msg("Relaxed: a few minutes, at half the price"),
}


@dataclass(kw_only=True, eq=False)
class SettingsScreen:
    """Shows a person's settings and changes them."""

    personal: PersonalService
    access: Access
    available: Mapping[str, str]  # languages: their own names by their codes (BCP 47)

    async def show(self, interaction: Interaction) -> None:
        """Show the panel to the person who acts."""
        reading = self.personal.preferences(interaction.person)
        await self._answer(interaction, reading, Place.ALONE)

    @handles(MODE)
    async def set_mode(self, interaction: Interaction) -> None:
        """Keep the speed that was chosen."""
        mode = _chosen(interaction, tuple(Mode))
        await self._set(interaction, mode=None if mode is None else Mode(mode))

    @handles(LANGUAGE)
    async def set_language(self, interaction: Interaction) -> None:
        """Keep the language that was chosen, and speak it."""
        await self._set(interaction, language=_chosen(interaction, self.available))

    @handles(DM)
    async def set_dm(self, interaction: Interaction) -> None:
        """Switch direct messages about finished jobs on or off."""
        await self._set(interaction, wants_dm=_is_on(interaction))

    @handles(ASK)
    async def set_questions(self, interaction: Interaction) -> None:
        """Switch questions about prompts on or off."""
        await self._set(interaction, wants_questions=_is_on(interaction))

    @handles(RESET)
    async def reset(self, interaction: Interaction) -> None:
        """Forget all settings."""
        await self._answer(interaction, self._changed(interaction, lambda _: Preferences()))

    @handles(PARAMETERS)
    async def open_parameters(self, interaction: Interaction) -> None:
        """Open the form with the default parameters."""
        reading = self.personal.preferences(interaction.person)
        preferences = await interaction.reply.wait_for_form(reading)
        locale = _locale(interaction, preferences)
        await interaction.reply.open_form(parameters_form(preferences.parameters, locale))

    @handles_form(DEFAULTS)
    async def set_parameters(self, interaction: Interaction) -> None:
        """Keep the default parameters that were typed into the form.

        Raises:
            UserError: they will not do, or nobody may ask for anything there; the sentence says so.
        """
        typed = typed_into(interaction, PARAMETERS_FIELD)
        keeping = self._with_parameters(interaction, typed)
        await self._answer(interaction, keeping, interaction.own_place)

    async def _with_parameters(self, interaction: Interaction, typed: str) -> Preferences:
        await self._check_tenant(interaction)  # a stranger costs no reading
        parameters = checked_parameters(typed)
        return await self.personal.change_preferences(
            interaction.person, lambda kept: replace(kept, parameters=parameters)
        )

    async def _set(self, interaction: Interaction, **values: Any) -> None:
        change = self._changed(interaction, lambda kept: replace(kept, **values))
        await self._answer(interaction, change)

    async def _changed(self, interaction: Interaction, change: Change) -> Preferences:
        await self._check_tenant(interaction)
        return await self.personal.change_preferences(interaction.person, change)

    async def _check_tenant(self, interaction: Interaction) -> None:
        await self.access.check_tenant(actor_of(interaction), interaction.conversation)

    async def _answer(
        self, interaction: Interaction, work: Awaitable[Preferences], place: Place = Place.SAME
    ) -> None:
        preferences = await interaction.reply.wait(work, place)
        view = settings_view(
            preferences,
            _locale(interaction, preferences),
            available=self.available,
            platform=self.access.platform_of(interaction.conversation).title,
        )
        await interaction.reply.show(view, place)


def _locale(interaction: Interaction, preferences: Preferences) -> str:
    return preferences.language or interaction.locale


def _chosen(interaction: Interaction, offered: Collection[str]) -> str | None:
    """Return what was chosen in a menu; None: automatic."""
    chosen = chosen_of(interaction)
    if chosen == _AUTOMATIC:
        return None
    if chosen not in offered:
        raise OutdatedError
    return chosen


def _is_on(interaction: Interaction) -> bool:
    (state,) = values_of(interaction, 1)
    if state not in {_ON, _OFF}:
        raise OutdatedError
    return state == _ON


# ── Views ───────────────────────────────────────────────────────────────────────────────────────


def settings_view(
    preferences: Preferences, locale: str, *, available: Mapping[str, str], platform: str
) -> View:
    """Build the panel; `platform` is the one that says which language is automatic."""
    head = (
        Line(msg("Your settings"), Style.TITLE),
        Line(msg("They apply to everything you ask for.")),
    )
    return View(
        elements=(
            Words(*head),
            Divider(),
            _entry(msg("Speed"), msg("Unless a prompt says otherwise.")),
            _mode_menu(preferences),
            _parameters_row(preferences),
            _dm_row(preferences),
            _questions_row(preferences),
            _entry(msg("Language"), msg("The language I speak to you in.")),
            _language_menu(preferences, available, platform),
            Divider(),
            Buttons(Button(label=msg("Reset everything"), action=Action(RESET))),
        ),
        locale=locale,
    )


def parameters_form(parameters: str, locale: str) -> Form:
    """Build the form for the default parameters, with those that hold now."""
    field = TextField(
        name=PARAMETERS_FIELD,
        label=msg("Parameters"),
        hint=msg("Added to each prompt that doesn't set them itself. Empty: none."),
        value=parameters,
        example="--ar 16:9 --stylize 250",
        max_length=MAX_PARAMETERS,
        is_long=True,
        is_required=False,
    )
    return Form(
        title=msg("Default parameters"), action=Action(DEFAULTS), fields=(field,), locale=locale
    )


def _entry(title: Text, hint: Text, *more: Line) -> Words:
    return Words(untranslated("**{title}**", title=title), Line(hint, Style.SMALL), *more)


def _mode_menu(preferences: Preferences) -> Menu:
    options = [
        Option(label=MODES[mode], value=mode.value, is_chosen=mode is preferences.mode)
        for mode in Mode
    ]
    automatic = _automatic(msg("Not set (fast)"), preferences.mode is None)
    return Menu(action=Action(MODE), options=(automatic, *options))


def _language_menu(preferences: Preferences, available: Mapping[str, str], platform: str) -> Menu:
    options = [
        Option(label=name, value=code, is_chosen=code == preferences.language)
        for code, name in list(available.items())[:MAX_LANGUAGES]
    ]
    is_automatic = not any(option.is_chosen for option in options)
    automatic = _automatic(msg("Automatic (as in {platform})", platform=platform), is_automatic)
    return Menu(action=Action(LANGUAGE), options=(automatic, *options))


def _automatic(label: Text, is_chosen: bool) -> Option:
    return Option(label=label, value=_AUTOMATIC, is_chosen=is_chosen)


def _parameters_row(preferences: Preferences) -> Row:
    code = [Line(clip(preferences.parameters, MAX_PARAMETERS), Style.CODE)]
    words = _entry(
        msg("Default parameters"),
        msg("Added to each prompt that doesn't set them itself."),
        *(code if preferences.parameters else ()),
    )
    return Row(words, Button(label=msg("Change"), action=Action(PARAMETERS)))


def _dm_row(preferences: Preferences) -> Row:
    if preferences.wants_dm:
        hint = msg("On: I'll send you each result's link as a direct message.")
    else:
        hint = msg("Off: I won't send you direct messages.")
    title = msg("Message me when it's done")
    return Row(_entry(title, hint), _switch(DM, is_on=preferences.wants_dm))


def _questions_row(preferences: Preferences) -> Row:
    if preferences.wants_questions:
        hint = msg("On: nothing is drawn or charged until you say how to go on.")
    else:
        hint = msg("Off: I draw it as it is and say below the pictures what I noticed.")
    title = msg("Ask me when a prompt looks wrong")
    return Row(_entry(title, hint), _switch(ASK, is_on=preferences.wants_questions))


def _switch(name: str, *, is_on: bool) -> Button:
    if is_on:
        return Button(label=msg("Turn off"), action=Action(name, (_OFF,)))
    return Button(label=msg("Turn on"), action=Action(name, (_ON,)))
