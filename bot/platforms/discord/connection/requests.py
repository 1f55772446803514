"""What became of every request to Discord: which were refused, and which may have had an effect.

discord.py tells of a call, and repeats some of its requests by itself. aiohttp's own tracing could
tell of requests too, but takes a tenth of the time of an answer to a command.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

import aiohttp

from bot.platforms.discord.names import PLATFORM
from bot.ports.observer import Observer

# What Discord calls invalid requests; after 10,000 of them in ten minutes it bans the address.
# https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
REFUSALS = frozenset({401, 403, 429})


@dataclass
class Requests:
    """The requests of one call."""

    in_doubt: int = 0  # that left, and that nobody has refused so far


_watched: ContextVar[Requests] = ContextVar("requests")


@contextmanager
def watched_requests() -> Iterator[Requests]:
    """Watch the requests that are made in here."""
    requests = Requests()
    token = _watched.set(requests)
    try:
        yield requests
    finally:
        _watched.reset(token)


class WatchfulConnector(aiohttp.TCPConnector):
    """Connects discord.py's session; `observer` is told of requests that are refused."""

    def __init__(self, observer: Observer) -> None:
        super().__init__(limit=0)  # as discord.py's own
        self._response_class = _telling(observer)

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: "list[aiohttp.tracing.Trace]",
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's
    ) -> aiohttp.connector.Connection:
        """Return a request its connection."""
        req.response_class = self._response_class
        connection = await super().connect(req, traces, timeout)
        _count_in_doubt(1)
        return connection


def _telling(observer: Observer) -> type[aiohttp.ClientResponse]:
    class Response(aiohttp.ClientResponse):
        async def start(self, connection: aiohttp.connector.Connection) -> Self:
            await super().start(connection)
            if HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                _count_in_doubt(-1)
            if self.status in REFUSALS:
                observer.platform_refused(PLATFORM, self.status)
            return self

    return Response


def _count_in_doubt(change: int) -> None:
    requests = _watched.get(None)
    if requests is not None:
        requests.in_doubt += change
