"""Where the bot can post is known before anything is spent."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.demo.slack.standin.vocabulary import GROUP_DIRECT
from bot.domain.errors import NotAllowedError
from bot.platforms.slack.channels import (
    ARCHIVED,
    BETWEEN_OTHERS,
    READ_ONLY,
    REFUSED_FOR,
    REMEMBERED_FOR,
    Channels,
    why_absent,
)
from bot.platforms.slack.connection import slack_client
from bot.platforms.slack.connection.identity import Identity, IdentityHolder
from bot.platforms.slack.ids import conversation_in
from tests.clocks import SteppedClock
from tests.integration.slack.rig import UNHURRIED, Rig
from tests.standins.slack import Channel, SlackStandIn, faults

NOW = datetime(2026, 1, 1, tzinfo=UTC)
US = Identity(
    team_id="T1",
    bot_id="B1",
    bot_user_id="U1",
    workspace_url="https://team.slack.example/",
    bot_name="painter",
)
NOT_INVITED = str(why_absent("C1", "painter"))


@pytest.fixture
async def s() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as standin:
        standin.scopes -= {"chat:write.public"}
        yield standin
    assert not list(map(str, standin.violations))


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture
async def channels(s: SlackStandIn, clock: SteppedClock) -> AsyncIterator[Channels]:
    async with aiohttp.ClientSession() as session:
        client = slack_client(token=s.bot_token, api_url=s.api_url, session=session)
        yield Channels(client, identity=IdentityHolder(US), clock=clock, timings=UNHURRIED)


async def refusal_in(channels: Channels, channel: Channel) -> str | None:
    try:
        await channels.check_may_post(conversation_in("T1", channel.id))
    except NotAllowedError as error:
        return str(error.text)
    return None


async def test_the_bot_joins_a_public_channel_by_itself(rig: Rig) -> None:
    new = rig.s.add_channel("new", bot_is_member=False)
    await rig.command(rig.s.ann, "a red fox", at=new)
    assert new.bot_is_member
    assert len(await rig.all_jobs()) == 1


async def test_a_private_channel_without_the_bot_costs_nothing(rig: Rig) -> None:
    hidden = rig.s.add_channel("hidden", private=True, bot_is_member=False)
    await rig.command(rig.s.ann, "a red fox", at=hidden)
    assert "/invite" in rig.told(rig.s.ann, at=hidden)
    assert await rig.all_jobs() == []


async def test_direct_messages_of_others_cost_nothing(rig: Rig) -> None:
    theirs = rig.s.dm_between(rig.s.ann, rig.s.ben)
    await rig.command(rig.s.ann, "a red fox", at=theirs)
    assert "between other people" in rig.told(rig.s.ann, at=theirs)
    assert await rig.all_jobs() == []


async def test_direct_messages_with_the_bot_are_fine(rig: Rig) -> None:
    await rig.command(rig.s.ann, "a red fox", at=rig.s.dm(rig.s.ann))
    [job] = await rig.all_jobs()
    assert job.origin.conversation.is_direct


async def test_a_private_job_needs_no_channel(rig: Rig) -> None:
    hidden = rig.s.add_channel("hidden", private=True, bot_is_member=False)
    await rig.command(rig.s.ann, "a red fox --private", at=hidden)
    [job] = await rig.all_jobs()
    assert job.is_private


async def test_a_result_is_posted_once_more_where_the_bot_joins_first(rig: Rig) -> None:
    await rig.result(rig.s.ann)
    new = rig.s.add_channel("new", bot_is_member=False)
    await rig.command(rig.s.ann, "jobs", at=new)
    await rig.press(rig.s.ann, new.ephemeral(rig.s.ann)[-1], "🖼️ Post here")
    assert new.bot_is_member
    assert len(new.messages[-1].images) == 2


async def test_archived_and_read_only_channels_have_their_sentences(
    channels: Channels, s: SlackStandIn
) -> None:
    old, quiet = s.add_channel("old"), s.add_channel("quiet")
    old.is_archived, quiet.is_read_only = True, True
    assert await refusal_in(channels, old) == str(ARCHIVED)
    assert await refusal_in(channels, quiet) == str(READ_ONLY)


async def test_two_hundred_commands_at_once_cost_one_look(
    channels: Channels, s: SlackStandIn
) -> None:
    places = [s.channel, s.add_channel("hidden", private=True, bot_is_member=False)]
    await asyncio.gather(*(refusal_in(channels, places[n % 2]) for n in range(200)))
    assert len(s.calls("conversations.info")) == 2


async def test_an_answer_ends(channels: Channels, s: SlackStandIn, clock: SteppedClock) -> None:
    assert await refusal_in(channels, s.channel) is None
    s.channel.is_archived = True
    assert await refusal_in(channels, s.channel) is None
    clock.step(seconds=REMEMBERED_FOR.total_seconds())
    assert await refusal_in(channels, s.channel) == str(ARCHIVED)


async def test_a_refusal_is_soon_looked_at_again(
    channels: Channels, s: SlackStandIn, clock: SteppedClock
) -> None:
    hidden = s.add_channel("hidden", private=True, bot_is_member=False)
    assert await refusal_in(channels, hidden) == NOT_INVITED
    hidden.members.add(s.world.bot)
    clock.step(seconds=REFUSED_FOR.total_seconds())
    assert await refusal_in(channels, hidden) is None


async def test_a_channel_that_refused_a_message_is_looked_at_again(
    channels: Channels, s: SlackStandIn
) -> None:
    assert await refusal_in(channels, s.channel) is None
    s.channel.is_archived = True
    channels.forget(conversation_in("T1", s.channel.id))
    assert await refusal_in(channels, s.channel) == str(ARCHIVED)


async def test_what_slack_does_not_tell_refuses_nobody(
    channels: Channels, s: SlackStandIn, clock: SteppedClock
) -> None:
    s.limit_rate("conversations.info", limit=0, per=30)
    assert await refusal_in(channels, s.channel) is None
    assert await refusal_in(channels, s.channel) is None
    assert len(s.calls("conversations.info")) == 1  # it asked us to wait


async def test_a_missing_scope_refuses_nobody(channels: Channels, s: SlackStandIn) -> None:
    s.scopes -= {"channels:read"}
    assert await refusal_in(channels, s.channel) is None


async def test_a_refusal_by_an_unknown_word_refuses_nobody(
    channels: Channels, s: SlackStandIn
) -> None:
    s.faults.add("conversations.info", faults.refuse("a_new_word"))
    assert await refusal_in(channels, s.channel) is None


async def test_an_answer_that_says_nothing_of_the_channel_refuses_nobody(
    channels: Channels, s: SlackStandIn
) -> None:
    s.faults.add("conversations.info", faults.hollow())
    assert await refusal_in(channels, s.channel) is None


async def test_a_group_of_people_with_the_bot_is_fine(channels: Channels, s: SlackStandIn) -> None:
    group = s.world.add_channel("", s.ann, s.ben, s.world.bot, kind=GROUP_DIRECT)
    theirs = s.world.add_channel("", s.ann, s.ben, kind=GROUP_DIRECT)
    assert await refusal_in(channels, group) is None
    assert await refusal_in(channels, theirs) == NOT_INVITED


async def test_between_two_people_nobody_can_invite_the_bot(
    channels: Channels, s: SlackStandIn
) -> None:
    theirs = s.dm_between(s.ann, s.ben)
    assert await refusal_in(channels, theirs) == str(BETWEEN_OTHERS)


async def test_a_person_can_always_be_written_to(channels: Channels, s: SlackStandIn) -> None:
    await channels.check_may_post(conversation_in("T1", s.ann.id))
    assert s.calls("conversations.info") == []
