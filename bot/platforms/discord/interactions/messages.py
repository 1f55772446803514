"""What there is in a message that somebody points at: an image, a card of ours. Pure."""

from collections.abc import Iterator

import discord

from bot.platforms.discord.cards.custom_ids import CUSTOM_ID
from bot.platforms.discord.cards.layouts import custom_ids, gallery_links, image_at
from bot.platforms.discord.interactions.attachments import is_upload


def image_in(message: discord.Message) -> str | None:
    """Return the link of the first image that was uploaded with the message, or None."""
    return next(_images_in(message), None)


def _images_in(message: discord.Message) -> Iterator[str]:
    for file in message.attachments:
        if (file.content_type or "").startswith("image/"):
            yield file.url
    yield from filter(is_upload, gallery_links(message))


def job_in(message: discord.Message) -> str | None:
    """Return the id of the job that a message of ours is about, or None."""
    return next(_jobs_in(message), None)


def _jobs_in(message: discord.Message) -> Iterator[str]:
    for custom_id in sorted(custom_ids(message)):
        found = CUSTOM_ID.fullmatch(custom_id)
        if found is not None and found["job_id"] is not None:
            yield found["job_id"]
    for link in gallery_links(message):  # a single image at full size has no buttons
        image = image_at(link)
        if image is not None:
            yield image[0]
