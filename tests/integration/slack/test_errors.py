"""What Slack's errors mean: not sent, in doubt, later, never."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation
from bot.domain.errors import (
    DeniedError,
    FilesRefusedError,
    MessageInDoubtError,
    MessageTooLargeError,
    NotSentError,
    UndeliverableError,
    UnexplainedError,
)
from bot.platforms.slack.connection import slack_client
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.ids import conversation_of
from bot.platforms.slack.messenger import SlackMessenger, Uploader
from tests.clocks import SteppedClock
from tests.integration.slack.conftest import TIMINGS
from tests.integration.slack.messages import CHANNEL, KEY, picture, view
from tests.integration.slack.server import FakeSlack


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("channel_not_found", DeniedError),
        ("not_in_channel", DeniedError),
        ("is_archived", DeniedError),
        ("restricted_action_read_only_channel", DeniedError),
        ("missing_scope", DeniedError),
        ("msg_too_long", MessageTooLargeError),
        ("no_text", UndeliverableError),
        ("invalid_auth", NotSentError),
        ("team_added_to_org", NotSentError),
        ("a_new_word", UnexplainedError),
        ("ratelimited", NotSentError),
        ("fatal_error", MessageInDoubtError),
        ("internal_error", MessageInDoubtError),
        ("request_timeout", MessageInDoubtError),
    ],
)
async def test_what_slack_refuses_with_is_told_apart(
    slack: FakeSlack, messenger: SlackMessenger, code: str, error: type[Exception]
) -> None:
    slack.refuse("chat.postMessage", code)
    with pytest.raises(error):
        await messenger.send(CHANNEL, view(), key=KEY)


@pytest.mark.parametrize(
    "page",
    [
        lambda: web.Response(status=503, text="<html>", content_type="text/html"),
        lambda: web.Response(status=200, text="<html>", content_type="text/html"),
        lambda: web.Response(status=200, text="{", content_type="application/json"),
        lambda: web.Response(status=200, text="[]", content_type="application/json"),
        lambda: web.Response(status=200, text="ok", content_type="text/plain"),
        lambda: web.Response(status=200, text='{"ok": true}', content_type="application/json"),
        lambda: web.Response(status=408),
    ],
    ids=range(7),
)
async def test_an_answer_that_says_nothing_leaves_a_doubt(
    slack: FakeSlack, messenger: SlackMessenger, page: Any
) -> None:
    slack.next("chat.postMessage", page())
    with pytest.raises(MessageInDoubtError):
        await messenger.send(CHANNEL, view(), key=KEY)


@pytest.mark.parametrize("more", [[1], "?", {"messages": {"a": 1}}, {"messages": "a"}, None])
async def test_details_of_an_odd_shape_change_nothing(
    slack: FakeSlack, messenger: SlackMessenger, more: object
) -> None:
    slack.refuse("chat.postMessage", "no_text", response_metadata=more)
    with pytest.raises(UndeliverableError, match=r"no_text\)"):
        await messenger.send(CHANNEL, view(), key=KEY)


async def test_a_message_whose_answer_was_lost_is_looked_for_at_once(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.lose_after("chat.postMessage")
    sent = await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert list(slack.messages["C1"]) == [sent.id]
    assert slack.methods.count("chat.postMessage") == 1


@pytest.mark.parametrize("can_look", [True, False])
async def test_a_message_that_may_still_come_is_not_looked_for_too_soon(
    slack: FakeSlack, messenger: SlackMessenger, can_look: bool
) -> None:
    slack.next("chat.postMessage", web.Response(status=503))
    if not can_look:
        slack.refuse("conversations.history", "missing_scope")
    with pytest.raises(MessageInDoubtError) as caught:
        await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert caught.value.retry_after == TIMINGS.post_settles_within
    assert len(slack.files) == 1  # the message may show it


def limited(retry_after_s: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(retry_after_s)})


async def test_slack_says_how_long_to_wait(slack: FakeSlack, messenger: SlackMessenger) -> None:
    slack.next("chat.postMessage", limited(7))
    with pytest.raises(NotSentError) as caught:
        await messenger.send(CHANNEL, view(), key=KEY)
    assert caught.value.retry_after == timedelta(seconds=7)


async def test_a_channel_that_must_wait_is_not_asked_and_delays_no_other(
    slack: FakeSlack, messenger: SlackMessenger, clock: SteppedClock
) -> None:
    slack.next("chat.postMessage", limited(7))
    with pytest.raises(NotSentError):
        await messenger.send(CHANNEL, view(), key=KEY)
    clock.step(seconds=5)
    asked = len(slack.calls)
    with pytest.raises(NotSentError) as caught:
        await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert caught.value.retry_after == timedelta(seconds=2)
    assert len(slack.calls) == asked  # nothing was uploaded for it either
    await messenger.send(conversation_of("T1", "C2"), view(), key=KEY)
    clock.step(seconds=2)
    await messenger.send(CHANNEL, view(), key=KEY)


async def test_where_no_file_is_taken_messages_without_one_go_on(
    slack: FakeSlack, messenger: SlackMessenger, clock: SteppedClock
) -> None:
    slack.next("files.getUploadURLExternal", limited(30))
    with pytest.raises(NotSentError):
        await messenger.send(CHANNEL, view(picture(), picture("a-2.png")), key=KEY)
    asked = len(slack.calls)
    with pytest.raises(NotSentError):
        await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert len(slack.calls) == asked
    await messenger.send(CHANNEL, view(), key=KEY)
    clock.step(seconds=30)
    await messenger.send(CHANNEL, view(picture()), key=KEY)


async def test_each_message_has_places_for_all_its_files_or_none(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    names = [f"{job}-{number}.png" for job in "abc" for number in range(4)]
    messages = [view(*map(picture, names[start : start + 4])) for start in range(0, 12, 4)]
    await asyncio.gather(*(messenger.send(CHANNEL, each, key=KEY) for each in messages))
    asked = [each["filename"][0] for each in slack.called("files.getUploadURLExternal")]
    assert [len(set(asked[start : start + 4])) for start in (0, 4, 8)] == [1, 1, 1]


async def test_a_short_wait_is_waited_for_with_what_was_uploaded(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.next("chat.postMessage", limited(0))
    await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert slack.methods.count("files.getUploadURLExternal") == 1
    assert len(slack.messages["C1"]) == 1


async def test_whoever_knows_channels_hears_where_a_post_was_denied(
    slack: FakeSlack, client: AsyncWebClient, uploader: Uploader, clock: SteppedClock
) -> None:
    denied: list[Conversation] = []
    messenger = SlackMessenger(
        client,
        uploader=uploader,
        identity=IdentityHolder(),
        clock=clock,
        timings=TIMINGS,
        on_denied=denied.append,
    )
    slack.refuse("chat.postMessage", "is_archived")
    with pytest.raises(DeniedError):
        await messenger.send(CHANNEL, view(), key=KEY)
    assert denied == [CHANNEL]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize(
    ("code", "is_final"),
    [
        ("storage_limit_reached", True),
        ("file_uploads_disabled", True),
        ("missing_scope", True),
        ("a_new_word", False),
    ],
)
async def test_files_that_slack_never_takes_are_told_apart(
    slack: FakeSlack, messenger: SlackMessenger, method: str, code: str, *, is_final: bool
) -> None:
    slack.refuse(method, code)
    with pytest.raises(FilesRefusedError) as caught:
        await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert caught.value.is_final == is_final
    assert code in caught.value.reason
    assert "chat.postMessage" not in slack.methods


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, FilesRefusedError),
        (403, FilesRefusedError),
        (408, NotSentError),
        (413, MessageTooLargeError),
        (429, NotSentError),
        (503, NotSentError),
    ],
)
async def test_what_the_upload_itself_is_refused_with_is_told_apart(
    slack: FakeSlack, messenger: SlackMessenger, status: int, error: type[Exception]
) -> None:
    slack.next("upload", web.Response(status=status))
    with pytest.raises(error):
        await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert "chat.postMessage" not in slack.methods


async def test_a_place_for_a_file_without_an_address_is_none(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.next("files.getUploadURLExternal", {"ok": True, "file_id": "F1"})
    with pytest.raises(NotSentError):
        await messenger.send(CHANNEL, view(picture()), key=KEY)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_what_fails_before_the_message_is_certainly_not_sent(
    slack: FakeSlack, messenger: SlackMessenger, method: str
) -> None:
    slack.next(method, web.Response(status=503))
    with pytest.raises(NotSentError):
        await messenger.send(CHANNEL, view(picture(), picture("a-2.png")), key=KEY)
    assert slack.messages == {}


async def test_without_a_connection_nothing_was_sent(
    session: ClientSession, uploader: Uploader, messenger: SlackMessenger
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/api/"
        messenger._client = slack_client(token="xoxb-1", api_url=url, session=session)
        with pytest.raises(NotSentError):
            await messenger.send(CHANNEL, view(), key=KEY)
