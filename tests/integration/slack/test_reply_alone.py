"""Answers that one person alone sees."""

from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import ReplyRefusedError
from bot.ports.reply import Place, Visibility
from tests.integration.slack.messages import THREAD
from tests.integration.slack.replies import NOTICE, PICTURE, view
from tests.integration.slack.server import FakeSlack


async def test_an_answer_for_one_person_brings_no_files(slack: FakeSlack, reply_to: Any) -> None:
    await reply_to(THREAD).show(view("a fox", PICTURE), Place.ALONE)
    [body] = slack.posted_to_url
    assert body["response_type"] == "ephemeral"
    assert body["thread_ts"] == "900.000100"
    assert [block["type"] for block in body["blocks"]] == ["section"]
    assert slack.files == {}


async def test_without_a_way_to_answer_slack_is_asked_to_show_it_to_one_person(
    slack: FakeSlack, reply_to: Any
) -> None:
    await reply_to(can_respond=False).tell(NOTICE)
    [asked] = slack.called("chat.postEphemeral")
    assert (asked["channel"], asked["user"], asked["text"]) == ("C1", "U1", "No.")


async def test_a_way_to_answer_that_has_ended_is_replaced(slack: FakeSlack, reply_to: Any) -> None:
    slack.next("response_url", web.Response(status=404, text="used_url"))
    reply = reply_to()
    await reply.tell(NOTICE)
    await reply.tell(NOTICE)
    assert len(slack.posted_to_url) == 1
    assert len(slack.called("chat.postEphemeral")) == 2


async def test_a_way_to_answer_is_used_five_times(slack: FakeSlack, reply_to: Any) -> None:
    reply = reply_to()
    for _ in range(7):
        await reply.tell(NOTICE)
    assert len(slack.posted_to_url) == 5
    assert len(slack.called("chat.postEphemeral")) == 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=503),
        lambda: web.json_response({"ok": False, "error": "internal_error"}),
    ],
    ids=["503", "internal_error"],
)
async def test_a_private_answer_that_may_be_lost_twice_is_unclear(
    slack: FakeSlack, reply_to: Any, answer: Any
) -> None:
    slack.next("response_url", answer(), answer())
    shown = await reply_to().show(view(), Place.ALONE)
    assert shown.visibility is Visibility.UNCLEAR
    assert len(slack.posted_to_url) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_sentence_that_slack_does_not_take_is_said_again(
    slack: FakeSlack, reply_to: Any, status: int
) -> None:
    slack.next("response_url", web.Response(status=status))
    await reply_to().tell(NOTICE)
    assert [body["text"] for body in slack.posted_to_url] == ["No.", "No."]


async def test_an_answer_that_slack_refuses_is_a_defect(slack: FakeSlack, reply_to: Any) -> None:
    refused = web.json_response({"ok": False, "error": "invalid_blocks"})
    slack.next("response_url", refused)
    with pytest.raises(ReplyRefusedError):
        await reply_to().show(view(), Place.ALONE)


async def test_telling_never_raises(slack: FakeSlack, reply_to: Any) -> None:
    slack.next("response_url", web.Response(status=500))
    await reply_to().tell(NOTICE)


async def test_who_is_about_to_end_tells_nothing(slack: FakeSlack, reply_to: Any) -> None:
    reply = reply_to(is_closed=True)
    await reply.tell(NOTICE)
    assert reply.is_given_up
    assert not await reply.acknowledge(Place.HERE)
    assert slack.posted_to_url == []
