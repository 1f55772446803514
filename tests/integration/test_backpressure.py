"""What is bounded so that no crowd, and no backlog, takes all memory, connections or disk."""

import asyncio
import select
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from bot.domain.conversations import Person
from bot.domain.errors import StoreError
from bot.domain.jobs import JobStatus
from bot.services.memory_budget import MemoryBudget
from bot.store import Database, SqlDraftStore, SqlReferenceStore
from bot.web.limits import WebLimits
from bot.wiring.services import MAX_IMAGES_AT_ONCE
from tests.fixtures import Rig
from tests.haste import set_limits
from tests.listener import Listener, listening, reference_path, statuses_in
from tests.pictures import keep_picture, picture, png
from tests.redaction import WATCH
from tests.standins.migrated import scratch_database
from tests.timing import TIMEOUT_S

NOW = datetime.now(UTC)
DAY_AGO = NOW - timedelta(days=1)


# ── The database ────────────────────────────────────────────────────────────────────────────────


async def test_too_many_transactions_at_once_are_refused() -> None:
    async with scratch_database() as database:
        database.limits = replace(database.limits, max_under_way=5)
        results = await asyncio.gather(
            *(database.run(one) for _ in range(8)), return_exceptions=True
        )
        assert results[:5] == [1] * 5
        assert all(isinstance(result, StoreError) for result in results[5:])
        assert await database.run(one) == 1


def one(connection: Connection) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())


async def test_the_oldest_of_too_many_drafts_go_early(database: Database) -> None:
    drafts = SqlDraftStore(database)
    ids = [
        await drafts.put_draft(Person.of("discord:1"), f"draft {n}", now=NOW + timedelta(seconds=n))
        for n in range(5)
    ]
    assert await drafts.drop_drafts(created_before=DAY_AGO, most=3) == 2
    kept = [await drafts.get_draft(draft_id, Person.of("discord:1")) for draft_id in ids]
    assert kept == [None, None, "draft 2", "draft 3", "draft 4"]
    assert await drafts.drop_drafts(created_before=DAY_AGO, most=3) == 0


# ── Pictures on their way to the provider ───────────────────────────────────────────────────────

PATIENT = WebLimits(max_images=2, send_timeout_s=2 * TIMEOUT_S, image_place_timeout_s=2 * TIMEOUT_S)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening(PATIENT) as listener:
        yield listener
        assert "Traceback" not in WATCH.text


async def test_who_takes_a_picture_too_slowly_is_cut_off(listener: Listener) -> None:
    path = await kept_picture(listener)
    async with AsyncExitStack() as stack:
        listener.reference.limits = replace(PATIENT, send_timeout_s=0.3)
        for reader in [
            await stack.enter_async_context(slow_reader(listener.port, path)) for _ in range(6)
        ]:
            await until_served(reader)
        listener.reference.limits = PATIENT
        async with listener.session.get(listener.url + path) as response:
            assert response.status == 200
            assert len(await response.read()) == len(LARGE)


async def test_a_crowd_for_pictures_is_told_to_come_again(listener: Listener) -> None:
    listener.reference.limits = replace(PATIENT, image_place_timeout_s=0.1)
    path = await kept_picture(listener)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            reader = await stack.enter_async_context(slow_reader(listener.port, path))
            await until_served(reader)
        async with listener.session.get(listener.url + path) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "5")


async def test_who_leaves_in_the_middle_of_a_picture_frees_its_place(listener: Listener) -> None:
    path = await kept_picture(listener)
    for _ in range(4):
        async with slow_reader(listener.port, path) as reader:
            await until_served(reader)
    answer = await listener.say(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    assert statuses_in(answer)[0] == 200


LARGE = bytes(8 * 1024 * 1024)  # more than the kernel's buffers take


async def kept_picture(listener: Listener) -> str:
    store = SqlReferenceStore(listener.database)
    return reference_path(await keep_picture(store, LARGE, now=datetime.now(UTC)))


@asynccontextmanager
async def slow_reader(port: int, path: str) -> AsyncIterator[socket.socket]:
    """Ask for something and never read it."""
    with socket.socket() as reader:
        reader.setblocking(False)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(reader, ("127.0.0.1", port))
        await loop.sock_sendall(reader, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        yield reader


async def until_served(reader: socket.socket) -> None:
    """Wait until the answer begins to come."""
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    async with asyncio.timeout(TIMEOUT_S):
        while not poll.poll(0):  # noqa: ASYNC110 - it is not to be read
            await asyncio.sleep(0.01)


# ── Pictures that people ask for ────────────────────────────────────────────────────────────────


@pytest.fixture
async def full(rig: Rig) -> AsyncIterator[MemoryBudget]:
    """Let there be no place for another picture but one."""
    async with rig.services.memory.take(MAX_IMAGES_AT_ONCE - 1):
        yield rig.services.memory


async def test_a_press_for_a_picture_waits_for_room(rig: Rig, full: MemoryBudget) -> None:
    card = await rig.card()
    async with full.take(1):
        pressed = await rig.d.press(rig.d.ben, card, "3")
        assert pressed.deferred
        await asyncio.sleep(0.1)
        assert rig.d.edits == []
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.response is not None
    assert pressed.response.images == [picture(2)]


async def test_an_attached_picture_waits_for_room(rig: Rig, full: MemoryBudget) -> None:
    set_limits(rig.bot, thinking_after_s=0.05)
    async with full.take(1):
        asked = await rig.imagine(image=("photo.png", png()))
        assert asked.deferred
        assert rig.service.job_ids == ()
    await rig.job_with(JobStatus.QUEUED)
