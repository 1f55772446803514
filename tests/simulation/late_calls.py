"""Calls to a chat that may have their effect although nobody waits for them any more."""

import asyncio
import math
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.demo.chat_faults import Hang, Lose
from tests.simulation.virtual_time import VirtualTimeLoop

T = TypeVar("T")

# What a chat has not done so long after its caller gave up, or died, it never does. For something
# to come about in between, time must pass in shorter steps than this, as `World.wait` lets it.
OUTLIVES_S = 15.0
LOST_AND_LATE: dict[str, Lose | Hang] = {
    "lost there": Lose(after_effect=False),
    "lost on the way back": Lose(after_effect=True),
    "a bit late": Hang(seconds=5.0, after_effect=True),
    "late": Hang(seconds=50.0, after_effect=True),
    "done late": Hang(seconds=20.0, after_effect=False),  # most calls are given up after 15 s
    "too late": Hang(seconds=100.0, after_effect=True),
    "too late, without effect": Hang(seconds=100.0, after_effect=False),
}


class LateCalls:
    """The calls that are under way at a chat, on the loop's own time."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self._loop = loop
        self._awake = asyncio.Event()
        self._awake.set()
        self._doing: dict[asyncio.Task[None], float] = {}  # until when it may have its effect
        self._hanging: dict[Any, tuple[float, asyncio.Event]] = {}  # by task: until when

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of a call, which goes on when its caller gives up."""
        answer: asyncio.Future[T] = self._loop.create_future()
        doing = self._loop.create_task(self._do(answer, work))
        self._doing[doing] = math.inf
        doing.add_done_callback(self._doing.pop)
        try:
            return await answer
        except asyncio.CancelledError:
            if not doing.done():
                self._doing[doing] = self._loop.time() + OUTLIVES_S
            raise

    async def hang(self, seconds: float) -> None:
        """Let the call that is doing this take so long."""
        doing, event = asyncio.current_task(), asyncio.Event()
        self._hanging[doing] = (self._loop.time() + seconds, event)
        try:
            await event.wait()
        finally:
            del self._hanging[doing]

    def stay_awake(self, seconds: float) -> None:
        """Do what comes about while all others sleep; they hear of it when they wake up."""
        self._awake.clear()
        end = self._loop.time() + seconds
        for doing, ends_at in [*self._doing.items()]:
            due_at, event = self._hanging.get(doing, (math.inf, asyncio.Event()))
            if ends_at < min(due_at, end):
                doing.cancel()
            elif due_at <= end:
                event.set()

    def wake_others(self) -> None:
        """Answer them."""
        self._awake.set()

    def give_up(self) -> None:
        """Do nothing more."""
        for doing in self._doing:
            doing.cancel()

    async def _do(self, answer: asyncio.Future[T], work: Coroutine[Any, Any, T]) -> None:
        outcome: T | Exception
        try:
            outcome = await work
        except Exception as error:  # noqa: BLE001 - it is the caller's
            outcome = error
        await self._awake.wait()
        if answer.done():
            return
        if isinstance(outcome, Exception):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)
