"""Who may stay connected to the web listener, and for how long without asking for anything.

aiohttp watches over what happens after a request; what comes before it, from people who connect
and say nothing, is ours: each connection is a file descriptor, and those are needed elsewhere.
"""

import asyncio
from collections.abc import Callable

# A process may have 1024 files open by default, and the bot wants some for its own calls.
MAX_CONNECTIONS = 256
HEAD_TIMEOUT_S = 10.0  # for the first request's head, however slowly it trickles
# A parser that forgives much also takes bare line feeds.
_HEAD_ENDS = (b"\r\n\r\n", b"\n\n", b"\n\r\n")
_LONGEST_END = 4


class Doorkeeper:
    """The protocol factory of a listening socket, before the one of an HTTP server.

    When all places are taken, a newcomer gets the place of the oldest connection that has not yet
    asked for anything; without such a one, of the oldest of all. So nobody can shut others out.
    """

    def __init__(
        self,
        server: Callable[[], asyncio.Protocol],
        *,
        max_connections: int,
        head_timeout_s: float,
    ) -> None:
        self.head_timeout_s = head_timeout_s
        self._server = server
        self._max_connections = max_connections
        self._inside: dict[asyncio.Transport, None] = {}  # oldest first; some may have left
        self._silent: dict[asyncio.Transport, None] = {}  # those without a request

    def __call__(self) -> asyncio.Protocol:
        """Give the protocol of a connection that was just accepted."""
        return _Newcomer(self, self._server())

    def enter(self, transport: asyncio.Transport) -> None:
        """Give a connection its place."""
        if len(self._inside) >= self._max_connections:
            self._make_room()
        self._inside[transport] = None
        self._silent[transport] = None

    def heard(self, transport: asyncio.Transport) -> None:
        """Note that a connection asks for something, or has left."""
        self._silent.pop(transport, None)

    def _make_room(self) -> None:
        self._inside = {known: None for known in self._inside if not known.is_closing()}
        if len(self._inside) >= self._max_connections:
            longest = next(iter(self._silent or self._inside))
            del self._inside[longest]
            self._silent.pop(longest, None)
            longest.abort()


class _Newcomer(asyncio.Protocol):
    """A connection until the head of its first request stands; then the server has it alone."""

    def __init__(self, doorkeeper: Doorkeeper, handler: asyncio.Protocol) -> None:
        self._doorkeeper = doorkeeper
        self._handler = handler
        self._last = b""  # bytes that an end of the head may have begun with

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._doorkeeper.enter(transport)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._doorkeeper.head_timeout_s, transport.abort)
        self._handler.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        window = self._last + data
        self._last = window[-_LONGEST_END:]
        if any(end in window for end in _HEAD_ENDS):
            self._leave()
            self._transport.set_protocol(self._handler)
        self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        return self._handler.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        self._handler.connection_lost(exc)

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()

    def _leave(self) -> None:
        self._timer.cancel()
        self._doorkeeper.heard(self._transport)
