"""The gateway: sessions, heartbeats, resuming, and every way a connection ends."""

import asyncio
import contextlib
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from tests.standins.discord.vocabulary import JSON, Intent
from tests.standins.discord.world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME = 0, 1, 2, 3, 6
RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 7, 8, 9, 10, 11

CLOSE_UNKNOWN_OP = 4001
CLOSE_DECODE = 4002
CLOSE_NOT_AUTHENTICATED = 4003
CLOSE_AUTHENTICATION_FAILED = 4004
CLOSE_ALREADY_AUTHENTICATED = 4005
CLOSE_BAD_SEQUENCE = 4007

# After these the session is gone; after every other code it can be resumed.
ENDS_SESSION = {4003, 4004, 4005, 4007, 4009, 4010, 4011, 4012, 4013, 4014}

# How many events a lost session keeps for its return.
REPLAY = 1000


class Packer(Protocol):
    def pack(self, text: str) -> bytes: ...


class ZlibPacker:
    """zlib-stream: one stream a connection, flushed after every message."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def pack(self, text: str) -> bytes:
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class ZstdPacker:
    """zstd-stream, for clients with a Python or a package that can read it."""

    def __init__(self) -> None:
        try:
            import zstandard  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415
        except ImportError:
            from compression import zstd  # type: ignore[import-not-found]  # noqa: PLC0415

            self._stream: Any = zstd.ZstdCompressor()
            self._flush: Any = zstd.ZstdCompressor.FLUSH_BLOCK
        else:
            self._stream = zstandard.ZstdCompressor().compressobj()
            self._flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def pack(self, text: str) -> bytes:
        start: bytes = self._stream.compress(text.encode())
        end: bytes = self._stream.flush(self._flush)
        return start + end


PACKERS: dict[str, type[Packer]] = {"zlib-stream": ZlibPacker, "zstd-stream": ZstdPacker}


@dataclass(slots=True, eq=False)
class Session:
    """One session of the bot; it outlives its connection until it is invalidated."""

    id: str
    intents: Intent
    sequence: int = 0
    events: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAY))
    connection: "Connection | None" = None

    def dispatch(self, event: str, data: JSON) -> None:
        """Number an event, keep it for a resume, and send it if the session is connected."""
        self.sequence += 1
        text = json.dumps({"op": DISPATCH, "t": event, "s": self.sequence, "d": data})
        self.events.append((self.sequence, text))
        if self.connection is not None:
            self.connection.send_text(text)


class Connection:
    """One websocket. Everything it sends goes through one queue, so the order holds."""

    def __init__(self, gateway: "Gateway", socket: web.WebSocketResponse, request: web.Request):
        self.gateway = gateway
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        packer = PACKERS.get(request.query.get("compress", ""))
        self._packer = packer() if packer else None
        self._queue: asyncio.Queue[str | int] = asyncio.Queue()

    def send_text(self, text: str) -> None:
        self._queue.put_nowait(text)

    def send(self, op: int, data: object) -> None:
        self.send_text(json.dumps({"op": op, "t": None, "s": None, "d": data}))

    def close(self, code: int) -> None:
        """Close after what is queued."""
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """Cut the wire without a closing frame."""
        self.leave()
        if self.request.transport is not None:
            self.request.transport.abort()

    def leave(self) -> None:
        """Let the session wait for a resume."""
        if self.session is not None and self.session.connection is self:
            self.session.connection = None

    async def serve(self) -> None:
        writer = asyncio.create_task(self._write())
        try:
            self.send(HELLO, {"heartbeat_interval": self.gateway.heartbeat_interval_ms})
            async for message in self.socket:
                if message.type is WSMsgType.TEXT:
                    self._receive(message.data)
            if self.socket.close_code in {1000, 1001} and self.session is not None:
                self.gateway.sessions.pop(self.session.id, None)
        finally:
            self.leave()
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                item = await self._queue.get()
                if isinstance(item, int):
                    self.leave()
                    if item in ENDS_SESSION and self.session is not None:
                        self.gateway.sessions.pop(self.session.id, None)
                    await self.socket.close(code=item)
                    return
                if self._packer is None:
                    await self.socket.send_str(item)
                else:
                    await self.socket.send_bytes(self._packer.pack(item))

    def _receive(self, text: str) -> None:
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame["d"]
        except (ValueError, KeyError, TypeError):
            self.close(CLOSE_DECODE)
            return
        if op == HEARTBEAT:
            self.gateway.heartbeats += 1
            if self.gateway.acknowledge_heartbeats:
                self.send(HEARTBEAT_ACK, None)
        elif op == IDENTIFY:
            self._identify(data)
        elif op == RESUME:
            self._resume(data)
        elif op not in {PRESENCE, REQUEST_MEMBERS}:
            self.close(CLOSE_UNKNOWN_OP)
        elif self.session is None:
            self.close(CLOSE_NOT_AUTHENTICATED)

    def _identify(self, data: JSON) -> None:
        gateway = self.gateway
        gateway.identifies += 1
        refusal = gateway.close_identify_with
        if self.session is not None:
            self.close(CLOSE_ALREADY_AUTHENTICATED)
        elif data.get("token", "").removeprefix("Bot ") != gateway.token:
            self.close(CLOSE_AUTHENTICATION_FAILED)
        elif refusal is not None:
            self.close(refusal)
        else:
            gateway.open_session(self, Intent(data["intents"]))

    def _resume(self, data: JSON) -> None:
        self.gateway.resumes += 1
        session = self.gateway.sessions.get(data.get("session_id", ""))
        if data.get("token", "").removeprefix("Bot ") != self.gateway.token:
            self.close(CLOSE_AUTHENTICATION_FAILED)
        elif session is None:
            self.send(INVALID_SESSION, False)
        elif data["seq"] > session.sequence:
            self.close(CLOSE_BAD_SEQUENCE)
        else:
            if session.connection is not None:
                session.connection.abort()
            for number, text in session.events:
                if number > data["seq"]:
                    self.send_text(text)
            self.session, session.connection = session, self
            session.dispatch("RESUMED", {"_trace": []})


class Gateway:
    """All sessions of the bot, and the levers a test pulls."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.heartbeat_interval_ms = 41250
        self.acknowledge_heartbeats = True
        # The websocket handshake is answered with 503.
        self.refuse_new_connections = False
        # A close code with which every IDENTIFY is refused.
        self.close_identify_with: int | None = None
        self.identifies = 0
        self.resumes = 0
        self.heartbeats = 0

    @property
    def live_sessions(self) -> list[Session]:
        """The sessions that are connected and identified."""
        return [s for s in self.sessions.values() if s.connection is not None]

    def emit(self, event: str, data: JSON, intent: Intent) -> None:
        """Send an event to every session that asked for it; none: to every session."""
        for session in self.sessions.values():
            if intent is Intent.NONE or session.intents & intent:
                session.dispatch(event, data)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_new_connections:
            return web.Response(status=503)
        compress = request.query.get("compress")
        if compress not in {None, *PACKERS} or request.query.get("encoding", "json") != "json":
            return web.Response(status=400, text="this encoding or compression is not spoken here")
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(self, socket, request)
        self.connections.append(connection)
        try:
            await connection.serve()
        finally:
            self.connections.remove(connection)
        return socket

    def open_session(self, connection: Connection, intents: Intent) -> None:
        session = Session(id=f"{self.world.snowflakes.next():x}", intents=intents)
        self.sessions[session.id] = session
        connection.session, session.connection = session, connection
        guilds = [guild for guild in self.world.guilds.values() if guild.bot_is_member]
        bot = self.world.bot
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": bot.to_json(),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "private_channels": [],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "application": {"id": str(bot.id), "flags": 1 << 23},
            },
        )
        if intents & Intent.GUILDS:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", guild.create_json())

    def drop(self, code: int | None = None) -> None:
        """End every connection: with a close code, or None: the wire is cut."""
        for connection in list(self.connections):
            if code is None:
                connection.abort()
            else:
                connection.close(code)

    def ask_to_reconnect(self) -> None:
        """Send op 7 to every connection."""
        for connection in self.connections:
            connection.send(RECONNECT, None)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9; unless `resumable`, the sessions are gone."""
        for connection in self.connections:
            connection.send(INVALID_SESSION, resumable)
            connection.leave()
        if not resumable:
            self.sessions.clear()

    async def close(self) -> None:
        """End all connections for good."""
        sockets = [connection.socket for connection in self.connections]
        await asyncio.gather(*(s.close(code=WSCloseCode.GOING_AWAY) for s in sockets))
