"""Messages at Slack are found by their key, and have an address."""

from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import (
    DeniedError,
    NotSentError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.platforms.slack.ids import conversation_of
from bot.platforms.slack.messenger import SlackMessenger
from tests.integration.slack.messages import ANN, CHANNEL, KEY, THREAD, placeholder, view
from tests.integration.slack.server import FakeSlack


async def test_a_message_is_found_by_its_key_after_the_placeholder(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    first = await messenger.send(CHANNEL, view(), key="abcdefghij2345672345.p")
    sent = await messenger.send(CHANNEL, view(), key=KEY)
    around = {"key": KEY, "placeholder": placeholder(first.id)}
    assert await messenger.find(CHANNEL, **around) == sent
    assert await messenger.find(CHANNEL, key=KEY, placeholder=placeholder()) == sent
    assert await messenger.find(CHANNEL, key=KEY + "d", placeholder=placeholder()) is None
    assert await messenger.find(CHANNEL, key=KEY, placeholder=placeholder(sent.id)) is None


async def test_a_message_is_found_on_a_later_page(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(CHANNEL, view(), key=KEY)
    for _ in range(150):
        slack.chat_postMessage(_plain())
    assert await messenger.find(CHANNEL, key=KEY, placeholder=placeholder()) == sent


async def test_too_long_a_history_proves_nothing(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    for _ in range(501):
        slack.chat_postMessage(_plain())
    with pytest.raises(UnreadableError):
        await messenger.find(CHANNEL, key=KEY, placeholder=placeholder())


def _plain() -> dict[str, Any]:
    blocks = [{"type": "divider"}]
    more = {"unfurl_links": False, "unfurl_media": False}
    return {"channel": "C1", "text": "hi", "blocks": blocks, **more}


async def test_the_same_metadata_of_another_app_is_not_ours(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(CHANNEL, view(), key=KEY)
    slack.messages["C1"][sent.id]["bot_id"] = "B2"
    assert await messenger.find(CHANNEL, key=KEY, placeholder=placeholder()) is None


async def test_a_message_of_a_thread_is_found_there(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(THREAD, view(), key=KEY)
    assert await messenger.find(THREAD, key=KEY, placeholder=placeholder()) == sent
    assert "conversations.replies" in slack.methods


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "missing_scope"])
async def test_what_cannot_be_read_is_not_taken_for_absent(
    slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    slack.refuse("conversations.history", code)
    with pytest.raises(UnreadableError):
        await messenger.find(CHANNEL, key=KEY, placeholder=placeholder())


async def test_a_look_that_fails_may_be_repeated(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.next("conversations.history", web.Response(status=503))
    with pytest.raises(NotSentError):
        await messenger.find(CHANNEL, key=KEY, placeholder=placeholder())


async def test_a_person_is_reached_directly(slack: FakeSlack, messenger: SlackMessenger) -> None:
    conversation = await messenger.direct(ANN)
    assert conversation == conversation_of("T1", "DU1", is_direct=True)
    slack.refuse("conversations.open", "user_not_found")
    with pytest.raises(DeniedError):
        await messenger.direct(ANN)


def test_a_message_has_an_address(messenger: SlackMessenger) -> None:
    there = "https://team.slack.example/archives/C1/p1700000000000100"
    ts = "1700000000.000100"
    assert messenger.address(Message(conversation=CHANNEL, id=ts)) == there
    in_thread = f"{there}?thread_ts=900.000100&cid=C1"
    assert messenger.address(Message(conversation=THREAD, id=ts)) == in_thread
