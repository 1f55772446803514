"""How many downloads run at a time: a limit for all, for each host and for each link."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class DownloadPlaces:
    """Places for downloads, shared so that no link and no host can have them all."""

    def __init__(self, *, of_all: int, of_host: int, of_link: int) -> None:
        self._all = asyncio.Semaphore(of_all)
        self._of_host, self._of_link = of_host, of_link
        # Forgotten when nobody holds a place or waits for one.
        self._by_host: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._by_link: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def take(self, host: str, url: str) -> AsyncIterator[None]:
        """Hold a place while the context lasts.

        The scarcest place is taken first, so a download that waits for a busy link or host keeps
        no place from the others.
        """
        of_link = self._by_link.setdefault(url, asyncio.Semaphore(self._of_link))
        of_host = self._by_host.setdefault(host, asyncio.Semaphore(self._of_host))
        async with of_link, of_host, self._all:
            yield
