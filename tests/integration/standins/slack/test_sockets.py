"""The stand-in's Socket Mode: connections that come, go, and are replaced."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.integration.standins.slack.tiny_bot import TinyBot, in_socket_mode
from tests.standins.slack import SlackStandIn


async def test_reset_socket_is_replaced(s: SlackStandIn, bot: TinyBot) -> None:
    s.sockets.reset()
    await s.wait_for(lambda: s.sockets.accepted == 2)
    await s.slash(s.ann, s.channel, "a fox")
    await s.wait_for(lambda: s.channel.messages)


async def test_socket_that_is_asked_to_leave_is_replaced(s: SlackStandIn, bot: TinyBot) -> None:
    await s.sockets.ask_to_reconnect()
    await s.wait_for(lambda: s.sockets.accepted == 2 and s.sockets.connections)
    assert (await s.slash(s.ann, s.channel, "hush")).responses


async def test_silent_socket_acknowledges_nothing(s: SlackStandIn, bot: TinyBot) -> None:
    s.sockets.is_silent = True
    s.ack_deadline_s = 0.1
    asked = await s.slash(s.ann, s.channel, "hush")
    assert (asked.failure, asked.responses) == ("operation_timeout", [])


async def test_without_a_socket_a_command_is_lost(s: SlackStandIn) -> None:
    asked = await s.slash(s.ann, s.channel, "a fox")
    assert (asked.failure, asked.deliveries) == ("dispatch_failed", 1)


async def test_without_a_socket_an_event_comes_later(s: SlackStandIn) -> None:
    s.event_retry_pauses_s = (0.05,) * 10_000
    opened = await s.open_home(s.ann)
    assert opened.failure == "dispatch_failed"
    async with in_socket_mode(s):
        home = await s.wait_for(lambda: s.home(s.ann))
    assert home.user is s.ann
    assert opened.failure is None
    assert opened.deliveries > 1


async def test_command_that_is_not_acknowledged_is_not_repeated(
    s: SlackStandIn, bot: TinyBot
) -> None:
    s.ack_deadline_s = 0.1
    asked = await s.slash(s.ann, s.channel, "never")
    assert (asked.failure, asked.deliveries) == ("operation_timeout", 1)


async def test_sockets_share_the_load_without_repeats(s: SlackStandIn, bot: TinyBot) -> None:
    async with in_socket_mode(s) as other:
        await s.wait_until_connected(sockets=2)
        for _ in range(4):
            await s.slash(s.ann, s.channel, "hush")
        assert (len(bot.commands), len(other.commands)) == (2, 2)


async def test_duplicate_has_the_same_trigger(s: SlackStandIn, bot: TinyBot) -> None:
    s.deliver_twice = True
    asked = await s.slash(s.ann, s.channel, "hush")
    await s.wait_for(lambda: len(bot.commands) == 2)
    assert {c["trigger_id"] for c in bot.commands} == {asked.trigger_id}
    s.deliver_twice = False
    await s.repeat(asked)
    await s.wait_for(lambda: len(bot.commands) == 3)
    assert len(asked.responses) == 1


async def test_handshake_is_refused_until_it_is_not(s: SlackStandIn) -> None:
    s.sockets.refuse_new_connections = True
    connecting = asyncio.create_task(_connect_once(s))
    await s.wait_for(lambda: s.sockets.refused)
    s.sockets.refuse_new_connections = False
    await connecting
    assert s.sockets.accepted == 1


async def _connect_once(s: SlackStandIn) -> None:
    async with in_socket_mode(s):
        pass


async def test_address_of_a_socket_works_once(s: SlackStandIn, bot: TinyBot) -> None:
    client = AsyncWebClient(s.app_token, base_url=s.api_url)
    url = str((await client.apps_connections_open(app_token=s.app_token))["url"])
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    assert len(s.violations) == 1
    s.violations.clear()


async def test_eleventh_socket_is_turned_away(s: SlackStandIn) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(s.sockets.issue()) for _ in range(11)]
        firsts = [await socket.receive_json() for socket in sockets]
    assert [f["type"] for f in firsts] == ["hello"] * 10 + ["disconnect"]
    assert firsts[10]["reason"] == "too_many_websockets"


async def test_only_the_apps_token_opens_a_socket(s: SlackStandIn) -> None:
    for token, error in (
        ("xapp-wrong", "invalid_auth"),
        (s.bot_token, "not_allowed_token_type"),
    ):
        client = AsyncWebClient(token, base_url=s.api_url)
        with pytest.raises(SlackApiError) as refused:
            await client.apps_connections_open(app_token=token)
        assert refused.value.response["error"] == error
