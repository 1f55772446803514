"""What one person alone hears: messages that nobody else sees, and that nobody can look for."""

from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import DeniedError, MessageGoneError
from bot.platforms.slack.connection.calls import slack_call
from bot.platforms.slack.connection.responses import MAX_RESPONSES, respond
from bot.platforms.slack.ids import channel_of, thread_of
from bot.platforms.slack.reply.occasion import Occasion


class EphemeralMessages:
    """Speaks to the person of one occasion. Raises what `slack_call` and `respond` raise."""

    def __init__(
        self,
        occasion: Occasion,
        *,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        timeout_s: float,
    ) -> None:
        self._occasion = occasion
        self._client = client
        self._session = session
        self._timeout_s = timeout_s
        self._responses = 0

    async def say(self, fields: dict[str, Any]) -> None:
        """Show a new message to this person alone."""
        if self._may_respond:
            try:
                await self._respond(
                    {"response_type": "ephemeral", "replace_original": False, **fields}
                )
            except MessageGoneError:  # after half an hour, with a form for example
                self._responses = MAX_RESPONSES
            else:
                return
        occasion = self._occasion
        async with slack_call(self._timeout_s):
            await self._client.chat_postEphemeral(
                channel=channel_of(occasion.conversation),
                thread_ts=thread_of(occasion.conversation),
                user=occasion.user_id,
                **fields,
            )

    async def replace(self, fields: dict[str, Any]) -> None:
        """Let the message at which the person acted show this instead."""
        await self._respond({"replace_original": True, **fields})

    async def remove(self) -> None:
        """Remove the message at which the person acted."""
        await self._respond({"delete_original": True})

    @property
    def _may_respond(self) -> bool:
        return self._occasion.response_url is not None and self._responses < MAX_RESPONSES

    async def _respond(self, body: dict[str, Any]) -> None:
        url, thread_ts = self._occasion.response_url, thread_of(self._occasion.conversation)
        if url is None or not self._may_respond:
            raise DeniedError("there is no way to answer there")
        self._responses += 1
        more = {} if thread_ts is None else {"thread_ts": thread_ts}
        await respond(self._session, url, {**body, **more}, timeout_s=self._timeout_s)
