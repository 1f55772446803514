"""How the loops of one process wake each other."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any


class Wake:
    """An event that is consumed by waiting: no signal is lost, and none counts twice."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake whoever waits, now or next."""
        self._event.set()

    async def wait(self, longest: timedelta) -> None:
        """Wait for a signal, but not for longer than `longest`."""
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


async def first_of(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait until one of these is over, and give up the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
