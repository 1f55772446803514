"""The buttons of all cards: one class, no state but the custom id.

One class, because discord.py registers each for the whole bot and can lose one by accident; see
`layouts.sealed`, which keeps it from happening.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import discord
import structlog
from discord import ui
from discord.ui.view import BaseView

from bot.domain.errors import ImageError, OutdatedError
from bot.domain.jobs import Job
from bot.domain.pictures import FetchedImage
from bot.domain.texts import msg
from bot.images import fit
from bot.platforms.discord.cards import job_cards as cards
from bot.platforms.discord.cards.custom_ids import CUSTOM_ID, Action, ButtonId, PanelId
from bot.platforms.discord.cards.layouts import attached_image, custom_ids, files_of
from bot.platforms.discord.cards.links import seen_from
from bot.platforms.discord.client.cleaning import clean_interaction
from bot.platforms.discord.interactions import (
    card_actions,
    queued_jobs,
)
from bot.platforms.discord.interactions.attachments import on_cdn
from bot.platforms.discord.interactions.visibility import actor_of
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.panels.routes import PANELS
from bot.platforms.discord.reply.answer import Answer
from bot.platforms.discord.reply.errors import explain, tell
from bot.platforms.discord.reply.placeholder import answer_with_placeholder

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)


class CardButton(ui.DynamicItem[ui.Item[Any]], template=CUSTOM_ID):
    """Any button of any card, and any button or menu of a panel, made anew for each press."""

    def __init__(self, item: ui.Item[Any], press: ButtonId | PanelId) -> None:
        super().__init__(item)
        self._press = press

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the item that was pressed."""
        clean_interaction(interaction)
        return cls(item, (PanelId if match["panel"] else ButtonId).from_match(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the item says; an error is answered here, for discord.py would only log it."""
        press = self._press
        with structlog.contextvars.bound_contextvars(**_context(press)):
            try:
                if isinstance(press, PanelId):
                    await PANELS[press.panel](interaction, press.state)
                else:
                    await _ACTIONS[press.action](interaction, press)
            except Exception as error:  # noqa: BLE001 - the edge: told, or logged and answered
                await explain(interaction, error)


async def answer_unknown(interaction: "discord.Interaction[ImagineBot]") -> None:
    """Tell whoever pressed something that no `CardButton` is made for; it would hang otherwise.

    That is an action of another version, or an id that its message does not carry: discord.py
    looks for both there, and stays silent. What it keeps as a view answers for itself; only the
    demo has one.
    """
    data: Mapping[str, Any] = interaction.data or {}
    custom_id, message = str(data.get("custom_id", "")), interaction.message
    if CUSTOM_ID.fullmatch(custom_id) and message is not None and custom_id in custom_ids(message):
        return
    if any(custom_id in _kept_ids(view) for view in interaction.client.persistent_views):
        return
    clean_interaction(interaction)
    await explain(interaction, OutdatedError())


def _kept_ids(view: BaseView) -> set[str | None]:
    return {getattr(item, "custom_id", None) for item in view.walk_children()}


def _context(press: ButtonId | PanelId) -> dict[str, str]:
    """Say for the log what was pressed; the state of a panel may hold what somebody wrote."""
    if isinstance(press, PanelId):
        return {"panel": press.panel.value}
    return {"job_id": press.job_id}


async def _show(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Post one image at full size, for everybody who sees the card."""
    number = press.number or 1
    card = interaction.message
    answer = Answer(interaction, is_private=card is not None and card.flags.ephemeral)
    job = await answer.wait_for(interaction.client.jobs.get(press.job_id, actor_of(interaction)))
    await answer.defer()
    if answer.is_beaten:
        return
    try:
        async with interaction.client.memory.take(1):
            data, _ = await _image(interaction, job, number)
            data, extension = await fit(data, max_bytes=interaction.filesize_limit)
            image = FetchedImage(index=number - 1, url="", data=data, extension=extension)
            await _post_image(interaction, job, image)
    except ImageError as error:
        log.warning("image_missing", number=number, reason=str(error))
        await tell(interaction, msg("I can't get image {number} any more, sorry.", number=number))


async def _post_image(interaction: discord.Interaction[Any], job: Job, image: FetchedImage) -> None:
    locale = await locale_of(interaction)
    job = seen_from(job, str(interaction.channel_id))
    view = cards.single_image(job, image, str(interaction.user.id), locale)
    async with asyncio.timeout(interaction.client.discord_timings.send_timeout_s):
        await interaction.edit_original_response(view=view, attachments=files_of(job.id, [image]))


async def _image(
    interaction: "discord.Interaction[ImagineBot]", job: Job, number: int
) -> tuple[bytes, str]:
    """Fetch an image by the provider's link, else from the card itself: those links end one day."""
    images, card = interaction.client.images, interaction.message
    attached = None if card is None else attached_image(card, job.id, number)
    if attached is None:
        return await images.fetch(_provider_link(job, number))
    try:
        async with asyncio.timeout(interaction.client.discord_timings.image_link_timeout_s):
            return await images.fetch(_provider_link(job, number))
    except (ImageError, TimeoutError):
        return await images.fetch(on_cdn(interaction.client.cdn_url, attached))


def _provider_link(job: Job, number: int) -> str:
    if not 1 <= number <= len(job.image_urls):
        raise ImageError("the job has no such image")
    return job.image_urls[number - 1]


async def _again(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Ask for the same once more, as a job of the person who pressed."""
    await answer_with_placeholder(
        interaction, partial(interaction.client.service.again, press.job_id)
    )


async def _delete(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Remove the card, for the person who asked or who keeps order here."""
    await interaction.response.defer()
    await interaction.client.jobs.check_may_remove(press.job_id, actor_of(interaction))
    async with asyncio.timeout(interaction.client.discord_timings.send_timeout_s):
        await _remove_card(interaction)


async def _take_down(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Remove a picture that was posted by itself, also for the person who posted it."""
    await interaction.response.defer()
    actor = actor_of(interaction)
    poster = replace(actor.person, id=press.person_id or "")
    await interaction.client.jobs.check_may_remove(press.job_id, actor, poster=poster)
    async with asyncio.timeout(interaction.client.discord_timings.send_timeout_s):
        await _remove_card(interaction)


async def _remove_card(interaction: discord.Interaction[Any]) -> None:
    try:
        await interaction.delete_original_response()  # the message that carries the button
    except discord.NotFound:
        log.debug("card_gone_already")


_Handler: TypeAlias = Callable[[discord.Interaction[Any], ButtonId], Awaitable[None]]
_ACTIONS: dict[Action, _Handler] = {
    Action.SHOW: _show,
    Action.AGAIN: _again,
    Action.DELETE: _delete,
    Action.TAKE_DOWN: _take_down,
    Action.VARY: card_actions.vary,
    Action.EDIT: card_actions.edit,
    Action.REDO: card_actions.redo,
    Action.DETAILS: card_actions.details,
    Action.REMOVE: card_actions.remove,
    Action.CANCEL: queued_jobs.cancel,
    Action.DISCARD: queued_jobs.discard,
    Action.START: queued_jobs.start,
    Action.FIX: queued_jobs.fix,
    Action.DECLINE: queued_jobs.decline,
}
