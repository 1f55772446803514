"""What comes twice: Slack repeats what was answered in time, and people double-click."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeAlias

from bot.platforms.slack.payloads import Ack

Answer: TypeAlias = dict[str, Any]  # with which Slack was told that it came; mostly empty

MAX_REMEMBERED = 2048
DOUBLE_CLICK_S = 0.7  # nobody has read within that what a button did


class Repeats:
    """Remembers what this process has heard; the rest is in the ids of what comes of it."""

    def __init__(self) -> None:
        self._heard: dict[str, asyncio.Future[Answer | None]] = {}

    async def once(self, key: str, ack: Ack, hear: Callable[[Ack], Awaitable[None]]) -> None:
        """Let the first delivery be heard, and acknowledge later ones when and as that one is.

        If the first ends without an acknowledgement, the next one is heard in its place.
        """
        while (first := self._heard.get(key)) is not None:
            answer = await asyncio.shield(first)
            if answer is not None:
                await ack(**answer)
                return
        await self._hear(key, ack, hear)

    async def _hear(self, key: str, ack: Ack, hear: Callable[[Ack], Awaitable[None]]) -> None:
        acknowledged = self._remember(key)

        async def acknowledge(**answer: Any) -> None:
            await ack(**answer)
            if not acknowledged.done():
                acknowledged.set_result(answer)

        try:
            await hear(acknowledge)
        finally:
            if not acknowledged.done():
                self._heard.pop(key, None)
                acknowledged.set_result(None)

    def _remember(self, key: str) -> asyncio.Future[Answer | None]:
        self._heard[key] = asyncio.get_running_loop().create_future()
        if len(self._heard) > MAX_REMEMBERED:
            del self._heard[next(iter(self._heard))]  # the oldest
        return self._heard[key]


class DoubleClicks:
    """Knows the second press of a double click: Slack locks no button while we answer."""

    def __init__(self) -> None:
        self._pressed: dict[Hashable, float] = {}

    def is_second(self, press: Hashable, at_s: float) -> bool:
        """Whether the same was pressed right before; a press of the same time is this one."""
        before = self._pressed.pop(press, at_s)
        self._pressed[press] = at_s
        if len(self._pressed) > MAX_REMEMBERED:
            del self._pressed[next(iter(self._pressed))]  # the oldest
        return 0 < abs(at_s - before) <= DOUBLE_CLICK_S
