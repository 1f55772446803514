"""One websocket to Slack: its frames, and their acknowledgements."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeAlias

import aiohttp
import structlog
from slack_bolt.response import BoltResponse

from bot.domain.errors import NotSentError

Frame: TypeAlias = dict[str, Any]

log = structlog.get_logger(__name__)


class Socket:
    """Reads what Slack sends, until one of both closes it."""

    def __init__(
        self, connection: aiohttp.ClientWebSocketResponse, *, leaves_within_s: float
    ) -> None:
        self.needs_successor = asyncio.Event()  # it is closed, or will soon be
        self._connection = connection
        self._leaves_within_s = leaves_within_s
        self._is_retired = False

    async def wait_for_hello(self) -> None:
        """Wait for the frame with which Slack takes the connection.

        Raises:
            NotSentError: it says that we cannot stay; an app may have ten connections.
        """
        message = await self._connection.receive()
        frame = _frame_in(message)
        if frame.get("type") != "hello":
            raise NotSentError(f"Slack refused a socket ({frame.get('reason', message.type.name)})")

    async def envelopes(self) -> AsyncIterator[Frame]:
        """Return what people did, in Slack's envelopes, as it comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as end:
                async for message in self._connection:
                    frame = _frame_in(message)
                    if frame.get("type") == "disconnect":
                        self.needs_successor.set()
                        end.reschedule(asyncio.get_running_loop().time() + self._leaves_within_s)
                    elif "envelope_id" in frame and not self._is_retired:
                        yield frame

    async def answer(self, envelope: Frame, take: Callable[..., Awaitable[BoltResponse]]) -> None:
        """Let one payload be taken, and acknowledge it; never raises."""
        try:
            response = await take(envelope.get("payload"), mode="socket_mode")
            if response.status == HTTPStatus.OK:
                await self._connection.send_json(_acknowledgement(envelope, response))
        except (aiohttp.ClientError, ConnectionError) as error:
            log.info("slack_not_answered", error=type(error).__name__)
        except Exception:
            log.exception("slack_envelope_crashed")

    def retire(self) -> None:
        """Take nothing more; what was taken can still be acknowledged."""
        self._is_retired = True
        self.needs_successor.set()

    async def close(self) -> None:
        """Close it; may be repeated."""
        await self._connection.close()


def _frame_in(message: aiohttp.WSMessage) -> Frame:
    """Return what a message says; one that is no JSON object says nothing."""
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        frame = json.loads(message.data)
    except ValueError:
        return {}
    return frame if isinstance(frame, dict) else {}


def _acknowledgement(envelope: Frame, response: BoltResponse) -> Frame:
    acknowledgement = {"envelope_id": envelope["envelope_id"]}
    if response.body:
        acknowledgement["payload"] = json.loads(response.body)
    return acknowledgement
