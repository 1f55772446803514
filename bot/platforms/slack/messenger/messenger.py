"""Slack's messages as the core sees them."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation, Person
from bot.domain.errors import (
    DeliveryError,
    DeniedError,
    FilesRefusedError,
    LostLeaseError,
    MessageGoneError,
    MessageInDoubtError,
    NotSentError,
    UndeliverableError,
    UnexplainedError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.domain.texts import msg
from bot.domain.views import Notice, View
from bot.platforms.slack.connection.calls import FileNotReadyError, slack_call
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.connection.throttle import Throttle
from bot.platforms.slack.ids import (
    PLATFORM,
    channel_of,
    conversation_of,
    team_of,
    thread_of,
    user_of,
)
from bot.platforms.slack.messenger.history import History, Payload, files_of, metadata_of
from bot.platforms.slack.messenger.uploader import Uploader
from bot.platforms.slack.rendering import render_notice, render_view, summary_of
from bot.platforms.slack.timings import SlackTimings
from bot.ports.clock import Clock
from bot.ports.messenger import MessengerLimits, Placeholder, always

log = structlog.get_logger(__name__)

_POST, _UPDATE, _DELETE = "chat.postMessage", "chat.update", "chat.delete"
_UNPROCESSED = "Slack does not process the files"
_FILES = "files"  # all that brings one to Slack

MAX_PICTURES = 10  # they stand below each other
# Slack takes files up to 1 GB; these are what a person on the move still wants to load.
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_MESSAGE_BYTES = 80 * 1024 * 1024
DONE = msg("Done")  # what is left of a placeholder that cannot be deleted
# How far to look back for a message where the placeholder is not known.
UNKNOWN_SINCE = timedelta(hours=1)
CLOCKS_DIFFER = timedelta(minutes=1)  # at most: Slack's, by which messages are numbered, and ours
# A repeat would meet them again. None tells anything about the result, which stands by then.
_NOT_THERE_OR_REFUSED = (
    DeniedError,
    MessageGoneError,
    UndeliverableError,
    UnexplainedError,
    UnreadableError,
)


class SlackMessenger:
    """`ports.Messenger` for Slack. It remembers nothing between calls."""

    platform = PLATFORM

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        uploader: Uploader,
        identity: IdentityHolder,
        clock: Clock,
        timings: SlackTimings,
        on_denied: Callable[[Conversation], None] = lambda _conversation: None,
    ) -> None:
        """Speak with the authority of `client`, once it is known who that is.

        `on_denied` is told where a message was refused.
        """
        self._client = client
        self._uploader = uploader
        self._identity = identity
        self._clock = clock
        self._timings = timings
        self._on_denied = on_denied
        self._throttle = Throttle(clock.monotonic)
        self._history = History(client, identity=identity, timeout_s=timings.call_timeout_s)
        self.limits = MessengerLimits(
            max_pictures=MAX_PICTURES,
            max_file_bytes=MAX_FILE_BYTES,
            max_message_bytes=MAX_MESSAGE_BYTES,
            repeats_suppressed_for=timedelta(0),
            send_settles_within=timedelta(seconds=timings.call_timeout_s),
            can_replace_with_result=False,
            sends_placeholders=True,
            edit_settles_within=timings.edit_settles_within,
        )

    async def ready(self) -> None:
        """Wait until the token is known to be good."""
        await self._identity.get()

    async def send(
        self,
        conversation: Conversation,
        what: View | Notice,
        *,
        key: str,
        check: Callable[[], None] = always,
    ) -> Message:
        """See `ports.Messenger.send`. Of what was certainly not sent the files are deleted."""
        self._throttle.check(_POST, channel_of(conversation))  # before anything is uploaded
        files = await self._upload(what)
        metadata = metadata_of(key, tuple(files.values()))
        fields = {**_fields(what, files), "metadata": metadata}
        try:
            ts = await self._post(conversation, fields, check)
        except MessageInDoubtError as doubt:
            ts = await self._look_at_once(conversation, key, doubt)
        except (DeliveryError, LostLeaseError) as error:
            if isinstance(error, DeniedError):
                self._on_denied(conversation)
            await self._uploader.discard(files.values())
            raise
        return Message(conversation=conversation, id=ts)

    async def _look_at_once(
        self, conversation: Conversation, key: str, doubt: MessageInDoubtError
    ) -> str:
        """Return the `ts` of a message whose answer was lost, if it stands.

        One that does not may still come for a while: whoever looks before that has passed, and
        then sends it again, may post it twice.
        """
        with suppress(DeliveryError):
            found = await self._history.find(conversation, key, after=self._an_hour_ago())
            if found is not None:
                return found
        doubt.retry_after = self._timings.post_settles_within
        raise doubt

    async def _upload(self, what: View | Notice) -> dict[str, str]:
        """Upload the pictures of a message, where it has some; return Slack's ids by file name."""
        if isinstance(what, Notice) or all(each.data is None for each in what.pictures):
            return {}
        async with self._throttle.call(_FILES):
            return await self._uploader.upload(what)

    async def _post(
        self, conversation: Conversation, fields: Mapping[str, Any], check: Callable[[], None]
    ) -> str:
        """Post a message once Slack takes it and has processed its files; return its `ts`.

        What was uploaded would have to be uploaded anew if it were given up sooner.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._timings.processing_timeout_s
        while True:
            try:
                check()  # another process may have posted it while files were uploaded
                return await self._try_to_post(conversation, fields)
            except NotSentError as error:
                pause_s = self._pause_s(error)
                if pause_s is None or loop.time() + pause_s > ends_at:
                    if isinstance(error, FileNotReadyError):
                        raise FilesRefusedError(_UNPROCESSED, is_final=False) from error
                    raise
            await asyncio.sleep(pause_s)

    def _pause_s(self, error: NotSentError) -> float | None:
        """Return when to try again; None: later, for Slack is not to be had."""
        if isinstance(error, FileNotReadyError):
            return self._timings.processing_pause_s
        return None if error.retry_after is None else error.retry_after.total_seconds()

    async def _try_to_post(self, conversation: Conversation, fields: Mapping[str, Any]) -> str:
        channel = channel_of(conversation)
        async with self._throttle.call(_POST, channel), slack_call(self._timings.call_timeout_s):
            sent = await self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread_of(conversation),
                unfurl_links=False,
                unfurl_media=False,
                **fields,
            )
        return _ts_of(sent.get("ts"))

    async def find(
        self, conversation: Conversation, *, key: str, placeholder: Placeholder
    ) -> Message | None:
        """See `ports.Messenger.find`."""
        ts = await self._history.find(conversation, key, after=self._anchor(placeholder))
        return None if ts is None else Message(conversation=conversation, id=ts)

    async def replace(
        self, placeholder: Placeholder, view: View, *, key: str, by_token: bool = False
    ) -> Message:
        """See `ports.Messenger.replace`. Edits bring no pictures, and there are no tokens."""
        log.debug("replacing_placeholder", key=key)
        if by_token:
            raise DeniedError("Slack lets nobody but the author change a message")
        message = await self._message_of(placeholder)
        await self._update(message, view)
        return message

    async def _update(self, message: Message, what: View | Notice) -> None:
        async with self._throttle.call(_UPDATE), slack_call(self._timings.call_timeout_s):
            await self._client.chat_update(
                channel=channel_of(message.conversation), ts=message.id, **_fields(what)
            )

    async def shows(self, placeholder: Placeholder, *, key: str) -> Message | None:
        """See `ports.Messenger.shows`."""
        message = await self._message_of(placeholder)
        is_it = await self._history.shows(message.conversation, message.id, key)
        return message if is_it else None

    async def delete(self, placeholder: Placeholder) -> None:
        """See `ports.Messenger.delete`. A placeholder has no files, so none are looked for.

        One that Slack does not delete, as where a workspace forbids it, promises nothing any more.
        """
        try:
            message = await self._message_of(placeholder)
        except _NOT_THERE_OR_REFUSED as error:
            log.info("placeholder_not_found", reason=error.reason)
            return
        try:
            await self._delete(message.conversation, message.id)
        except _NOT_THERE_OR_REFUSED as error:
            log.info("placeholder_not_deleted", reason=error.reason)
            if not isinstance(error, MessageGoneError):
                with suppress(*_NOT_THERE_OR_REFUSED):
                    await self._update(message, Notice(text=DONE, locale=placeholder.origin.locale))

    async def read(self, message: Message) -> Payload | None:
        """Return a message as Slack describes it; None: it is gone.

        Raises NotSentError, and UnreadableError where the bot may not read.
        """
        return await self._history.at(message.conversation, message.id)

    async def remove(self, message: Message) -> None:
        """Delete a message with its files, which nobody could see any more.

        Raises MessageGoneError, DeniedError, NotSentError, MessageInDoubtError.
        """
        try:
            standing = await self._history.at(message.conversation, message.id)
        except DeliveryError as error:  # then the files are left
            log.info("files_unknown", reason=error.reason)
            standing = None
        await self._delete(message.conversation, message.id)
        await self._uploader.discard(() if standing is None else files_of(standing))

    async def _delete(self, conversation: Conversation, ts: str) -> None:
        async with self._throttle.call(_DELETE), slack_call(self._timings.call_timeout_s):
            await self._client.chat_delete(channel=channel_of(conversation), ts=ts)

    async def direct(self, person: Person) -> Conversation:
        """See `ports.Messenger.direct`."""
        async with slack_call(self._timings.call_timeout_s, changes_nothing=True):
            opened = await self._client.conversations_open(users=user_of(person.id))
            channel: dict[str, Any] = opened.get("channel") or {}
            if "id" not in channel:
                raise NotSentError("Slack named no conversation")
        return conversation_of(team_of(person.id), str(channel["id"]), is_direct=True)

    def address(self, message: Message) -> str:
        """See `ports.Messenger.address`."""
        channel, thread_ts = channel_of(message.conversation), thread_of(message.conversation)
        identity = self._identity.known
        assert identity is not None  # else there would be no message
        there = f"{identity.workspace_url}archives/{channel}/p{message.id.replace('.', '')}"
        return there if thread_ts is None else f"{there}?thread_ts={thread_ts}&cid={channel}"

    async def _message_of(self, placeholder: Placeholder) -> Message:
        """Return the placeholder; one whose id got lost is looked for.

        That of a private job stands in the direct conversation.
        """
        origin, key = placeholder.origin, placeholder.key
        where = origin.conversation
        if placeholder.is_private:
            where = await self.direct(origin.person)
        if origin.placeholder_id is not None:
            return Message(conversation=where, id=origin.placeholder_id)
        found = None
        if origin.placeholder_begun_at is not None and key is not None:
            found = await self.find(where, key=key, placeholder=placeholder)
        if found is None:
            raise MessageGoneError("the placeholder is not known")
        return found

    def _anchor(self, placeholder: Placeholder) -> str:
        """Return a `ts` that is older than that of every message of the job, and not by much."""
        origin = placeholder.origin
        if origin.placeholder_id is not None:
            return origin.placeholder_id
        begun_at = origin.placeholder_begun_at or placeholder.asked_at
        return self._an_hour_ago() if begun_at is None else _ts_at(begun_at - CLOCKS_DIFFER)

    def _an_hour_ago(self) -> str:
        return _ts_at(self._clock.now() - UNKNOWN_SINCE)


def _ts_at(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _ts_of(ts: object) -> str:
    if not isinstance(ts, str):
        raise MessageInDoubtError("Slack named no message")
    return ts


def _fields(what: View | Notice, files: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a message as keywords of a call."""
    if isinstance(what, Notice):
        return render_notice(what)
    return {"text": summary_of(what), "blocks": render_view(what, files or {})}
