"""Roles: one process for each on PostgreSQL, and who may not be split up."""

from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.running import ENDLESS, slow
from tests.acceptance.wire import Wire
from tests.standins.discord.routes import ONE_MESSAGE
from tests.standins.forked import ForkedBot
from tests.standins.postgresql import PostgresServer
from tests.standins.process import BotProcess


@pytest.mark.parametrize("roles", ["web,cook", slow(""), slow(",")])
async def test_roles_that_do_not_exist_are_one_line(tmp_path: Path, roles: str) -> None:
    command = ("-m", "bot", "run", "--roles", roles)
    bot = ForkedBot({}, log=tmp_path / "bot.log", command=command)
    await bot.start(ready_within=None)
    assert await bot.wait() == 2
    (line,) = bot.log_lines()
    assert line.startswith("imagine-bot: --roles: ")
    assert "web, gateway, worker" in line


async def test_sqlite_is_not_split_up(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        wire.bot.command = ("-m", "bot", "run", "--roles", "web,gateway")
        await wire.bot.start(ready_within=None)
        assert await wire.bot.wait() == 2
        (line,) = wire.bot.log_lines()
        assert line.startswith("imagine-bot: --roles: SQLite belongs to one process")
        assert not (tmp_path / "imagine.db").exists()


async def test_all_roles_by_name_are_what_one_process_does(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        wire.bot.command = ("-m", "bot", "run", "--roles", "worker, web,gateway")
        await wire.start()
        await wire.imagine("all in one")
        await wire.settled("all in one")


@pytest.mark.slow
async def test_three_processes_do_what_one_does(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with (
        Wire.up(tmp_path, database_url=url, start=False) as wire,
        wire.split() as processes,
    ):
        wire.midjourney.faults.outcomes.add(ENDLESS)
        asked = await wire.imagine("a job for three")
        placeholder = asked.response
        assert placeholder is not None
        await wire.wait_for(lambda: placeholder.labels == ["Don't post"])
        await wire.finish_jobs()
        await wire.settled("a job for three")
        assert wire.submits() == ["a job for three"]
        [callback] = await wire.wait_for(lambda: wire.midjourney.callbacks)
        assert callback.status == 200
        assert (await wire.get("/readyz")) == (200, "database: ok\n")
        for process in (processes.gateway, processes.worker):
            with pytest.raises(aiohttp.ClientConnectionError):
                await _knock(process)
        for process in (processes.web, processes.gateway, processes.worker):
            assert await process.terminate() == 0
        assert wire.sql("SELECT name FROM leases WHERE owner <> ''") == []


@pytest.mark.slow
async def test_placeholders_and_direct_messages_follow_work_in_other_processes(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url, slots = postgres_server.new_database(), {"MIDJOURNEY_CONCURRENCY": "2"}
    async with (
        Wire.up(tmp_path, database_url=url, start=False, environment=slots, seconds=3600) as wire,
        wire.split(),
    ):
        ann = wire.discord.ann
        wire.sql(
            "INSERT INTO preferences (person, parameters, wants_dm, wants_questions) "
            f"VALUES ('discord:{ann.id}', '', true, true)"
        )
        asked = await wire.imagine("a {red, blue, green} kite")
        placeholder = await wire.press_answer(asked, "Start 3 jobs")
        await wire.wait_for(lambda: "0 of 3 done, 2 drawing" in placeholder.text)
        wire.midjourney.finish(next(iter(wire.midjourney.jobs)))
        await wire.wait_for(lambda: "1 of 3 done, 2 drawing" in placeholder.text)
        await wire.finish_jobs()
        await wire.wait_for(lambda: placeholder.deleted)
        dm = await wire.wait_for(lambda: wire.discord.dm(ann).messages)
        assert ["are ready" in message.text for message in dm] == [True]
        edits = [c for c in wire.discord.calls("PATCH", ONE_MESSAGE) if c.status == 200]
        assert len(edits) <= 5


async def _knock(process: BotProcess) -> None:
    async with aiohttp.ClientSession() as session, session.get(process.url + "/healthz"):
        pass
