"""Commands, buttons and the connection over the wire: real discord.py, store and service."""

import asyncio
from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.domain.conversations import Conversation, ConversationKind, Person
from bot.domain.errors import TokenRejectedError
from bot.domain.jobs import JobStatus
from bot.platforms.discord import run_discord
from bot.platforms.discord.reply import first_answer as answer
from tests.fixtures import Rig, parts, running
from tests.haste import UNHURRIED, set_limits
from tests.pictures import picture
from tests.standins.discord import DiscordStandIn, Interaction, Message, User, faults
from tests.standins.discord.routes import CALLBACK, COMMANDS
from tests.timing import TIMEOUT_S

ORIGINAL = r"/webhooks/\d+/[^/]+/messages/@original"


# ── /imagine ────────────────────────────────────────────────────────────────────────────────────


async def test_the_placeholder_is_the_answer_in_one_call(rig: Rig) -> None:
    asked = await rig.imagine()
    job = await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    assert "a red fox" in asked.response.text
    assert job.origin.placeholder_id == str(asked.response.id)
    assert len(rig.d.calls("POST", CALLBACK)) == 1
    assert rig.d.edits == []


async def test_the_job_knows_where_it_came_from(rig: Rig) -> None:
    asked = await rig.imagine()
    origin = (await rig.job()).origin
    assert origin.person == Person(platform="discord", id=str(rig.d.ann.id))
    assert origin.conversation == Conversation(
        platform="discord", tenant_id=str(rig.d.guild.id), id=str(asked.channel.id)
    )
    assert (origin.interaction_id, origin.locale) == (str(asked.id), "en-US")
    assert origin.reply_token == asked.token


async def test_the_job_knows_that_it_came_from_a_thread(rig: Rig) -> None:
    thread = rig.d.add_thread(rig.d.channel, "foxes")
    await rig.imagine(channel=thread)
    conversation = (await rig.job()).origin.conversation
    assert (conversation.kind, conversation.id) == (ConversationKind.THREAD, str(thread.id))


async def test_a_slow_database_shows_thinking_and_then_the_placeholder(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.05)
    rig.service.delay_s = 0.2
    asked = await rig.imagine()
    assert asked.deferred
    job = await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    assert job.origin.placeholder_id == str(asked.response.id)
    assert asked.response.text.startswith(">>> a red fox")


def says_slow(asked: Interaction) -> bool:
    return asked.response is not None and "I'm slow just now." in asked.response.text


async def test_a_press_that_takes_long_is_said_to_be_slow_and_then_answered(rig: Rig) -> None:
    card = await rig.card()
    set_limits(rig.bot, thinking_after_s=0.0, slow_after_s=0.05)
    rig.service.is_open.clear()
    pressed = await press(rig, rig.d.ben, card, "Again")
    await rig.d.wait_for(lambda: says_slow(pressed))
    rig.service.is_open.set()
    job = await rig.job_with(JobStatus.QUEUED, index=1, has_placeholder=True)
    assert pressed.response is not None
    assert job.origin.placeholder_id == str(pressed.response.id)
    assert "a red fox" in pressed.response.text


async def test_a_refusal_takes_the_place_of_what_was_said_to_be_slow(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.0, slow_after_s=0.05)
    rig.service.is_open.clear()
    asked = await rig.imagine("   ")
    await rig.d.wait_for(lambda: says_slow(asked))
    rig.service.is_open.set()
    await rig.d.wait_for(lambda: asked.followups)
    assert asked.followups[0].ephemeral
    assert rig.d.channel.messages == []


async def test_a_question_takes_the_place_of_what_was_said_to_be_slow(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.0, slow_after_s=0.05)
    rig.service.is_open.clear()
    asked = await rig.imagine("a {red, blue} fox")
    await rig.d.wait_for(lambda: says_slow(asked))
    rig.service.is_open.set()
    await rig.d.wait_for(lambda: asked.followups)
    assert "Start 2 jobs" in asked.followups[0].labels
    assert rig.d.channel.messages == []


async def test_who_is_beaten_does_not_say_that_it_is_slow(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.0, slow_after_s=0.05)
    rig.service.delay_s = 0.2
    rig.d.faults.add("POST", CALLBACK, faults.status(400, 40060))
    await rig.d.slash(rig.d.ann, rig.d.channel, "imagine", prompt="a fox", wait=0)
    await rig.job_with(JobStatus.QUEUED)
    assert rig.d.channel.messages == []


async def test_a_lost_answer_that_arrived_is_recovered(rig: Rig) -> None:
    rig.d.faults.add("POST", CALLBACK, faults.lose_answer_after_effect())
    asked = await rig.imagine()
    job = await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    assert job.origin.placeholder_id == str(asked.response.id)


async def test_an_answer_that_discord_takes_without_a_word_stands(
    rig: Rig,
) -> None:
    rig.d.faults.add("POST", CALLBACK, faults.empty())
    confirmed = asyncio.Event()
    rig.signals.job_ready.connect(confirmed.set)
    asked = await rig.imagine()
    await asyncio.wait_for(confirmed.wait(), TIMEOUT_S)
    assert asked.response is not None
    assert rig.d.calls("GET", ORIGINAL) == []  # its id is asked for when it is needed


async def test_buttons_work_when_their_answers_are_taken_without_a_word(rig: Rig) -> None:
    card = await rig.card()
    rig.d.faults.add("POST", CALLBACK, faults.empty(), times=None)
    details = await press(rig, rig.d.ben, card, "Details")
    assert details.response is not None
    await press(rig, rig.d.ann, card, "Delete")
    await rig.d.wait_for(lambda: card.deleted)
    assert details.followups == []


async def test_an_answer_that_did_not_arrive_is_given_once_more(rig: Rig) -> None:
    rig.d.faults.add("POST", CALLBACK, faults.lose_before_effect())
    asked = await rig.imagine()
    job = await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    assert job.origin.placeholder_id == str(asked.response.id)


async def test_a_lost_answer_does_not_leave_thinking_behind(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.05)
    rig.service.delay_s = 0.2
    rig.d.faults.add("PATCH", ORIGINAL, faults.lose_before_effect())
    asked = await rig.imagine()
    await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    assert asked.response.text.startswith(">>> a red fox")


@pytest.mark.parametrize("trouble", [faults.lose_before_effect(), faults.status(404, 10062)])
async def test_a_job_whose_command_nobody_answered_is_given_up(
    rig: Rig, trouble: faults.Action
) -> None:
    rig.d.faults.add("POST", CALLBACK, trouble, times=answer.ATTEMPTS)
    await rig.d.slash(rig.d.ann, rig.d.channel, "imagine", prompt="a fox", wait=0)
    await rig.job_with(JobStatus.CANCELLED)


async def test_an_answer_that_was_taken_and_is_gone_is_not_given_again(rig: Rig) -> None:
    rig.d.faults.add("POST", CALLBACK, faults.garbage(200))
    rig.d.faults.add("GET", ORIGINAL, faults.status(404, 10008))
    with capture_logs() as logs:
        await rig.d.slash(rig.d.ann, rig.d.channel, "imagine", prompt="a fox", wait=0)
        await rig.job_with(JobStatus.CANCELLED)
    assert "interaction_failed" not in events(logs)
    assert len(rig.d.calls("POST", CALLBACK)) == 1


async def test_a_job_whose_answer_is_in_doubt_stays(rig: Rig) -> None:
    lost = faults.lose_before_effect()
    rig.d.faults.add("POST", CALLBACK, lost, times=answer.ATTEMPTS)
    rig.d.faults.add("GET", ORIGINAL, lost, times=None)
    await rig.d.slash(rig.d.ann, rig.d.channel, "imagine", prompt="a fox", wait=0)
    await rig.d.wait_for(lambda: rig.d.calls("GET", ORIGINAL))
    await asyncio.sleep(0.1)
    assert (await rig.job()).status is JobStatus.QUEUED


async def test_a_command_that_another_process_answered_keeps_its_job(rig: Rig) -> None:
    rig.d.faults.add("POST", CALLBACK, faults.status(400, 40060))
    await rig.d.slash(rig.d.ann, rig.d.channel, "imagine", prompt="a fox", wait=0)
    await rig.job_with(JobStatus.QUEUED)
    assert rig.d.channel.messages == []


async def test_a_slow_process_leaves_alone_what_another_one_answered(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.05)
    rig.service.delay_s = 0.2
    slow = faults.hold()
    rig.d.faults.add("POST", CALLBACK, slow)
    asked = await rig.imagine(wait=0)
    await rig.d.wait_for(lambda: rig.d.calls("POST", CALLBACK))
    await _answer_as_another_process(rig.d, asked, "the private result, by now")
    slow.release()
    await rig.job_with(JobStatus.QUEUED, has_placeholder=True)
    assert asked.response is not None
    assert asked.response.text == "the private result, by now"


async def _answer_as_another_process(d: DiscordStandIn, asked: Interaction, text: str) -> None:
    url = f"{d.api_url}/interactions/{asked.id}/{asked.token}/callback"
    card = {"flags": 1 << 15, "components": [{"type": 10, "content": text}]}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json={"type": 4, "data": card}) as answered,
    ):
        assert answered.status == 204


async def test_an_answer_that_discord_refuses_costs_nothing(rig: Rig) -> None:
    rig.d.faults.add("POST", CALLBACK, faults.status(400, 50035))
    asked = await rig.imagine()
    await rig.job_with(JobStatus.CANCELLED)
    assert "reference" in private_text(asked)


async def test_a_missing_permission_is_named_to_this_person_only(rig: Rig) -> None:
    rig.d.channel.deny("attach_files")
    asked = await rig.imagine()
    assert "“Attach Files”" in private_text(asked)
    assert rig.service.job_ids == ()


async def test_in_a_thread_another_permission_counts(rig: Rig) -> None:
    rig.d.channel.deny("send_messages_in_threads")
    asked = await rig.imagine(channel=rig.d.add_thread(rig.d.channel, "foxes"))
    assert "“Send Messages in Threads”" in private_text(asked)


async def test_direct_messages_have_no_permissions_to_lack(rig: Rig) -> None:
    await rig.imagine(channel=rig.d.dm(rig.d.ann))
    assert (await rig.job()).origin.conversation.is_direct


async def test_a_refusal_after_thinking_is_still_for_this_person_only(rig: Rig) -> None:
    set_limits(rig.bot, thinking_after_s=0.05)
    rig.service.delay_s = 0.2
    asked = await rig.imagine("   ")
    await rig.d.wait_for(lambda: asked.followups)
    assert asked.followups[0].ephemeral
    assert rig.d.channel.messages == []


async def test_what_goes_wrong_is_told_with_a_reference_and_nothing_else(rig: Rig) -> None:
    rig.service.is_broken = True
    said = private_text(await rig.imagine())
    assert "reference" in said
    assert "secret" not in said


def private_text(asked: Interaction) -> str:
    """Return the sentence that only the person who acted sees."""
    assert asked.response is not None
    assert asked.response.ephemeral
    return asked.response.text


# ── The buttons ─────────────────────────────────────────────────────────────────────────────────


def events(logs: Sequence[MutableMapping[str, Any]]) -> list[str]:
    return [entry["event"] for entry in logs]


async def press(rig: Rig, user: User, card: Message, label: str) -> Interaction:
    return await rig.d.press(user, card, label)


async def test_a_number_posts_that_image_from_the_card_when_the_link_is_dead(
    rig: Rig,
) -> None:
    card = await rig.card()
    pressed = await press(rig, rig.d.ben, card, "3")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.response is not None
    assert pressed.response.images == [picture(2)]
    assert not pressed.response.ephemeral


async def test_an_image_that_is_gone_everywhere_is_said_to_this_person(rig: Rig) -> None:
    card = await rig.card()
    rig.d.cdn_status = 410
    pressed = await press(rig, rig.d.ben, card, "3")
    await rig.d.wait_for(lambda: pressed.followups)
    assert pressed.followups[0].ephemeral
    assert "image 3" in pressed.followups[0].text


async def test_again_is_a_new_job_of_the_person_who_pressed(rig: Rig) -> None:
    card = await rig.card()
    pressed = await press(rig, rig.d.ben, card, "Again")
    assert pressed.response is not None
    assert rig.d.ben.mention in pressed.response.text
    again = await rig.job(1)
    assert (again.prompt, again.origin.person.id) == ("a red fox", str(rig.d.ben.id))


async def test_again_that_nobody_answered_is_given_up_and_the_card_stays(rig: Rig) -> None:
    card = await rig.card()
    lost = faults.lose_before_effect()
    rig.d.faults.add("POST", CALLBACK, lost, times=answer.ATTEMPTS)
    await rig.d.press(rig.d.ben, card, "Again", wait=0)
    await rig.job_with(JobStatus.CANCELLED, index=1)
    assert not card.deleted


async def test_the_person_who_asked_may_delete_the_card(rig: Rig) -> None:
    card = await rig.card()
    await press(rig, rig.d.ann, card, "Delete")
    await rig.d.wait_for(lambda: card.deleted)


async def test_who_manages_messages_may_delete_the_card(rig: Rig) -> None:
    card = await rig.card()
    rig.d.guild.grant(rig.d.ben, "manage_messages")
    await press(rig, rig.d.ben, card, "Delete")
    await rig.d.wait_for(lambda: card.deleted)


async def test_others_are_told_that_they_may_not_delete(rig: Rig) -> None:
    card = await rig.card()
    pressed = await press(rig, rig.d.ben, card, "Delete")
    await rig.d.wait_for(lambda: pressed.followups)
    assert pressed.followups[0].ephemeral
    assert not card.deleted


@pytest.mark.parametrize("label", ["1", "Again", "Delete"])
async def test_a_button_of_a_forgotten_job_says_so(rig: Rig, label: str) -> None:
    card = await rig.card()
    rig.store_hooks["progress.get"] = _nothing
    pressed = await press(rig, rig.d.ann, card, label)
    private_words = await rig.d.wait_for(
        lambda: [m for m in (*pressed.followups, pressed.response) if m and m.ephemeral]
    )
    assert "too old for me" in private_words[0].text
    assert not card.deleted


async def _nothing(_job_id: str) -> None:
    return None


@pytest.mark.parametrize(
    "fault", [faults.lose_answer_after_effect(), faults.garbage(200)], ids=["lost", "garbage"]
)
async def test_a_press_that_discord_loses_is_no_defect_of_ours(
    rig: Rig, fault: faults.Action
) -> None:
    card = await rig.card()
    rig.d.faults.add("POST", CALLBACK, fault)
    with capture_logs() as logs:
        await rig.d.press(rig.d.ann, card, "Delete", wait=0)
        await rig.d.wait_for(lambda: "interaction_lost" in events(logs))
    assert not any("exc_info" in entry for entry in logs)


async def test_a_press_that_another_process_answered_is_left_to_it(rig: Rig) -> None:
    card = await rig.card()
    rig.d.faults.add("POST", CALLBACK, faults.status(400, 40060))
    with capture_logs() as logs:
        beaten = await rig.d.press(rig.d.ann, card, "1", wait=0)
        await rig.d.wait_for(lambda: "defer_failed" in events(logs))
    pressed = await press(rig, rig.d.ann, card, "2")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert not [call for call in rig.d.requests if f"/{beaten.token}/messages" in call.path]


async def test_a_press_leaves_nothing_in_memory(rig: Rig) -> None:
    card = await rig.card()
    await press(rig, rig.d.ben, card, "Again")
    assert rig.bot.persistent_views == []
    assert not rig.bot._connection._view_store._views


# ── The connection ──────────────────────────────────────────────────────────────────────────────


QUICK = replace(UNHURRIED, max_reconnect_wait_s=0.1)


async def test_commands_are_registered_only_when_they_changed(d: DiscordStandIn) -> None:
    async with parts(d) as rig, rig.bot:
        await rig.bot.login(d.token)
        await rig.bot.register_commands()
        await rig.bot.register_commands()
        assert len(d.calls("PUT", COMMANDS)) == 1


async def test_registering_is_tried_again(d: DiscordStandIn) -> None:
    d.faults.add("PUT", COMMANDS, faults.status(503))
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_for(lambda: d.commands[None])


async def test_imagine_is_for_guilds_and_direct_messages(rig: Rig) -> None:
    (command,) = [c for c in rig.d.commands[None] if c["name"] == "imagine"]
    assert (command["integration_types"], command["contexts"]) == ([0], [0, 1])


async def test_a_rejected_token_is_one_clear_error(d: DiscordStandIn) -> None:
    async with parts(d) as rig:
        with pytest.raises(TokenRejectedError):
            await run_discord(rig.bot, "wrong")


async def test_a_login_is_repeated_and_sets_up_once(d: DiscordStandIn) -> None:
    d.faults.add("GET", "/users/@me", faults.status(503))
    d.faults.add("GET", "/oauth2/applications/@me", faults.lose_before_effect())
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        assert rig.bot.usable.is_set()


async def test_a_gateway_that_cannot_be_reached_at_first_is_tried_again(d: DiscordStandIn) -> None:
    d.refuse_new_connections = True
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_for(lambda: d.commands[None])
        await asyncio.sleep(0.3)
        d.refuse_new_connections = False
        await d.wait_until_connected()


async def test_a_refused_session_leaves_rest_usable_and_comes_back(d: DiscordStandIn) -> None:
    async with parts(d, discord_timings=QUICK) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        d.drop_gateway(4013)
        await d.wait_for(lambda: not d.gateway.live_sessions)
        await rig.bot.get_partial_messageable(d.channel.id).send("still here")
        await d.wait_until_connected()
        asked = await d.slash(d.ann, d.channel, "imagine", prompt="a fox")
        assert asked.response is not None


async def test_a_token_that_is_reset_ends_the_connection(d: DiscordStandIn) -> None:
    async with parts(d) as rig:
        task = asyncio.create_task(run_discord(rig.bot, d.token))
        await d.wait_until_connected()
        d.drop_gateway(4004)
        with pytest.raises(TokenRejectedError):
            await task


async def test_a_command_under_way_at_the_stop_is_cut_off_without_a_word(
    d: DiscordStandIn,
) -> None:
    async with parts(d) as rig:
        with capture_logs() as logs:
            async with running(rig.bot, d.token):
                await d.wait_until_connected()
                await d.wait_for(lambda: d.commands[None])
                d.faults.add("POST", CALLBACK, faults.hang(3600))
                await d.slash(d.ann, d.channel, "imagine", prompt="a late fox", wait=0)
                await d.wait_for(lambda: d.calls("POST", CALLBACK))
            await d.wait_for(lambda: "interaction_given_up" in events(logs))
        assert not any("exc_info" in entry for entry in logs)


async def test_a_stop_closes_the_bot(d: DiscordStandIn) -> None:
    async with parts(d) as rig:
        async with running(rig.bot, d.token):
            await d.wait_until_connected()
        assert rig.bot.is_closed()
        await d.wait_for(lambda: not d.gateway.live_sessions)
