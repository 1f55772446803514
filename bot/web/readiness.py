"""Whether the parts work, for everybody who asks, without asking them each time."""

import asyncio
from collections.abc import Awaitable, Callable

Check = Callable[[], Awaitable[bool]]
Trouble = Callable[[], str | None]  # what is wrong, in a few words for the operator; None: nothing


class Remembered:
    """A check that is made once at a time; a yes is good for a moment.

    The health page is open to strangers, and what it asks (the database) must not be theirs to
    wear out. A no is not remembered: whoever waits for the start wants to know at once.
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
