"""A database that is away, or another's, while the process starts, runs and ends."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.app import App
from bot.config import Settings
from bot.domain.errors import StoreError
from bot.store import SqlSettingStore
from tests.acceptance.running import ENDLESS
from tests.acceptance.wire import Wire, up_here
from tests.standins.forked import ForkedBot
from tests.standins.ports import free_port
from tests.standins.postgresql import PostgresServer
from tests.timing import TIMEOUT_S


async def test_a_database_away_at_the_start_is_waited_for(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    line = Line(postgres_server.new_database())
    async with Wire.up(tmp_path, database_url=line.url, start=False) as wire:
        await wire.bot.start(ready_within=None)
        await wire.wait_for(lambda: wire.bot.has_logged("listening"))
        assert (await wire.get("/healthz"))[0] == 200
        assert (await wire.get("/readyz"))[0] == 503
        assert await wire.call_back(f"{wire.bot.url}/webhook/midjourney/a/b") == 503
        async with line.open():
            await wire.bot.ready()
            await wire.discord.wait_until_connected()


async def test_a_database_that_goes_away_during_the_start_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was opened, and is away when the parts of the bot read it."""
    away = [StoreError("away"), StoreError("still away")]
    get_or_create = SqlSettingStore.get_or_create

    async def get_once_it_is_back(settings: SqlSettingStore, key: str, value: str) -> str:
        if away:
            raise away.pop()
        return await get_or_create(settings, key, value)

    monkeypatch.setattr(SqlSettingStore, "get_or_create", get_once_it_is_back)
    async with up_here(tmp_path, start=False) as wire:
        del wire.bot.environment["WEBHOOK_SECRET"]  # so that it is kept in the database
        await wire.start()
        assert not away
        await wire.imagine("a boat")
        await wire.settled("a boat")


async def test_it_stops_at_once_while_the_database_is_away(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    line = Line(postgres_server.new_database())
    async with Wire.up(tmp_path, database_url=line.url, start=False) as wire:
        await wire.bot.start(ready_within=None)
        await wire.wait_for(lambda: wire.bot.has_logged("listening"))
        assert await wire.bot.terminate() == 0


async def test_a_stop_that_comes_before_the_start_is_not_forgotten(tmp_path: Path) -> None:
    async with up_here(tmp_path, start=False) as wire:
        given = {name.lower(): value for name, value in wire.bot.environment.items()}
        given["database_url"] = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
        app = App(Settings(_env_file=None, port=wire.bot.port, **given))
        app.stop()
        async with asyncio.timeout(TIMEOUT_S):
            await app.run()


async def test_a_database_that_goes_away_in_between_loses_nothing(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    line, polls = Line(postgres_server.new_database()), {"POLL_INTERVAL": "0.5"}
    async with Wire.up(tmp_path, database_url=line.url, environment=polls, start=False) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        async with line.open():
            await wire.start()
            await wire.imagine("a cut line")
            await wire.wait_for(wire.submits)
        await wire.finish_jobs()
        await wire.wait_for(lambda: wire.midjourney.callbacks)
        await asyncio.sleep(1.1)  # the page may be a second old
        status, text = await wire.get("/readyz")
        assert status == 503
        assert "database: not ready" in text
        async with line.open():
            await wire.bot.ready()
            await wire.settled("a cut line")
            assert wire.submits() == ["a cut line"]


WITH_A_SHORT_DRAIN = """
import asyncio
from bot.app import run_until_signalled
from bot.config import read_environment
from bot.observability.logs import set_up_logging
from bot.domain.timings import Timings
from bot.wiring import Externals
from tests.standins.process import BotProcess
settings = read_environment().settings()
set_up_logging(settings.log_level, settings.log_format)
asyncio.run(run_until_signalled(settings, Externals(timings=Timings(drain_s=0.2))))
"""


async def test_it_stops_in_time_while_another_program_holds_the_file(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        wire.bot.command = ("-c", WITH_A_SHORT_DRAIN)
        await wire.start()
        other = sqlite3.connect(
            tmp_path / "imagine.db", isolation_level=None, check_same_thread=False
        )
        with contextlib.closing(other):
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            await wire.wait_for(lambda: wire.bot.has_logged("database_locked"))
            assert await wire.bot.terminate() == 0


async def test_a_second_process_waits_for_the_file_of_the_first(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, environment={"POLL_INTERVAL": "0.3"}) as wire:
        second = ForkedBot(wire.bot.environment, log=tmp_path / "second.log")
        await second.start(ready_within=None)
        try:
            await wire.wait_for(lambda: second.has_logged("waiting_for_database_lock"))
            await wire.imagine("under the first")
            await wire.settled("under the first")
            assert wire.bot.is_running
            await wire.bot.kill()
            await second.ready()
            await wire.wait_for(lambda: len(wire.discord.gateway.live_sessions) == 1)
            await wire.imagine("under the second")
            await wire.settled("under the second")
        finally:
            await second.kill()


class Line:
    """A line to a database server that a test can cut."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._target = (str(parts.hostname), parts.port)
        self._port = free_port()
        self.url = database_url.replace(f":{parts.port}/", f":{self._port}/")
        self._ends: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
        try:
            yield
        finally:
            server.close()
            for end in self._ends:
                end.transport.abort()
            await asyncio.sleep(0)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._ends |= {writer, far_writer}
        async with asyncio.TaskGroup() as group:
            group.create_task(_pump(reader, far_writer))
            group.create_task(_pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
