"""Messages for one person alone: shown when asked for, changed in place by their own buttons.

Discord wants an answer within 3 seconds: while one takes longer than a second,
"thinking…" stands there.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import discord
from discord import ui

from bot.domain.errors import UnavailableError
from bot.domain.texts import msg
from bot.services.timeouts import within

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrated:
    """A message with the files that it shows. For one call only: discord.py closes the files."""

    view: ui.LayoutView
    files: list[discord.File]


Shown: TypeAlias = ui.LayoutView | Illustrated


async def answer_privately(
    interaction: discord.Interaction[Any], message: Awaitable[Shown]
) -> None:
    """Answer with a new message for this person alone.

    Raises:
        discord.HTTPException: Discord refuses it.
    """
    response = interaction.response
    shown = await deferring(
        interaction, message, lambda: response.defer(ephemeral=True, thinking=True)
    )
    async with asyncio.timeout(interaction.client.discord_timings.call_timeout_s):
        if response.is_done():
            await interaction.edit_original_response(**_as_edit(shown))
        else:
            await response.send_message(**_as_new(shown), ephemeral=True)


async def replace(interaction: discord.Interaction[Any], message: Awaitable[Shown]) -> None:
    """Put `message` in the place of the one whose button, menu or form was used.

    Raises:
        discord.HTTPException: Discord refuses it.
    """
    await put(interaction, await deferring(interaction, message, interaction.response.defer))


async def put(interaction: discord.Interaction[Any], shown: Shown) -> None:
    """Do the same with a message that is ready."""
    response = interaction.response
    async with asyncio.timeout(interaction.client.discord_timings.call_timeout_s):
        if response.is_done():
            await interaction.edit_original_response(**_as_edit(shown))
        else:
            await response.edit_message(**_as_edit(shown))


def _as_new(shown: Shown) -> dict[str, Any]:
    if isinstance(shown, Illustrated):
        return {"view": shown.view, "files": shown.files}
    return {"view": shown}


def _as_edit(shown: Shown) -> dict[str, Any]:
    """Return what to send, as arguments for discord.py; other files than these go."""
    if isinstance(shown, Illustrated):
        return {"view": shown.view, "attachments": shown.files}
    return {"view": shown}


async def deferring(interaction: discord.Interaction[Any], work: Awaitable[T], defer: Any) -> T:
    """Return the result of `work`; defer the answer if it takes longer than a second."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=interaction.client.discord_timings.thinking_after_s)
        if not task.done():
            async with asyncio.timeout(interaction.client.discord_timings.call_timeout_s):
                await defer()
        return await task
    finally:
        task.cancel()


async def before_form(interaction: discord.Interaction[Any], work: Awaitable[T]) -> T:
    """Return the result of `work` that a form needs, before it is too late for the form.

    Raises:
        UnavailableError: it does not come in time.
    """
    try:
        return await within(interaction.client.discord_timings.form_within_s, work)
    except TimeoutError as error:
        raise UnavailableError(msg("I'm a bit slow right now, sorry. Please try again.")) from error
