"""Whether the bot can post in a channel, found out before anything is spent.

Slack tells with no command whether the bot is where it was given. It may join public channels by
itself; of private ones without it, and of direct messages between others, it only hears that there
is no such channel.
"""

from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation
from bot.domain.errors import (
    DeliveryDelayedError,
    DeliveryError,
    NotAllowedError,
    NotSentError,
)
from bot.domain.texts import Text, msg
from bot.platforms.slack.cache import Answer, Cache
from bot.platforms.slack.connection.calls import code_behind, slack_call
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.connection.throttle import Throttle
from bot.platforms.slack.ids import OF_PEOPLE, channel_of, is_direct
from bot.platforms.slack.timings import SlackTimings
from bot.ports.clock import Clock

REMEMBERED_FOR = timedelta(minutes=10)
REFUSED_FOR = timedelta(seconds=5)  # people mend it at once, and try again
UNKNOWN_FOR = timedelta(seconds=5)
MAX_REMEMBERED = 2048

BETWEEN_OTHERS = msg(
    "I can't post in direct messages between other people. Please ask in a channel, or in your "
    "direct messages with me."
)
ARCHIVED = msg("This channel is archived, so I can't post here.")
READ_ONLY = msg("I may not write in this channel. Please ask in another one.")

_NO_SCOPE = "missing_scope"  # the app may not look at all: that says nothing about the channel

log = structlog.get_logger(__name__)


class Channels:
    """Knows where the bot can post, and joins public channels by itself."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        identity: IdentityHolder,
        clock: Clock,
        timings: SlackTimings,
    ) -> None:
        """Ask with the authority of `client`, and remember the answers for some minutes."""
        self._client = client
        self._identity = identity
        self._timings = timings
        self._throttle = Throttle(clock.monotonic)
        self._refusals = Cache(self._look, clock=clock, limit=MAX_REMEMBERED)

    async def check_may_post(self, conversation: Conversation) -> None:
        """Let nothing be asked for where its result could not be posted.

        What Slack does not tell in time is let in: a result that cannot be posted finds another
        way to its person.

        Raises:
            NotAllowedError: it could not; the sentence says what to do.
        """
        try:
            refusal = await self._refusals.get(
                channel_of(conversation), within_s=self._timings.channel_within_s
            )
        except TimeoutError:
            log.info("channel_unknown", reason="Slack is slow")
            return
        if refusal is not None:
            raise NotAllowedError(refusal)

    def forget(self, conversation: Conversation) -> None:
        """Look again the next time: a message was refused there."""
        self._refusals.forget(channel_of(conversation))

    async def _look(self, channel_id: str) -> Answer[Text | None]:
        try:
            refusal = await self._refusal(channel_id)
        except DeliveryDelayedError as error:
            log.info("channel_unknown", reason=error.reason)
            return Answer(None, error.retry_after or UNKNOWN_FOR)
        return Answer(refusal, REMEMBERED_FOR if refusal is None else REFUSED_FOR)

    async def _refusal(self, channel_id: str) -> Text | None:
        """Return why nothing can be posted there; None: it can."""
        if channel_id.startswith(OF_PEOPLE):
            return None
        try:
            channel = await self._info(channel_id)
        except DeliveryDelayedError:
            raise
        except DeliveryError as error:
            # Mostly `channel_not_found`.
            return None if code_behind(error) == _NO_SCOPE else self._absent(channel_id)
        if channel.get("is_archived"):
            return ARCHIVED
        if channel.get("is_im") or channel.get("is_mpim"):  # one without the bot is not found
            return None
        if channel.get("is_read_only"):
            return READ_ONLY
        return None if channel.get("is_member") else await self._join(channel)

    async def _info(self, channel_id: str) -> dict[str, Any]:
        call = slack_call(self._timings.call_timeout_s, changes_nothing=True)
        async with self._throttle.call("conversations.info"), call:
            answer = await self._client.conversations_info(channel=channel_id)
            channel: dict[str, Any] = answer.get("channel") or {}
            if "id" not in channel:
                raise NotSentError("Slack said nothing of the channel")
            return channel

    async def _join(self, channel: dict[str, Any]) -> Text | None:
        if channel.get("is_private"):
            return self._absent(channel["id"])
        try:
            # Whoever joins twice is a member all the same.
            async with slack_call(self._timings.call_timeout_s, changes_nothing=True):
                await self._client.conversations_join(channel=str(channel["id"]))
        except DeliveryDelayedError:
            raise
        except DeliveryError as error:
            log.info("channel_not_joined", reason=error.reason)
            return self._absent(channel["id"])
        return None

    def _absent(self, channel_id: str) -> Text:
        return why_absent(channel_id, self._identity.bot_name)


def why_absent(channel_id: str, bot_name: str) -> Text:
    """Return what to do where the bot is not: nobody can invite it between two people."""
    if is_direct(channel_id):
        return BETWEEN_OTHERS
    return msg(
        "I'm not in this channel. Please invite me first: `/invite @{bot_name}`", bot_name=bot_name
    )
