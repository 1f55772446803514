"""Socket Mode: the connections of the app, and what can go wrong with them."""

import asyncio
import json
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.demo.slack.standin.state import State
from bot.demo.slack.standin.vocabulary import JSON, MAX_CONNECTIONS


class NotDelivered(Exception):  # noqa: N818
    """Nobody took the delivery; says what the person reads."""


@dataclass(slots=True, eq=False)
class Connection:
    """One websocket of the app."""

    socket: web.WebSocketResponse
    request: web.Request
    # Envelopes that wait for their acknowledgement, by id.
    waiting: dict[str, asyncio.Future[JSON]] = field(default_factory=dict)
    envelopes: int = 0

    async def send(self, frame: JSON) -> None:
        """Send a frame."""
        self.envelopes += 1
        await self.socket.send_json(frame)

    def abort(self) -> None:
        """Cut the wire."""
        if self.request.transport is not None:
            self.request.transport.abort()

    def forget(self) -> None:
        """Let those who wait for an acknowledgement know that none will come."""
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(NotDelivered("operation_timeout"))
                future.exception()  # whoever waited may be gone


class Sockets:
    """All connections of the app; each delivery goes to one of them."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.url = ""
        self.connections: list[Connection] = []
        # How many were ever accepted, and how many refused on purpose.
        self.accepted = 0
        self.refused = 0
        # The handshake is answered with 503.
        self.refuse_new_connections = False
        # Connections take what they get and answer nothing, not even a ping.
        self.is_silent = False
        self._tickets: set[str] = set()
        self._next = 0

    def issue(self) -> str:
        """Return the address of one new connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"{self.url}/link/?ticket={ticket}&app_id={self.state.world.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve a connection until it ends."""
        if self.refuse_new_connections:
            self.refused += 1
            return web.Response(status=503)
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self.state.breach("link", "an address of a connection that was used or never issued")
            return web.Response(status=404)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False, autoclose=True)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.connections) >= MAX_CONNECTIONS:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.connections.append(connection)
        self.accepted += 1
        try:
            await connection.send(self._hello())
            self.state.changed.set()
            await self._serve(connection)
        except ConnectionError:
            pass
        finally:
            self._drop(connection)
        return socket

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "stand-in", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.state.world.app_id},
        }

    async def _serve(self, connection: Connection) -> None:
        async for message in connection.socket:
            if self.is_silent:
                continue
            if message.type is WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(connection, message.data)

    def _acknowledged(self, connection: Connection, raw: str) -> None:
        try:
            frame: Any = json.loads(raw)
        except ValueError:
            frame = None
        known = {"envelope_id", "payload", "retry_attempt", "retry_reason"}
        if not isinstance(frame, dict) or "envelope_id" not in frame or frame.keys() - known:
            self.state.breach("socket", "a frame that acknowledges no envelope")
            return
        future = connection.waiting.pop(frame["envelope_id"], None)
        if future is None:
            self.state.breach("socket", "an envelope that nobody waits for was acknowledged")
        elif not future.done():
            payload = frame.get("payload")
            # bolt sends a text answer as {"text": …}.
            future.set_result(payload if isinstance(payload, dict) else {})

    def _drop(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        connection.forget()
        self.state.changed.set()

    async def deliver(self, kind: str, payload: JSON, attempt: int, deadline_s: float) -> JSON:
        """Send one envelope to one connection and return the acknowledgement.

        Raises:
            NotDelivered: nobody is connected, or no acknowledgement came.
        """
        if not self.connections:
            raise NotDelivered("dispatch_failed")
        self._next += 1
        connection = self.connections[self._next % len(self.connections)]
        envelope: JSON = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }
        if kind == "events_api":
            reason = "timeout" if attempt else ""
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        future: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = future
        try:
            await connection.send(envelope)
            async with asyncio.timeout(deadline_s):
                return await future
        except (TimeoutError, ConnectionError):
            raise NotDelivered("operation_timeout") from None

    def reset(self) -> None:
        """Cut the wire of every connection."""
        for connection in list(self.connections):
            connection.abort()

    async def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection that it will be closed (`warning`, `refresh_requested`)."""
        for connection in list(self.connections):
            info = {"host": "stand-in"}
            with suppress(ConnectionError):
                frame = {"type": "disconnect", "reason": reason, "debug_info": info}
                await connection.send(frame)
            if reason == "refresh_requested":
                # Closing waits for the other side, which may never answer.
                self._leave(connection)

    def _leave(self, connection: Connection) -> None:
        """Deliver nothing to it any more; the app closes it."""
        if connection in self.connections:
            self.connections.remove(connection)

    async def close(self) -> None:
        """End all connections for good."""
        sockets = [connection.socket for connection in self.connections]
        await asyncio.gather(*(s.close(code=WSCloseCode.GOING_AWAY) for s in sockets))
