"""Several processes at Slack, and Slack beside Discord: either may be away."""

import asyncio
from pathlib import Path

import pytest

from tests.acceptance.slack_wire import POST, SlackWire, has_pictures, up_here
from tests.standins.discord import DiscordStandIn
from tests.standins.postgresql import PostgresServer
from tests.standins.slack import faults

POLLS = {"POLL_INTERVAL": "0.5"}


async def test_two_processes_at_once_double_nothing(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with SlackWire.up(tmp_path, database_url=url, environment=POLLS) as wire, wire.second():
        wire.slack.deliver_twice = True
        prompts = [f"a twin {number}" for number in range(6)]
        for prompt in prompts:
            await wire.imagine(prompt)
        for prompt in prompts:
            await wire.settled(prompt)
        assert sorted(wire.submits()) == prompts
        assert len(wire.result_posts()) == 6
        told = [each.text for each in wire.slack.channel.ephemeral(wire.slack.ann)]
        assert [each for each in told if not each.startswith("I'm slow")] == []


@pytest.mark.slow
async def test_the_other_process_takes_over(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    async with SlackWire.up(tmp_path, database_url=url, environment=POLLS) as wire, wire.second():
        wire.slack.faults.add(POST, faults.hang(3600, after_effect=True), when=has_pictures)
        await wire.imagine("an inheritance")
        await wire.card("an inheritance")
        await wire.bot.kill()
        wire.pass_leases()
        await wire.settled("an inheritance")
        assert len(wire.result_posts()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
async def test_a_process_for_each_role(
    tmp_path: Path, postgres_server: PostgresServer, over_http: bool
) -> None:
    url = postgres_server.new_database()
    async with (
        SlackWire.up(
            tmp_path, over_http=over_http, database_url=url, environment=POLLS, start=False
        ) as wire,
        wire.split(),
    ):
        await wire.imagine("a division of labour")
        card = await wire.settled("a division of labour")
        await wire.press(card, "Details")
        await wire.told("a division of labour")
        form = await wire.form(await wire.press(card, "Edit"))
        await wire.slack.submit(form, {"prompt": "a reunion"})
        await wire.settled("a reunion")


# ── Beside Discord ──────────────────────────────────────────────────────────────────────────────


async def test_one_process_serves_both(tmp_path: Path) -> None:
    async with up_here(tmp_path, discord=DiscordStandIn()) as wire:
        await _ask_at_both(wire, "a shared table")
        assert wire.submits() == ["a shared table"] * 2
        _, ready = await wire.get("/readyz")
        assert "slack" in ready
        assert "discord" in ready


async def test_slack_may_be_away(tmp_path: Path) -> None:
    async with up_here(tmp_path, discord=DiscordStandIn()) as wire:
        wire.slack.faults.add("*", faults.server_error(), times=None)
        wire.slack.sockets.refuse_new_connections = True
        wire.slack.sockets.reset()
        await _ask_at_discord(wire, "a quiet evening")
        wire.slack.faults.clear()
        wire.slack.sockets.refuse_new_connections = False
        await wire.slack.wait_until_connected()
        await wire.imagine("a loud morning")
        await wire.settled("a loud morning")


async def test_discord_may_be_away(tmp_path: Path) -> None:
    discord = DiscordStandIn()
    async with up_here(tmp_path, discord=discord) as wire:
        discord.refuse_new_connections = True
        discord.drop_gateway()
        await wire.imagine("an empty stage")
        await wire.settled("an empty stage")
        discord.refuse_new_connections = False
        await discord.wait_until_connected()
        await _ask_at_discord(wire, "a full house")


@pytest.mark.parametrize(
    ("name", "platform"),
    [("DISCORD_TOKEN", "Discord"), ("SLACK_BOT_TOKEN", "Slack"), ("SLACK_APP_TOKEN", "Slack")],
)
async def test_a_token_that_is_rejected_stops_nothing_of_the_other(
    tmp_path: Path, name: str, platform: str
) -> None:
    async with up_here(tmp_path, discord=DiscordStandIn(), start=False) as wire:
        kind = wire.bot.environment[name].partition("-")[0]
        wire.bot.environment[name] = f"{kind}-nobody-knows-this"
        await wire.bot.start()
        rejected = f"{platform} does not accept"
        await wire.wait_for(lambda: wire.bot.has_logged(rejected))
        if platform == "Discord":
            await wire.slack.wait_until_connected()
            await wire.imagine("a one-legged stool")
            await wire.settled("a one-legged stool")
        else:
            await _ask_at_discord(wire, "a one-legged stool")
        _, ready = await wire.get("/readyz")
        assert rejected in ready


async def _ask_at_both(wire: SlackWire, prompt: str) -> None:
    await asyncio.gather(wire.imagine(prompt), _ask_at_discord(wire, prompt))
    await wire.settled(prompt)


async def _ask_at_discord(wire: SlackWire, prompt: str) -> None:
    discord = wire.discord
    assert discord is not None
    await discord.slash(discord.ann, discord.channel, "imagine", prompt=prompt)
    await wire.wait_for(lambda: [m for m in discord.channel.messages if len(m.images) == 4])
