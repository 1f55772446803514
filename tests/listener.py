"""The web listener with a real store behind it, and raw connections to it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from sqlalchemy import event

from bot.domain.jobs import Job
from bot.store import Database
from bot.web import CallbackTags, ReferenceTags, WebServer
from bot.web.limits import WEB_LIMITS, WebLimits
from bot.web.references import ReferenceHandler
from bot.web.signing import REFERENCE_PATH
from bot.wiring import Role
from bot.wiring.parts import Parts
from tests.jobs import JobStores, new_job
from tests.redaction import forbid
from tests.standins.migrated import scratch_database
from tests.timing import TIMEOUT_S
from tests.wiring import WEBHOOK_SECRET, handler_of, parts_on

TAGS = CallbackTags(WEBHOOK_SECRET)
REFERENCE_TAGS = ReferenceTags(WEBHOOK_SECRET)
STATUS_LINE = re.compile(rb"^HTTP/[0-9.]+ ([0-9]{3}) ", re.MULTILINE)
OPEN = b"(still open)"


@dataclass
class Listener:
    """A listening server, the store behind it, and the callbacks that it passed on."""

    server: WebServer
    port: int
    session: aiohttp.ClientSession
    jobs: JobStores
    reference: ReferenceHandler
    database: Database
    hints: list[None] = field(default_factory=list)  # one for each callback that was stored
    statements: list[str] = field(default_factory=list)  # all SQL that was executed

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def running_job(self) -> Job:
        """Return a job that the provider draws."""
        job = await self._claimed()
        now = datetime.now(UTC)
        running = await self.jobs.record_accepted(
            job.id,
            attempt=job.attempt,
            task_id=f"T{job.id}",
            next_poll_at=now + timedelta(seconds=15),
            now=now,
        )
        assert running is not None
        return running

    async def lost_job(self) -> Job:
        """Return a job whose submit was not answered: a callback may name its task."""
        job = await self._claimed()
        lost = await self.jobs.record_lost(job.id, attempt=job.attempt, now=datetime.now(UTC))
        assert lost is not None
        return lost

    async def _claimed(self) -> Job:
        now = datetime.now(UTC)
        new = new_job()
        await self.jobs.add([new], admit=lambda _u: None, slots=10, now=now, claimable_at=now)
        (job,) = await self.jobs.claim_up_to(1, now=now)
        return job

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        async with self.session.post(self.url + path, data=body) as response:
            return response.status, await response.read()

    async def is_due(self, job: Job) -> bool:
        now = datetime.now(UTC)
        return job.id in {due.id for due in await self.jobs.to_poll(now=now, limit=100)}

    # ── Raw connections ─────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Return a connection that has said nothing yet."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def say(self, data: bytes, *, timeout_s: float = TIMEOUT_S) -> bytes:
        """Send these bytes and give all that comes back until the server hangs up.

        If it does not, what came within `timeout_s` is given, with `OPEN` behind it.
        """
        async with self.connection() as (reader, writer):
            writer.write(data)
            return await heard(reader, timeout_s=timeout_s)


async def heard(reader: asyncio.StreamReader, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """Return what comes until the end, or until the time is over; see `Listener.say`."""
    answer = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            with suppress(ConnectionError):
                while chunk := await reader.read(65536):
                    answer += chunk
    except TimeoutError:
        answer += OPEN
    return bytes(answer)


def statuses_in(answer: bytes) -> list[int]:
    """Return the statuses of the responses in a raw answer."""
    return [int(status) for status in STATUS_LINE.findall(answer)]


def path_of(job_id: str, tag: str | None = None) -> str:
    """Return the path of a job's callbacks, with another tag if one is given."""
    right_tag = TAGS.tag(job_id)
    forbid(right_tag)
    return f"/webhook/midjourney/{job_id}/{tag or right_tag}"


def reference_path(reference_id: str) -> str:
    """Return the path of an attached image."""
    tag = REFERENCE_TAGS.tag(reference_id)
    forbid(tag)
    return f"/reference/{reference_id}/{tag}.png"


@asynccontextmanager
async def listening(limits: WebLimits = WEB_LIMITS) -> AsyncIterator[Listener]:
    """Return a listener on SQLite, with the routes that a process of this role has."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(scratch_database())
        parts = await parts_on(database, roles=frozenset({Role.WEB}), web_limits=limits)
        server = WebServer(limits)
        port = await stack.enter_async_context(server.listen(0, "127.0.0.1"))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        listener = _listener(parts, server, port, session)
        parts.signals.callback_noted.connect(lambda: listener.hints.append(None))
        _count_statements(listener)
        yield listener


def _listener(
    parts: Parts, server: WebServer, port: int, session: aiohttp.ClientSession
) -> Listener:
    """Let requests in to the routes of these parts."""
    reference = handler_of(parts, REFERENCE_PATH)
    assert isinstance(reference, ReferenceHandler)
    server.open(parts.work.routes, {"database": parts.database.is_ready})
    return Listener(server, port, session, JobStores(parts.database), reference, parts.database)


def _count_statements(listener: Listener) -> None:
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        listener.statements.append(statement)

    event.listen(listener.database.engine, "before_cursor_execute", note)
