"""Views as Slack's messages: blocks, and the text that notifications show. Pure.

Slack refuses a message that is over a limit as a whole. Of a view with too many blocks the smaller
one is shown, and of one without a smaller one the first blocks.
https://docs.slack.dev/reference/block-kit
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    ImageBlock,
    ImageElement,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks import (
    Option as SelectOption,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.domain.texts import Text, clip
from bot.domain.views import (
    Button,
    Buttons,
    Divider,
    Element,
    Emphasis,
    Menu,
    Option,
    Picture,
    Pictures,
    Row,
    View,
    Words,
)
from bot.platforms.slack.ids import user_of
from bot.platforms.slack.rendering.mrkdwn import mention, plain
from bot.platforms.slack.rendering.words import (
    blocks_of,
    first_words,
    mrkdwn_of,
    mrkdwn_text,
    plain_text,
)

MAX_BLOCKS = 50  # of a message
MAX_BLOCKS_OF_A_VIEW = 100  # of the Home tab and of a form
MAX_BUTTONS = 25  # of one block
MAX_OPTIONS = 100
BUTTON_LIMIT = 75  # characters
OPTION_LIMIT = 75
HINT_LIMIT = 150  # of what a menu says while nothing is chosen
DESCRIPTION_LIMIT = 2000  # of the words that stand for a picture
SUMMARY_LIMIT = 300  # of what a notification shows; ours, people see about one line

FileIds = Mapping[str, str]  # of uploaded pictures, by file name
NO_FILES: FileIds = MappingProxyType({})

_STYLES = {Emphasis.PRIMARY: "primary", Emphasis.NORMAL: None, Emphasis.DANGER: "danger"}
_MENTION = re.compile(r"<@([^>|]+)>,?\s*")


def render_view(
    view: View, files: FileIds = NO_FILES, *, max_blocks: int = MAX_BLOCKS
) -> list[dict[str, Any]]:
    """Return the blocks of a message.

    `files` has Slack's ids of the pictures that were uploaded; one that is neither among them nor
    at an address of its own is left out.
    """
    blocks = [
        block.to_dict() for element in view.elements for block in _blocks(element, view, files)
    ]
    if len(blocks) > max_blocks and view.smaller is not None:
        return render_view(view.smaller, files, max_blocks=max_blocks)
    return blocks[:max_blocks]


def summary_of(view: View) -> str:
    """Return what notifications and screen readers say; it names the one for whom it rings."""
    words = [element for element in view.elements if isinstance(element, Words)]
    said = first_words(words, view.locale, limit=SUMMARY_LIMIT)
    user_id = None if view.notifies is None else user_of(view.notifies.id)
    others = _MENTION.sub("", said)
    return f"{mention(user_id)} {others}".strip() if user_id else others or "…"


def _blocks(element: Element, view: View, files: FileIds) -> Iterator[Block]:
    locale = view.locale
    match element:
        case Words():
            yield from blocks_of(element, locale)
        case Pictures(pictures):
            yield from (_image(each, locale, files) for each in pictures if _is_there(each, files))
        case Buttons(buttons):
            yield from _rows([button_of(each, locale) for each in buttons if each.is_enabled])
        case Menu():
            yield ActionsBlock(elements=[_menu(element, locale)])
        case Row():
            yield _row(element, locale, files)
        case Divider():
            yield DividerBlock()


def _rows(buttons: Sequence[ButtonElement]) -> Iterator[Block]:
    for start in range(0, len(buttons), MAX_BUTTONS):
        yield ActionsBlock(elements=list(buttons[start : start + MAX_BUTTONS]))


def _row(row: Row, locale: str, files: FileIds) -> Block:
    text = mrkdwn_text(mrkdwn_of(row.words, locale) or " ")
    if isinstance(row.beside, Button):
        button = button_of(row.beside, locale) if row.beside.is_enabled else None
        return SectionBlock(text=text, accessory=button)
    if not _is_there(row.beside, files):
        return SectionBlock(text=text)
    return SectionBlock(text=text, accessory=ImageElement(**_source(row.beside, locale, files)))


# ── Buttons and menus ───────────────────────────────────────────────────────────────────────────


def button_of(button: Button, locale: str) -> ButtonElement:
    """Return one button. Slack has none that cannot be pressed: those are left out before."""
    label = " ".join(filter(None, (button.emoji, _label(button.label, locale))))
    text = plain_text(clip(label, BUTTON_LIMIT))
    if button.url is not None:
        return ButtonElement(text=text, url=button.url)
    return ButtonElement(text=text, action_id=str(button.action), style=_STYLES[button.emphasis])


def _menu(menu: Menu, locale: str) -> StaticSelectElement:
    hint = None if menu.hint is None else plain_text(clip(plain(menu.hint, locale), HINT_LIMIT))
    return StaticSelectElement(
        action_id=str(menu.action),
        placeholder=hint,
        **choices(menu.options, locale),
    )


def choices(entries: Sequence[Option], locale: str) -> dict[str, Any]:
    """Return the entries of a menu and the chosen one, as the keywords of its element."""
    options = {each.value: _option(each, locale) for each in entries[:MAX_OPTIONS]}
    chosen = next((options.get(each.value) for each in entries if each.is_chosen), None)
    return {"options": list(options.values()), "initial_option": chosen}


def _option(option: Option, locale: str) -> SelectOption:
    label = " ".join(filter(None, (option.emoji, _label(option.label, locale))))
    return SelectOption(text=plain_text(clip(label, OPTION_LIMIT)), value=option.value)


def _label(label: Text | str, locale: str) -> str:
    return label if isinstance(label, str) else plain(label, locale)


# ── Pictures ────────────────────────────────────────────────────────────────────────────────────


def _is_there(picture: Picture, files: FileIds) -> bool:
    return picture.file_name in files or picture.url is not None


def _image(picture: Picture, locale: str, files: FileIds) -> Block:
    """Return a picture with its file's name, by which it is told again."""
    return ImageBlock(block_id=picture.file_name or None, **_source(picture, locale, files))


def _source(picture: Picture, locale: str, files: FileIds) -> dict[str, Any]:
    """Return where a picture is and what stands for it, as the keywords of its element."""
    file_id = files.get(picture.file_name)
    where: dict[str, Any] = (
        {"image_url": picture.url} if file_id is None else {"slack_file": SlackFile(id=file_id)}
    )
    return {**where, "alt_text": description_of(picture, locale)}


def description_of(picture: Picture, locale: str, *, limit: int = DESCRIPTION_LIMIT) -> str:
    """Return the words that stand for a picture where nobody can see it."""
    label = "" if picture.label is None else plain(picture.label, locale)
    words = clip(picture.words, limit - len(label) - len(", "))
    return ", ".join(filter(None, (words, label))) or picture.file_name
