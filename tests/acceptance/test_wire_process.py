"""The process itself: how it starts, what it needs, what it says, and how it ends."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.running import AWAKE_S, ENDLESS
from tests.acceptance.wire import Wire, up_here
from tests.haste import PATIENT
from tests.standins.discord import faults
from tests.standins.discord.routes import COMMANDS, MESSAGES
from tests.standins.forked import ForkedBot
from tests.standins.inprocess import BotTask
from tests.standins.ports import free_port
from tests.standins.process import BotProcess
from tests.timing import TIMEOUT_S


async def test_missing_settings_are_named_all_at_once(tmp_path: Path) -> None:
    bot = BotProcess({"POLL_INTERVAL": "soon"}, log=tmp_path / "bot.log")
    await bot.start(ready_within=None)
    assert await bot.wait() == 2
    lines = bot.log_lines()
    assert all(line.startswith("imagine-bot: ") for line in lines)
    assert [line.split()[1].strip(":") for line in lines] == [
        "DISCORD_TOKEN",
        "MIDJOURNEY_API_KEY",
        "POLL_INTERVAL",
    ]


async def test_a_rejected_token_is_one_line(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        wire.bot.environment["DISCORD_TOKEN"] = "not.the.token"
        await wire.bot.start(ready_within=None)
        assert await wire.bot.wait() == 1
        said = [line for line in wire.bot.log_lines() if not line.startswith("{")]
        assert said == ["imagine-bot: Discord does not accept DISCORD_TOKEN."]
        log = wire.bot.log.read_text()
        assert "not.the.token" not in log
        assert "voice" not in log  # discord.py would like us to speak


async def test_a_token_that_the_gateway_rejects_is_one_line(tmp_path: Path) -> None:
    async with Wire.up(tmp_path) as wire:
        wire.discord.drop_gateway(4004)
        assert await wire.bot.wait() == 1
        assert wire.bot.log_lines()[-1].startswith("imagine-bot: Discord does not accept")


async def test_a_database_that_is_away_is_one_line_of_migrate(tmp_path: Path) -> None:
    port = free_port()
    url = f"postgres://u:hunter2@127.0.0.1:{port}/x"
    migrate = ("-m", "bot", "migrate")
    bot = ForkedBot({"DATABASE_URL": url}, log=tmp_path / "bot.log", command=migrate)
    await bot.start(ready_within=None)
    assert await bot.wait() == 1
    assert bot.log_lines() == [
        f'imagine-bot: can\'t reach PostgreSQL at 127.0.0.1:{port} as "u": connection refused'
    ]


async def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, port=free_port())
    taken = server.sockets[0].getsockname()[1]
    async with server, Wire.up(tmp_path, start=False) as wire:
        wire.bot.port = taken
        await wire.bot.start(ready_within=None)
        assert await wire.bot.wait() == 1
        said = [line for line in wire.bot.log_lines() if not line.startswith("{")]
        assert len(said) == 1
        assert f"port {taken}" in said[0]


async def test_a_database_file_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    url = f"sqlite:///{tmp_path / 'a-file' / 'imagine.db'}"
    async with Wire.up(tmp_path, database_url=url, start=False) as wire:
        await wire.bot.start(ready_within=None)
        assert await wire.bot.wait() == 1
        said = [line for line in wire.bot.log_lines() if not line.startswith("{")]
        assert len(said) == 1
        assert "a-file" in said[0]


async def test_readyz_names_its_parts_and_says_no_more(tmp_path: Path) -> None:
    # Without an address of its own: a while after the start it says whether that leads to it.
    async with up_here(tmp_path, hooks=False) as wire:
        await wire.bot.ready()
        status, text = await wire.get("/readyz")
        assert status == 200
        parts = ("database", "posts:discord", "work", "discord")
        assert text.splitlines() == [f"{part}: ok" for part in parts]


@pytest.mark.parametrize("path", ["/", "/webhook/midjourney/a", "/webhook/midjourney/a/b/c"])
async def test_other_pages_are_empty(tmp_path: Path, path: str) -> None:
    async with up_here(tmp_path) as wire:
        assert await wire.get(path) == (404, "")


async def test_commands_are_registered_only_when_they_changed(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        assert len(wire.discord.calls("PUT", COMMANDS)) == 1
        await wire.wait_for(lambda: wire.sql("SELECT 1 FROM settings WHERE key LIKE 'commands:%'"))
        await wire.restart()
        await wire.imagine("the same command")
        await wire.settled("the same command")
        assert len(wire.discord.calls("PUT", COMMANDS)) == 1


async def test_an_idle_bot_sleeps(tmp_path: Path) -> None:
    async with Wire.up(tmp_path) as wire:
        await wire.cpu_seconds(0.5)
        assert await wire.cpu_seconds(1.5) < AWAKE_S


STOPPED_WHILE_STARTING = """
import os, signal, sys

class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "bot.app":
            os.kill(os.getpid(), signal.SIGTERM)

sys.meta_path.insert(0, Stop())
sys.argv[:] = ["bot", "run"]
from bot.__main__ import main
main()
"""


async def test_a_stop_while_it_starts_is_a_clean_stop(tmp_path: Path) -> None:
    bot = BotProcess({}, log=tmp_path / "bot.log", command=("-c", STOPPED_WHILE_STARTING))
    await bot.start(ready_within=None)
    assert await bot.wait() == 0
    assert bot.log_lines() == []


async def test_it_stops_at_once_when_there_is_nothing_to_do(
    tmp_path: Path,
) -> None:
    patient = partial(BotTask, timings=replace(PATIENT, drain_s=2 * TIMEOUT_S))
    async with Wire.up(tmp_path, make_bot=patient) as wire:
        await wire.bot.stop()


# ── Discord away ────────────────────────────────────────────────────────────────────────────────


async def test_discord_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        wire.discord.faults.add("GET", "/users/@me", faults.status(503), times=1)
        wire.discord.faults.add("GET", "/users/@me", faults.lose_before_effect(), times=1)
        wire.discord.refuse_new_connections = True
        await wire.bot.start(ready_within=None)
        await wire.wait_for(lambda: wire.bot.has_logged("discord_connection_lost"))
        assert (await wire.get("/healthz"))[0] == 200
        status, text = await wire.get("/readyz")
        assert status == 503
        assert [line for line in text.splitlines() if not line.endswith(": ok")] == [
            "discord: not ready"
        ]
        wire.discord.refuse_new_connections = False
        await wire.wait_until_usable()
        await wire.imagine("a late arrival")
        await wire.settled("a late arrival")


async def test_it_stops_in_time_while_discord_is_away(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        wire.discord.faults.add("GET", "/users/@me", faults.hang(3600), times=None)
        await wire.bot.start(ready_within=None)
        await wire.wait_for(lambda: wire.discord.calls("GET", "/users/@me"))
        assert await wire.bot.terminate() == 0


WITH_A_RESOLVER_THAT_HANGS = """
import socket, sys, time

def look_up(host, *args, **kwargs):
    if host != "discord.invalid":
        return known(host, *args, **kwargs)
    print("looking up", file=sys.stderr)
    time.sleep(3600)

sys.argv[:] = ["bot", "run"]
from bot.__main__ import main
known, socket.getaddrinfo = socket.getaddrinfo, look_up
main()
"""


async def test_it_stops_in_time_while_a_name_is_looked_up(tmp_path: Path) -> None:
    nowhere = {"DISCORD_API_URL": "https://discord.invalid/api/v10"}
    async with Wire.up(tmp_path, start=False, environment=nowhere) as wire:
        wire.bot.command = ("-c", WITH_A_RESOLVER_THAT_HANGS)
        await wire.bot.start(ready_within=None)
        await wire.wait_for(lambda: wire.bot.has_logged("looking up"))
        assert await wire.bot.terminate() == 0
        assert any('"stopped"' in line for line in wire.bot.log_lines())


async def test_a_lost_gateway_is_found_again(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.discord.drop_gateway()
        await wire.wait_for(lambda: not wire.discord.gateway.live_sessions)
        await wire.discord.wait_until_connected()
        await wire.imagine("after the break")
        await wire.settled("after the break")


async def test_results_are_posted_while_the_gateway_is_away(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.outcomes.add(ENDLESS)
        await wire.imagine("without the gate")
        wire.discord.refuse_new_connections = True
        wire.discord.drop_gateway()
        await wire.finish_jobs()
        await wire.settled("without the gate")
        assert not wire.discord.gateway.live_sessions


async def test_a_failed_post_is_tried_again_after_a_restart(tmp_path: Path) -> None:
    async with Wire.up(tmp_path) as wire:
        wire.discord.faults.add("POST", MESSAGES, faults.status(500), times=None)
        await wire.imagine("a second try")
        await wire.wait_for(lambda: wire.discord.calls("POST", MESSAGES))
        wire.discord.faults.clear()
        await wire.restart()
        await wire.settled("a second try")
