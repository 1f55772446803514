"""What doctor says of an installation: nothing where all is well, and each fault by its name."""

import asyncio
import contextlib
import json
import socket
import time

import pytest

from bot.doctor import as_json, as_text, exit_status
from bot.doctor.discord_api import DiscordApi
from bot.doctor.findings import Verdict
from bot.store.filelock import hold_file_lock
from tests.integration.doctor.conftest import API_KEY, SECRET, Installation, all_well
from tests.integration.doctor.faults import FAULTS, Case, answers, discord_fault
from tests.standins.discord.faults import Hang, Status

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


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
