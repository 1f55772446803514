"""What people do while they wait: take a job back, keep a result to themselves, say yes or no."""

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.domain.jobs import GroupProgress
from bot.domain.texts import msg
from bot.platforms.discord.cards.custom_ids import ButtonId
from bot.platforms.discord.cards.placeholder_cards import progress_card
from bot.platforms.discord.connection.calls import discord_call
from bot.platforms.discord.interactions.visibility import actor_of
from bot.platforms.discord.reply.errors import dismiss, tell
from bot.platforms.discord.reply.placeholder import answer_with_placeholder
from bot.platforms.discord.reply.private import deferring
from bot.services.drafts import draft_key

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)


async def cancel(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Take back what was not paid for; what is being drawn already can only be discarded."""
    work = interaction.client.jobs.cancel(press.job_id, actor_of(interaction))
    cancelled, progress = await deferring(interaction, work, interaction.response.defer)
    await _refresh(interaction, press.job_id, progress)
    if cancelled:
        return
    if progress.in_flight:
        await tell(interaction, _MAY_BE_DRAWN if progress.in_doubt else _IS_DRAWN)
    elif not progress.finished:
        await tell(interaction, _TOO_LATE)


async def discard(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Keep what is being drawn from being posted; what turns out to be free is taken back."""
    work = interaction.client.jobs.discard(press.job_id, actor_of(interaction))
    changed, progress = await deferring(interaction, work, interaction.response.defer)
    await _refresh(interaction, press.job_id, progress)
    if not changed and not progress.finished:
        await tell(interaction, _TOO_LATE)


_IS_DRAWN = msg(
    "Midjourney has already started, so it counts. If you don't want it posted here, press "
    "“Don't post”."
)
_MAY_BE_DRAWN = msg(
    "Midjourney may have started already, so it may have been charged. If you don't want it "
    "posted here, press “Don't post”."
)
_TOO_LATE = msg("It's already finished and on its way here.")


async def start(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Start the jobs that were asked about as they are, and take the question away."""
    await _start(interaction, press, is_fixed=False)


async def fix(interaction: "discord.Interaction[ImagineBot]", press: ButtonId) -> None:
    """Start the jobs that were asked about with what was doubtful put right."""
    await _start(interaction, press, is_fixed=True)


async def _start(
    interaction: "discord.Interaction[ImagineBot]", press: ButtonId, *, is_fixed: bool
) -> None:
    confirm = interaction.client.service.confirm
    accepted = await answer_with_placeholder(
        interaction,
        partial(confirm, press.job_id, is_fixed=is_fixed),
        is_private=bool(press.number),
        source_key=draft_key(press.job_id),
    )
    if accepted is not None:
        await dismiss(interaction)


async def decline(interaction: discord.Interaction[Any], _press: ButtonId) -> None:
    """Take the question away."""
    await interaction.response.defer()
    with contextlib.suppress(discord.NotFound):  # pressed twice
        async with discord_call(interaction.client.discord_timings.call_timeout_s):
            await interaction.delete_original_response()


async def _refresh(
    interaction: "discord.Interaction[ImagineBot]", job_id: str, progress: GroupProgress
) -> None:
    """Answer with the placeholder as it is now; leave it alone where its result is under way.

    What was read before may be stale by then: the outbox shows it once more.
    """
    bot, response = interaction.client, interaction.response
    async with asyncio.timeout(bot.discord_timings.call_timeout_s):
        job = await bot.jobs.get(job_id, actor_of(interaction))
        card = progress_card(job, progress, await bot.jobs.expected_at(job))
        if card is not None and not response.is_done():
            await response.edit_message(view=card)
            return
        if not response.is_done():
            await response.defer()
        if card is not None:
            await interaction.edit_original_response(view=card)
        elif progress.total > 1:
            with contextlib.suppress(discord.NotFound):  # gone with the last of its jobs
                await interaction.delete_original_response()
