"""Whether the parts work; results are cached, so many requests cause few checks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Check = Callable[[], Awaitable[bool]]
Trouble = Callable[[], str | None]  # what is wrong, in a few words for the operator; None: nothing


class Remembered(Generic[T]):
    """A question that is asked once at a time, and whose answer is cached for a moment.

    The health page is open to strangers, and what it asks (the database) must not be
    overloaded by them. False and None are not cached, so the end of a start shows at once.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]], *, good_for_s: float) -> None:
        self._ask = ask
        self._good_for_s = good_for_s
        self._turn = asyncio.Lock()
        self._good_until = 0.0

    async def __call__(self) -> T:
        """Return the answer, or that of a moment ago."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if loop.time() >= self._good_until:
                self._answer = await self._ask()
                if self._answer:
                    self._good_until = loop.time() + self._good_for_s
            return self._answer
