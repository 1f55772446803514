"""The buttons of cards. Pure; what a press does is in `interactions`."""

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage
from bot.domain.texts import Text, msg
from bot.platforms.discord.cards.custom_ids import Action, ButtonId, CardPlace, card_mark
from bot.platforms.discord.cards.facts import LINK_SYMBOL
from bot.platforms.discord.rendering.markdown import render

BUTTONS_A_ROW = 5  # Discord's limit
URL_LIMIT = 512  # Discord's, for the address that a button opens

_PRIMARY = discord.ButtonStyle.primary
_SECONDARY = discord.ButtonStyle.secondary


def image_rows(job: Job, images: Sequence[FetchedImage]) -> Iterator[ui.ActionRow[Any]]:
    """Return the buttons that post one image by itself, and those that vary one, in rows."""
    yield from _rows([_number(job, image) for image in images])
    yield from _rows([_vary(job, image.index + 1) for image in images])


def _rows(buttons: Sequence[ui.Button[Any]]) -> Iterator[ui.ActionRow[Any]]:
    for start in range(0, len(buttons), BUTTONS_A_ROW):
        yield ui.ActionRow(*buttons[start : start + BUTTONS_A_ROW])


def _number(job: Job, image: FetchedImage) -> ui.Button[Any]:
    """Return the button that posts an image; of one that is not here, the way to its link."""
    number = image.index + 1
    if opens_link(image):
        return ui.Button(label=str(number), emoji=LINK_SYMBOL, url=image.url)
    press = ButtonId(action=Action.SHOW, job_id=job.id, number=number)
    return ui.Button(label=str(number), custom_id=str(press))


def opens_link(image: FetchedImage) -> bool:
    """Whether the number of an image opens its link, since there is nothing to post."""
    return image.data is None and len(image.url) <= URL_LIMIT


def _vary(job: Job, number: int) -> ui.Button[Any]:
    return ui.Button(label=f"V{number}", custom_id=_vary_id(job, number))


def vary(job: Job, number: int, locale: str) -> ui.Button[Any]:
    """Return the same button where no other image stands beside this one."""
    return _button(msg("Vary"), "🔀", locale, _vary_id(job, number))


def _vary_id(job: Job, number: int) -> str:
    return str(ButtonId(action=Action.VARY, job_id=job.id, number=number))


def again(
    job: Job, locale: str, *, is_main: bool = False, copy: CardPlace | None = None
) -> ui.Button[Any]:
    """Return the button that asks for the same once more; `copy` is where the job is public."""
    style = _PRIMARY if is_main else _SECONDARY
    press = ButtonId(action=Action.AGAIN, job_id=job.id, place=copy)
    return _button(msg("Again"), "🔁", locale, press, style)


def edit(job: Job, locale: str, *, copy: CardPlace | None = None) -> ui.Button[Any]:
    """Return the button that opens a form with the prompt; `copy` is where the job is public."""
    press = ButtonId(action=Action.EDIT, job_id=job.id, place=copy)
    return _button(msg("Edit"), "✏️", locale, press)


def edit_and_retry(job: Job, locale: str, *, is_main: bool = False) -> ui.Button[Any]:
    """Return the same button for a job that failed."""
    style = _PRIMARY if is_main else _SECONDARY
    press = ButtonId(action=Action.EDIT, job_id=job.id)
    return _button(msg("Edit & retry"), "✏️", locale, press, style)


def redo(draft_id: str, locale: str, *, is_main: bool = True) -> ui.Button[Any]:
    """Return the button that opens a form with a request that was refused or asked about."""
    style = _PRIMARY if is_main else _SECONDARY
    press = ButtonId(action=Action.REDO, job_id=draft_id)
    return _button(msg("Edit"), "✏️", locale, press, style)


def delete(job: Job, part: int, locale: str) -> ui.Button[Any]:
    """Return the button that removes the card it stands on."""
    return _button(msg("Delete"), "🗑️", locale, card_mark(job.id, part))


def take_down(job: Job, number: int, presser_id: str, locale: str) -> ui.Button[Any]:
    """Return the button that removes a picture that this person posted by itself."""
    press = ButtonId(action=Action.TAKE_DOWN, job_id=job.id, number=number, person_id=presser_id)
    return _button(msg("Delete"), "🗑️", locale, press)


def remove(job: Job, card: CardPlace, locale: str) -> ui.Button[Any]:
    """Return the button that removes a card that stands elsewhere."""
    press = ButtonId(action=Action.REMOVE, job_id=job.id, place=card)
    return _button(msg("Delete"), "🗑️", locale, press, discord.ButtonStyle.danger)


def details(job: Job, locale: str) -> ui.Button[Any]:
    """Return the button that shows all about the job."""
    press = ButtonId(action=Action.DETAILS, job_id=job.id)
    return ui.Button(label=render(msg("Details"), locale), custom_id=str(press))


def _button(
    label: Text,
    emoji: str,
    locale: str,
    press: ButtonId | str,
    style: discord.ButtonStyle = _SECONDARY,
) -> ui.Button[Any]:
    return ui.Button(label=render(label, locale), emoji=emoji, style=style, custom_id=str(press))
