"""One sentence to one person, whatever was answered before. The edge where errors end."""

import asyncio
import contextlib
import secrets
from typing import Any

import discord
import structlog

from bot.locales import render
from bot.platforms.discord.calls import CALL_TIMEOUT_S, LOST, is_beaten
from bot.platforms.discord.markdown import clip
from bot.texts import Text, msg

log = structlog.get_logger(__name__)

CONTENT_LIMIT = 2000  # Discord's; a sentence may quote what somebody wrote
_PUBLIC_DEFER = discord.InteractionResponseType.deferred_channel_message


async def tell(interaction: discord.Interaction[Any], text: Text) -> None:
    """Tell only this person; a public "thinking…" disappears. Never raises for Discord's sake."""
    sentence = clip(render(text, str(interaction.locale)), CONTENT_LIMIT)
    try:
        async with asyncio.timeout(CALL_TIMEOUT_S):
            await _say(interaction, sentence)
    except (discord.HTTPException, *LOST) as error:
        log.info("sentence_not_shown", error=type(error).__name__)


async def apologise(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Log what went wrong and tell the person the reference under which it is logged."""
    if is_beaten(error):
        log.debug("interaction_beaten", interaction_id=interaction.id)
        return
    reference = secrets.token_hex(4)
    log.error("interaction_failed", reference=reference, exc_info=error)
    await tell(
        interaction,
        msg(
            "Sorry, something went wrong on my side. If it happens again, please tell the person "
            "who runs this bot, with this reference: {reference}",
            reference=reference,
        ),
    )


async def _say(interaction: discord.Interaction[Any], sentence: str) -> None:
    if not interaction.response.is_done():
        await interaction.response.send_message(sentence, ephemeral=True)
        return
    if interaction.response.type is _PUBLIC_DEFER:
        # While it stands, Discord would turn the next message into its public end.
        with contextlib.suppress(discord.NotFound):
            await interaction.delete_original_response()
    await interaction.followup.send(sentence, ephemeral=True)
