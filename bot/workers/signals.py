"""How the loops of one process wake each other.

Between processes nobody is woken: each loop looks at the database once a second anyway.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


class AutoResetEvent:
    """An event that is consumed by waiting: no signal is lost, and none counts twice."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Let the next or present `wait` return."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Whether `wait` would return at once."""
        return self._event.is_set()

    async def wait(self, longest: timedelta) -> None:
        """Wait for a signal, but not for longer than `longest`."""
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Signal:
    """Tells those who listen in this process, if any."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def connect(self, listener: Callable[[], None]) -> None:
        """Call `listener` from now on; it must not block or raise."""
        self._listeners.append(listener)

    def __call__(self) -> None:
        """Tell them."""
        for listener in self._listeners:
            listener()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the parts of one process tell each other, whichever of them it has."""

    job_ready: Signal = field(default_factory=Signal)  # a job may be submitted
    callback_noted: Signal = field(default_factory=Signal)
    slot_freed: Signal = field(default_factory=Signal)  # a job of ours ended
    to_show: Signal = field(default_factory=Signal)  # the outbox has something new


async def first_of(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait until one of these is over, and give up the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
