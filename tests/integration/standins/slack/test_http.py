"""The stand-in's signed requests: forged, stale, repeated and unanswered ones."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.standins.slack.tiny_bot import TinyBot, over_http
from tests.standins.slack import SlackStandIn


@pytest.fixture
async def http(s: SlackStandIn) -> AsyncIterator[TinyBot]:
    async with over_http(s) as running:
        yield running


async def test_address_is_verified(s: SlackStandIn, http: TinyBot) -> None:
    assert await s.verify_url()


async def test_forged_and_stale_requests_are_refused(s: SlackStandIn, http: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel, "hush")
    assert (await s.forge(asked))[0] == 200
    assert (await s.forge(asked, age_s=200))[0] == 200
    for status, _ in (
        await s.forge(asked, secret="guessed"),
        await s.forge(asked, age_s=400),
        await s.forge(asked, headers={"X-Slack-Signature": "v0=0"}),
    ):
        assert status == 401
    assert len(http.commands) == 3


async def test_command_without_an_answer_in_time_fails(s: SlackStandIn, http: TinyBot) -> None:
    s.ack_deadline_s = 0.2
    asked = await s.slash(s.ann, s.channel, "never")
    assert (asked.failure, asked.deliveries) == ("operation_timeout", 1)


async def test_event_is_repeated_until_somebody_listens(s: SlackStandIn) -> None:
    s.event_retry_pauses_s = (0.05,) * 10_000
    s.use_http("http://127.0.0.1:1")
    opened = await s.open_home(s.ann)
    assert opened.failure == "dispatch_failed"
    async with over_http(s):
        await s.wait_for(lambda: s.home(s.ann))
    assert opened.deliveries > 1
    assert opened.failure is None


async def test_environment_names_what_each_mode_needs(s: SlackStandIn) -> None:
    assert s.environment.keys() == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL"}
    s.use_http("https://bot.example")
    assert s.request_url == "https://bot.example/slack/events"
    assert s.environment.keys() == {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"}
