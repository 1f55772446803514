"""The building blocks of our messages (Components V2). Pure.

Discord allows 40 components and 4000 characters of text a message, and refuses the whole message
beyond that; the limits below share those out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import discord
from discord import ui

from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage
from bot.domain.texts import clip, msg
from bot.platforms.discord.cards.facts import spoken_words
from bot.platforms.discord.rendering.markdown import escape, quote, render

PROMPT_LIMIT = 1000  # characters before escaping, so at most about 2000 of the 4000
DESCRIPTION_LIMIT = 1024  # Discord's, for the words that stand for a picture
ACCENT = discord.Colour(0x8E6CFF)
FAILURE_ACCENT = discord.Colour(0xD9534F)

_IMAGE_FILE = re.compile(r"(?P<job_id>[a-z2-7]+)-(?P<number>[0-9]+)\.[a-z]+")


def sealed(*items: ui.Item[Any]) -> ui.LayoutView:
    """Build a message that discord.py sends and forgets.

    A stopped view is never stored: presses are told apart by their custom ids alone
    (`buttons.CardButton`), so nothing piles up in memory, and no later edit can unregister that
    class for the whole bot, as happens with stored views. Build a new one for every send.
    """
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def prompt_text(prompt: str) -> ui.TextDisplay[Any]:
    """Show what was asked, in a block of its own so that its formatting cannot leak.

    `prompt` holds no links: see `facts.shown_prompt`.
    """
    return ui.TextDisplay(quote(escape(clip(prompt, PROMPT_LIMIT))))


def gallery(job: Job, images: Iterable[FetchedImage], locale: str) -> ui.MediaGallery[Any]:
    """Show images that are sent along as `files_of` names them."""
    return ui.MediaGallery(
        *(
            discord.MediaGalleryItem(
                f"attachment://{file_name(job.id, image)}",
                description=alternative_text(job, image.index + 1, locale),
            )
            for image in images
        )
    )


def alternative_text(job: Job, number: int, locale: str) -> str:
    """Say what picture `number` of a job shows, for who cannot see it."""
    place = {"number": number, "all": max(len(job.image_urls), number)}
    picture = render(msg("picture {number} of {all}", **place), locale)
    words = clip(spoken_words(job), DESCRIPTION_LIMIT - len(picture) - len(", "))
    return f"{words}, {picture}" if words else picture


def files_of(job_id: str, images: Iterable[FetchedImage]) -> list[discord.File]:
    """Return a gallery's files to upload. discord.py closes them: make new ones each time."""
    return [
        discord.File(BytesIO(image.data), filename=file_name(job_id, image))
        for image in images
        if image.data is not None
    ]


def file_name(job_id: str, image: FetchedImage) -> str:
    """Name an image's file; letters, digits, dot and dash only, else `attachment://` fails."""
    return f"{job_id}-{image.index + 1}.{image.extension}"


def attached_image(message: discord.Message, job_id: str, number: int) -> str | None:
    """Return the address of image `number` as it is attached to one of our cards.

    Attachments that a component shows are absent from `message.attachments`.
    """
    wanted = (job_id, number)
    return next((link for link in gallery_links(message) if image_at(link) == wanted), None)


def gallery_links(message: discord.Message) -> Iterator[str]:
    """Return the addresses of the images that a message shows in galleries."""
    for component in _all_components(message.components):
        if isinstance(component, discord.MediaGalleryComponent):
            yield from (item.media.url for item in component.items)


def image_at(url: str) -> tuple[str, int] | None:
    """Say which image of which job this is the address of; None: of none, by its file's name."""
    found = _IMAGE_FILE.fullmatch(urlsplit(url).path.rpartition("/")[2])
    return None if found is None else (found["job_id"], int(found["number"]))


def custom_ids(message: discord.Message) -> set[str]:
    """Return the custom ids of all buttons and menus of a message."""
    found = (getattr(each, "custom_id", None) for each in _all_components(message.components))
    return {custom_id for custom_id in found if isinstance(custom_id, str)}


def _all_components(components: Sequence[discord.Component]) -> Iterable[discord.Component]:
    for component in components:
        yield component
        children: Sequence[discord.Component] = getattr(component, "children", ())
        yield from _all_components(children)
        accessory: discord.Component | None = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory
