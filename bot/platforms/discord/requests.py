"""The checks around every request to Discord: the lease before it, refusals after it.

Only here is the last moment before a request leaves: discord.py may keep one back for half a minute
because of a rate limit, and the process may be frozen meanwhile. aiohttp's own tracing could do
this too, but takes a tenth of the time of an answer to a command.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

import aiohttp

from bot.domain.errors import LostLeaseError
from bot.ports.observer import Observer
from bot.services.leases import check_lease

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
    """Connects discord.py's session.

    Its requests raise LostLeaseError, and do not leave, when the work they belong to may be another
    process's by now. `observer` is told of those that are refused.
    """

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
        try:
            check_lease()  # only now: to make a connection may take as long as a lease lasts
        except LostLeaseError:
            connection.release()
            raise
        _count_in_doubt(1)
        return connection


def _telling(observer: Observer) -> type[aiohttp.ClientResponse]:
    class Response(aiohttp.ClientResponse):
        async def start(self, connection: aiohttp.connector.Connection) -> Self:
            await super().start(connection)
            if HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                _count_in_doubt(-1)
            if self.status in REFUSALS:
                observer.platform_refused(self.status)
            return self

    return Response


def _count_in_doubt(change: int) -> None:
    requests = _watched.get(None)
    if requests is not None:
        requests.in_doubt += change
