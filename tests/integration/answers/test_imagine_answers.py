"""The answer to `/imagine` over the wire: real discord.py, store and service."""

import asyncio

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.domain.conversations import Conversation, ConversationKind, Person
from bot.domain.jobs import JobStatus
from bot.platforms.discord.reply import first_answer as answer
from tests.fixtures import Rig
from tests.haste import set_limits
from tests.integration.answers.fixtures import events, private_text
from tests.standins.discord import DiscordStandIn, Interaction, faults
from tests.standins.discord.routes import CALLBACK
from tests.timing import TIMEOUT_S

ORIGINAL = r"/webhooks/\d+/[^/]+/messages/@original"


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
    pressed = await rig.d.press(rig.d.ben, card, "Again")
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


async def test_process_that_answered_second_does_not_say_it_is_slow(rig: Rig) -> None:
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
    details = await rig.d.press(rig.d.ben, card, "Details")
    assert details.response is not None
    await rig.d.press(rig.d.ann, card, "Delete")
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
