"""Answers in the Home tab: nothing that one person sees leaves it, and nothing is lost."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.standin.block_rules import check_view
from bot.domain.errors import ReplyLostError
from bot.domain.texts import msg
from bot.domain.views import Action, Button, Divider, Form, Notice, TextField, View, Words
from bot.platforms.slack.ids import conversation_of, person_of
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.rendering import FormContext, screen_in
from bot.platforms.slack.reply import HomeReply, Occasion
from bot.platforms.slack.timings import SlackTimings
from bot.ports.reply import Place, Visibility
from tests.integration.slack.server import FakeSlack

DIRECT = conversation_of("T1", "D1", is_direct=True)
EDIT = Button(label=msg("Edit"), action=Action("redo", ("abc",)))
NOTICE = Notice(text=msg("No."), locale="en", button=EDIT)
FORM = Form(
    title=msg("Prompt"),
    action=Action("composed"),
    fields=(TextField(name="prompt", label=msg("Prompt"), max_length=100),),
    locale="en",
)


def view(words: str = "a fox", *, smaller: View | None = None, dividers: int = 0) -> View:
    elements = (Words(words), *(Divider() for _ in range(dividers)))
    return View(elements=elements, locale="en", smaller=smaller)


Replies: TypeAlias = Callable[..., HomeReply]


@pytest.fixture
async def replies(
    client: AsyncWebClient, session: aiohttp.ClientSession, messenger: SlackMessenger
) -> Replies:
    """Make answers to one person, of whom each press is another one."""
    return partial(reply_to, client, session, messenger)


@pytest.fixture
async def reply(replies: Replies) -> HomeReply:
    return replies()


def reply_to(
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    messenger: SlackMessenger,
    *,
    is_closed: bool = False,
    standing: Sequence[Mapping[str, Any]] = (),
) -> HomeReply:
    async def ack() -> None: ...

    occasion = Occasion(
        id="trigger1", person=person_of("T1", "U1"), conversation=DIRECT, trigger_id="t.1",
        home_screen=standing, bot_name="imagine-bot", came_at_s=asyncio.get_running_loop().time(),
    )  # fmt: skip
    return HomeReply(
        occasion, ack=ack, client=client, session=session, messenger=messenger,
        is_closed=lambda: is_closed,
        timings=SlackTimings(acknowledge_after_s=0.01, slow_after_s=0.02),
    )  # fmt: skip


def published(slack: FakeSlack) -> dict[str, Any]:
    """Return what the Home tab shows now, which Slack would take."""
    call = slack.called("views.publish")[-1]
    assert call["user_id"] == "U1"
    home: dict[str, Any] = (
        call["view"] if isinstance(call["view"], dict) else json.loads(call["view"])
    )
    assert check_view(home, "home").lines() == []
    return home


@pytest.mark.parametrize("place", [Place.SAME, Place.ALONE])
async def test_what_one_person_sees_stands_in_home_below_the_tabs(
    slack: FakeSlack, reply: HomeReply, place: Place
) -> None:
    shown = await reply.show(view(), place)
    assert shown.visibility is Visibility.SEEN
    blocks = published(slack)["blocks"]
    assert blocks[0]["elements"][0]["action_id"] == "imagine:compose"
    assert blocks[-1]["text"]["text"] == "a fox"
    assert set(slack.methods) == {"views.publish"}


async def test_what_everybody_may_see_is_a_direct_message(
    slack: FakeSlack, reply: HomeReply
) -> None:
    await reply.show(view(), Place.HERE)
    assert list(slack.messages) == ["D1"]
    assert slack.called("views.publish") == []


async def test_a_sentence_stands_above_what_is_shown(slack: FakeSlack, reply: HomeReply) -> None:
    await reply.show(view(), Place.SAME)
    await reply.tell(NOTICE)
    *_, sentence, button, content = published(slack)["blocks"]
    assert sentence["text"]["text"] == "No."
    assert button["elements"][0]["action_id"] == "imagine:redo:abc"
    assert content["text"]["text"] == "a fox"


async def test_a_sentence_alone_leaves_the_tabs(slack: FakeSlack, reply: HomeReply) -> None:
    await reply.tell(NOTICE)
    assert published(slack)["blocks"][0]["type"] == "actions"
    assert reply.lacks_screen


async def test_a_sentence_stays_above_the_screen_that_follows(
    slack: FakeSlack, reply: HomeReply
) -> None:
    await reply.tell(NOTICE)
    await reply.show(view(), Place.ALONE)
    *_, sentence, _button, content = published(slack)["blocks"]
    assert sentence["text"]["text"] == "No."
    assert content["text"]["text"] == "a fox"


async def test_a_sentence_leaves_the_screen_that_stands_and_replaces_the_last_one(
    slack: FakeSlack, replies: Replies
) -> None:
    before = replies()
    await before.show(view(), Place.ALONE)
    await before.tell(NOTICE)
    reply = replies(standing=screen_in(published(slack)))
    await reply.tell(Notice(text=msg("Nor that."), locale="en"))
    *tabs, sentence, content = published(slack)["blocks"]
    assert sentence["text"]["text"] == "Nor that."
    assert content["text"]["text"] == "a fox"
    assert "No." not in json.dumps(tabs)
    assert not reply.lacks_screen


async def test_a_screen_that_slack_does_not_take_again_is_left_out(
    slack: FakeSlack, replies: Replies
) -> None:
    slack.refuse("views.publish", "invalid_arguments")
    reply = replies(standing=[{"type": "divider", "block_id": "a"}])
    await reply.tell(NOTICE)
    assert published(slack)["blocks"][-2]["text"]["text"] == "No."
    assert reply.lacks_screen


async def test_a_sentence_that_home_does_not_take_is_a_message(
    slack: FakeSlack, reply: HomeReply
) -> None:
    slack.refuse("views.publish", "not_enabled")
    await reply.tell(NOTICE)
    [said] = slack.called("chat.postEphemeral")
    assert (said["channel"], said["user"], said["text"]) == ("D1", "U1", "No.")
    assert not reply.lacks_screen


async def test_a_home_too_full_shows_less(slack: FakeSlack, reply: HomeReply) -> None:
    await reply.show(view(smaller=view("less"), dividers=98), Place.SAME)
    assert published(slack)["blocks"][-1]["text"]["text"] == "less"


async def test_a_home_that_slack_does_not_take_is_lost(slack: FakeSlack, reply: HomeReply) -> None:
    slack.lose_after("views.publish")
    with pytest.raises(ReplyLostError):
        await reply.show(view(), Place.SAME)


async def test_what_shows_nothing_in_home_leaves_it_unchanged(
    slack: FakeSlack, reply: HomeReply
) -> None:
    await reply.acknowledge(Place.HERE)
    await reply.show(view(), Place.HERE)
    await reply.remove()
    await reply.dismiss()
    assert reply.lacks_screen
    assert slack.methods == ["chat.postMessage"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda reply: reply.show(view(), Place.ALONE),
        lambda reply: reply.open_form(FORM),
    ],
    ids=["a view", "a form"],
)
async def test_what_the_person_sees_changes_home(reply: HomeReply, answer: Any) -> None:
    await answer(reply)
    assert not reply.lacks_screen


async def test_nothing_is_told_once_the_process_ends(slack: FakeSlack, replies: Replies) -> None:
    await replies(is_closed=True).tell(NOTICE)
    assert slack.calls == []


async def test_a_form_knows_that_it_was_opened_in_home(slack: FakeSlack, reply: HomeReply) -> None:
    await reply.open_form(FORM)
    [opened] = slack.called("views.open")
    form = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    assert FormContext.load(form["private_metadata"]) == FormContext(action=FORM.action)
