"""The message of a placeholder: found, changed, read, deleted.

It stands in the origin's channel. The bot may change it as its author where it may see the channel;
with the interaction's token it may everywhere, as long as that lives.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

import discord
import structlog
from discord.utils import time_snowflake

from bot.domain.errors import DeliveryError, DeniedError, MessageGoneError, MessageTooLargeError
from bot.domain.views import View
from bot.platforms.discord.connection.calls import (
    discord_call,
    is_message_gone,
    is_too_large,
    reason_of,
)
from bot.platforms.discord.connection.tokens import ORIGINAL, is_placeholder, webhook_for
from bot.platforms.discord.rendering import files_of, render_view, rings
from bot.platforms.discord.timings import DiscordTimings
from bot.ports.clock import Clock
from bot.ports.messenger import Placeholder

T = TypeVar("T")
AsAuthor: TypeAlias = Callable[[discord.PartialMessage], Awaitable[T]]
ByToken: TypeAlias = Callable[[discord.Webhook, Any], Awaitable[T]]  # with the message's name

log = structlog.get_logger(__name__)

# How far to look back for a card where neither the placeholder nor the interaction is known.
UNKNOWN_SINCE = timedelta(hours=1)


class PlaceholderMessage:
    """The message of one placeholder, for one call.

    Every method may raise NotSentError and MessageInDoubtError, and may be repeated.
    """

    def __init__(
        self,
        client: discord.Client,
        placeholder: Placeholder,
        *,
        clock: Clock,
        timings: DiscordTimings,
    ) -> None:
        self._client = client
        self._clock = clock
        self._timings = timings
        self._origin = placeholder.origin
        self._is_private = placeholder.is_private
        self._id = placeholder.origin.placeholder_id

    @property
    def anchor(self) -> int:
        """An id that is lower than that of every card of the job, and not by much."""
        return self._asked_at if self._id is None else int(self._id)

    async def edit(self, view: View, *, timeout_s: float, by_token: bool = False) -> str:
        """Let it show this and nothing else; return its id.

        Raises:
            MessageGoneError: it was deleted, or there never was one.
            DeniedError: it cannot be changed by any means.
            MessageTooLargeError: the files are more than Discord takes.
        """
        message = await self._reach(
            lambda message: message.edit(**_fields(view)),
            lambda webhook, name: webhook.edit_message(name, **_fields(view)),
            timeout_s=timeout_s,
            is_refused=by_token,
        )
        return str(message.id)

    async def fetch(self) -> discord.Message:
        """Return it as it is now.

        Raises:
            MessageGoneError: it was deleted, or there never was one.
            DeniedError: it cannot be read.
        """
        return await self._reach(
            lambda message: message.fetch(),
            lambda webhook, name: webhook.fetch_message(name),
            timeout_s=self._timings.call_timeout_s,
            changes_nothing=True,
        )

    async def delete(self) -> None:
        """Delete it.

        Raises:
            MessageGoneError: it was deleted, or there never was one.
            DeniedError: it cannot be deleted by any means.
        """
        await self._reach(
            lambda message: message.delete(),
            lambda webhook, name: webhook.delete_message(name),
            timeout_s=self._timings.call_timeout_s,
        )

    async def _reach(
        self,
        as_author: AsAuthor[T],
        by_token: ByToken[T],
        *,
        timeout_s: float,
        changes_nothing: bool = False,
        is_refused: bool = False,
    ) -> T:
        """Make a call as the message's author, or by the token where that is or was refused.

        What one person alone sees is not there for the bot, and left to the token.
        """
        message_id = await self._locate()
        webhook, refusal = self._webhook(), None
        if not (self._is_private or is_refused):
            try:
                async with discord_call(timeout_s, changes_nothing=changes_nothing):
                    return await as_author(self._partial_message(message_id))
            except discord.HTTPException as error:
                refusal = _refusal(error)
                if webhook is None or isinstance(refusal, MessageGoneError | MessageTooLargeError):
                    raise refusal from error
                log.debug("placeholder_not_ours", reason=reason_of(error))
        if webhook is None:
            raise DeniedError("the reply token has ended")
        try:
            async with discord_call(timeout_s, changes_nothing=changes_nothing):
                return await self._named(lambda name: by_token(webhook, name))
        except discord.HTTPException as error:
            raise _refusal(error) from error

    async def _named(self, call: Callable[[Any], Awaitable[T]]) -> T:
        """Make a call of the token with Discord's name for the placeholder.

        That is the first answer, or a follow-up where a public "thinking…" stood first and had to
        go for a private placeholder.
        """
        try:
            return await call(ORIGINAL)
        except discord.NotFound as error:
            if not self._is_private or self._id is None or not is_message_gone(error):
                raise
            return await call(int(self._id))

    async def _locate(self) -> str:
        """Return its id, which Discord is asked for if the answer that told it was lost."""
        if self._id is not None:
            return self._id
        webhook = self._webhook()
        if webhook is None:
            raise DeniedError("the placeholder is not known, and the reply token has ended")
        try:
            timeout_s = self._timings.call_timeout_s
            async with discord_call(timeout_s, changes_nothing=True):
                answer = await webhook.fetch_message(ORIGINAL)
        except discord.HTTPException as error:
            raise _refusal(error) from error
        if not is_placeholder(answer, self._asked_at):
            raise MessageGoneError
        self._id = str(answer.id)
        return self._id

    @property
    def _asked_at(self) -> int:
        """The interaction's id, which Discord orders with those of messages."""
        asked = self._origin.interaction_id
        if asked is None:
            return time_snowflake(self._clock.now() - UNKNOWN_SINCE)
        return int(asked)

    def _partial_message(self, message_id: str) -> discord.PartialMessage:
        channel = self._client.get_partial_messageable(int(self._origin.conversation.id))
        return channel.get_partial_message(int(message_id))

    def _webhook(self) -> discord.Webhook | None:
        """Return the way to the interaction's messages, while its token lives."""
        origin = self._origin
        if origin.reply_token is None or origin.reply_token_ends_at is None:
            return None
        if self._clock.now() >= origin.reply_token_ends_at:
            return None
        return webhook_for(self._client, origin.reply_token)


def _fields(view: View) -> dict[str, Any]:
    """Return the message as keywords of one edit; discord.py closes the files."""
    files = files_of(view)
    shown = {"view": render_view(view), "attachments": files, "allowed_mentions": rings(view)}
    # Plain text, with which another process may have answered first, goes.
    return shown if files else {**shown, "content": None}


def _refusal(error: discord.HTTPException) -> DeliveryError:
    if is_too_large(error):
        return MessageTooLargeError(reason_of(error))
    if is_message_gone(error):
        return MessageGoneError(reason_of(error))
    return DeniedError(reason_of(error))
