"""What a real process says of wrong settings, and how it ends or goes on."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.demo.faults import Answer
from tests.acceptance.running import slow
from tests.acceptance.wire import Wire, up_here
from tests.standins.forked import ForkedBot
from tests.standins.ports import free_port
from tests.standins.postgresql import GUARDED, PostgresServer
from tests.standins.process import ROOT, BotProcess

RUN = ("-m", "bot", "run")
MIGRATE = ("-m", "bot", "migrate")
SECRET = "hunter2-the-password"
TWO = {"DISCORD_TOKEN": "a-token-of-discord", "MIDJOURNEY_API_KEY": "a-key-of-midjourney"}


async def ended(
    folder: Path, environment: Mapping[str, str], *command: str, status: int
) -> list[str]:
    """Run the bot until it ends by itself, and give what it says beside its log."""
    bot = ForkedBot(
        {"PYTHONPATH": str(ROOT), **environment},
        log=folder / "bot.log",
        cwd=folder,
        command=command or ("-m", "bot", "run"),
    )
    await bot.start(ready_within=None)
    assert await bot.wait() == status, bot.tail()
    lines = bot.log_lines()
    assert not [line for line in lines if "Traceback" in line or SECRET in line]
    return [line for line in lines if not line.startswith("{")]


# ── `.env` ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "encoding",
    [slow("utf-8-sig"), "utf-16", slow("cp1252")],
)
async def test_a_file_in_a_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = f"# clé\r\nDATABASE_URL='sqlite:///{tmp_path / 'jobs.db'}'\r\nLOG_LEVEL=warning\r\n"
    (tmp_path / ".env").write_bytes(text.encode(encoding))
    said = await ended(tmp_path, {}, *MIGRATE, status=0)
    assert said == ["The database is up to date."]
    assert stat.S_IMODE((tmp_path / "jobs.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("is_folder", [True, False])
async def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, *, is_folder: bool) -> None:
    path = tmp_path / ".env"
    path.mkdir() if is_folder else path.write_bytes(b"\0\1\2\0\0\0")
    (said,) = await ended(tmp_path, {}, status=2)
    assert said.startswith("imagine-bot: .env can't be read: ")


async def test_slips_in_names_are_told_with_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKENS=t\n")
    said = await ended(tmp_path, {"DATABASE_URL": "sqlite://imagine.db"}, status=2)
    assert said == [
        (
            "imagine-bot: DISCORD_TOKEN is not set: python -m bot setup asks for it; "
            "for Slack set SLACK_BOT_TOKEN instead"
        ),
        (
            'imagine-bot: DATABASE_URL: expected sqlite:///imagine.db (three slashes), not "sqlite://'
            'imagine.db"'
        ),
        "imagine-bot: MIDJOURNEY_API_KEY is not set: python -m bot setup asks for it",
        "imagine-bot: DISCORD_TOKENS is not a setting: did you mean DISCORD_TOKEN?",
    ]


# ── The database ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [RUN, slow(MIGRATE)], ids=["run", "migrate"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgres://bot:hunter2-the-password@db.example:54x2/jobs",
            (
                "DATABASE_URL: expected postgres://user:password@host:5432/database"
                "; in user and password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23"
            ),
        ),
        (
            "postgres://bot:hunter2-the-password@db.invalid:1/jobs?schema=public",
            (
                'can\'t use PostgreSQL at db.invalid:1 as "bot": '
                'DATABASE_URL has the unknown option "schema"'
            ),
        ),
    ],
)
async def test_an_address_that_cannot_work_ends_it(
    tmp_path: Path, command: tuple[str, ...], url: str, said: str
) -> None:
    given = {**TWO, "DATABASE_URL": url}
    assert await ended(tmp_path, given, *command, status=1) == [f"imagine-bot: {said}"]


@pytest.mark.parametrize("command", [RUN, slow(MIGRATE)], ids=["run", "migrate"])
async def test_a_wrong_password_ends_it(
    tmp_path: Path, postgres_server: PostgresServer, command: tuple[str, ...]
) -> None:
    url = f"postgres://{GUARDED}:{SECRET}-wrong@127.0.0.1:{postgres_server.port}/postgres"
    said = await ended(tmp_path, {**TWO, "DATABASE_URL": url}, *command, status=1)
    place = f'PostgreSQL at 127.0.0.1:{postgres_server.port} as "{GUARDED}"'
    reason = f'password authentication failed for user "{GUARDED}"'
    assert said == [f"imagine-bot: can't reach {place}: {reason}"]


async def test_a_server_that_is_away_is_waited_for_with_a_line(tmp_path: Path) -> None:
    port = free_port()
    url = f"postgres://bot:{SECRET}@127.0.0.1:{port}/jobs"
    async with Wire.up(tmp_path, database_url=url, start=False) as wire:
        await wire.bot.start(ready_within=None)
        line = await wire.wait_for(lambda: logged(wire, "database_away"))
        place = f'PostgreSQL at 127.0.0.1:{port} as "bot"'
        assert line["error"] == f"can't reach {place}: connection refused"
        assert wire.bot.is_running
        assert SECRET not in wire.bot.log.read_text()


def logged(wire: Wire, start: str) -> dict[str, Any]:
    """Return the first line of the log whose event begins like this, or nothing."""
    lines = wire.bot.tail(10_000).splitlines()
    entries = (json.loads(line) for line in lines if line.startswith("{"))
    return next((entry for entry in entries if entry["event"].startswith(start)), {})


# ── The key ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_rejected_key_is_one_error_and_a_line_until_it_is_accepted(tmp_path: Path) -> None:
    wrong = {"MIDJOURNEY_API_KEY": "a-key-that-is-wrong"}
    async with Wire.up(tmp_path, environment=wrong, start=False) as wire:
        await wire.bot.start(ready_within=None)
        error = await wire.wait_for(lambda: logged(wire, "midjourney_key_rejected"))
        assert error["level"] == "error"
        assert "MIDJOURNEY_API_KEY" in error["hint"]
        await wire.wait_until_usable()
        status, text = await wire.get("/readyz")
        assert status == 503
        assert text.splitlines()[-1] == "midjourney: the key is rejected"
        assert (await wire.get("/healthz"))[0] == 200
        assert wire.bot.log.read_text().count("midjourney_key_rejected") == 1
        assert "a-key-that-is-wrong" not in wire.bot.log.read_text()
        wire.midjourney.api_key = "a-key-that-is-wrong"
        await wire.imagine("an open door")
        await wire.settled("an open door")
        assert "midjourney" not in (await wire.get("/readyz"))[1]


async def test_the_key_is_checked_once_without_a_poll(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.wait_for(lambda: wire.midjourney.key_checks)
        await wire.imagine("a thrifty door")
        await wire.settled("a thrifty door")
        assert wire.midjourney.key_checks == 1
        assert len(wire.midjourney.status_calls) == 1
        assert not logged(wire, "midjourney_key")


async def test_a_key_that_cannot_be_checked_is_a_warning(tmp_path: Path) -> None:
    async with up_here(tmp_path, start=False) as wire:
        wire.midjourney.faults.statuses.default = Answer.error(503)
        await wire.start()
        warning = await wire.wait_for(lambda: logged(wire, "midjourney_key_not_checked"))
        assert warning["level"] == "warning"
        assert "midjourney" not in (await wire.get("/readyz"))[1]


# ── Ready ───────────────────────────────────────────────────────────────────────────────────────


async def test_it_says_once_who_it_is_and_where(tmp_path: Path) -> None:
    async with Wire.up(tmp_path) as wire:
        count = sum(guild.bot_is_member for guild in wire.discord.world.guilds.values())
        line = await wire.wait_for(lambda: logged(wire, "Ready as "))
        servers = "1 server" if count == 1 else f"{count} servers"
        assert line["event"].startswith("Ready as imagine")
        assert line["event"].endswith(f" in {servers}")
        wire.discord.drop_gateway()
        await wire.wait_for(lambda: not wire.discord.gateway.live_sessions)
        await wire.discord.wait_until_connected()
        assert wire.bot.log.read_text().count("Ready as ") == 1


async def test_a_bot_that_nobody_invited_says_how_to(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, start=False) as wire:
        for guild in wire.discord.world.guilds.values():
            guild.bot_is_member = False
        await wire.bot.start(ready_within=None)
        line = await wire.wait_for(lambda: logged(wire, "Ready as "))
        assert line["event"].endswith(" in 0 servers")
        assert "https://discord.com/oauth2/authorize?client_id=" in line["hint"]
        assert line["hint"].endswith("&permissions=274878008320")


async def test_doctor_prints_to_a_code_page_without_its_signs(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"}
    doctor = BotProcess(
        environment, log=tmp_path / "log", cwd=tmp_path, command=("-m", "bot", "doctor")
    )
    await doctor.start(ready_within=None)
    assert await doctor.wait() == 1
    assert "  ? DISCORD_TOKEN is not set ? python -m bot setup" in doctor.log_lines()
