"""The stand-in for Slack, and our app at it in each of Slack's two modes."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.slack_app.fixtures import SlackApp, in_socket_mode, over_http
from tests.standins.slack import SlackStandIn


@pytest.fixture
async def s() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as standin:
        yield standin
    assert not list(map(str, standin.violations))


@pytest.fixture(params=[in_socket_mode, over_http])
async def app(s: SlackStandIn, request: pytest.FixtureRequest) -> AsyncIterator[SlackApp]:
    async with request.param(s) as running:
        yield running


@pytest.fixture
async def by_socket(s: SlackStandIn) -> AsyncIterator[SlackApp]:
    async with in_socket_mode(s) as running:
        yield running


@pytest.fixture
async def by_request(s: SlackStandIn) -> AsyncIterator[SlackApp]:
    async with over_http(s) as running:
        yield running
