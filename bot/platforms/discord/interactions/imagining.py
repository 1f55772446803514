"""From a request, as a command or a form gave it, to jobs."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import discord

from bot.domain.pictures import Upload
from bot.platforms.discord.interactions.suggestions import recalled
from bot.services.imagine import Accepted, ImagineCommand, ImagineService, Question
from bot.services.references import check_size
from bot.services.requests import Request

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

T = TypeVar("T")

# Any dash that the prompt language may read as the beginning of a parameter, and any slip of the
# fingers that it may read as one of these names.
_PRIVATE = re.compile(r"[-\u2010-\u2015\u2212]\s*(?:pri?va?|ste?al?t)", re.IGNORECASE)


def given(**options: T | None) -> dict[str, T]:
    """Return the options that were chosen, by name."""
    return {name: value for name, value in options.items() if value is not None}


async def accept_command(
    bot: "ImagineBot",
    request: Request,
    images: Mapping[str, discord.Attachment],
    command: ImagineCommand,
) -> Accepted | Question:
    """Ask for jobs as the command's form was filled in; `images` are options too.

    Raises:
        UserError: it is refused, or an image cannot be used.
    """
    service, person = bot.service, command.actor.person
    await service.check_tenant(command.actor, command.origin.conversation)
    uploads = {name: Upload(url=image.url, size_bytes=image.size) for name, image in images.items()}
    async with service.drafts.offering_edit(_with_pictures(request, uploads), person):
        prompt = await recalled(bot, person, request.prompt)
    return await imagine_with(uploads, service, replace(request, prompt=prompt), command)


async def accept_edited(
    bot: "ImagineBot",
    draft_id: str,
    typed: Request,
    uploads: Mapping[str, Upload],
    command: ImagineCommand,
) -> Accepted | Question:
    """Ask for what a draft holds, with another prompt, and with other pictures if some came.

    Raises:
        UserError: it is refused, or the draft is gone.
    """
    service, person = bot.service, command.actor.person
    await service.check_tenant(command.actor, command.origin.conversation)
    async with service.drafts.offering_edit(_with_pictures(typed, uploads), person):
        draft = await service.drafts.get(draft_id, person)
    request = replace(draft.request, prompt=typed.prompt)
    return await imagine_with(uploads, service, request, command)


async def imagine_with(
    uploads: Mapping[str, Upload],
    service: ImagineService,
    request: Request,
    command: ImagineCommand,
) -> Accepted | Question:
    """Ask for jobs with these files as pictures, none of which is downloaded in vain.

    Raises:
        UserError: it is refused, or a file is too large.
    """
    await service.check_tenant(command.actor, command.origin.conversation)
    request = _with_pictures(request, uploads)
    async with service.drafts.offering_edit(request, command.actor.person):
        for upload in uploads.values():
            check_size(upload.size_bytes, link=upload.url)
    return await service.imagine(request, command)


def _with_pictures(request: Request, uploads: Mapping[str, Upload]) -> Request:
    links = {name: upload.url for name, upload in uploads.items()}
    return replace(request, options={**request.options, **links})


def looks_private(text: str) -> bool:
    """Whether a prompt that is not read yet may ask for a private result.

    Until that is known, "thinking…" must not stand where everybody sees it.
    """
    plain = unicodedata.normalize("NFKC", text)  # wide letters and dashes too
    visible = "".join(each for each in plain if unicodedata.category(each) != "Cf")
    return bool(_PRIVATE.search(visible))
