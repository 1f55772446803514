"""Whether the parts work; results are cached, so many requests cause few checks."""

import asyncio
from collections.abc import Awaitable, Callable

Check = Callable[[], Awaitable[bool]]
Trouble = Callable[[], str | None]  # what is wrong, in a few words for the operator; None: nothing


class Remembered:
    """A check that runs once at a time, and whose success is cached for a moment.

    The health page is open to strangers, and what it asks (the database) must not be
    overloaded by them. A failure is not cached, so the end of a start shows at once.
    """

    def __init__(self, check: Check, *, good_for_s: float) -> None:
        self._check = check
        self._good_for_s = good_for_s
        self._turn = asyncio.Lock()
        self._good_until = 0.0

    async def __call__(self) -> bool:
        """Return what the check says, or said a moment ago."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if loop.time() < self._good_until:
                return True
            is_well = await self._check()
            if is_well:
                self._good_until = loop.time() + self._good_for_s
            return is_well
