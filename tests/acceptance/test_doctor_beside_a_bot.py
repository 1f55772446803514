"""`doctor`, `invite` and `sync` as processes of their own, beside a running bot."""

import asyncio
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.acceptance.running import API_KEY
from tests.acceptance.wire import Wire
from tests.haste import PATIENT
from tests.standins.forked import ForkedBot
from tests.standins.inprocess import BotTask
from tests.standins.process import ROOT
from tests.timing import TIMEOUT_S


async def said(wire: Wire, *command: str, status: int = 0) -> str:
    """Run a command with the bot's settings until it ends, and return what it says."""
    log = wire.folder / f"{command[0]}.txt"
    log.unlink(missing_ok=True)
    settings = wire.bot.environment | {"PYTHONPATH": str(ROOT)}
    process = ForkedBot(
        settings, log=log, cwd=wire.folder, command=("-m", "bot", *command), port=wire.bot.port
    )
    await process.start(ready_within=None)
    assert await process.wait() == status, process.tail()
    return log.read_text()


async def test_doctor_reads_what_the_running_bot_has(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, environment={"ALLOWED_GUILDS": "1"}) as wire:
        found = json.loads(await said(wire, "doctor", "--json", status=1))
        groups = {each["group"]: each["findings"] for each in found["groups"]}
        database = [each["text"] for each in groups["Database"]]
        assert f"in use by process {wire.bot.pid}, so it was only read" in database
        assert {each["verdict"] for each in groups["Database"]} == {"ok"}
        assert "leads to this bot" in groups["Public address"][0]["text"]
        text = await said(wire, "doctor", "-v", status=1)
        assert "✗ ALLOWED_GUILDS: the bot is in no server with the id 1" in text
        assert API_KEY not in text


async def test_invite_prints_the_link(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        line = await said(wire, "invite")
        application_id = wire.discord.application_id
        assert line.startswith("Discord: https://discord.com/oauth2/authorize?")
        assert f"client_id={application_id}" in line


async def test_sync_registers_the_commands_without_the_database(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        line = await said(wire, "sync")
        names = {command["name"] for command in wire.discord.commands[None]}
        assert {"imagine", "jobs", "help"} <= names
        assert line.startswith(f"Registered {len(wire.discord.commands[None])} commands.")
        assert not (tmp_path / "imagine.db").exists()


async def test_a_wrong_token_is_one_line(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        wire.discord.token = "another"
        for command in ("invite", "sync"):
            [line] = (await said(wire, command, status=1)).splitlines()
            assert line.startswith("imagine-bot: Discord does not accept")


async def test_the_bot_says_by_itself_whether_its_address_leads_to_it(tmp_path: Path) -> None:
    soon = partial(BotTask, timings=replace(PATIENT, first_self_call_s=0.05))
    async with Wire.up(tmp_path, make_bot=soon) as wire:
        async with asyncio.timeout(TIMEOUT_S):
            while "public address" not in (await wire.get("/readyz"))[1]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        status, text = await wire.get("/readyz")
        assert status == 200
        assert "\npublic address: leads to this bot (" in text
