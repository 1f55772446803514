"""A line to a server that a test can cut, freeze, slow down and spoil, also in mid-transaction."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from tests.standins.ports import free_port

CHUNK = 65536
FEW = 50
# PostgreSQL's simple query messages: a letter, the length with itself, the text, a zero byte.
BEGIN = b"Q\x00\x00\x00\x0aBEGIN\x00"
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


@dataclass(kw_only=True)
class Cut:
    """Ends a connection at the COMMIT of the next transactions that contain some SQL."""

    sql: bytes
    after: bool  # the server has committed, but its answer is lost; else it rolls back
    left: int = 1  # how often it still strikes
    struck: int = 0


class Line:
    """Listens on a port of its own and passes everything on to the server, both ways."""

    def __init__(self, url: str) -> None:
        """Take the server's address, which may also be told later."""
        self.port = free_port()
        self.lead_to(url)
        self.cuts: list[Cut] = []
        self.refuses = False  # new connections
        self.trickle_s: float | None = None  # a pause after every few bytes of an answer
        self.spoil: Callable[[bytes], bytes] | None = None  # what becomes of the server's bytes
        self._flows = asyncio.Event()
        self._flows.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def lead_to(self, url: str) -> None:
        """Set the server's address; `url` of the line is the same through the line."""
        parts = urlsplit(url)
        self.target_url = url
        self._target = str(parts.hostname), int(parts.port or 0)
        self.url = url.replace(f":{parts.port}", f":{self.port}", 1)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Let connections through; at the end all of them break and new ones are refused."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        try:
            yield self
        finally:
            server.close()
            self.break_all()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def freeze(self) -> None:
        """Let nothing through, and break nothing."""
        self._flows.clear()

    def thaw(self) -> None:
        """Let everything through again, also what was sent meanwhile."""
        self._flows.set()

    def break_all(self) -> None:
        """End all connections that there are."""
        for task in self._tasks:
            task.cancel()

    def cut_commit(self, sql: str, *, after: bool, times: int = 1) -> Cut:
        """Break the connection at the COMMIT of the next transactions that contain `sql`."""
        cut = Cut(sql=sql.encode(), after=after, left=times)
        self.cuts.append(cut)
        return cut

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self.refuses:
            writer.transport.abort()
            return
        self._tasks.add(task)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            wire = _Wire(self, reader, writer, far_reader, far_writer)
            await wire.run()
        except (OSError, asyncio.CancelledError):
            pass  # either end went away, or the test breaks it
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def flowing(self) -> None:
        """Wait while the line is frozen."""
        await self._flows.wait()


class _Wire:
    """One connection through the line."""

    def __init__(
        self,
        line: Line,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        self._line = line
        self._reader, self._writer = reader, writer
        self._far_reader, self._far_writer = far_reader, far_writer
        self._transaction = b""  # all that was sent since BEGIN
        self._is_lost = False  # the next answer does not arrive

    async def run(self) -> None:
        try:
            await _first(self._pump_out(), self._pump_in())
        finally:
            self._far_writer.transport.abort()

    async def _pump_out(self) -> None:
        while data := await self._reader.read(CHUNK):
            await self._line.flowing()
            cut = self._cut_by(data)
            if cut is not None and not cut.after:
                return
            self._is_lost = cut is not None
            self._far_writer.write(data)
            await self._far_writer.drain()

    async def _pump_in(self) -> None:
        while data := await self._far_reader.read(CHUNK):
            await self._line.flowing()
            if self._is_lost:
                return
            await self._deliver(data if self._line.spoil is None else self._line.spoil(data))

    async def _deliver(self, data: bytes) -> None:
        pause_s = self._line.trickle_s
        if pause_s is None:
            self._writer.write(data)
            await self._writer.drain()
            return
        for start in range(0, len(data), FEW):
            self._writer.write(data[start : start + FEW])
            await asyncio.sleep(pause_s)

    def _cut_by(self, data: bytes) -> Cut | None:
        """Return the cut that strikes now, and count it."""
        self._transaction = data if data.startswith(BEGIN) else self._transaction + data
        if not data.endswith(COMMIT):
            return None
        for cut in self._line.cuts:
            if cut.left and cut.sql in self._transaction:
                cut.left -= 1
                cut.struck += 1
                return cut
        return None


async def _first(*works: Coroutine[Any, Any, None]) -> None:
    """Do these together until one is done."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await task
