"""A person's presets: the list, one of them, and what their buttons do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.people import Preset
from bot.domain.texts import SEPARATOR, Joined, Text, clip, msg, untranslated
from bot.domain.views import (
    Action,
    Button,
    Buttons,
    Emphasis,
    Form,
    Line,
    Menu,
    Option,
    Style,
    TextField,
    View,
    Words,
)
from bot.ports.reply import Place
from bot.screens.edge import tell
from bot.screens.interaction import Interaction
from bot.screens.languages import Languages
from bot.screens.router import chosen_of, handles, handles_form, typed_into, values_of
from bot.screens.visibility import actor_of
from bot.services.access import Access
from bot.services.personal import (
    MAX_NAME,
    MAX_PARAMETERS,
    MAX_PRESETS,
    MAX_SUFFIX,
    PersonalService,
    SavedPreset,
)

LIST = "presets.list"
SHOW = "presets.show"  # its name is chosen in a menu
DELETE = "presets.del"  # name; this short, for 40 emoji count as 80 of an action's 100 characters

NEW = "presets.new"  # open the form for a new one
SAVE = "presets.save"  # the form

NAME_FIELD, PARAMETERS_FIELD, WORDS_FIELD = "name", "parameters", "words"
LIST_LIMIT = 3600  # characters of all entries together, of a message's 4000
BRIEF_LIMIT = 200  # characters of what a preset does, in the list, before escaping
_NAME_ROOM = 50  # characters of an entry for a name and its decoration, before escaping


@dataclass(kw_only=True, eq=False)
class PresetsScreen:
    """Shows, saves and deletes what a person keeps under a name."""

    personal: PersonalService
    access: Access
    languages: Languages

    async def show_list(self, interaction: Interaction) -> None:
        """Show all presets of the person who acts."""
        await interaction.show(self._list(interaction), Place.ALONE)

    async def show_one(self, interaction: Interaction, name: str) -> None:
        """Show one preset.

        Raises:
            UserError: there is no preset of that name.
        """
        await interaction.show(self._one(interaction, name), Place.ALONE)

    async def save(self, interaction: Interaction, preset: Preset) -> None:
        """Save a preset and show it as it was saved.

        Raises:
            UserError: it will not do, there are too many, or nobody may ask for anything there.
        """
        await interaction.show(self._saved(interaction, preset), Place.ALONE)

    async def delete(self, interaction: Interaction, name: str) -> None:
        """Delete a preset and say so.

        Raises:
            UserError: there is no preset of that name.
        """
        deleting = self.personal.delete_preset(interaction.person, name)
        await interaction.reply.wait(deleting, Place.ALONE)
        await tell(interaction, msg("“{name}” is deleted.", name=name), self.languages)

    @handles(NEW)
    async def ask_for_new(self, interaction: Interaction) -> None:
        """Open the form for a new preset."""
        locale = await interaction.reply.wait_for_form(self.languages.of(interaction))
        await interaction.reply.open_form(preset_form(locale))

    @handles_form(SAVE)
    async def save_new(self, interaction: Interaction) -> None:
        """Save what was typed into the form, and show it.

        Raises:
            UserError: see `save`.
        """
        preset = Preset(
            name=typed_into(interaction, NAME_FIELD),
            parameters=typed_into(interaction, PARAMETERS_FIELD),
            suffix=typed_into(interaction, WORDS_FIELD),
        )
        await interaction.show(self._saved(interaction, preset), interaction.own_place)

    @handles(LIST)
    async def back_to_list(self, interaction: Interaction) -> None:
        """Show the list instead of one of them."""
        await interaction.show(self._list(interaction), Place.SAME)

    @handles(SHOW)
    async def show_chosen(self, interaction: Interaction) -> None:
        """Show the one that was chosen instead of the list."""
        await interaction.show(self._one(interaction, chosen_of(interaction)), Place.SAME)

    @handles(DELETE)
    async def delete_shown(self, interaction: Interaction) -> None:
        """Delete the one that is shown, and show the list instead."""
        (name,) = values_of(interaction, 1)
        await interaction.show(self._list_without(interaction, name), Place.SAME)

    async def _list(self, interaction: Interaction) -> View:
        presets = await self.personal.presets(interaction.person)
        return list_view(presets, await self.languages.of(interaction))

    async def _one(self, interaction: Interaction, name: str) -> View:
        preset = await self.personal.preset(interaction.person, name)
        return preset_view(preset, await self.languages.of(interaction))

    async def _saved(self, interaction: Interaction, preset: Preset) -> View:
        await self.access.check_tenant(actor_of(interaction), interaction.conversation)
        saved = await self.personal.save_preset(interaction.person, preset)
        return saved_view(saved, await self.languages.of(interaction))

    async def _list_without(self, interaction: Interaction, name: str) -> View:
        await self.personal.delete_preset(interaction.person, name)
        return await self._list(interaction)


def list_view(presets: Sequence[Preset], locale: str) -> View:
    """Build the list, with a menu to look at one of them."""
    head = Line(msg("Your presets"), Style.TITLE)
    new = Buttons(Button(label=msg("New preset"), emoji="🔖", action=Action(NEW)))
    if not presets:
        nothing = msg("None yet. Save parameters you like under a name.")
        return View(elements=(Words(head, nothing), new), locale=locale)
    count = msg("{count} of {limit}", count=len(presets), limit=MAX_PRESETS)
    room = min(BRIEF_LIMIT, LIST_LIMIT // len(presets) // 2 - _NAME_ROOM)
    return View(
        elements=(
            Words(head, Line(count, Style.SMALL)),
            Words(*(_entry(preset, room) for preset in presets)),
            _menu(presets),
            new,
        ),
        locale=locale,
    )


def preset_view(preset: Preset, locale: str, *, said: Text | None = None) -> View:
    """Build what one preset does, with a button to delete it; `said` comes first."""
    delete = Button(
        label=msg("Delete"),
        emoji="🗑️",
        action=Action(DELETE, (preset.name,)),
        emphasis=Emphasis.DANGER,
    )
    back = Button(label=msg("All presets"), action=Action(LIST))
    return View(elements=(Words(*_lines(preset, said)), Buttons(back, delete)), locale=locale)


def saved_view(saved: SavedPreset, locale: str) -> View:
    """Build the same for a preset that was just saved."""
    if saved.has_replaced:
        said = msg("Saved instead of the old one. Choose it as the preset when you use /imagine.")
    else:
        said = msg("Saved. Choose it as the preset when you use /imagine.")
    return preset_view(saved.preset, locale, said=said)


def preset_form(locale: str) -> Form:
    """Build the form for a new preset."""
    return Form(
        title=msg("New preset"),
        action=Action(SAVE),
        fields=(
            TextField(name=NAME_FIELD, label=msg("Name"), max_length=MAX_NAME),
            _optional(
                PARAMETERS_FIELD, msg("Parameters"), "--ar 16:9 --stylize 250", MAX_PARAMETERS
            ),
            _optional(
                WORDS_FIELD, msg("Words added to the prompt"), "watercolour, soft light", MAX_SUFFIX
            ),
        ),
        locale=locale,
    )


def _optional(name: str, label: Text, example: str, max_length: int) -> TextField:
    return TextField(
        name=name, label=label, example=example, max_length=max_length, is_required=False
    )


def _lines(preset: Preset, said: Text | None) -> Iterator[Line]:
    yield Line(preset.name, Style.TITLE)
    if said is not None:
        yield Line(said)
    if preset.parameters:
        yield Line(msg("Parameters"))
        yield Line(preset.parameters, Style.CODE)
    if preset.suffix:
        yield Line(msg("Words added to the prompt"))
        yield Line(preset.suffix, Style.CODE)


def _entry(preset: Preset, room: int) -> Joined:
    name = untranslated("**{name}**", name=preset.name)
    brief = SEPARATOR.join(filter(None, (preset.parameters, preset.suffix)))
    return Joined((name, clip(brief, room)), between=": ")


def _menu(presets: Sequence[Preset]) -> Menu:
    options = [Option(label=each.name, value=each.name) for each in presets[:MAX_PRESETS]]
    return Menu(action=Action(SHOW), options=tuple(options), hint=msg("Show one …"))
