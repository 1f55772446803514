"""The placeholder of a job or a group: found, changed, filled with a result, removed.

It stands in the origin's channel. The bot may change it as its author where it may see the channel;
with the interaction's token it may everywhere, as long as that lives.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import discord
import structlog
from discord import ui
from discord.utils import time_snowflake

from bot.domain.jobs import Job
from bot.platforms.discord.calls import (
    discord_call,
    is_message_gone,
    is_too_large,
    reason_of,
)
from bot.platforms.discord.cards.layouts import custom_ids
from bot.platforms.discord.posting.content import Content

if TYPE_CHECKING:  # the bot's module needs this one
    from bot.platforms.discord.bot import ImagineBot

T = TypeVar("T")

log = structlog.get_logger(__name__)

# Discord: 15 minutes. Less, so that a call made at the last moment still arrives in time.
TOKEN_LIFE = timedelta(minutes=15) - timedelta(seconds=30)
# Discord's name for the first answer to an interaction. discord.py's types know only numbers.
ORIGINAL: Any = "@original"


class Placeholder:
    """The placeholder of a job, or of its group.

    `message_id` is None where there is none, or none that we know of.

    Every method may raise DeliveryDelayedError: not now, or the outcome is not known. All may be
    repeated.
    """

    def __init__(self, bot: "ImagineBot", job: Job) -> None:
        self._bot = bot
        self._origin = job.origin
        self._is_private = job.is_private
        self._asked_at = _asked_at(job)
        self.message_id = job.origin.placeholder_id
        self.is_gone = False  # Discord says that somebody deleted it

    @property
    def anchor(self) -> int:
        """An id that is lower than that of every card of the job, and not by much."""
        return self._asked_at if self.message_id is None else int(self.message_id)

    async def recover(self) -> None:
        """Ask Discord for the id if the answer that told it was lost."""
        webhook = self._webhook()
        if self.message_id is not None or webhook is None:
            return
        try:
            async with discord_call(self._bot.discord_timings.call_timeout_s):
                message = await webhook.fetch_message(ORIGINAL)
        except discord.HTTPException:
            return
        if is_placeholder(message, self._asked_at):
            self.message_id = str(message.id)

    async def change(self, view: ui.LayoutView) -> None:
        """Let it say something else, if it is there.

        Plain text, with which another process answered first, goes.

        Raises:
            discord.HTTPException: Discord refuses.
        """
        await self.recover()
        if self.message_id is None:
            return
        webhook = self._webhook()
        if not self._is_private:
            try:
                async with discord_call(self._bot.discord_timings.call_timeout_s):
                    await self._message(self.message_id).edit(view=view, content=None)
            except (discord.Forbidden, discord.NotFound) as error:
                log.debug("placeholder_not_ours_to_change", reason=reason_of(error))
                if webhook is None:
                    raise
            else:
                return
        if webhook is not None:
            async with discord_call(self._bot.discord_timings.call_timeout_s):
                await self._named(
                    lambda name: webhook.edit_message(name, view=view, content=None)  # type: ignore[call-overload]
                )

    async def fill(self, content: Content) -> bool:
        """Turn it into the result, as its author; False if it is not there.

        Raises:
            discord.HTTPException: Discord refuses.
        """
        if self.message_id is None:
            return False
        try:
            async with discord_call(self._bot.discord_timings.send_timeout_s):
                await self._message(self.message_id).edit(
                    view=content.view, attachments=content.files, allowed_mentions=content.mentions
                )
        except discord.NotFound as error:
            if not is_message_gone(error):
                raise
            self.message_id = None
            return False
        return True

    async def fill_by_token(self, make_content: Callable[[], Content]) -> bool:
        """Turn it into the result by the interaction's token; False where that cannot be.

        The content is made for each call, of which there may be two.

        Raises:
            discord.HTTPException: the files are too large.
        """
        webhook = self._webhook()
        if webhook is None or self.message_id is None:
            return False
        try:
            async with discord_call(self._bot.discord_timings.send_timeout_s):
                message = await self._named(partial(_fill, webhook, make_content))
        except discord.HTTPException as error:
            if is_too_large(error):
                raise
            self.is_gone = is_message_gone(error)
            log.info("reply_token_refused", reason=reason_of(error))
            return False
        self.message_id = str(message.id)
        return True

    async def shows(self, mark: str) -> bool | None:
        """Whether it has a button with this custom id; None where that cannot be told."""
        webhook = self._webhook()
        if self.message_id is None or (self._is_private and webhook is None):
            return None
        try:
            async with discord_call(self._bot.discord_timings.call_timeout_s):
                if webhook is not None:
                    return mark in custom_ids(await self._named(webhook.fetch_message))
                return mark in custom_ids(await self._message(self.message_id).fetch())
        except discord.HTTPException as error:
            log.info("placeholder_not_readable", reason=reason_of(error))
            return None

    async def remove(self) -> None:
        """Delete it; one that cannot be deleted by any means stays."""
        if self.message_id is None:
            return
        if self._is_private and self._webhook() is not None:
            await self._remove_by_token()  # what one person alone sees, the bot does not
            return
        try:
            async with discord_call(self._bot.discord_timings.call_timeout_s):
                await self._message(self.message_id).delete()
        except discord.NotFound:
            return
        except discord.HTTPException as error:
            log.info("placeholder_not_ours_to_delete", reason=reason_of(error))
            await self._remove_by_token()

    async def _remove_by_token(self) -> None:
        webhook = self._webhook()
        if webhook is None:
            return
        try:
            async with discord_call(self._bot.discord_timings.call_timeout_s):
                await self._named(webhook.delete_message)
        except discord.HTTPException as error:
            log.info("placeholder_left", reason=reason_of(error))

    async def _named(self, call: Callable[[Any], Awaitable[T]]) -> T:
        """Make a call of the token with Discord's name for the placeholder.

        That is the first answer, or a follow-up where a public "thinking…" stood first and had to
        go for a private placeholder.
        """
        try:
            return await call(ORIGINAL)
        except discord.NotFound as error:
            if not self._is_private or self.message_id is None or not is_message_gone(error):
                raise
            return await call(int(self.message_id))

    def _message(self, message_id: str) -> discord.PartialMessage:
        channel = self._bot.get_partial_messageable(int(self._origin.conversation.id))
        return channel.get_partial_message(int(message_id))

    def _webhook(self) -> discord.Webhook | None:
        """Return the way to the interaction's messages, while its token lives."""
        origin = self._origin
        if origin.reply_token is None or origin.reply_token_ends_at is None:
            return None
        if self._bot.clock.now() >= origin.reply_token_ends_at:
            return None
        return webhook_for(self._bot, origin.reply_token)


async def _fill(
    webhook: discord.Webhook, make_content: Callable[[], Content], name: Any
) -> discord.WebhookMessage:
    content = make_content()
    return await webhook.edit_message(
        name, view=content.view, attachments=content.files, allowed_mentions=content.mentions
    )


def webhook_for(client: discord.Client, reply_token: str) -> discord.Webhook:
    """Return the way to an interaction's messages."""
    application_id = client.application_id
    assert application_id is not None  # known since the login
    return discord.Webhook.partial(application_id, reply_token, client=client)


def is_placeholder(answer: discord.Message, asked_at: int) -> bool:
    """Whether this first answer is, or will be, a placeholder.

    It is not when it is older: then it is the card whose button was pressed. Nor when it is plain
    text: then another process, which heard of it too, has told the person something else.
    """
    return answer.id > asked_at and (answer.flags.components_v2 or answer.flags.loading)


def _asked_at(job: Job) -> int:
    """Return the interaction's id, which is a time, too; of a draft's jobs the time alone.

    They may be stored long after "thinking…" was shown, but the token began with the press.
    """
    platform, asked, _ = job.source_key.split(":")
    if platform == "discord":
        return int(asked)
    ends_at = job.origin.reply_token_ends_at
    return time_snowflake(job.created_at if ends_at is None else ends_at - TOKEN_LIFE)
