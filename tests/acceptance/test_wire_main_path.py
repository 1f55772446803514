"""From `/imagine` to four images in the channel, by the real process over real sockets."""

import math
from pathlib import Path

import pytest

from bot.demo.faults import Answer
from tests.acceptance.wire import Wire, up_here
from tests.standins.discord import Message
from tests.standins.discord.routes import CALLBACK, MESSAGES, ONE_MESSAGE
from tests.standins.process import BotProcess


async def test_the_answer_comes_at_once_however_slow_the_api_is(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.midjourney.faults.submits.add(Answer(delay_s=math.inf))
        asked = await wire.imagine("a slow lighthouse")
        assert asked.response in wire.placeholders()
        await wire.wait_for(wire.submits)


async def test_the_images_arrive_byte_for_byte(tmp_path: Path) -> None:
    async with Wire.up(tmp_path, make_bot=BotProcess) as wire:
        await wire.imagine("an exact fox --ar 3:2")
        card = await wire.settled("an exact fox")
        assert card.images == wire.pictures("an exact fox --ar 3:2")


async def test_the_result_is_a_new_message_that_pings_only_the_asker(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        discord = wire.discord
        prompt = f"a quiet owl {discord.ben.mention} @everyone"
        asked = await wire.imagine(prompt)
        card = await wire.outcome("a quiet owl")
        await wire.wait_for(lambda: not wire.placeholders())
        assert asked.response is not None
        assert card.id != asked.response.id
        assert asked.response.deleted
        assert card.pinged == {discord.ann.id}
        assert not card.pinged_everyone


async def test_a_job_takes_few_calls_to_discord(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        before = len(wire.discord.requests)
        await wire.imagine("a frugal heron")
        await wire.settled("a frugal heron")
        calls = [(call.method, call.route) for call in wire.discord.requests[before:]]
        needed = [("POST", CALLBACK), ("POST", MESSAGES), ("DELETE", ONE_MESSAGE)]
        assert [call for call in calls if call in needed] == needed
        assert len(calls) <= 4  # the placeholder may be edited once


async def test_a_job_takes_one_submit_and_at_most_one_status_call(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a thrifty wren")
        await wire.settled("a thrifty wren")
        assert wire.submits() == ["a thrifty wren"]
        assert len(wire.midjourney.status_calls) == 1


@pytest.mark.parametrize("is_private", [False, True])
async def test_images_are_posted_into_the_thread_that_asked(
    tmp_path: Path, is_private: bool
) -> None:
    async with up_here(tmp_path) as wire:
        thread = wire.discord.add_thread(wire.discord.channel, "ideas", private=is_private)
        await wire.imagine("a threaded needle", channel=thread)
        card = await wire.settled("a threaded needle", channel=thread)
        assert card.images == wire.pictures("a threaded needle")
        assert not wire.discord.channel.messages


async def test_images_are_posted_into_a_direct_message(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        talk = wire.discord.dm(wire.discord.ann)
        await wire.imagine("a private garden", channel=talk)
        card = await wire.settled("a private garden", channel=talk)
        assert card.images == wire.pictures("a private garden")


async def test_relaxed_mode_is_sent_as_the_mode_with_its_longer_timeout(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a patient tortoise --relax")
        await wire.outcome("a patient tortoise")
        [submit] = wire.midjourney.submits
        assert submit.payload["prompt"] == "a patient tortoise"
        assert (submit.payload["mode"], submit.payload["timeout"]) == ("relaxed", 1200)


async def test_fast_is_the_mode_unless_asked_otherwise(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a hasty hare")
        await wire.outcome("a hasty hare")
        [submit] = wire.midjourney.submits
        assert (submit.payload["mode"], submit.payload["timeout"]) == ("fast", 600)


async def test_again_makes_a_second_job_for_the_person_who_pressed(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("a pair of swans")
        card = await wire.settled("a pair of swans")
        await wire.discord.press(wire.discord.ben, card, "Again")
        both = await wire.wait_for(lambda: _pair(wire, "a pair of swans"))
        assert both[1].pinged == {wire.discord.ben.id}
        assert wire.submits() == ["a pair of swans"] * 2


async def test_buttons_work_after_a_restart(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        await wire.imagine("an old photograph")
        card = await wire.settled("an old photograph")
        await wire.restart()
        pressed = await wire.discord.press(wire.discord.ben, card, "2")
        shown = await wire.wait_for(lambda: pressed.response and pressed.response.images)
        assert shown == [wire.pictures("an old photograph")[1]]


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


async def test_prompts_that_cannot_be_drawn_are_refused_quietly(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        for prompt, word in [("   ", ""), ("--ar 2:3", ""), ("a racing car --turbo", "turbo")]:
            asked = await wire.imagine(prompt)
            _assert_refused(wire, asked.response, word)


async def test_a_missing_permission_is_named_before_anything_is_spent(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        wire.discord.channel.deny("attach_files")
        asked = await wire.imagine("an unattached kite")
        _assert_refused(wire, asked.response, "Attach Files")


async def test_a_thread_needs_the_permission_for_threads(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        thread = wire.discord.add_thread(wire.discord.channel, "ideas")
        wire.discord.channel.deny("send_messages_in_threads")
        asked = await wire.imagine("a lost thread", channel=thread)
        _assert_refused(wire, asked.response, "Send Messages in Threads")


async def test_the_daily_limit_holds(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment={"DAILY_JOBS_PER_USER": "1"}) as wire:
        await wire.imagine("the only picture")
        await wire.settled("the only picture")
        asked = await wire.imagine("one too many")
        _assert_refused(wire, asked.response, "1 job", submits=1)


async def test_the_limit_of_waiting_jobs_holds_for_each_person(tmp_path: Path) -> None:
    limits = {"MAX_WAITING_PER_USER": "1", "MIDJOURNEY_CONCURRENCY": "1"}
    async with up_here(tmp_path, seconds=3600, environment=limits) as wire:
        await wire.imagine("the running one")
        await wire.wait_for(wire.submits)
        await wire.imagine("the waiting one")
        refused = await wire.imagine("the refused one")
        taken = await wire.imagine("of another person", user=wire.discord.ben)
        assert refused.ephemeral
        assert not taken.ephemeral


async def test_the_limit_of_the_whole_queue_holds_for_all(tmp_path: Path) -> None:
    limits = {"MAX_WAITING": "1", "MAX_WAITING_PER_USER": "1", "MIDJOURNEY_CONCURRENCY": "1"}
    async with up_here(tmp_path, seconds=3600, environment=limits) as wire:
        await wire.imagine("the running one")
        await wire.wait_for(wire.submits)
        await wire.imagine("the waiting one")
        refused = await wire.imagine("of another person", user=wire.discord.ben)
        assert refused.ephemeral


async def test_other_servers_than_the_allowed_ones_are_refused(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment={"ALLOWED_GUILDS": "4711"}) as wire:
        asked = await wire.imagine("an uninvited guest")
        _assert_refused(wire, asked.response, "allows it")


async def test_a_direct_message_is_for_members_of_an_allowed_server(tmp_path: Path) -> None:
    async with up_here(tmp_path, start=False) as wire:
        discord = wire.discord
        wire.bot.environment["ALLOWED_GUILDS"] = str(discord.guild.id)
        stranger = discord.add_user("eve", discord.add_guild("Elsewhere"))
        await wire.start()
        refused = await wire.imagine("a stranger", user=stranger, channel=discord.dm(stranger))
        taken = await wire.imagine("a member", channel=discord.dm(discord.ann))
        assert refused.ephemeral
        assert not taken.ephemeral
        await wire.outcome("a member", channel=discord.dm(discord.ann))
        assert wire.submits() == ["a member"]


def _assert_refused(wire: Wire, response: Message | None, words: str, *, submits: int = 0) -> None:
    assert response is not None
    assert response.ephemeral
    assert words in response.text
    assert len(wire.submits()) == submits
    assert wire.sql("SELECT count(*) FROM jobs") == [(submits,)]


def _pair(wire: Wire, prompt: str) -> list[Message] | None:
    found = wire.outcomes(prompt)
    return found if len(found) == 2 else None
