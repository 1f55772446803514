"""The buttons and menus of cards. Pure; what a press does is in `interactions`."""

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui

from bot.locales import render
from bot.models import Job
from bot.platforms.discord.cards.custom_ids import Action, ButtonId, CardPlace, card_mark
from bot.platforms.discord.cards.markdown import clip
from bot.texts import Text, msg

BUTTONS_A_ROW = 5  # Discord's limit
OPTION_LIMIT = 100  # Discord's, for each text of a menu

_PRIMARY = discord.ButtonStyle.primary
_SECONDARY = discord.ButtonStyle.secondary


def number_rows(job: Job, numbers: Sequence[int]) -> Iterator[ui.ActionRow[Any]]:
    """Give the buttons that post one image by itself, in rows."""
    buttons = [_number(job, number) for number in numbers]
    for start in range(0, len(buttons), BUTTONS_A_ROW):
        yield ui.ActionRow(*buttons[start : start + BUTTONS_A_ROW])


def _number(job: Job, number: int) -> ui.Button[Any]:
    press = ButtonId(action=Action.SHOW, job_id=job.id, number=number)
    return ui.Button(label=str(number), custom_id=str(press))


def vary_menu(job: Job, numbers: Sequence[int], locale: str) -> ui.ActionRow[Any]:
    """Give the menu that draws the prompt again with one of these images as image prompt."""
    honest = msg("The same prompt, with this image as its image prompt")
    options = [
        discord.SelectOption(
            label=clip(render(msg("Vary image {number}", number=number), locale), OPTION_LIMIT),
            value=str(number),
            description=clip(render(honest, locale), OPTION_LIMIT),
        )
        for number in numbers
    ]
    menu: ui.Select[Any] = ui.Select(
        placeholder=render(msg("Vary …"), locale),
        options=options,
        custom_id=str(ButtonId(action=Action.VARY, job_id=job.id)),
    )
    return ui.ActionRow(menu)


def again(job: Job, locale: str, *, is_main: bool = False) -> ui.Button[Any]:
    """Give the button that asks for the same once more."""
    style = _PRIMARY if is_main else _SECONDARY
    return _button(msg("Again"), "🔁", locale, ButtonId(action=Action.AGAIN, job_id=job.id), style)


def edit(job: Job, locale: str) -> ui.Button[Any]:
    """Give the button that opens a form with the prompt."""
    return _button(msg("Edit"), "✏️", locale, ButtonId(action=Action.EDIT, job_id=job.id))


def edit_and_retry(job: Job, locale: str, *, is_main: bool = False) -> ui.Button[Any]:
    """Give the same button for a job that failed."""
    style = _PRIMARY if is_main else _SECONDARY
    press = ButtonId(action=Action.EDIT, job_id=job.id)
    return _button(msg("Edit & retry"), "✏️", locale, press, style)


def redo(draft_id: str, locale: str, *, is_main: bool = True) -> ui.Button[Any]:
    """Return the button that opens a form with a wish that was refused or asked about."""
    style = _PRIMARY if is_main else _SECONDARY
    press = ButtonId(action=Action.REDO, job_id=draft_id)
    return _button(msg("Edit"), "✏️", locale, press, style)


def delete(job: Job, part: int, locale: str) -> ui.Button[Any]:
    """Give the button that removes the card it stands on."""
    return _button(msg("Delete"), "🗑️", locale, card_mark(job.id, part))


def remove(job: Job, card: CardPlace, locale: str) -> ui.Button[Any]:
    """Give the button that removes a card that stands elsewhere."""
    press = ButtonId(action=Action.REMOVE, job_id=job.id, place=card)
    return _button(msg("Delete"), "🗑️", locale, press, discord.ButtonStyle.danger)


def details(job: Job) -> ui.Button[Any]:
    """Give the button that shows all about the job."""
    return ui.Button(label="⋯", custom_id=str(ButtonId(action=Action.DETAILS, job_id=job.id)))


def _button(
    label: Text,
    emoji: str,
    locale: str,
    press: ButtonId | str,
    style: discord.ButtonStyle = _SECONDARY,
) -> ui.Button[Any]:
    return ui.Button(label=render(label, locale), emoji=emoji, style=style, custom_id=str(press))
