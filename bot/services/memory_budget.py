"""A bound on what is held in memory at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class MemoryBudget:
    """A fixed number of places; whoever wants some waits in line until they are free."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken = 0
        self._line = asyncio.Lock()  # first come, first served: many small ones starve no large one
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def take(self, places: int) -> AsyncIterator[None]:
        """Hold some places while the context lasts; more than there are count as all."""
        wanted = min(places, self._places)
        if wanted:  # whoever wants none need not wait for those who do
            await self._wait_for(wanted)
        try:
            yield
        finally:
            self._taken -= wanted
            self._freed.set()

    async def _wait_for(self, wanted: int) -> None:
        async with self._line:
            while self._taken + wanted > self._places:
                self._freed.clear()
                await self._freed.wait()
            self._taken += wanted
