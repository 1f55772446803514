"""Messages of ours as they stand: told by their metadata, read from the history.

Metadata can be read by every app and member of the workspace: it has ids only.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation
from bot.domain.errors import DeniedError, MessageGoneError, UndeliverableError, UnreadableError
from bot.platforms.slack.connection.calls import slack_call
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.ids import channel_of, thread_of

EVENT_TYPE = "imagine_message"
PAGE = 100
MAX_MESSAGES = 500  # 5 calls

Payload = Mapping[str, Any]  # of one message


def metadata_of(key: str, file_ids: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the metadata that only the message with this key carries: job, part, and its files."""
    job_id, _, part = key.partition(".")
    payload: dict[str, Any] = {"job": job_id, "part": part}
    if file_ids:
        payload["files"] = list(file_ids)
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def carries(message: Payload, key: str, *, bot_id: str) -> bool:
    """Whether a message is ours and has this key; another app may send the same metadata."""
    found, wanted = _payload(message), metadata_of(key)["event_payload"]
    is_it = all(found.get(name) == value for name, value in wanted.items())
    return is_it and message.get("bot_id") == bot_id


def files_of(message: Payload) -> tuple[str, ...]:
    """Return the ids of the files that came with a message of ours."""
    return tuple(map(str, _payload(message).get("files", ())))


def _payload(message: Payload) -> Payload:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return {}
    payload: Payload = metadata.get("event_payload") or {}
    return payload


class History:
    """Reads conversations. Raises NotSentError, and UnreadableError where the bot may not read."""

    def __init__(
        self, client: AsyncWebClient, *, identity: IdentityHolder, timeout_s: float
    ) -> None:
        self._client = client
        self._identity = identity
        self._timeout_s = timeout_s

    async def find(self, conversation: Conversation, key: str, *, after: str) -> str | None:
        """Return the `ts` of our message with this key that is newer than `after`."""
        bot_id = (await self._identity.get()).bot_id
        seen = 0
        async for message in self._messages(conversation, after):
            seen += 1
            if carries(message, key, bot_id=bot_id):
                return str(message["ts"])
            if seen >= MAX_MESSAGES:
                raise UnreadableError("there are too many messages")
        return None

    async def at(self, conversation: Conversation, ts: str) -> Payload | None:
        """Return the message that stands there; None: there is none."""
        # Of a thread, Slack names the message that it hangs on as well.
        page = await self._page(conversation, oldest=ts, latest=ts, inclusive=True, limit=2)
        return next((each for each in page.get("messages", ()) if each.get("ts") == ts), None)

    async def shows(self, conversation: Conversation, ts: str, key: str) -> bool:
        """Whether the message there is ours and has this key. Raises MessageGoneError."""
        message = await self.at(conversation, ts)
        if message is None:
            raise MessageGoneError
        return carries(message, key, bot_id=(await self._identity.get()).bot_id)

    async def _messages(self, conversation: Conversation, after: str) -> AsyncIterator[Payload]:
        cursor: str | None = None
        while True:
            page = await self._page(conversation, oldest=after, limit=PAGE, cursor=cursor)
            for message in page.get("messages", ()):
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not (page.get("has_more") and cursor):
                return

    async def _page(self, conversation: Conversation, **arguments: Any) -> Payload:
        channel, thread_ts = channel_of(conversation), thread_of(conversation)
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            async with slack_call(self._timeout_s, changes_nothing=True):
                if thread_ts is None:
                    answer = await self._client.conversations_history(
                        channel=channel, include_all_metadata=True, **given
                    )
                else:
                    answer = await self._client.conversations_replies(
                        channel=channel, ts=thread_ts, include_all_metadata=True, **given
                    )
        except (DeniedError, MessageGoneError, UndeliverableError) as error:
            raise UnreadableError(error.reason) from error
        data: Payload = answer.data  # type: ignore[assignment] # bytes are for files only
        return data
