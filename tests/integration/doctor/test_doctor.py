"""What doctor says of an installation: nothing where all is well, and each fault by its name."""

import asyncio
import contextlib
import json
import socket
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiohttp import web

from bot.demo.faults import Answer
from bot.doctor import as_json, as_text, exit_status
from bot.doctor.database import judge_database
from bot.doctor.discord_api import DiscordApi
from bot.doctor.findings import Finding, Verdict
from bot.store.filelock import hold_file_lock
from bot.store.inspection import DatabaseFacts, Schema, ServerFacts, inspect_database
from bot.web import SelfCallTags
from bot.web.self_call import SelfCallHandler
from tests.integration.doctor.conftest import API_KEY, HOST, SECRET, Installation
from tests.standins.discord.faults import Garbage, Hang, Status
from tests.standins.pgbouncer import find_pgbouncer, pooled
from tests.standins.ports import free_port
from tests.standins.postgresql import PostgresServer
from tests.standins.slack.faults import refuse

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL
LONG_AGO, FAR_OFF = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"

Break = Callable[[Installation], object]
Case = tuple[Break, str, Verdict, str, str]  # … group, verdict, words of the text and of the fix


async def test_a_healthy_installation_has_nothing_to_mend(installation: Installation) -> None:
    groups = await installation.examine()
    said = as_text(groups, with_details=True)
    assert {each.verdict for group in groups for each in group.findings} == {OK}, said
    assert said.endswith("All is well.")
    assert exit_status(groups) == 0


async def test_a_healthy_installation_at_slack_alone(installation: Installation) -> None:
    installation.use_slack()
    installation.environment["DISCORD_TOKEN"] = None
    groups = await installation.examine()
    said = as_text(groups, with_details=True)
    assert {each.verdict for group in groups for each in group.findings} == {OK}, said
    titles = [group.title for group in groups]
    assert titles == ["Settings", "Clock", "Database", "Midjourney", "Slack", "Public address"]
    assert "the bot is imagine in Team" in said
    assert not installation.slack.sockets.accepted  # an open one would be sent somebody's command


async def test_slack_without_sockets_is_told_the_address(installation: Installation) -> None:
    url = str(installation.environment["PUBLIC_URL"])
    installation.slack.use_http(url)
    installation.use_slack()
    found = await installation.findings()
    assert all_well(found["Slack"]), found["Slack"]
    assert f"Slack sends its requests to {url}/slack/events" in [f.text for f in found["Slack"]]


# ── Faults ──────────────────────────────────────────────────────────────────────────────────────


def setting(name: str, value: str | None) -> Break:
    return lambda installation: installation.environment.update({name: value})


def discord_fault(path: str, *actions: object) -> Break:
    return lambda installation: installation.discord.faults.add("GET", path, *actions)


def edit_file(statement: str) -> Break:
    def edit(installation: Installation) -> None:
        connection = sqlite3.connect(installation.folder / "imagine.db")
        with connection:
            connection.execute(statement)
        connection.close()

    return edit


def answers(status: int, text: str = "", **headers: str) -> Break:
    """Let the public address lead to what answers so."""

    async def answer(_request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=named)

    return lambda installation: setattr(installation.public, "answer", answer)


def wrong_secret(installation: Installation) -> None:
    installation.public.answer = SelfCallHandler(SelfCallTags("another secret altogether"))


def old_version(installation: Installation) -> None:
    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    answers(HTTPStatus.NOT_FOUND)(installation)
    installation.public.health = health


def asleep(installation: Installation) -> None:
    installation.monkeypatch.setattr("bot.web.self_call.SLOW_S", 0.0)


def nobody_listens(installation: Installation) -> None:
    installation.environment["PUBLIC_URL"] = f"https://{HOST}:{free_port()}"


def unencrypted(installation: Installation) -> None:
    installation.environment["PUBLIC_URL"] = f"http://{HOST}:{installation.public.plain_port}"


def typo_in_guild(installation: Installation) -> None:
    id_ = str(installation.discord.guild.id)
    installation.environment["ALLOWED_GUILDS"] = id_[:-1] + str((int(id_[-1]) + 1) % 10)


def mute_in_second_channel(installation: Installation) -> None:
    installation.discord.add_channel("quiet").deny("attach_files", "read_message_history")


def switched_off(channel: str | None) -> Break:
    """Let administrators switch /imagine off in a channel; None: in all channels."""

    def choose(installation: Installation) -> None:
        discord = installation.discord
        ids = {"quiet": discord.add_channel("quiet").id, None: discord.guild.id - 1}
        rule = {"id": str(ids[channel]), "type": 3, "permission": False}
        chosen = discord.command_permissions.setdefault(discord.guild.id, [])
        chosen.append({"id": discord.command("imagine")["id"], "permissions": [rule]})

    return choose


def mute_everywhere(installation: Installation) -> None:
    installation.discord.channel.deny("send_messages")


def account_paused(code: str) -> Break:
    pause = {"failures": 1, "since": LONG_AGO, "until": FAR_OFF}
    window = json.dumps({"account": pause, "account_code": code})
    return edit_file(f"INSERT INTO settings (key, value) VALUES ('submit_window', '{window}')")


def other_commands(installation: Installation) -> None:
    installation.discord.commands[None] = installation.discord.commands[None][:1]


def readable_file(installation: Installation) -> None:
    (installation.folder / "imagine.db").unlink()
    (installation.folder / "imagine.db").mkdir()


def old_commands(installation: Installation) -> None:
    imagine = installation.discord.command("imagine")
    imagine["options"] = [each for each in imagine["options"] if each["name"] != "style"]


def garbage_file(installation: Installation) -> None:
    (installation.folder / "imagine.db").write_bytes(b"no database " * 500)


def rejected_key(installation: Installation) -> None:
    installation.midjourney.api_key = "another one"


@pytest.mark.parametrize(
    ("name", "value"),
    [("SLACK_BOT_TOKEN", "xoxb-other"), ("SLACK_API_URL", "http://127.0.0.1:1/api")],
)
async def test_what_keeps_slack_from_answering_is_said_once(
    installation: Installation, name: str, value: str
) -> None:
    installation.use_slack()
    installation.environment[name] = value
    said = [finding.text for finding in (await installation.findings())["Slack"]]
    assert len([text for text in said if "does not accept" in text or "be asked" in text]) == 1
    assert not [text for text in said if "its channels" in text]


def broken_api(installation: Installation) -> None:
    installation.midjourney.faults.statuses.default = Answer(status=503, body=b"down")


def at_slack(break_it: Break) -> Break:
    def break_slack(installation: Installation) -> None:
        installation.use_slack()
        break_it(installation)

    return break_slack


def no_sockets(installation: Installation) -> None:
    installation.slack.faults.add("apps.connections.open", refuse("access_denied"))


def attribute(name: str, value: object) -> Break:
    """Set one of the installation, or of one of its parts: `discord.is_public`."""
    *parts, last = name.split(".")

    def put(installation: Installation) -> None:
        setattr(reduce(getattr, parts, installation), last, value)

    return put


FAULTS: Sequence[Case] = (
    # Settings
    (setting("DISCORD_TOKEN", None), "Settings", FAIL, "DISCORD_TOKEN", "setup"),
    (setting("MIDJOURNEY_API_KEY", None), "Settings", FAIL, "MIDJOURNEY_API_KEY", "setup"),
    (setting("PORT", "eighty"), "Settings", FAIL, "PORT: expected a port", "correct"),
    (setting("ALLOWED_GUILD", "1"), "Settings", FAIL, "did you mean ALLOWED_GUILDS", "correct"),
    (setting("ALLOWED_GUILDS", None), "Settings", WARN, "may spend", "ALLOWED_GUILDS"),
    (setting("WEBHOOK_SECRET", "change-me-change-me"), "Settings", WARN, "guessed", "secrets"),
    (attribute("dotenv", "LOG_LEVEL INFO\n"), "Settings", FAIL, ".env, line 1", "correct"),
    (setting("DATABASE_URL", "sqlite://"), "Settings", WARN, "forgets", "sqlite:///"),
    (
        setting("DISCORD_GATEWAY_URL", "ws://gateway.example.com/"),
        "Settings", WARN, "DISCORD_TOKEN crosses the internet", "wss://",
    ),
    # Clock
    (attribute("clock_off", timedelta(seconds=90)), "Clock", FAIL, " s ahead", "ntp"),
    (attribute("clock_off", timedelta(seconds=-90)), "Clock", FAIL, "s behind", "ntp"),
    (attribute("clock_off", timedelta(seconds=12)), "Clock", WARN, "ahead", "ntp"),
    # Database
    (attribute("disk_free", 0), "Database", FAIL, "disk is full", "free some space"),
    (attribute("disk_free", 10**8), "Database", WARN, "nearly full", "free some space"),
    (
        edit_file("UPDATE alembic_version SET version_num = 'r0000'"),
        "Database", WARN, "older version", "migrate",
    ),
    (
        edit_file("UPDATE alembic_version SET version_num = '0007'"),
        "Database", FAIL, "older than the first release", "empty database",
    ),
    (
        setting("DATABASE_URL", f"sqlite:///{'x' * 300}.db"),
        "Database", FAIL, "cannot be read: File name too long", "DATABASE_URL",
    ),
    (garbage_file, "Database", FAIL, "not a database", "DATABASE_URL"),
    (readable_file, "Database", FAIL, "cannot be read", "DATABASE_URL"),
    (
        setting("DATABASE_URL", "postgres://bot:hunter2hunter2@127.0.0.1:1/jobs"),
        "Database", FAIL, "can't reach PostgreSQL at 127.0.0.1:1", "start the database",
    ),
    # Midjourney
    (rejected_key, "Midjourney", FAIL, "MIDJOURNEY_API_KEY is not accepted", "https://"),
    (broken_api, "Midjourney", FAIL, "HTTP 503", "https://"),
    (account_paused("quota"), "Midjourney", FAIL, "run out of credits", "https://"),
    (
        setting("IMAGE_HOSTS", f"http://127.0.0.1:{free_port()}"),
        "Midjourney", FAIL, "pictures can't be fetched", "IMAGE_HOSTS",
    ),
    # Discord
    (attribute("discord.token", "reset"), "Discord", FAIL, "DISCORD_TOKEN", "reset the token"),
    (attribute("discord.is_public", True), "Discord", WARN, "anybody can add", "Public Bot"),
    (
        attribute("discord.interactions_endpoint_url", "https://other.example"),
        "Discord", FAIL, "hears none", "clear it at https://discord.com/developers",
    ),
    (attribute("discord.sessions_left", 0), "Discord", FAIL, "no session", "tomorrow"),
    (attribute("discord.sessions_left", 9), "Discord", WARN, "only 9 sessions", "log"),
    (attribute("discord.guild.bot_is_member", False), "Discord", FAIL, "in no server", "https://"),
    (typo_in_guild, "Discord", FAIL, "no server with the id", "did you mean"),
    (setting("ALLOWED_GUILDS", "1"), "Discord", FAIL, "no server with the id 1", "invite"),
    (setting("ALLOWED_GUILDS", "1"), "Discord", WARN, "nobody there may use it", "ALLOWED_GUILDS"),
    (other_commands, "Discord", FAIL, "not registered", "python -m bot sync"),
    (old_commands, "Discord", FAIL, "older version, without /imagine style", "python -m bot sync"),
    (
        mute_in_second_channel,
        "Discord", WARN, "#quiet: the bot lacks Attach Files, Read Message History", "Permissions",
    ),
    (
        switched_off("quiet"),
        "Discord", WARN, "/imagine is switched off in #quiet", "Integrations",
    ),
    (switched_off(None), "Discord", FAIL, "switched off in every channel", "Integrations"),
    (mute_everywhere, "Discord", FAIL, "in no channel, it lacks Send Messages", "invite"),
    (
        discord_fault(r"/applications/\d+/guilds/\d+/commands", Status(status=403, code=50001)),
        "Discord", FAIL, "no commands there", "https://",
    ),
    (
        discord_fault("/applications/@me", Garbage(status=502, after_effect=False)),
        "Discord", FAIL, "HTTP 502", "https://discordstatus.com",
    ),
    # Slack
    (
        at_slack(setting("SLACK_BOT_TOKEN", "xapp-1-mixed-up")),
        "Settings", FAIL, "SLACK_BOT_TOKEN: expected", "correct",
    ),
    (
        at_slack(setting("SLACK_APP_TOKEN", None)),
        "Settings", FAIL, "SLACK_APP_TOKEN is not set", "setup",
    ),
    (
        at_slack(attribute("slack.bot_token", "xoxb-other")),
        "Slack", FAIL, "does not accept SLACK_BOT_TOKEN (invalid_auth)", "OAuth & Permissions",
    ),
    (
        at_slack(attribute("slack.app_token", "xapp-other")),
        "Slack", FAIL, "does not accept SLACK_APP_TOKEN (invalid_auth)", "Basic Information",
    ),
    (
        at_slack(lambda installation: installation.slack.scopes.discard("files:write")),
        "Slack", FAIL, "the app may not files:write", "manifest",
    ),
    (at_slack(no_sockets), "Slack", FAIL, "no way in by Socket Mode", "switch Socket Mode on"),
    (
        at_slack(setting("ALLOWED_TEAMS", "T0OTHER")),
        "Slack", FAIL, "leaves out the bot's own workspace", "ALLOWED_TEAMS empty",
    ),
    (
        at_slack(setting("SLACK_API_URL", f"http://127.0.0.1:{free_port()}/api")),
        "Slack", FAIL, "Slack can't be asked: no connection", "https://slack-status.com",
    ),
    # The public address
    (setting("PUBLIC_URL", None), "Public address", WARN, "not set", "PUBLIC_URL"),
    (wrong_secret, "Public address", FAIL, "another WEBHOOK_SECRET", "WEBHOOK_SECRET"),
    (old_version, "Public address", FAIL, "older version", "deploy"),
    (
        setting("PUBLIC_URL", "http://192.168.0.7:8080"),
        "Public address", WARN, "address of a private network", "internet",
    ),
    (answers(200, "<h1>Shop</h1>"), "Public address", FAIL, "another program", "PUBLIC_URL"),
    (answers(404, "Application not found"), "Public address", WARN, "not running", "bot run"),
    (answers(503, Retry_After="5"), "Public address", WARN, "not open yet", "log"),
    (
        answers(301, Location=f"https://www.{HOST}/"),
        "Public address", FAIL, f"redirects to https://www.{HOST}/", "PUBLIC_URL",
    ),
    (asleep, "Public address", WARN, "sleep", "always-on"),
    (nobody_listens, "Public address", WARN, "could not be checked", "phone"),
    (unencrypted, "Public address", WARN, "not encrypted", "https://"),
    (attribute("public.unknown_hosts", {HOST}), "Public address", FAIL, "not exist", "DNS"),
    (attribute("public.trusts", False), "Public address", FAIL, "certificate", "renew"),
)  # fmt: skip


@pytest.mark.parametrize("case", FAULTS, ids=[f"{case[1]}: {case[3]}" for case in FAULTS])
async def test_a_fault_is_named_with_what_to_do(installation: Installation, case: Case) -> None:
    break_it, group, verdict, words, fix = case
    break_it(installation)
    found = await installation.findings()
    named = [each for each in found[group] if words in each.text]
    assert named, found[group]
    assert (named[0].verdict, fix in str(named[0].fix)) == (verdict, True), named[0]
    assert "hunter2" not in str(found)


async def test_one_channel_chosen_for_imagine_is_no_fault(installation: Installation) -> None:
    discord, chosen = installation.discord, installation.discord.add_channel("art")
    rules = [
        {"id": str(discord.guild.id - 1), "type": 3, "permission": False},
        {"id": str(chosen.id), "type": 3, "permission": True},
    ]
    application = str(discord.application_id)
    discord.command_permissions[discord.guild.id] = [{"id": application, "permissions": rules}]
    found = await installation.findings()
    assert all_well(found["Discord"]), found["Discord"]
    assert found["Discord"][-1].text == "Team: /imagine may be used in #art only"


async def test_access_that_cannot_be_read_is_passed_over(installation: Installation) -> None:
    discord_fault(r"/applications/\d+/guilds/\d+/commands/permissions", Status(status=403, code=1))(
        installation
    )
    assert all_well((await installation.findings())["Discord"])


async def test_only_the_broken_part_is_complained_of(installation: Installation) -> None:
    installation.midjourney.api_key = "another one"
    found = await installation.findings()
    assert [group for group, each in found.items() if not all_well(each)] == ["Midjourney"]


def all_well(findings: Sequence[Finding]) -> bool:
    return all(each.verdict is OK for each in findings)


async def test_a_page_of_the_host_is_a_fault_beside_a_running_bot(
    installation: Installation,
) -> None:
    answers(404, "There's nothing here, yet.")(installation)
    async with hold_file_lock(installation.folder / "imagine.db", timeout_s=1):
        found = await installation.findings()
    [finding] = found["Public address"]
    assert finding.verdict is FAIL
    assert "error page" in finding.text


async def test_a_held_file_is_only_read_and_its_holder_named(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getpid", lambda: 4711)
    path = installation.folder / "imagine.db"
    async with hold_file_lock(path, timeout_s=1):
        before = path.read_bytes()
        found = await installation.findings()
        assert path.read_bytes() == before
    assert "in use by process 4711, so it was only read" in [f.text for f in found["Database"]]
    assert all_well(found["Database"])
    found = await installation.findings()
    assert not [f for f in found["Database"] if "in use" in f.text]


async def test_nothing_is_made_where_nothing_is(installation: Installation) -> None:
    installation.environment["DATABASE_URL"] = "sqlite:///fresh/imagine.db"
    found = await installation.findings()
    assert all_well(found["Database"])
    assert not (installation.folder / "fresh").exists()


async def test_a_folder_that_cannot_be_written_is_named(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)  # root may write anywhere
    found = await installation.findings()
    assert [f.verdict for f in found["Database"] if "can't be written: the folder" in f.text] == [
        FAIL
    ]


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────


async def test_a_healthy_server(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    installation.environment["DATABASE_URL"] = postgres_server.new_database()
    found = await installation.findings()
    assert all_well(found["Database"]), found["Database"]
    assert found["Database"][0].text.startswith("PostgreSQL at 127.0.0.1")
    assert all_well(found["Clock"])


async def test_an_empty_server_is_left_empty(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    url = installation.environment["DATABASE_URL"] = postgres_server.empty_database()
    found = await installation.findings()
    assert [f.text for f in found["Database"]][1:] == [
        "it is empty; the first start makes the tables"
    ]
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert rows == []


async def test_a_server_that_only_reads(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    name = url.rpartition("/")[2]
    postgres_server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    installation.environment["DATABASE_URL"] = url
    found = await installation.findings()
    [finding] = [f for f in found["Database"] if f.verdict is FAIL]
    assert "can't be written: cannot execute INSERT in a read-only transaction" in finding.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"free_connections": 2}, "only 2 connections are free"),
        ({"free_connections": -1}, "only 0 connections are free"),
        ({"version": "12.20"}, "PostgreSQL 12.20 is no longer maintained"),
    ],
)
def test_a_server_with_a_doubtful_future(change: dict[str, Any], words: str) -> None:
    well = ServerFacts(
        version="18.1", now=datetime.now(UTC), free_connections=50, is_pooled=False, refusal=None
    )
    facts = DatabaseFacts(name="it", schema=Schema.CURRENT, server=replace(well, **change))
    [finding] = [each for each in judge_database(facts) if each.verdict is not OK]
    assert (finding.verdict, words in finding.text) == (WARN, True)


def test_a_file_on_a_network_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = f"rootfs / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda _path, **_options: mounts)
    facts = asyncio.run(inspect_database(f"sqlite:///{tmp_path}/jobs.db"))
    [finding] = [each for each in judge_database(facts) if each.verdict is not OK]
    assert "on a network disk (nfs4)" in finding.text


async def test_a_pooler_is_named_and_no_harm(
    installation: Installation, postgres_server: PostgresServer
) -> None:
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed")
    with pooled(program, postgres_server, postgres_server.new_database()) as url:
        installation.environment["DATABASE_URL"] = url
        found = await installation.findings()
    assert all_well(found["Database"]), found["Database"]
    assert [f for f in found["Database"] if "pooler" in f.text]


# ── The whole ───────────────────────────────────────────────────────────────────────────────────


async def test_it_ends_in_time_with_what_was_found(installation: Installation) -> None:
    installation.discord.faults.add("GET", "/gateway/bot", Hang(seconds=20, after_effect=False))
    started = time.monotonic()
    groups = await installation.examine(within_s=1.5)
    assert time.monotonic() - started < 10
    [discord] = [group for group in groups if group.title == "Discord"]
    assert discord.findings[0].text == "the token belongs to imagine"
    assert discord.findings[-1].text.startswith("not all was checked within")


@pytest.mark.slow
async def test_whoever_is_silent_is_named(installation: Installation) -> None:
    installation.use_slack()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for name in ("DISCORD_API_URL", "SLACK_API_URL", "MIDJOURNEY_API_URL", "IMAGE_HOSTS"):
            installation.environment[name] = url
        found = await installation.findings()
    for group in ("Discord", "Slack", "Midjourney"):
        assert {each.verdict for each in found[group]} == {FAIL}, found[group]
        assert all("no answer in time" in each.text for each in found[group]), found[group]
    assert all_well(found["Public address"])


async def test_an_answer_without_end_is_not_read_to_it(installation: Installation) -> None:
    async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b" " * 2**16)
                await writer.drain()
        writer.close()

    async with await asyncio.start_server(pour, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        installation.environment["DISCORD_API_URL"] = f"http://127.0.0.1:{port}"
        found = await installation.findings()
    assert [each.text for each in found["Discord"]] == [
        "Discord can't be asked: its answer has no end"
    ]


async def test_an_answer_of_an_odd_shape_spoils_one_group_only(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(_api: DiscordApi) -> None:
        raise KeyError("id")

    monkeypatch.setattr(DiscordApi, "guilds", odd)
    found = await installation.findings()
    assert found["Discord"][-1].text == "the rest could not be checked (KeyError)"
    assert all_well(found["Public address"])


async def test_a_database_that_never_answers_holds_up_nobody(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Installation, "_inspect", lambda _self, _url: asyncio.get_running_loop().create_future()
    )
    groups = await installation.examine(within_s=2)
    last = {group.title: group.findings[-1].text for group in groups}
    for title in ("Database", "Discord", "Midjourney", "Public address"):
        assert last[title].startswith("not all was checked within"), title


async def test_names_and_addresses_harm_no_terminal(installation: Installation) -> None:
    installation.discord.guild.name = "Te\x1b[2Jam\n✓ all is well"
    installation.environment["MIDJOURNEY_API_URL"] = "http://ann:hunter2@127.0.0.1:1"
    groups = await installation.examine()
    said = as_text(groups, with_details=True)
    assert "\x1b" not in said
    assert "Te?[2Jam?✓ all is well: the bot may post" in said
    assert "the API at http://…@127.0.0.1:1 can't be used" in said
    assert "hunter2" not in said + as_json(groups)


async def test_no_form_of_the_report_holds_a_secret(installation: Installation) -> None:
    installation.discord.token = "reset"
    installation.environment["IMAGE_HOSTS"] = API_KEY
    groups = await installation.examine()
    said = as_json(groups) + as_text(groups, with_details=True)
    for secret in (API_KEY, SECRET, str(installation.environment["DISCORD_TOKEN"])):
        assert secret not in said
    assert json.loads(as_json(groups))["ok"] is False
