"""From what Slack sends to the method that hears it, in both modes; and how a stop waits for that.

slack_bolt could do this. It takes a seventh of the time of a command in a burst, has a listener end
with its acknowledgement, and logs whole bodies, in which prompts are (decision 13).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeAlias

import structlog

from bot.domain.errors import PayloadError
from bot.platforms.slack.commands.names import COMMAND
from bot.platforms.slack.payloads import MALFORMED, Ack, Payload
from bot.platforms.slack.timings import SlackTimings

Listener: TypeAlias = Callable[[Payload, Ack], Awaitable[None]]

log = structlog.get_logger(__name__)


class Hears(Protocol):
    """What people do at Slack is told to this."""

    async def command(self, body: Payload, ack: Ack) -> None:
        """Somebody sent `/imagine`."""

    async def press(self, body: Payload, ack: Ack) -> None:
        """Somebody pressed a button, or chose in a menu."""

    async def form(self, body: Payload, ack: Ack) -> None:
        """Somebody sent a form."""

    async def shortcut(self, body: Payload, ack: Ack) -> None:
        """Somebody chose an entry of a message's menu."""

    async def home(self, body: Payload, ack: Ack) -> None:
        """Somebody opened the Home tab."""


class Listeners:
    """Takes payloads of Slack's, wherever they come from, and has them heard."""

    def __init__(self, hears: Hears, *, timings: SlackTimings) -> None:
        self._timings = timings
        self._tasks: set[asyncio.Task[None]] = set()  # what is being heard
        self._events: Mapping[str, Listener] = {"app_home_opened": hears.home}
        self._others: Mapping[str, Listener] = {
            COMMAND: hears.command,
            "block_actions": hears.press,
            "view_submission": hears.form,
            "message_action": hears.shortcut,
        }

    def hear(self, payload: Any, ack: Ack) -> asyncio.Task[None] | None:
        """Let one payload be heard by a task, which calls `ack` unless it fails, and may go on.

        None: nobody knows what it is.
        """
        try:
            listener = self._listener_of(payload)
        except MALFORMED as error:
            log.warning("payload_not_understood", error=type(error).__name__)
            return None
        task = asyncio.create_task(_logged(listener(payload, ack)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _listener_of(self, payload: Any) -> Listener:
        """Return who hears it; of an app with more events than ours, Slack would repeat them."""
        kind = payload.get("command") or payload["type"]
        if kind == "event_callback":
            return self._events.get(payload["event"]["type"], _ignore)
        return self._others[kind]

    async def finish(self) -> None:
        """Wait until all that was heard is done, but not for long."""
        if not self._tasks:
            return
        _, left = await asyncio.wait(self._tasks, timeout=self._timings.finish_timeout_s)
        if left:
            log.warning("interactions_left_behind", count=len(left))
        for task in left:
            task.cancel()


async def _logged(hearing: Awaitable[None]) -> None:
    """Hear one payload; what goes wrong is no concern of those beside it."""
    try:
        await hearing
    except PayloadError as error:
        log.warning("payload_not_understood", error=str(error))
    except Exception:
        log.exception("interaction_failed")


async def _ignore(_body: Payload, ack: Ack) -> None:
    await ack()
