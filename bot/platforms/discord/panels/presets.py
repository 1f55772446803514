"""A person's presets: the list, one of them, and what their buttons do."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.domain.errors import OutdatedError
from bot.domain.people import Preset
from bot.domain.texts import Text, clip, msg
from bot.platforms.discord.cards.custom_ids import Panel, PanelId
from bot.platforms.discord.cards.layouts import ACCENT, sealed
from bot.platforms.discord.interactions.choices import chosen_value
from bot.platforms.discord.interactions.origins import check_tenant
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.people import person_of
from bot.platforms.discord.rendering.markdown import code_block, escape, render
from bot.platforms.discord.reply import private
from bot.services.personal import MAX_PRESETS, SavedPreset

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

LIST_LIMIT = 3600  # characters of all entries together, of Discord's 4000
BRIEF_LIMIT = 200  # characters of what a preset does, in the list, before escaping
_NAME_ROOM = 50  # characters of an entry for a name and its decoration, before escaping
_SHOW, _LIST, _DELETE = "show", "list", "del"  # short: a name follows in the custom id


async def my_presets(interaction: "discord.Interaction[ImagineBot]") -> ui.LayoutView:
    """Return the list of the person who acts."""
    presets, locale = await asyncio.gather(
        interaction.client.personal.presets(person_of(interaction)), locale_of(interaction)
    )
    return list_view(presets, locale)


async def my_preset(interaction: "discord.Interaction[ImagineBot]", name: str) -> ui.LayoutView:
    """Return one preset of the person who acts.

    Raises:
        UserError: there is no preset of that name.
    """
    personal = interaction.client.personal
    preset = await personal.preset(person_of(interaction), name)
    return preset_view(preset, await locale_of(interaction))


async def pressed(interaction: "discord.Interaction[ImagineBot]", state: str) -> None:
    """Do what a button or menu says.

    Raises:
        UserError: there is no such preset any more.
    """
    verb, _, name = state.partition(":")
    match verb:
        case "show":
            shown = my_preset(interaction, chosen_value(interaction))
        case "del":
            shown = _list_after_deleting(interaction, name)
        case "list":
            shown = my_presets(interaction)
        case _:
            raise OutdatedError
    await private.replace(interaction, shown)


async def save(interaction: "discord.Interaction[ImagineBot]", preset: Preset) -> ui.LayoutView:
    """Save a preset and give it as it was saved.

    Raises:
        UserError: it will not do, there are too many, or nobody may ask for anything there.
    """
    await check_tenant(interaction)
    saved = await interaction.client.personal.save_preset(person_of(interaction), preset)
    return preset_view(saved.preset, await locale_of(interaction), said=_saved_text(saved))


def deleted_text(name: str) -> Text:
    """Say that a preset is gone."""
    return msg("“{name}” is deleted.", name=name)


def list_view(presets: Sequence[Preset], locale: str) -> ui.LayoutView:
    """Build the list, with a menu to look at one of them."""
    say = partial(render, locale=locale)
    head = f"### {say(msg('Your presets'))}"
    if not presets:
        nothing = say(msg("None yet. Save parameters you like with /preset save."))
        return sealed(ui.Container(ui.TextDisplay(f"{head}\n{nothing}"), accent_colour=ACCENT))
    count = say(msg("{count} of {limit}", count=len(presets), limit=MAX_PRESETS))
    room = min(BRIEF_LIMIT, LIST_LIMIT // len(presets) // 2 - _NAME_ROOM)
    return sealed(
        ui.Container(
            ui.TextDisplay(f"{head}\n-# {count}"),
            ui.TextDisplay("\n".join(_line(preset, room) for preset in presets)),
            ui.ActionRow(_menu(presets, say(msg("Show one …")))),
            accent_colour=ACCENT,
        )
    )


def preset_view(preset: Preset, locale: str, *, said: Text | None = None) -> ui.LayoutView:
    """Build what one preset does, with a button to delete it; `said` comes first."""
    say = partial(render, locale=locale)
    lines = [f"### {escape(preset.name)}"]
    if said is not None:
        lines.append(say(said))
    if preset.parameters:
        lines += [say(msg("Parameters")), code_block(preset.parameters)]
    if preset.suffix:
        lines += [say(msg("Words added to the prompt")), code_block(preset.suffix)]
    delete: ui.Button[Any] = ui.Button(
        label=say(msg("Delete")),
        emoji="🗑️",
        style=discord.ButtonStyle.danger,
        custom_id=_id(f"{_DELETE}:{preset.name}"),
    )
    back: ui.Button[Any] = ui.Button(label=say(msg("All presets")), custom_id=_id(_LIST))
    return sealed(
        ui.Container(
            ui.TextDisplay("\n".join(lines)), ui.ActionRow(back, delete), accent_colour=ACCENT
        )
    )


async def _list_after_deleting(
    interaction: "discord.Interaction[ImagineBot]", name: str
) -> ui.LayoutView:
    await interaction.client.personal.delete_preset(person_of(interaction), name)
    return await my_presets(interaction)


def _saved_text(saved: SavedPreset) -> Text:
    if saved.has_replaced:
        return msg("Saved instead of the old one. Use it as the `preset` option of /imagine.")
    return msg("Saved. Use it as the `preset` option of /imagine.")


def _line(preset: Preset, room: int) -> str:
    brief = " · ".join(filter(None, (preset.parameters, preset.suffix)))
    return f"**{escape(preset.name)}**: {escape(clip(brief, room))}"


def _menu(presets: Sequence[Preset], placeholder: str) -> ui.Select[Any]:
    options = [discord.SelectOption(label=each.name, value=each.name) for each in presets]
    return ui.Select(custom_id=_id(_SHOW), placeholder=placeholder, options=options[:MAX_PRESETS])


def _id(state: str) -> str:
    return str(PanelId(panel=Panel.PRESETS, state=state))
