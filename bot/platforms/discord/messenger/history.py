"""Looking through a channel for a message of ours that may or may not have arrived."""

import discord

from bot.domain.errors import UnreadableError
from bot.platforms.discord.connection.calls import discord_call, reason_of
from bot.platforms.discord.rendering.reading import custom_ids

MAX_MESSAGES = 500  # 5 calls of 100


async def find_message(
    channel: discord.abc.Messageable,
    *,
    mark: str,
    after: int,
    author_id: int,
    is_direct: bool,
    timeout_s: float,
) -> str | None:
    """Return the id of our message with a button of the custom id `mark`; None: there is none.

    It is looked for after the message with the id `after`. `is_direct`: these are direct messages,
    which the bot may always read.

    Raises:
        NotSentError: Discord cannot be asked now.
        UnreadableError: the channel may not be read, or too much was said there since.
    """
    try:
        async with discord_call(timeout_s, changes_nothing=True):
            found, seen = await _search(channel, mark=mark, after=after, author_id=author_id)
            is_readable = seen > 0 or is_direct or await _is_readable(channel)
    except discord.HTTPException as error:
        raise UnreadableError(reason_of(error)) from error
    if found is None and (seen >= MAX_MESSAGES or not is_readable):
        raise UnreadableError
    return found


async def _search(
    channel: discord.abc.Messageable, *, mark: str, after: int, author_id: int
) -> tuple[str | None, int]:
    """Return the id of the message with the mark, and how many were looked at."""
    seen = 0
    start = discord.Object(id=after)
    async for message in channel.history(limit=MAX_MESSAGES, after=start, oldest_first=True):
        seen += 1
        if message.author.id == author_id and carries(message, mark):
            return str(message.id), seen
    return None, seen


async def _is_readable(channel: discord.abc.Messageable) -> bool:
    """Whether any message can be seen: without Read Message History Discord gives an empty list."""
    return bool([message async for message in channel.history(limit=1)])


def carries(message: discord.Message, mark: str) -> bool:
    """Whether a button of the message has this custom id."""
    return mark in custom_ids(message)
