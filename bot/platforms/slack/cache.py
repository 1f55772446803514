"""Answers of Slack's that hold for a while: each is asked for once, however many want it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from bot.ports.clock import Clock
from bot.services.timeouts import within

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What was found out, and how long that holds."""

    value: T
    lasts: timedelta


class Cache(Generic[T]):
    """Looks things up one at a time per key, and remembers the latest `limit` answers."""

    def __init__(
        self, look: Callable[[str], Awaitable[Answer[T]]], *, clock: Clock, limit: int
    ) -> None:
        """Find answers out with `look`, which raises nothing that should be remembered."""
        self._look = look
        self._clock = clock
        self._limit = limit
        self._known: dict[str, tuple[T, datetime]] = {}  # and when to ask again
        self._looking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, key: str, *, within_s: float | None = None) -> T:
        """Return the answer, asked for now if none holds.

        Raises:
            TimeoutError: it did not come `within_s`; it is remembered when it comes.
        """
        known = self._known.get(key)
        if known is not None and self._clock.now() < known[1]:
            return known[0]  # nearly always, so without a task and a timer
        asking = self._ask(key)
        return await (asking if within_s is None else within(within_s, asking))

    async def _ask(self, key: str) -> T:
        lock = self._looking.setdefault(key, asyncio.Lock())
        async with lock:
            known = self._known.get(key)
            if known is not None and self._clock.now() < known[1]:
                return known[0]  # found out while we waited
            answer = await self._look(key)
            self.put(key, answer)
            return answer.value

    def put(self, key: str, answer: Answer[T]) -> None:
        """Remember an answer that came in another way."""
        self._known.pop(key, None)
        self._known[key] = (answer.value, self._clock.now() + answer.lasts)
        while len(self._known) > self._limit:
            del self._known[next(iter(self._known))]  # the oldest

    def forget(self, key: str) -> None:
        """Ask again the next time."""
        self._known.pop(key, None)
