"""Forms that open as the answer to a press or command."""

import asyncio
import json
from typing import Any

import pytest

from bot.domain.errors import (
    ReplyGivenUpError,
    ReplyRefusedError,
    UnavailableError,
)
from bot.platforms.slack.rendering import FormContext
from tests.integration.slack.messages import THREAD
from tests.integration.slack.replies import FORM, Acks
from tests.integration.slack.server import FakeSlack


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
