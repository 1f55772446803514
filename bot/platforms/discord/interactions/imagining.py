"""From a wish, as a command or a form gave it, to jobs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import discord

from bot.platforms.discord.interactions.attachments import is_upload, reference_link
from bot.platforms.discord.interactions.suggestions import recalled
from bot.references import check_size
from bot.service import Accepted, Confirmation, ImagineRequest
from bot.wishes import IMAGE_OPTIONS, Wish

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

T = TypeVar("T")


def given(**options: T | None) -> dict[str, T]:
    """Give the options that were chosen, by name."""
    return {name: value for name, value in options.items() if value is not None}


async def accept_command(
    bot: "ImagineBot",
    wish: Wish,
    images: Mapping[str, discord.Attachment],
    request: ImagineRequest,
) -> Accepted | Confirmation:
    """Ask for jobs as the command's form was filled in; `images` are options too.

    Raises:
        UserError: it is refused, or an image cannot be used.
    """
    for image in images.values():
        check_size(image.size)
    links = {name: image.url for name, image in images.items()}
    prompt = await recalled(bot, request.origin.requester, wish.prompt)
    wish = replace(wish, prompt=prompt, options={**wish.options, **links})
    return await accept_wish(bot, wish, request)


async def accept_wish(
    bot: "ImagineBot", wish: Wish, request: ImagineRequest
) -> Accepted | Confirmation:
    """Ask for jobs; options may hold links of images that were uploaded to Discord.

    The provider gets links of its own to them. They are made last: not for a wish that would be
    refused anyway.

    Raises:
        UserError: it is refused, or an image cannot be used.
    """
    images = {name: str(wish.options.get(name)) for name in IMAGE_OPTIONS}
    uploads = {name: link for name, link in images.items() if is_upload(link)}
    if uploads:
        await bot.service.check(wish, request)
        links = {name: await reference_link(bot, url) for name, url in uploads.items()}
        wish = replace(wish, options={**wish.options, **links})
    return await bot.service.imagine(wish, request)
