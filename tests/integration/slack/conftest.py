"""The adapter's parts before a small Slack."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation
from bot.platforms.slack.connection import slack_client
from bot.platforms.slack.connection.identity import Identity, IdentityHolder
from bot.platforms.slack.messenger import SlackMessenger, Uploader
from bot.platforms.slack.reply import Occasion, SlackReply
from bot.platforms.slack.timings import SlackTimings
from tests.clocks import SteppedClock
from tests.integration.slack.messages import ANN, CHANNEL
from tests.integration.slack.replies import SOON, Acks
from tests.integration.slack.rig import Rig, rig_on
from tests.integration.slack.server import FakeSlack, fake_slack
from tests.standins.migrated import scratch_database
from tests.standins.slack import SlackStandIn

TIMINGS = SlackTimings(processing_pause_s=0.01, processing_timeout_s=5.0, call_timeout_s=5.0)


@pytest.fixture
async def s() -> AsyncIterator[SlackStandIn]:
    """The strict stand-in; no test may leave a broken rule of Slack behind."""
    async with SlackStandIn() as standin:
        yield standin
    assert not list(map(str, standin.violations))


@pytest.fixture
async def rig(s: SlackStandIn) -> AsyncIterator[Rig]:
    """A bot at the stand-in."""
    async with scratch_database() as database, rig_on(database, s) as rig:
        yield rig


@pytest.fixture
def clock() -> SteppedClock:
    """Time, soon after the first message of the small Slack."""
    return SteppedClock(datetime.fromtimestamp(1500, UTC))


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as slack:
        yield slack


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(slack: FakeSlack, session: aiohttp.ClientSession) -> AsyncWebClient:
    return slack_client(token="xoxb-1", api_url=f"{slack.url}/api/", session=session)


@pytest.fixture
def uploader(client: AsyncWebClient, session: aiohttp.ClientSession) -> Uploader:
    async def to_png(data: bytes) -> bytes:
        return b"PNG of " + data

    return Uploader(client, session=session, to_png=to_png, timings=TIMINGS)


@pytest.fixture
def timings() -> SlackTimings:
    """How long the messenger waits for what; a test may have others."""
    return TIMINGS


@pytest.fixture
def messenger(
    client: AsyncWebClient, uploader: Uploader, clock: SteppedClock, timings: SlackTimings
) -> SlackMessenger:
    identity = Identity(
        team_id="T1",
        bot_id="B1",
        bot_user_id="U1",
        workspace_url="https://team.slack.example/",
    )
    return SlackMessenger(
        client,
        uploader=uploader,
        identity=IdentityHolder(identity),
        clock=clock,
        timings=timings,
    )


@pytest.fixture
def acks() -> Acks:
    return Acks()


@pytest.fixture
def reply_to(
    slack: FakeSlack,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    messenger: SlackMessenger,
    acks: Acks,
) -> Callable[..., SlackReply]:
    """Return what makes the reply to something that was done in a conversation."""

    def reply(
        where: Conversation = CHANNEL,
        *,
        can_respond: bool = True,
        is_closed: bool = False,
        **at: Any,
    ) -> SlackReply:
        url = f"{slack.url}/respond" if can_respond else None
        occasion = Occasion(
            id="trigger1", person=ANN, conversation=where, trigger_id="t.1",
            response_url=url, bot_name="imagine-bot",
            **{"came_at_s": asyncio.get_running_loop().time()} | at,
        )  # fmt: skip
        return SlackReply(
            occasion, ack=acks, client=client, session=session, messenger=messenger,
            is_closed=lambda: is_closed, timings=SOON,
        )  # fmt: skip

    return reply
