"""Answers to what people do at Slack: in time, once, and to whom they are for."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation
from bot.domain.errors import (
    NotAllowedError,
    ReplyGivenUpError,
    ReplyLostError,
    ReplyRefusedError,
    UnavailableError,
)
from bot.domain.texts import msg
from bot.domain.views import Action, Form, Notice, Picture, Pictures, TextField, View, Words
from bot.platforms.slack.ids import conversation_of, person_of
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.rendering import FormContext
from bot.platforms.slack.reply import Occasion, SlackReply
from bot.platforms.slack.timings import SlackTimings
from bot.ports.reply import Place, SlowAnswer, Visibility
from tests.integration.slack.server import FakeSlack

CHANNEL = conversation_of("T1", "C1")
THREAD = conversation_of("T1", "C1", thread_ts="900.000100")
SOON = SlackTimings(
    acknowledge_after_s=0.01, slow_after_s=0.02, form_within_s=0.02, answer_again_after_s=0.01
)
NOTICE = Notice(text=msg("No."), locale="en")
FORM = Form(
    title=msg("Prompt"),
    action=Action("edited", ("a", "")),
    fields=(TextField(name="prompt", label=msg("Prompt"), max_length=100),),
    locale="en",
)


def view(words: str = "a fox", *pictures: Picture) -> View:
    return View(elements=(Words(words), Pictures(pictures)), locale="en")


PICTURE = Picture(file_name="a-1.png", data=b"png", words="fox")


class Acks:
    """Counts what Slack hears."""

    count = 0

    async def __call__(self) -> None:
        self.count += 1


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
    def reply(
        where: Conversation = CHANNEL,
        *,
        can_respond: bool = True,
        is_closed: bool = False,
        **at: Any,
    ) -> SlackReply:
        url = f"{slack.url}/respond" if can_respond else None
        occasion = Occasion(
            id="trigger1", person=person_of("T1", "U1"), conversation=where, trigger_id="t.1",
            response_url=url, bot_name="imagine-bot",
            **{"came_at_s": asyncio.get_running_loop().time()} | at,
        )  # fmt: skip
        return SlackReply(
            occasion, ack=acks, client=client, session=session, messenger=messenger,
            is_closed=lambda: is_closed, timings=SOON,
        )  # fmt: skip

    return reply


# ── Waiting ─────────────────────────────────────────────────────────────────────────────────────


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
    done = asyncio.Event()

    async def slow() -> View:
        done.set()
        return view()

    answer = SlowAnswer(may_be_said=lambda: False, view=slow)
    await reply_to().wait(done.wait(), Place.HERE, slow=answer)
    assert slack.posted_to_url == []


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


# ── For everybody ───────────────────────────────────────────────────────────────────────────────


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


# ── For one person ──────────────────────────────────────────────────────────────────────────────


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


# ── The same message ────────────────────────────────────────────────────────────────────────────


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


# ── Forms ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_knows_where_it_was_opened(
    slack: FakeSlack, reply_to: Any, acks: Acks
) -> None:
    await reply_to(THREAD, message_ts="1.2").open_form(FORM)
    [opened] = slack.called("views.open")
    assert acks.count == 1
    view_ = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    context = FormContext.load(view_["private_metadata"])
    assert context == FormContext(
        action=FORM.action,
        channel_id="C1",
        thread_ts="900.000100",
        message_ts="1.2",
        response_url=f"{slack.url}/respond",
    )


async def test_a_form_that_another_process_opened_is_given_up(
    slack: FakeSlack, reply_to: Any
) -> None:
    slack.refuse("views.open", "exchanged_trigger_id")
    reply = reply_to()
    with pytest.raises(ReplyGivenUpError):
        await reply.open_form(FORM)
    assert reply.is_given_up


async def test_a_refusal_names_the_part_that_slack_does_not_take(
    slack: FakeSlack, reply_to: Any
) -> None:
    said = ["[ERROR] must be a string [json-pointer:/view/blocks/0]"]
    slack.refuse("views.open", "invalid_arguments", response_metadata={"messages": said})
    with pytest.raises(ReplyRefusedError, match=r"invalid_arguments.*must be a string"):
        await reply_to().open_form(FORM)


async def test_the_time_for_a_form_begins_with_the_press(reply_to: Any) -> None:
    came_at_s = asyncio.get_running_loop().time() - 10
    with pytest.raises(UnavailableError):
        await reply_to(came_at_s=came_at_s).wait_for_form(asyncio.sleep(60))


async def test_a_person_is_told_that_a_form_came_too_late(slack: FakeSlack, reply_to: Any) -> None:
    slack.refuse("views.open", "expired_trigger_id")
    reply = reply_to()
    with pytest.raises(UnavailableError):
        await reply.open_form(FORM)
    assert not reply.is_given_up


async def test_a_form_that_is_open_changes(slack: FakeSlack, reply_to: Any) -> None:
    reply = reply_to(THREAD)
    await reply.update_form(FORM)
    assert slack.called("views.update") == []
    await reply.open_form(FORM)
    await reply.update_form(FORM)
    [opened], [updated] = slack.called("views.open"), slack.called("views.update")
    assert updated["view_id"] == "V1"
    assert updated["view"] == opened["view"]


async def test_a_form_that_was_closed_meanwhile_is_no_error(
    slack: FakeSlack, reply_to: Any
) -> None:
    slack.refuse("views.update", "not_found")
    reply = reply_to()
    await reply.open_form(FORM)
    await reply.update_form(FORM)
    assert slack.methods == ["views.open", "views.update"]
