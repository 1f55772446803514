"""Posting the result of a person's job once more, where that person asks for it.

It has nothing to do with the job's own delivery, which it neither needs nor changes.
"""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.domain.deliveries import DELETED_MESSAGE, Delivery
from bot.domain.errors import DeliveryDelayedError, ImageError
from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage
from bot.domain.texts import msg
from bot.images import fitting
from bot.platforms.discord.cards.custom_ids import COPY_PART
from bot.platforms.discord.cards.job_cards import result_card
from bot.platforms.discord.cards.layouts import attached_image, files_of
from bot.platforms.discord.cards.links import seen_from
from bot.platforms.discord.connection.calls import discord_call, is_too_large
from bot.platforms.discord.interactions.attachments import on_cdn
from bot.platforms.discord.messenger.messenger import MAX_MESSAGE_BYTES, MAX_PICTURES
from bot.platforms.discord.people import person_of
from bot.platforms.discord.reply.answer import Answer
from bot.platforms.discord.reply.errors import tell
from bot.services.uploads import Uploads

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

SHRINKS = 3  # times that files are halved when Discord finds them too large


async def repost(interaction: "discord.Interaction[ImagineBot]", job_id: str) -> None:
    """Answer, for everybody, with the result of one of the person's own jobs.

    Raises:
        UserError: it is not this person's, or no longer exists.
    """
    bot, answer = interaction.client, Answer(interaction)
    job, delivery = await answer.wait_for(bot.personal.job(person_of(interaction), job_id))
    await answer.defer()
    async with bot.memory.take(min(len(job.image_urls), MAX_PICTURES)):
        timeout_s = bot.discord_timings.repost_links_timeout_s
        images = await images_of(bot, job, delivery, provider_timeout_s=timeout_s)
        if any(image.data for image in images):
            await _send(interaction, job, images)
            return
    await tell(interaction, msg("I can't get these pictures any more, sorry."))


async def images_of(
    bot: "ImagineBot",
    job: Job,
    delivery: Delivery | None,
    *,
    provider_timeout_s: float,
    limit: int = MAX_PICTURES,
) -> list[FetchedImage]:
    """Fetch images by the provider's links, else from the card: those links end one day."""
    wanted = [
        FetchedImage(index=index, url=url) for index, url in enumerate(job.image_urls[:limit])
    ]
    has_card = delivery is not None and any(part.message_id for part in delivery.parts)
    timeout_s = provider_timeout_s if has_card else None
    images = await asyncio.gather(*(_filled(bot, each, each.url, timeout_s) for each in wanted))
    if delivery is None or all(image.data for image in images):
        return images
    missing = {image.index for image in images if image.data is None}
    links = await _links_on_cards(bot, job, delivery, missing)
    return await asyncio.gather(*(_filled(bot, image, links.get(image.index)) for image in images))


async def _filled(
    bot: "ImagineBot", image: FetchedImage, link: str | None, timeout_s: float | None = None
) -> FetchedImage:
    if image.data is not None or link is None:
        return image
    try:
        async with asyncio.timeout(timeout_s):
            data, extension = await bot.images.fetch(link)
    except (ImageError, TimeoutError) as error:
        log.info("image_not_at_link", index=image.index, error=type(error).__name__)
        return image
    return replace(image, data=data, extension=extension)


async def _links_on_cards(
    bot: "ImagineBot", job: Job, delivery: Delivery, missing: set[int]
) -> dict[int, str]:
    """Return links to images as they are attached to the cards of the delivery, by their index."""
    channel = bot.get_partial_messageable(
        int(delivery.conversation_id or job.origin.conversation.id)
    )
    links: dict[int, str] = {}
    for part in delivery.parts:
        if part.message_id in {None, DELETED_MESSAGE} or missing.isdisjoint(part.images):
            continue
        try:
            async with discord_call(bot.discord_timings.call_timeout_s):
                card = await channel.fetch_message(int(part.message_id or 0))
        except (discord.HTTPException, DeliveryDelayedError) as error:
            log.info("card_not_readable", part=part.number, error=type(error).__name__)
            continue
        links |= _links_on(bot, card, job, missing.intersection(part.images))
    return links


def _links_on(
    bot: "ImagineBot", card: discord.Message, job: Job, wanted: set[int]
) -> dict[int, str]:
    links: dict[int, str] = {}
    for index in wanted:
        attached = attached_image(card, job.id, index + 1)
        if attached is not None:
            links[index] = on_cdn(bot.cdn_url, attached)
    return links


async def _send(
    interaction: discord.Interaction[Any], job: Job, images: list[FetchedImage]
) -> None:
    """Turn "thinking…" into the result, with smaller files if Discord finds it too large."""
    job = seen_from(job, str(interaction.channel_id))
    uploads, indexes = Uploads(images, fitting), [image.index for image in images]
    await uploads.fit_all(min(interaction.filesize_limit, MAX_MESSAGE_BYTES // len(images)))
    for attempt in range(SHRINKS + 1):
        shown = uploads.pick(indexes)
        view = result_card(job, COPY_PART, shown)
        try:
            async with asyncio.timeout(interaction.client.discord_timings.send_timeout_s):
                await interaction.edit_original_response(
                    view=view, attachments=files_of(job.id, shown)
                )
        except discord.HTTPException as error:
            if not is_too_large(error) or attempt == SHRINKS:
                raise
            await uploads.halve(indexes)
        else:
            return
