"""Looking through a channel for a card of ours that may or may not have arrived."""

from dataclasses import dataclass

import discord

from bot.platforms.discord.calls import discord_call
from bot.platforms.discord.cards.custom_ids import card_mark
from bot.platforms.discord.cards.layouts import custom_ids

MAX_MESSAGES = 500  # 5 calls of 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search found; without a card, whether that proves that there is none."""

    message_id: str | None = None
    is_proven: bool = False


async def find_card(
    channel: discord.abc.Messageable,
    *,
    after: int,
    author_id: int,
    job_id: str,
    part: int,
    is_direct: bool,
    timeout_s: float,
) -> Search:
    """Look for the card of this part among the messages after the one with id `after`.

    `is_direct`: these are direct messages, which the bot may always read.

    Raises:
        DeliveryDelayedError: Discord cannot be asked now.
    """
    mark = card_mark(job_id, part)
    try:
        async with discord_call(timeout_s):
            found, seen = await _search(channel, after=after, author_id=author_id, mark=mark)
            if found is None and not seen and not is_direct and not await _is_readable(channel):
                return Search()
    except discord.HTTPException:
        return Search()
    return Search(message_id=found, is_proven=seen < MAX_MESSAGES)


async def _search(
    channel: discord.abc.Messageable, *, after: int, author_id: int, mark: str
) -> tuple[str | None, int]:
    """Return the id of the message with the mark, and how many were looked at."""
    seen = 0
    start = discord.Object(id=after)
    async for message in channel.history(limit=MAX_MESSAGES, after=start, oldest_first=True):
        seen += 1
        if message.author.id == author_id and mark in custom_ids(message):
            return str(message.id), seen
    return None, seen


async def _is_readable(channel: discord.abc.Messageable) -> bool:
    """Whether any message can be seen: without Read Message History Discord gives an empty list."""
    return bool([message async for message in channel.history(limit=1)])
