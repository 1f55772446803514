"""Socket Mode: connections that die, fall silent or are asked to leave, and tokens of no use."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
import structlog

from bot.domain.errors import TokenRejectedError
from tests.integration.slack_app.fixtures import (
    TIMINGS,
    SlackApp,
    acknowledge,
    in_socket_mode,
    slack_app,
)
from tests.standins.slack import SlackStandIn, faults


async def test_it_is_connected_once_slack_says_hello(s: SlackStandIn) -> None:
    async with slack_app(s) as app:
        assert not await app.sockets.is_connected()
        with structlog.testing.capture_logs() as logs:
            async with app.running():
                await s.wait_until_connected()
                await until_connected(app)
        events = [entry["event"] for entry in logs]
        assert events == ["Ready as imagine in workspace Team", "slack_connected"]
        assert not await app.sockets.is_connected()


async def test_cut_socket_is_replaced_at_once(s: SlackStandIn, by_socket: SlackApp) -> None:
    with structlog.testing.capture_logs() as logs:
        s.sockets.reset()
        await s.wait_for(lambda: s.sockets.accepted >= 2)
        await until_connected(by_socket)
    assert "slack_connection_lost" in [entry["event"] for entry in logs]
    await s.slash(s.ann, s.channel, "a fox")
    assert by_socket.recorder.kinds == ["command"]


async def test_silent_socket_is_replaced(s: SlackStandIn) -> None:
    async with in_socket_mode(s, replace(TIMINGS, ping_every_s=0.2)) as app:
        s.sockets.is_silent = True
        await s.wait_for(lambda: s.sockets.accepted >= 2)
        s.sockets.is_silent = False
        await until_connected(app)


async def test_socket_that_is_asked_to_leave_has_a_successor_and_ends_its_work(
    s: SlackStandIn, by_socket: SlackApp
) -> None:
    began, may_go_on = asyncio.Event(), asyncio.Event()

    async def take_time(_body: Any, ack: Any) -> None:
        began.set()
        await may_go_on.wait()
        await ack()

    by_socket.recorder.answer = take_time
    asking = asyncio.create_task(s.slash(s.ann, s.channel, "a fox"))
    await began.wait()
    await s.sockets.ask_to_reconnect()
    await s.wait_for(lambda: s.sockets.accepted >= 2)
    may_go_on.set()
    assert (await asking).failure is None
    by_socket.recorder.answer = acknowledge
    assert (await s.slash(s.ann, s.channel, "a cat")).failure is None


async def test_socket_that_is_asked_to_leave_ends_in_time(s: SlackStandIn) -> None:
    async with in_socket_mode(s, replace(TIMINGS, leave_within_s=0.1)) as app:
        old = s.sockets.connections[0]
        await s.sockets.ask_to_reconnect("warning")
        await s.wait_for(lambda: s.sockets.accepted >= 2 and old not in s.sockets.connections)
        await until_connected(app)


async def test_refused_connections_are_tried_again(s: SlackStandIn) -> None:
    s.sockets.refuse_new_connections = True
    async with slack_app(s) as app, app.running():
        await s.wait_for(lambda: s.sockets.refused >= 2)
        s.sockets.refuse_new_connections = False
        await until_connected(app)


async def test_slack_that_wants_us_to_wait_is_given_time(s: SlackStandIn) -> None:
    s.faults.add("apps.connections.open", faults.rate_limited(1.0))
    async with slack_app(s) as app, app.running():
        await until_connected(app)
    first, second = s.calls("apps.connections.open")
    assert second.at - first.at >= 0.9


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("auth.test", "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)."),
        ("apps.connections.open", "Slack does not accept SLACK_APP_TOKEN (invalid_auth)."),
    ],
)
async def test_token_that_slack_rejects_ends_it(s: SlackStandIn, method: str, said: str) -> None:
    s.faults.add(method, faults.refuse("invalid_auth"), times=None)
    async with slack_app(s) as app:
        with pytest.raises(TokenRejectedError, match=re.escape(said)):
            await app.run()
    assert len(s.calls(method)) == 1


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_token_that_is_rejected_later_ends_it_too(s: SlackStandIn, method: str) -> None:
    async with slack_app(s) as app:
        running = asyncio.create_task(app.run())
        await s.wait_until_connected()
        s.faults.add(method, faults.refuse("token_revoked"), times=None)
        s.sockets.reset()
        with pytest.raises(TokenRejectedError):
            await running


async def test_answer_that_comes_after_the_socket_died_harms_nothing(
    s: SlackStandIn, by_socket: SlackApp
) -> None:
    async def cut_first(_body: Any, ack: Any) -> None:
        s.sockets.reset()
        await asyncio.sleep(0.05)
        await ack()

    by_socket.recorder.answer = cut_first
    await s.slash(s.ann, s.channel, "a fox")
    by_socket.recorder.answer = acknowledge
    await s.wait_for(lambda: s.sockets.accepted >= 2)
    assert (await s.slash(s.ann, s.channel, "a cat")).failure is None


async def until_connected(app: SlackApp) -> None:
    while not await app.sockets.is_connected():  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.01)
