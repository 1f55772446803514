"""Login, registered commands and the gateway over the wire: real discord.py."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import TokenRejectedError
from bot.platforms.discord import run_discord
from tests.fixtures import Rig, parts, running
from tests.haste import UNHURRIED
from tests.integration.answers.fixtures import events
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import CALLBACK, COMMANDS

QUICK = replace(UNHURRIED, max_reconnect_wait_s=0.1)


async def test_commands_are_registered_only_when_they_changed(d: DiscordStandIn) -> None:
    async with parts(d) as rig, rig.bot:
        await rig.bot.login(d.token)
        await rig.bot.register_commands()
        await rig.bot.register_commands()
        assert len(d.calls("PUT", COMMANDS)) == 1


async def test_registering_is_tried_again(d: DiscordStandIn) -> None:
    d.faults.add("PUT", COMMANDS, faults.status(503))
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_for(lambda: d.commands[None])


async def test_imagine_is_for_guilds_and_direct_messages(rig: Rig) -> None:
    (command,) = [c for c in rig.d.commands[None] if c["name"] == "imagine"]
    assert (command["integration_types"], command["contexts"]) == ([0], [0, 1])


async def test_a_rejected_token_is_one_clear_error(d: DiscordStandIn) -> None:
    async with parts(d) as rig:
        with pytest.raises(TokenRejectedError):
            await run_discord(rig.bot, "wrong")


async def test_a_login_is_repeated_and_sets_up_once(d: DiscordStandIn) -> None:
    d.faults.add("GET", "/users/@me", faults.status(503))
    d.faults.add("GET", "/oauth2/applications/@me", faults.lose_before_effect())
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        assert rig.bot.usable.is_set()


async def test_a_gateway_that_cannot_be_reached_at_first_is_tried_again(d: DiscordStandIn) -> None:
    d.refuse_new_connections = True
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_for(lambda: d.commands[None])
        await asyncio.sleep(0.3)
        d.refuse_new_connections = False
        await d.wait_until_connected()


async def test_a_refused_session_leaves_rest_usable_and_comes_back(d: DiscordStandIn) -> None:
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        d.drop_gateway(4013)
        await d.wait_for(lambda: not d.gateway.live_sessions)
        await rig.bot.get_partial_messageable(d.channel.id).send("still here")
        await d.wait_until_connected()
        asked = await d.slash(d.ann, d.channel, "imagine", prompt="a fox")
        assert asked.response is not None


async def test_a_token_that_is_reset_ends_the_connection(d: DiscordStandIn) -> None:
    async with parts(d) as rig:
        task = asyncio.create_task(run_discord(rig.bot, d.token))
        await d.wait_until_connected()
        d.drop_gateway(4004)
        with pytest.raises(TokenRejectedError):
            await task


async def test_a_command_under_way_at_the_stop_is_cut_off_without_a_word(
    d: DiscordStandIn,
) -> None:
    async with parts(d) as rig:
        with capture_logs() as logs:
            async with running(rig.bot, d.token):
                await d.wait_until_connected()
                await d.wait_for(lambda: d.commands[None])
                d.faults.add("POST", CALLBACK, faults.hang(3600))
                await d.slash(d.ann, d.channel, "imagine", prompt="a late fox", wait=0)
                await d.wait_for(lambda: d.calls("POST", CALLBACK))
            await d.wait_for(lambda: "interaction_given_up" in events(logs))
        assert not any("exc_info" in entry for entry in logs)


async def test_a_stop_closes_the_bot(d: DiscordStandIn) -> None:
    async with parts(d) as rig:
        async with running(rig.bot, d.token):
            await d.wait_until_connected()
        assert rig.bot.is_closed()
        await d.wait_for(lambda: not d.gateway.live_sessions)
