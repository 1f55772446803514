"""From an image on Discord to a link that the provider can fetch, or to one sentence why not."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import discord

from bot.errors import ImageError, NoImageError, UserError
from bot.references import check_size, no_image
from bot.texts import msg

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

# What people upload: into a message, and into the form of a command.
_UPLOADS = ("/attachments/", "/ephemeral-attachments/")


async def reference_link(bot: "ImagineBot", image: discord.Attachment | str) -> str:
    """Give a link to this image for the provider; `image` may be a link to an uploaded file.

    Takes a second or more, so wait for it with `Answer.wait_for`, and ask for it only once the
    cheaper checks have passed.

    Raises:
        UserError: no image, too large, too many pixels, or unreadable; one sentence says which.
    """
    if isinstance(image, discord.Attachment):
        check_size(image.size)
        url = image.url
    else:
        url = image
    async with bot.room.take(1):
        data = await _download(bot, url)
        return await bot.references.publish(data, original=url)


async def _download(bot: "ImagineBot", url: str) -> bytes:
    try:
        data, _ = await bot.images.fetch(on_cdn(bot.cdn_url, url))
    except NoImageError as error:
        raise no_image() from error
    except ImageError as error:
        raise UserError(
            msg("I couldn't get that picture from Discord. Please attach it again.")
        ) from error
    return data


def is_upload(url: str) -> bool:
    """Whether the link names a file that somebody uploaded to Discord."""
    try:
        return urlsplit(url).path.startswith(_UPLOADS)
    except ValueError:
        return False


def on_cdn(cdn_url: str, url: str) -> str:
    """Give the link of an uploaded file on `cdn_url`, the one origin that we trust for them.

    Raises:
        ImageError: the link names no uploaded file.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # for example an unclosed bracket
        raise ImageError("the link is unreadable") from None
    if not parts.path.startswith(_UPLOADS):
        raise ImageError("the link names no uploaded file")
    query = f"?{parts.query}" if parts.query else ""
    return f"{cdn_url.rstrip('/')}{parts.path}{query}"
