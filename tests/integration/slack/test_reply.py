"""Answers to what people do at Slack: in time, once, and to whom they are for."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import (
    NotAllowedError,
    ReplyGivenUpError,
    ReplyLostError,
    UnavailableError,
)
from bot.domain.texts import msg
from bot.domain.views import View
from bot.ports.reply import Place, SlowAnswer, Visibility
from tests.integration.slack.messages import THREAD
from tests.integration.slack.replies import NOTICE, PICTURE, Acks, view
from tests.integration.slack.server import FakeSlack

# ── Waiting ───────────────────────────────────────────────────────────────────────────────────────


async def test_slow_work_is_acknowledged_and_a_sentence_says_so(
    slack: FakeSlack, reply_to: Any, acks: Acks
) -> None:
    said = asyncio.Event()

    async def slow() -> View:
        said.set()
        return view("I'm slow")

    reply = reply_to()
    answer = SlowAnswer(may_be_said=lambda: True, view=slow)

    async def work() -> str:
        await said.wait()
        await slack.responded.wait()
        return "done"

    assert await reply.wait(work(), Place.HERE, slow=answer) == "done"
    assert acks.count == 1
    assert slack.posted_to_url[0]["response_type"] == "ephemeral"
    assert slack.posted_to_url[0]["text"] == "I'm slow"


async def test_what_may_not_be_said_is_not_said(slack: FakeSlack, reply_to: Any) -> None:
    before, asked = asyncio.all_tasks(), asyncio.Event()

    def may_not() -> bool:
        asked.set()
        return False

    async def slow() -> View:
        return view()

    async def work() -> None:
        await asked.wait()
        if beside := asyncio.all_tasks() - before:  # it is being said after all
            await asyncio.wait(beside)

    await reply_to().wait(work(), Place.HERE, slow=SlowAnswer(may_be_said=may_not, view=slow))
    assert slack.posted_to_url == []


async def test_what_may_be_said_is_said_even_if_the_work_ends(
    slack: FakeSlack, reply_to: Any
) -> None:
    asked = asyncio.Event()

    def may() -> bool:
        asked.set()
        return True

    async def slow() -> View:
        return view("I'm slow")

    await reply_to().wait(asked.wait(), Place.HERE, slow=SlowAnswer(may_be_said=may, view=slow))
    await slack.responded.wait()
    assert slack.posted_to_url[0]["text"] == "I'm slow"


async def test_quick_work_is_acknowledged_with_its_answer(
    slack: FakeSlack, reply_to: Any, acks: Acks
) -> None:
    reply = reply_to()

    async def work() -> int:
        return 7

    assert await reply.wait(work(), Place.HERE) == 7
    assert acks.count == 0
    await reply.show(view(), Place.ALONE)
    await reply.tell(NOTICE)
    assert acks.count == 1


async def test_what_work_raises_comes_out(reply_to: Any) -> None:
    async def work() -> None:
        raise UnavailableError(msg("No."))

    with pytest.raises(UnavailableError):
        await reply_to().wait(work(), Place.HERE)


async def test_a_form_does_not_wait_for_slow_work(reply_to: Any) -> None:
    never = asyncio.get_running_loop().create_future()
    with pytest.raises(UnavailableError):
        await reply_to().wait_for_form(never)
    never.cancel()


# ── For everybody ─────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_for_everybody_is_a_message_with_its_pictures(
    slack: FakeSlack, reply_to: Any
) -> None:
    shown = await reply_to(THREAD).show(view("a fox", PICTURE), Place.HERE)
    stands = slack.messages["C1"][shown.message_id]
    assert shown.visibility is Visibility.SEEN
    assert stands["thread_ts"] == "900.000100"
    assert stands["blocks"][1]["slack_file"] == {"id": "F1"}


async def test_where_the_bot_may_not_post_the_person_is_told_how(
    slack: FakeSlack, reply_to: Any
) -> None:
    slack.refuse("chat.postMessage", "channel_not_found")
    with pytest.raises(NotAllowedError, match="/invite"):
        await reply_to().show(view("a fox", PICTURE), Place.HERE)
    assert slack.files == {}


@pytest.mark.parametrize(
    ("code", "error"), [("storage_limit_reached", NotAllowedError), ("a_new_word", ReplyLostError)]
)
async def test_where_slack_takes_no_files_the_person_is_told(
    slack: FakeSlack, reply_to: Any, code: str, error: type[Exception]
) -> None:
    slack.refuse("files.getUploadURLExternal", code)
    with pytest.raises(error):
        await reply_to().show(view("a fox", PICTURE), Place.HERE)


async def test_an_answer_that_was_lost_is_looked_for(slack: FakeSlack, reply_to: Any) -> None:
    slack.lose_after("chat.postMessage")
    shown = await reply_to().show(view(), Place.HERE)
    assert shown.visibility is Visibility.SEEN
    assert list(slack.messages["C1"]) == [shown.message_id]


async def test_an_answer_that_is_not_there_is_lost(slack: FakeSlack, reply_to: Any) -> None:
    slack.next("chat.postMessage", web.Response(status=503))
    with pytest.raises(ReplyLostError):
        await reply_to().show(view(), Place.HERE)


async def test_an_answer_that_cannot_be_looked_for_is_unclear(
    slack: FakeSlack, reply_to: Any
) -> None:
    slack.lose_after("chat.postMessage")
    for _look in range(2):
        slack.refuse("conversations.history", "missing_scope")
    shown = await reply_to().show(view(), Place.HERE)
    assert shown.visibility is Visibility.UNCLEAR


# ── The same message ──────────────────────────────────────────────────────────────────────────────


async def test_a_message_that_others_see_is_edited(slack: FakeSlack, reply_to: Any) -> None:
    sent = await reply_to().show(view(), Place.HERE)
    await reply_to(message_ts=sent.message_id).show(view("a cat"), Place.SAME)
    assert slack.messages["C1"][sent.message_id]["text"] == "a cat"


async def test_a_message_that_one_person_sees_is_replaced(slack: FakeSlack, reply_to: Any) -> None:
    await reply_to(message_ts="1.2", is_ephemeral=True).show(view("a cat"), Place.SAME)
    [body] = slack.posted_to_url
    assert body["replace_original"] is True
    assert body["text"] == "a cat"


async def test_a_message_that_is_gone_is_given_up(slack: FakeSlack, reply_to: Any) -> None:
    slack.refuse("chat.update", "message_not_found")
    reply = reply_to(message_ts="1.2")
    with pytest.raises(ReplyGivenUpError):
        await reply.show(view(), Place.SAME)
    assert reply.is_given_up


async def test_a_message_is_removed_with_its_files(slack: FakeSlack, reply_to: Any) -> None:
    sent = await reply_to().show(view("a fox", PICTURE), Place.HERE)
    await reply_to(message_ts=sent.message_id).remove()
    assert slack.messages["C1"] == {}
    assert slack.files == {}
    slack.refuse("chat.delete", "message_not_found")
    await reply_to(message_ts=sent.message_id).remove()


async def test_only_what_one_person_sees_is_dismissed(slack: FakeSlack, reply_to: Any) -> None:
    await reply_to(message_ts="1.2").dismiss()
    assert slack.posted_to_url == []
    await reply_to(message_ts="1.2", is_ephemeral=True).dismiss()
    assert slack.posted_to_url == [{"delete_original": True}]
