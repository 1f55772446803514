"""Limits the connections to the web listener: how many, how long silent, how many bytes.

aiohttp watches over each request. What comes before the first one, from people who connect and say
nothing, is ours: each connection is a file descriptor, and those are needed elsewhere. What comes
after it, from people who ask on without waiting for answers, is ours too: it lies in memory.
"""

import asyncio
from collections.abc import Callable

from bot.web.limits import WebLimits

# Some 200 callbacks, after which a connection ends with the next answer. aiohttp bounds how many
# requests of a connection wait for their turn (32), but not their size, and does not tell whether
# any wait; so all that ever comes on a connection counts.
ENOUGH_BYTES = 128 * 1024
# So that a request that began before that still comes whole: its head, beside the longest body.
LONG_HEAD_BYTES = 64 * 1024
# A lenient parser also takes bare line feeds.
_HEAD_ENDS = (b"\r\n\r\n", b"\n\n", b"\n\r\n")
_LONGEST_END = 4


class ConnectionLimiter:
    """The protocol factory of a listening socket; it wraps the one of the HTTP server.

    When all places are taken, a newcomer gets the place of the oldest connection that has not yet
    asked for anything if most have not, else of the oldest of all. So nobody can shut others out,
    and an accepted connection has time for its request.
    """

    def __init__(
        self,
        server: Callable[[], asyncio.Protocol],
        limits: Callable[[], WebLimits],
        longest_body: Callable[[], int],
    ) -> None:
        """Build it; `limits` and `longest_body` return what holds now."""
        self.limits = limits
        self._longest_body = longest_body
        self._server = server
        self._open: dict[asyncio.Transport, None] = {}  # oldest first
        self._silent: dict[asyncio.Transport, None] = {}  # those without a request

    @property
    def max_bytes(self) -> int:
        """How much one connection may send."""
        return ENOUGH_BYTES + self._longest_body() + LONG_HEAD_BYTES

    def __call__(self) -> asyncio.Protocol:
        """Return the protocol for a connection that was just accepted."""
        return _LimitedConnection(self, self._server())

    def add(self, transport: asyncio.Transport) -> None:
        """Add a connection, and close another one if there are too many."""
        if len(self._open) >= self.limits().max_connections:
            self._make_room()
        self._open[transport] = None
        self._silent[transport] = None

    def note_request(self, transport: asyncio.Transport) -> None:
        """Note that a connection has begun a request."""
        self._silent.pop(transport, None)

    def remove(self, transport: asyncio.Transport) -> None:
        """Free the place of a connection that has ended."""
        self._open.pop(transport, None)
        self._silent.pop(transport, None)

    def _make_room(self) -> None:
        are_mostly_silent = len(self._silent) > self.limits().max_connections / 2
        oldest = next(iter(self._silent if are_mostly_silent else self._open))
        self.remove(oldest)
        oldest.abort()


def has_sent_enough(transport: asyncio.BaseTransport | None) -> bool:
    """Return whether the connection is to be closed after the present answer."""
    connection = transport.get_protocol() if transport is not None else None
    return isinstance(connection, _LimitedConnection) and connection.received_bytes > ENOUGH_BYTES


class _LimitedConnection(asyncio.Protocol):
    """A connection, between its socket and the server's own protocol for it."""

    def __init__(self, limiter: ConnectionLimiter, handler: asyncio.Protocol) -> None:
        self.received_bytes = 0
        self._limiter = limiter
        self._handler = handler
        self._is_silent = True
        self._last = b""  # bytes that an end of the first head may have begun with

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._limiter.add(transport)
        self._abort_in(self._limiter.limits().head_timeout_s)
        self._handler.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self.received_bytes += len(data)
        surplus = self.received_bytes - self._limiter.max_bytes
        if surplus > 0:
            self._transport.pause_reading()  # aiohttp may resume it for a body, but gets no more
            data = data[:-surplus]
        if self._is_silent:
            self._look_for_head(data)
        self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        return self._handler.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._limiter.remove(self._transport)
        self._handler.connection_lost(exc)

    def pause_writing(self) -> None:
        self._abort_in(self._limiter.limits().answer_timeout_s)
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._timer.cancel()
        self._handler.resume_writing()

    def _look_for_head(self, data: bytes) -> None:
        # Empty lines may precede a request, and are none.
        window = (self._last + data).lstrip(b"\r\n")
        self._last = window[-_LONGEST_END:]
        if any(end in window for end in _HEAD_ENDS):
            self._is_silent = False
            self._timer.cancel()
            self._limiter.note_request(self._transport)

    def _abort_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._transport.abort)
