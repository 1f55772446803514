"""What comes from Slack: twice, forged, too late, by strangers, and over lines that break."""

import asyncio
from pathlib import Path

import pytest

from tests.acceptance.slack_wire import SlackWire, up_here
from tests.standins.slack import faults


@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
async def test_a_command_that_comes_twice_makes_one_job(tmp_path: Path, over_http: bool) -> None:
    async with up_here(tmp_path, over_http=over_http) as wire:
        wire.slack.deliver_twice = True
        asked = await wire.imagine("an echo in the hall")
        await wire.settled("an echo in the hall")
        await wire.slack.repeat(asked)
        await asyncio.sleep(0.5)
        assert wire.submits() == ["an echo in the hall"]
        assert len(wire.cards("an echo in the hall")) == 1
        assert not wire.slack.channel.ephemeral(wire.slack.ann)


async def test_a_form_that_comes_twice_makes_one_job(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        form = await wire.form(await wire.imagine(""))
        sent = await wire.slack.submit(form, {"prompt": "a carbon copy"})
        await wire.slack.repeat(sent)
        await wire.settled("a carbon copy")
        assert wire.submits() == ["a carbon copy"]


async def test_forged_and_stale_requests_do_nothing(tmp_path: Path) -> None:
    async with up_here(tmp_path, over_http=True) as wire:
        asked = await wire.imagine("help")
        asked.payload["text"] = "a forged banknote"
        slack = wire.slack
        assert (await slack.forge(asked, secret="of somebody else"))[0] == 401
        assert (await slack.forge(asked, age_s=600))[0] == 401
        assert (await slack.forge(asked, age_s=-600))[0] == 401
        for header, value in [
            ("X-Slack-Request-Timestamp", "yesterday"),
            ("X-Slack-Request-Timestamp", ""),
            ("X-Slack-Signature", "v0="),
            ("X-Slack-Signature", "ümläut"),
        ]:
            assert (await slack.forge(asked, headers={header: value}))[0] == 401
        assert wire.sql("SELECT count(*) FROM jobs") == [(0,)]
        assert await slack.verify_url()


async def test_an_expired_trigger_opens_no_form_and_is_said(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("an empty frame")
        card = await wire.settled("an empty frame")
        wire.slack.faults.add("views.open", faults.refuse("expired_trigger_id"))
        pressed = await wire.press(card, "Edit")
        assert not pressed.views
        assert wire.bot.is_running


async def test_without_a_response_url_people_are_answered_all_the_same(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.slack.faults.add("response_url", faults.refuse("expired_url"), times=None)
        await wire.imagine("a racing car --turbo")
        await wire.told("turbo")


async def test_only_the_allowed_team_may_spend_or_press(tmp_path: Path) -> None:
    async with up_here(tmp_path, start=False) as wire:
        slack = wire.slack
        wire.bot.environment["ALLOWED_TEAMS"] = slack.world.team_id
        guest = slack.add_user("guest", team_id="TELSEWHERE")
        await wire.start()
        await wire.imagine("a family dinner")
        card = await wire.settled("a family dinner")
        for button in ("Again", "V1", "1", "Delete", "Details"):
            pressed = await wire.press(card, button, user=guest)
            assert pressed.failure is None
        await asyncio.sleep(0.5)
        assert slack.channel.messages == [card]
        assert wire.submits() == ["a family dinner"]


async def test_another_team_than_the_allowed_one_is_refused(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment={"ALLOWED_TEAMS": "TELSEWHERE"}) as wire:
        await wire.imagine("an uninvited guest")
        await wire.told()
        assert wire.sql("SELECT count(*) FROM jobs") == [(0,)]


# ── Broken lines ────────────────────────────────────────────────────────────────────────────────


async def test_a_socket_that_is_reset_comes_back(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.slack.sockets.reset()
        await wire.wait_for(lambda: wire.slack.sockets.accepted >= 2)
        await wire.imagine("a second wind")
        await wire.settled("a second wind")


async def test_a_socket_that_is_asked_to_leave_is_replaced(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.slack.sockets.ask_to_reconnect()
        await wire.wait_for(lambda: wire.slack.sockets.accepted >= 2)
        await wire.imagine("a change of shift")
        await wire.settled("a change of shift")


async def test_a_silent_socket_is_replaced(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.slack.sockets.is_silent = True
        await wire.wait_for(lambda: wire.slack.sockets.accepted >= 2, what="a new socket")
        wire.slack.sockets.is_silent = False
        await wire.wait_for(lambda: wire.slack.sockets.connections)
        asked = await wire.imagine("a dead line")
        assert asked.failure is None
        await wire.settled("a dead line")


@pytest.mark.parametrize(
    "name", ["SLACK_BOT_TOKEN", pytest.param("SLACK_APP_TOKEN", marks=pytest.mark.slow)]
)
async def test_a_rejected_token_ends_the_process_with_one_clear_line(
    tmp_path: Path, name: str
) -> None:
    async with SlackWire.up(tmp_path, start=False) as wire:
        kind = wire.bot.environment[name][:5]
        wire.bot.environment[name] = f"{kind}-nobody-knows-this"
        await wire.bot.start(ready_within=None)
        assert await wire.bot.wait() == 1
        assert wire.bot.has_logged(name)
