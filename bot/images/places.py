"""How many downloads run at a time: a limit for all, for each host and for each link."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Line:
    """The places of one key, while somebody wants them."""

    places: asyncio.Semaphore
    users: int = 0


@dataclass(slots=True)
class _PlacesByKey:
    """So many places for each key. Forgets a key that nobody wants."""

    most: int
    _lines: dict[str, _Line] = field(default_factory=dict)

    @asynccontextmanager
    async def take(self, key: str) -> AsyncIterator[None]:
        line = self._lines.setdefault(key, _Line(asyncio.Semaphore(self.most)))
        line.users += 1
        try:
            async with line.places:
                yield
        finally:
            line.users -= 1
            if not line.users:
                del self._lines[key]


class DownloadPlaces:
    """Places for downloads, shared so that no link and no host can have them all."""

    def __init__(self, *, of_all: int, of_host: int, of_link: int) -> None:
        self._all = asyncio.Semaphore(of_all)
        self._hosts = _PlacesByKey(of_host)
        self._links = _PlacesByKey(of_link)

    @asynccontextmanager
    async def take(self, host: str, url: str) -> AsyncIterator[None]:
        """Hold a place while the context lasts.

        The scarcest place is taken first, so a download that waits for a busy link or host keeps
        no place from the others.
        """
        async with self._links.take(url), self._hosts.take(host), self._all:
            yield
