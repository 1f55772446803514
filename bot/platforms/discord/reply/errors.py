"""One sentence to one person, whatever was answered before. The edge where errors end."""

import asyncio
import contextlib
import secrets
from io import BytesIO
from typing import Any

import discord
import structlog
from discord import ui

from bot.domain.errors import PromptError, StoreError, UserError
from bot.domain.texts import Text, msg
from bot.platforms.discord.cards.controls import redo
from bot.platforms.discord.connection.calls import LOST, is_beaten, is_lost, is_message_gone
from bot.platforms.discord.interactions.typed import typed_prompt
from bot.platforms.discord.language import locale_of
from bot.platforms.discord.rendering.markdown import code_block, render

log = structlog.get_logger(__name__)

CONTENT_LIMIT = 2000  # Discord's; a sentence may quote what somebody wrote
_PUBLIC_DEFER = discord.InteractionResponseType.deferred_channel_message


async def tell(interaction: discord.Interaction[Any], what: Text | UserError) -> None:
    """Tell only this person; a public "thinking…" disappears. Never raises for Discord's sake.

    A prompt that was refused is shown with the place where it goes wrong, and any request that was
    kept with a way to correct it.
    """
    try:
        async with asyncio.timeout(interaction.client.discord_timings.call_timeout_s):
            await _say(interaction, _private_message(what, await locale_of(interaction)))
    except (discord.HTTPException, *LOST) as error:
        log.info("sentence_not_shown", error=type(error).__name__)


async def show_alone(interaction: discord.Interaction[Any], view: ui.LayoutView) -> None:
    """Show a message to this person only; a public "thinking…" disappears.

    Raises:
        discord.HTTPException: Discord refuses it.
    """
    async with asyncio.timeout(interaction.client.discord_timings.call_timeout_s):
        await _say(interaction, {"view": view})


async def dismiss(interaction: discord.Interaction[Any]) -> None:
    """Take away the message whose button was pressed or opened a form, if one person sees it.

    Best effort: it was answered, and what came of that stands in another message.
    """
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        return
    try:
        async with asyncio.timeout(interaction.client.discord_timings.call_timeout_s):
            await interaction.followup.delete_message(message.id)
    except (discord.HTTPException, *LOST) as error:
        log.info("question_left", error=type(error).__name__)


async def explain(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person what went wrong: in our own words, or with an apology if we have none.

    Another process may have answered, somebody may have deleted the answer, or its channel, before
    it was complete, or ours may be about to end: then there is nothing to tell.
    """
    if is_beaten(error) or _is_unwanted(error) or interaction.client.is_closed():
        log.debug("interaction_given_up", interaction_id=interaction.id)
    elif isinstance(error, UserError):
        await tell(interaction, error)
    elif is_lost(error):  # no defect of ours: neither a traceback nor a reference
        log.warning("interaction_lost", error=type(error).__name__)
        await tell(interaction, msg("Discord didn't answer me just now. Please try again."))
    else:
        await apologise(interaction, error)


async def apologise(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Log what went wrong and tell the person the reference under which it is logged.

    A failure of the database is logged without a traceback: it is no defect of ours. A prompt that
    was typed cannot be kept then, and is given back.
    """
    reference = secrets.token_hex(4)
    if isinstance(error, StoreError):
        log.error("interaction_failed", reference=reference, reason=str(error))
    else:
        log.error("interaction_failed", reference=reference, exc_info=error)
    sorry = msg(
        "Sorry, something went wrong on my side. If it happens again, please tell the person "
        "who runs this bot, with this reference: {reference}",
        reference=reference,
    )
    await tell(interaction, UserError(sorry, typed=typed_prompt(interaction)))


def _is_unwanted(error: BaseException) -> bool:
    return isinstance(error, discord.HTTPException) and is_message_gone(error)


def _private_message(what: Text | UserError, locale: str) -> dict[str, Any]:
    """Return what to send, as arguments for discord.py."""
    text = what.text if isinstance(what, UserError) else what
    block = code_block(what.place) if isinstance(what, PromptError) and what.place else ""
    limit = CONTENT_LIMIT - len(block) - 1
    shown: dict[str, Any] = {}
    if isinstance(what, UserError) and what.draft_id is not None:
        shown["view"] = _way_back(what.draft_id, locale)
    if isinstance(what, UserError) and what.typed is not None:
        block = render(msg("So that nothing is lost, here is what you typed:"), locale)
        limit = CONTENT_LIMIT - len(block) - 1
        shown["file"] = discord.File(BytesIO(what.typed.encode(errors="replace")), "prompt.txt")
    sentence = render(text, locale, limit=limit)
    return {"content": f"{sentence}\n{block}".rstrip("\n"), **shown}


def _way_back(draft_id: str, locale: str) -> ui.View:
    """Return the button that opens what was refused; stopped, as `layouts.sealed` explains."""
    view = ui.View(timeout=None)
    view.add_item(redo(draft_id, locale))
    view.stop()
    return view


async def _say(interaction: discord.Interaction[Any], answer_privately: dict[str, Any]) -> None:
    if not interaction.response.is_done():
        await interaction.response.send_message(**answer_privately, ephemeral=True)
        return
    if interaction.response.type is _PUBLIC_DEFER:
        # While it stands, Discord would turn the next message into its public end.
        with contextlib.suppress(discord.NotFound):
            await interaction.delete_original_response()
    await interaction.followup.send(**answer_privately, ephemeral=True)
