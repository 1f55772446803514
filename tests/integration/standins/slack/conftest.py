"""The stand-in for Slack, and a bot that is connected to it."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.standins.slack.tiny_bot import TinyBot, in_socket_mode, over_http
from tests.standins.slack import SlackStandIn


@pytest.fixture
async def s() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as standin:
        yield standin


@pytest.fixture
async def bot(s: SlackStandIn) -> AsyncIterator[TinyBot]:
    async with in_socket_mode(s) as running:
        yield running
    assert not list(map(str, s.violations))


@pytest.fixture(params=[in_socket_mode, over_http])
async def either(s: SlackStandIn, request: pytest.FixtureRequest) -> AsyncIterator[TinyBot]:
    """Return a bot in each of Slack's two modes in turn."""
    async with request.param(s) as running:
        yield running
    assert not list(map(str, s.violations))
