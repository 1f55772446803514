"""The stand-in's gateway, driven by a real discord.py bot over real sockets."""

import aiohttp
import discord
import pytest

from tests.integration.standins.discord.tiny_bot import TinyBot, logged_in
from tests.standins.discord import DiscordStandIn


async def test_a_wrong_token_is_refused_at_login(
    d: DiscordStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", d.api_url)
    async with TinyBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login("wrong")


async def test_login_registers_commands_and_announces_the_guild(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    assert d.command("imagine")["options"][0]["autocomplete"] is True
    await d.wait_for(lambda: bot.get_guild(d.guild.id))
    known = bot.get_channel(d.channel.id)
    assert isinstance(known, discord.TextChannel)
    assert known.permissions_for(known.guild.me).attach_files


async def test_a_command_synced_again_keeps_its_id(d: DiscordStandIn, bot: TinyBot) -> None:
    before = d.command("imagine")["id"]
    await bot.tree.sync()
    assert d.command("imagine")["id"] == before


async def test_a_cut_connection_is_resumed_and_the_missed_interaction_comes(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.drop_gateway()
    missed = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
    assert missed.response is not None
    assert (d.gateway.identifies, d.gateway.resumes) == (1, 1)


async def test_an_asked_for_reconnect_is_resumed(d: DiscordStandIn, bot: TinyBot) -> None:
    d.gateway.ask_to_reconnect()
    await d.wait_for(lambda: d.gateway.resumes)
    await d.wait_until_connected()
    assert (await d.slash(d.ann, d.channel, "imagine", prompt="cat")).response


async def test_a_resumable_invalid_session_is_resumed(d: DiscordStandIn, bot: TinyBot) -> None:
    d.gateway.invalidate(resumable=True)
    await d.wait_for(lambda: d.gateway.resumes)
    await d.wait_until_connected()
    assert d.gateway.identifies == 1


async def test_a_close_code_that_ends_the_session_reaches_the_bot(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.drop_gateway(4004)
    await d.wait_for(bot.is_closed)


async def test_two_sessions_get_every_interaction_and_one_acknowledges(
    d: DiscordStandIn, bot: TinyBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with logged_in(d, monkeypatch):
        await d.wait_until_connected(sessions=2)
        asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
        await d.wait_for(lambda: asked.refusals)
    assert asked.refusals == [40060]
    assert len(d.channel.messages) == 1


async def test_a_refused_handshake_leaves_no_session(d: DiscordStandIn) -> None:
    d.refuse_new_connections = True
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(d.gateway_url)


async def test_an_uncompressed_client_is_served_and_a_wrong_identify_closed_with_4004(
    d: DiscordStandIn,
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(d.gateway_url + "?v=10&encoding=json") as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 1}})
        assert (await socket.receive()).data == 4004
