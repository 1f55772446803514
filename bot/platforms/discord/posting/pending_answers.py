"""Taking back a "thinking…" that nobody will answer any more."""

from typing import TYPE_CHECKING

import discord
import structlog

from bot.domain.deliveries import PendingAnswer
from bot.domain.texts import msg
from bot.platforms.discord.calls import discord_call, reason_of
from bot.platforms.discord.cards.markdown import render
from bot.platforms.discord.posting.placeholder import ORIGINAL, webhook_for

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

log = structlog.get_logger(__name__)

_INTERRUPTED = msg(
    "I was interrupted before I could start, sorry. Nothing was charged; please try again."
)
_REPEATED = msg("You'd already started these; nothing more was charged.")


async def take_back(bot: "ImagineBot", pending_answer: PendingAnswer) -> None:
    """Put a sentence where "thinking…" stands, if it still does.

    Raises:
        DeliveryDelayedError: not now, or the outcome is not known; it may be repeated.
    """
    webhook = webhook_for(bot, pending_answer.reply_token)
    said = _REPEATED if pending_answer.is_repeat else _INTERRUPTED
    try:
        async with discord_call(bot.discord_timings.call_timeout_s):
            answer = await webhook.fetch_message(ORIGINAL)
        if answer.flags.loading:
            async with discord_call(bot.discord_timings.call_timeout_s):
                await webhook.edit_message(ORIGINAL, content=render(said, pending_answer.locale))
            log.info("pending_answer_withdrawn")
    except discord.HTTPException as error:  # its token has ended, or somebody removed it
        log.info("pending_answer_gone", reason=reason_of(error))
