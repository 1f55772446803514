"""The trouble that the stand-in makes when it is told to."""

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.integration.standins.slack.test_messages import error_of
from tests.integration.standins.slack.tiny_bot import TinyBot, form
from tests.pictures import PNG
from tests.standins.slack import SlackStandIn, faults

POST = "chat.postMessage"


async def test_answer_lost_after_the_effect_leaves_the_message(
    s: SlackStandIn, bot: TinyBot
) -> None:
    s.faults.add(POST, faults.lose_answer_after_effect())
    with pytest.raises(aiohttp.ClientError):
        await bot.client.chat_postMessage(channel=s.channel.id, text="x")
    assert len(s.channel.messages) == 1


async def test_request_lost_before_the_effect_leaves_nothing(s: SlackStandIn, bot: TinyBot) -> None:
    s.faults.add(POST, faults.lose_before_effect())
    with pytest.raises(aiohttp.ClientError):
        await bot.client.chat_postMessage(channel=s.channel.id, text="x")
    assert s.channel.messages == []


async def test_default_client_posts_twice_when_an_answer_is_lost(s: SlackStandIn) -> None:
    s.faults.add(POST, faults.lose_answer_after_effect())
    client = AsyncWebClient(s.bot_token, base_url=s.api_url)
    await client.chat_postMessage(channel=s.channel.id, text="x")
    assert len(s.channel.messages) == 2


@pytest.mark.parametrize("after_effect", [False, True])
async def test_server_error_may_have_had_its_effect(
    s: SlackStandIn, bot: TinyBot, after_effect: bool
) -> None:
    s.faults.add(POST, faults.server_error(after_effect=after_effect))
    with pytest.raises(SlackApiError) as refused:
        await bot.client.chat_postMessage(channel=s.channel.id, text="x")
    assert refused.value.response.status_code == 503
    assert len(s.channel.messages) == after_effect


async def test_refusal_strikes_only_the_calls_that_are_meant(s: SlackStandIn, bot: TinyBot) -> None:
    s.faults.add(POST, faults.refuse("fatal_error"), when=lambda args: args["text"] == "b")
    await bot.client.chat_postMessage(channel=s.channel.id, text="a")
    refused = bot.client.chat_postMessage(channel=s.channel.id, text="b")
    assert await error_of(refused) == "fatal_error"


async def test_429_says_how_long_to_wait(s: SlackStandIn, bot: TinyBot) -> None:
    s.faults.add(POST, faults.rate_limited(6.5))
    with pytest.raises(SlackApiError) as refused:
        await bot.client.chat_postMessage(channel=s.channel.id, text="x")
    response = refused.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "7"
    assert s.channel.messages == []


async def test_posts_are_limited_in_each_channel_alone(s: SlackStandIn, bot: TinyBot) -> None:
    s.limit_rate(POST, limit=1, per=600)
    other = s.add_channel("other")
    for channel, refusal in ((s.channel, None), (s.channel, "ratelimited"), (other, None)):
        sent = bot.client.chat_postMessage(channel=channel.id, text="x")
        if refusal is None:
            await sent
        else:
            assert await error_of(sent) == refusal
    assert [call.error for call in s.calls(POST)] == [None, "ratelimited", None]


async def test_published_rate_limits(s: SlackStandIn, bot: TinyBot) -> None:
    s.limit_all_rates()
    for _ in range(50):
        await bot.client.conversations_info(channel=s.channel.id)
    refused = bot.client.conversations_info(channel=s.channel.id)
    assert await error_of(refused) == "ratelimited"
    await bot.client.users_info(user=s.ann.id)


async def test_garbage_and_a_hanging_answer(s: SlackStandIn, bot: TinyBot) -> None:
    s.faults.add("auth.test", faults.garbage())
    with pytest.raises(SlackApiError):
        await bot.client.auth_test()
    s.faults.add("auth.test", faults.hang(0.1))
    started = time.monotonic()
    await bot.client.auth_test()
    assert time.monotonic() - started >= 0.1


async def test_abandoned_post_lands_later(s: SlackStandIn, bot: TinyBot) -> None:
    fault = faults.hold(is_cut=True)
    s.faults.add(POST, fault)
    with pytest.raises(aiohttp.ClientError):
        await bot.client.chat_postMessage(channel=s.channel.id, text="x")
    assert s.channel.messages == []
    fault.release()
    await s.wait_for(lambda: s.channel.messages)


async def test_uploads_and_downloads_fail_on_request(s: SlackStandIn, bot: TinyBot) -> None:
    s.faults.add("upload", faults.lose_before_effect())
    with pytest.raises(aiohttp.ClientError):
        await bot.upload("a.png", PNG)
    said = s.say(s.ann, s.channel, "look", ("a.png", PNG))
    s.faults.add("file", faults.server_error(500))
    assert (await bot.fetch(said.files[0].url, s.bot_token))[0] == 500


async def test_trigger_opens_one_form_and_ends(s: SlackStandIn, bot: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel)
    await s.wait_for(lambda: asked.views)
    again = bot.client.views_open(trigger_id=asked.trigger_id, view=form())
    assert await error_of(again) == "exchanged_trigger_id"
    late = await s.slash(s.ann, s.channel, "hush")
    late.expire_trigger()
    opened = bot.client.views_open(trigger_id=late.trigger_id, view=form())
    assert await error_of(opened) == "expired_trigger_id"
    assert late.refusals == ["expired_trigger_id"]


async def test_view_is_updated_unless_it_changed_meanwhile(s: SlackStandIn, bot: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel)
    await s.wait_for(lambda: asked.views)
    view, old = asked.form, asked.form.hash
    await bot.client.views_update(view_id=view.id, view=form("Second"), hash=old)
    assert (view.title, view.updates) == ("Second", 1)
    stale = bot.client.views_update(view_id=view.id, view=form("Third"), hash=old)
    assert await error_of(stale) == "hash_conflict"
    await s.close(view)
    gone = bot.client.views_update(view_id=view.id, view=form("Third"))
    assert await error_of(gone) == "not_found"


async def test_hanging_call_delays_no_other(s: SlackStandIn, bot: TinyBot) -> None:
    fault = faults.hold()
    s.faults.add(POST, fault)
    slow = asyncio.create_task(bot.client.chat_postMessage(channel=s.channel.id, text="slow"))
    await s.wait_for(lambda: s.calls(POST))
    await bot.client.chat_postMessage(channel=s.channel.id, text="quick")
    fault.release()
    await slow
    assert [m.text for m in s.channel.messages] == ["quick", "slow"]
