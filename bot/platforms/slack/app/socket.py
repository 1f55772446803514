"""One websocket to Slack: its frames, and their acknowledgements."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, TypeAlias

import aiohttp
import structlog

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

    async def acknowledge(self, envelope: Frame, **answer: Any) -> None:
        """Tell Slack that one envelope came, and what its person is to see; a lost socket is fine.

        What was asked for goes on all the same.
        """
        frame = {"envelope_id": envelope["envelope_id"]}
        if answer:
            frame["payload"] = answer
        try:
            await self._connection.send_json(frame)
        except (aiohttp.ClientError, ConnectionError) as error:
            log.info("slack_not_answered", error=type(error).__name__)

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
