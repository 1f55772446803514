"""The lines to the chat in memory, and what becomes of calls on them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from bot.domain.errors import MessageInDoubtError, NotSentError
from tests.simulation.fault_injection import Border
from tests.simulation.late_calls import LateCalls
from tests.simulation.virtual_time import VirtualTimeLoop

T = TypeVar("T")

TIMEOUTS_S = {"send": 60.0, "replace": 20.0, "answer": 10.0, "look": 10.0}
CALL_TIMEOUT_S = 15.0  # of the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What becomes of a call: it takes its time, and is lost or refused; with its effect or not."""

    seconds: float = 0.0
    after_effect: bool = False
    error: Callable[[], Exception] | None = None


FAULTS = {
    "lost there": Fault(error=MessageInDoubtError),
    "lost on the way back": Fault(error=MessageInDoubtError, after_effect=True),
    "a bit late": Fault(seconds=5.0, after_effect=True),
    "late": Fault(seconds=50.0, after_effect=True),
    "done late": Fault(seconds=20.0),  # most calls are given up after 15 s
    "too late": Fault(seconds=100.0, after_effect=True),
    "too late, without effect": Fault(seconds=100.0),
    "broken": Fault(error=MessageInDoubtError),
    "slow down": Fault(error=partial(NotSentError, retry_after=timedelta(seconds=2))),
    "slow down for long": Fault(error=partial(NotSentError, retry_after=timedelta(seconds=45))),
}
CALLS = {  # by what they do
    "answer": {"answer", "tell"},
    "send": {"send"},
    "change": {"replace"},
    "look": {"find", "shows", "look", "direct"},
    "remove": {"delete", "remove"},
}


class Troubles:
    """Those of a chat, to order."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self.late_calls = LateCalls(loop)
        self._loop = loop
        self._faults: list[tuple[str, Fault]] = []

    def time(self) -> float:
        """Return what time it is here; a process's own clock may be ahead."""
        return self._loop.time()

    def fail(self, act: str, fault: str, *, times: int = 1) -> None:
        """Let the next calls of a kind, or all, meet trouble of this name."""
        self._faults += [(act, FAULTS[fault])] * times

    def forget_troubles(self) -> None:
        self._faults.clear()

    async def serve(self, call: str, effect: Callable[[], T]) -> T:
        """Do what a call asks for."""
        fault = self._next_fault(call)
        done = [effect()] if fault.after_effect else []
        if fault.seconds:
            await self.late_calls.hang(fault.seconds)
        if fault.error is not None:
            raise fault.error()
        return done[0] if done else effect()

    def _next_fault(self, call: str) -> Fault:
        for each in self._faults:
            if each[0] == "all" or call in CALLS[each[0]]:
                self._faults.remove(each)
                return each[1]
        return Fault()


class Line:
    """One process's connection to the chat."""

    def __init__(self, chat: Any, border: Border) -> None:
        self.chat = chat
        self._border = border

    async def change(self, name: str, effect: Callable[[], T]) -> T:
        """Let the chat do something, which it may also do when nobody waits for it any more."""
        place = f"chat {name}"
        try:
            async with asyncio.timeout(TIMEOUTS_S.get(name, CALL_TIMEOUT_S)):
                await self._border.cross(place, MessageInDoubtError)
                result = await self.chat.late_calls.run(self.chat.serve(name, effect))
                await self._border.cross(place, MessageInDoubtError, is_back=True)
                return result
        except TimeoutError as error:
            raise MessageInDoubtError("no answer") from error

    async def look(self, name: str, effect: Callable[[], T]) -> T:
        """Let the chat tell something."""
        try:
            return await self.change(name, effect)
        except MessageInDoubtError as error:
            raise NotSentError("no answer") from error
