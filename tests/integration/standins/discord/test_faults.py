"""The trouble that the stand-in makes when it is told to."""

import time

import aiohttp
import discord
import pytest

from tests.integration.standins.discord.tiny_bot import TinyBot, send_card
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import MESSAGES


async def test_an_answer_lost_after_the_effect_leaves_the_message(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.faults.add("POST", MESSAGES, faults.lose_answer_after_effect())
    with pytest.raises((aiohttp.ClientError, OSError)):
        await send_card(bot, d)
    assert len(d.channel.messages) == 1
    assert (await send_card(bot, d)) is d.channel.messages[0]


async def test_a_request_lost_before_the_effect_leaves_nothing(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.faults.add("POST", "/channels/{}/messages", faults.lose_before_effect())
    with pytest.raises((aiohttp.ClientError, OSError)):
        await send_card(bot, d)
    assert d.channel.messages == []


async def test_a_429_is_retried_when_its_time_is_over(d: DiscordStandIn, bot: TinyBot) -> None:
    d.faults.add("POST", MESSAGES, faults.status(429, retry_after=0.2))
    started = time.monotonic()
    await send_card(bot, d)
    assert time.monotonic() - started >= 0.2
    assert [call.status for call in d.calls("POST", MESSAGES)] == [429, 200]


async def test_rate_limit_headers_are_obeyed(d: DiscordStandIn, bot: TinyBot) -> None:
    d.limit_rate("POST", MESSAGES, limit=2, per=0.4)
    started = time.monotonic()
    for n in range(3):
        await bot.at(d.channel.id).send(str(n))
    assert time.monotonic() - started >= 0.4
    assert {call.status for call in d.calls("POST", MESSAGES)} == {200}


async def test_an_error_status_has_its_code(d: DiscordStandIn, bot: TinyBot) -> None:
    d.faults.add("POST", MESSAGES, faults.status(413, 40005))
    with pytest.raises(discord.HTTPException) as refused:
        await send_card(bot, d)
    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_garbage_hanging_and_trickling_answers(d: DiscordStandIn, bot: TinyBot) -> None:
    d.faults.add("GET", "/users/{user_id}", faults.garbage())
    d.faults.add("GET", "/users/{user_id}", faults.hang(0.1))
    d.faults.add("GET", "/users/{user_id}", faults.trickle(0.1))
    assert isinstance(await bot.http.get_user(d.ann.id), str)
    for _ in range(2):
        started = time.monotonic()
        assert (await bot.fetch_user(d.ann.id)).name == "ann"
        assert time.monotonic() - started >= 0.1
