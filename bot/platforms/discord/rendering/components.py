"""Views as Discord's messages (Components V2). Pure.

Discord allows 40 components and 4000 characters of text a message, and refuses the whole message
beyond that. Screens keep to the characters; of a view with too many components the smaller one is
shown.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.domain.texts import Text, clip
from bot.domain.views import (
    Button,
    Buttons,
    Divider,
    Element,
    Emphasis,
    Frame,
    Menu,
    Option,
    Picture,
    Pictures,
    Row,
    View,
    Words,
)
from bot.platforms.discord.rendering.markdown import plain
from bot.platforms.discord.rendering.words import markdown_of

MAX_COMPONENTS = 40  # of a message
BUTTONS_A_ROW = 5
OPTION_LIMIT = 100  # characters of an entry of a menu
DESCRIPTION_LIMIT = 1024  # characters of the words that stand for a picture
THUMBNAIL_TEXT_LIMIT = 256  # the same of a small one; discord.py's

_ACCENTS = {Frame.NORMAL: discord.Colour(0x8E6CFF), Frame.FAILURE: discord.Colour(0xD9534F)}
_STYLES = {
    Emphasis.PRIMARY: discord.ButtonStyle.primary,
    Emphasis.NORMAL: discord.ButtonStyle.secondary,
    Emphasis.DANGER: discord.ButtonStyle.danger,
}


def render_view(view: View, *, text_id: int | None = None) -> ui.LayoutView:
    """Return the view as a message that discord.py sends and forgets; make one for every send.

    `text_id` is a number of our own for its first text, by which the message can be told later.
    """
    items = list(_items(view, text_id))
    if view.frame is not Frame.NONE:
        items = [ui.Container(*items, accent_colour=_ACCENTS[view.frame])]
    if view.smaller is not None and sum(map(_count, items)) > MAX_COMPONENTS:
        return render_view(view.smaller, text_id=text_id)
    return sealed(*items)


def _count(item: ui.Item[Any]) -> int:
    """Count the components that an item is; discord.py makes no message of too many."""
    if isinstance(item, ui.Container | ui.Section | ui.ActionRow):
        return 1 + len(tuple(item.walk_children()))
    return 1


def files_of(view: View) -> list[discord.File]:
    """Return the files that go along. discord.py closes them: make new ones for every send."""
    return [
        discord.File(BytesIO(picture.data), filename=picture.file_name)
        for picture in view.pictures
        if picture.data is not None
    ]


def rings(view: View) -> discord.AllowedMentions:
    """Return for whom the message may ring: for one person at most."""
    if view.notifies is None:
        return discord.AllowedMentions.none()
    users = [discord.Object(id=int(view.notifies.id))]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)


def sealed(*items: ui.Item[Any]) -> ui.LayoutView:
    """Build a message that discord.py sends and forgets.

    A stopped view is never stored: presses are told apart by their custom ids alone, so nothing
    piles up in memory, and no later edit can unregister the class that hears them for the whole
    bot, as happens with stored views.
    """
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def _items(view: View, text_id: int | None) -> Iterator[ui.Item[Any]]:
    for number, element in enumerate(view.elements):
        yield from _item(element, view.locale, text_id if number == 0 else None)


def _item(element: Element, locale: str, text_id: int | None) -> Iterator[ui.Item[Any]]:
    match element:
        case Words():
            content = markdown_of(element, locale)
            yield (
                ui.TextDisplay(content) if text_id is None else ui.TextDisplay(content, id=text_id)
            )
        case Pictures(pictures):
            yield ui.MediaGallery(*(_gallery_item(each, locale) for each in pictures))
        case Buttons(buttons):
            yield from _rows([button_of(each, locale) for each in buttons])
        case Menu():
            yield ui.ActionRow(_menu(element, locale))
        case Row(words, beside):
            yield ui.Section(markdown_of(words, locale), accessory=_accessory(beside, locale))
        case Divider():
            yield ui.Separator()


def _rows(buttons: Sequence[ui.Button[Any]]) -> Iterator[ui.ActionRow[Any]]:
    for start in range(0, len(buttons), BUTTONS_A_ROW):
        yield ui.ActionRow(*buttons[start : start + BUTTONS_A_ROW])


def button_of(button: Button, locale: str) -> ui.Button[Any]:
    """Return one button."""
    label = _label(button.label, locale)
    if button.url is not None:
        return ui.Button(label=label, emoji=button.emoji, url=button.url)
    return ui.Button(
        label=label,
        emoji=button.emoji,
        style=_STYLES[button.emphasis],
        custom_id=str(button.action),
        disabled=not button.is_enabled,
    )


def _menu(menu: Menu, locale: str) -> ui.Select[Any]:
    return ui.Select(
        custom_id=str(menu.action),
        placeholder=None if menu.hint is None else plain(menu.hint, locale),
        options=[option_of(option, locale) for option in menu.options],
    )


def option_of(option: Option, locale: str) -> discord.SelectOption:
    """Return one entry of a menu."""
    return discord.SelectOption(
        label=clip(_label(option.label, locale), OPTION_LIMIT),
        value=option.value,
        emoji=option.emoji,
        default=option.is_chosen,
    )


def _label(label: Text | str, locale: str) -> str:
    return label if isinstance(label, str) else plain(label, locale)


def _gallery_item(picture: Picture, locale: str) -> discord.MediaGalleryItem:
    return discord.MediaGalleryItem(_address(picture), description=_description(picture, locale))


def _accessory(beside: Button | Picture, locale: str) -> ui.Button[Any] | ui.Thumbnail[Any]:
    if isinstance(beside, Button):
        return button_of(beside, locale)
    description = clip(_description(beside, locale), THUMBNAIL_TEXT_LIMIT)
    return ui.Thumbnail(_address(beside), description=description)


def _address(picture: Picture) -> str:
    return f"attachment://{picture.file_name}" if picture.url is None else picture.url


def _description(picture: Picture, locale: str) -> str:
    label = "" if picture.label is None else plain(picture.label, locale)
    words = clip(picture.words, DESCRIPTION_LIMIT - len(label) - len(", "))
    return ", ".join(filter(None, (words, label)))
