"""Messages at Slack: sent once, told again, deleted with their files; and what its errors mean."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.errors import (
    DeniedError,
    FilesRefusedError,
    ImageError,
    LostLeaseError,
    MessageGoneError,
    MessageInDoubtError,
    MessageTooLargeError,
    NotSentError,
    UndeliverableError,
    UnexplainedError,
    UnreadableError,
)
from bot.domain.messages import Message
from bot.domain.texts import msg
from bot.domain.views import Notice, Picture, Pictures, View, Words
from bot.platforms.slack.connection import slack_client
from bot.platforms.slack.connection.identity import IdentityHolder
from bot.platforms.slack.ids import conversation_of
from bot.platforms.slack.messenger import SlackMessenger, Uploads
from bot.ports.messenger import Placeholder
from tests.clocks import SteppedClock
from tests.integration.slack.conftest import TIMINGS
from tests.integration.slack.server import FakeSlack

CHANNEL = conversation_of("T1", "C1")
THREAD = conversation_of("T1", "C1", thread_ts="900.000100")
ANN = Person(platform="slack", id="T1/U1")
KEY = "abcdefghij2345672345.0"
BEGUN_AT = datetime.fromtimestamp(1000, UTC)


def view(*pictures: Picture, words: str = "a fox") -> View:
    return View(elements=(Words(words), Pictures(pictures)), locale="en", notifies=ANN)


def picture(name: str = "a-1.png", data: bytes = b"png") -> Picture:
    return Picture(file_name=name, data=data, words="a fox")


def placeholder(ts: str | None = None) -> Placeholder:
    origin = Origin(person=ANN, conversation=CHANNEL, placeholder_id=ts)
    return Placeholder(origin=origin, is_private=False)


# ── Sending ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_carries_its_job_and_part_and_rings_once(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(CHANNEL, view(), key=KEY)
    stands = slack.messages["C1"][sent.id]
    assert stands["metadata"] == {
        "event_type": "imagine_message",
        "event_payload": {"job": "abcdefghij2345672345", "part": "0"},
    }
    assert stands["text"] == "<@U1> a fox"
    assert "thread_ts" not in stands


async def test_a_message_of_a_thread_stands_there(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(THREAD, Notice(text=msg("No."), locale="en"), key=KEY)
    assert slack.messages["C1"][sent.id]["thread_ts"] == "900.000100"


async def test_pictures_are_uploaded_for_nobody_and_shown_by_one_message(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(CHANNEL, view(picture(), picture("a-2.png", b"two")), key=KEY)
    assert sorted(slack.files.values()) == [b"png", b"two"]
    assert slack.methods.count("chat.postMessage") == 1
    assert slack.methods.count("files.completeUploadExternal") == 1
    stands = slack.messages["C1"][sent.id]
    shown = [b["slack_file"]["id"] for b in stands["blocks"] if b["type"] == "image"]
    assert [slack.files[each] for each in shown] == [b"png", b"two"]
    assert stands["metadata"]["event_payload"]["files"] == shown


async def test_a_picture_that_slack_does_not_show_is_sent_as_png(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    await messenger.send(CHANNEL, view(picture("a-1.webp", b"webp")), key=KEY)
    [asked] = slack.called("files.getUploadURLExternal")
    assert asked["filename"] == "a-1.png"
    assert list(slack.files.values()) == [b"PNG of webp"]


async def test_a_picture_that_cannot_be_redrawn_keeps_no_other_back(
    slack: FakeSlack, messenger: SlackMessenger, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(data: bytes) -> bytes:
        raise ImageError("broken")

    monkeypatch.setattr(uploads, "_to_png", broken)
    sent = await messenger.send(CHANNEL, view(picture("a-1.webp"), picture()), key=KEY)
    kinds = [block["type"] for block in slack.messages["C1"][sent.id]["blocks"]]
    assert kinds == ["section", "image"]


async def test_nothing_is_posted_if_another_process_took_over_during_the_upload(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    def check() -> None:
        assert "files.completeUploadExternal" in slack.methods
        raise LostLeaseError

    with pytest.raises(LostLeaseError):
        await messenger.send(CHANNEL, view(picture()), key=KEY, check=check)
    assert "chat.postMessage" not in slack.methods
    assert slack.files == {}


UNPROCESSED = {
    "ok": False,
    "error": "invalid_blocks",
    "errors": ["invalid slack file [json-pointer:/blocks/1/slack_file]"],
}


async def test_a_file_that_is_not_processed_yet_is_waited_for(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.next("chat.postMessage", UNPROCESSED, UNPROCESSED)
    await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert len(slack.messages["C1"]) == 1
    assert slack.methods.count("files.getUploadURLExternal") == 1


async def test_another_process_may_take_over_while_a_file_is_processed(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    def check() -> None:
        if "chat.postMessage" in slack.methods:
            raise LostLeaseError

    slack.next("chat.postMessage", UNPROCESSED)
    with pytest.raises(LostLeaseError):
        await messenger.send(CHANNEL, view(picture()), key=KEY, check=check)
    assert not slack.messages.get("C1")


@pytest.mark.parametrize("timings", [replace(TIMINGS, processing_timeout_s=0.0)], ids=["in vain"])
async def test_a_file_that_is_never_processed_was_certainly_not_shown(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.next("chat.postMessage", *[UNPROCESSED] * 50)
    with pytest.raises(FilesRefusedError) as caught:
        await messenger.send(CHANNEL, view(picture()), key=KEY)
    assert not caught.value.is_final
    assert slack.files == {}


async def test_other_invalid_blocks_are_refused_for_good(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.refuse("chat.postMessage", "invalid_blocks")
    with pytest.raises(UndeliverableError):
        await messenger.send(CHANNEL, view(), key=KEY)


# ── What errors mean ────────────────────────────────────────────────────────────────────────────


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
    slack: FakeSlack, client: AsyncWebClient, uploads: Uploads, clock: SteppedClock
) -> None:
    denied: list[Conversation] = []
    messenger = SlackMessenger(
        client,
        uploads=uploads,
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
    session: ClientSession, uploads: Uploads, messenger: SlackMessenger
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/api/"
        messenger._client = slack_client(token="xoxb-1", api_url=url, session=session)
        with pytest.raises(NotSentError):
            await messenger.send(CHANNEL, view(), key=KEY)


# ── Finding ─────────────────────────────────────────────────────────────────────────────────────


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


# ── Changing and deleting ───────────────────────────────────────────────────────────────────────


async def test_a_placeholder_is_changed_and_deleted(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(CHANNEL, view(), key=KEY)
    there = placeholder(sent.id)
    assert await messenger.replace(there, view(words="drawing"), key=KEY) == sent
    assert "drawing" in slack.messages["C1"][sent.id]["text"]
    assert await messenger.shows(there, key=KEY) == sent
    assert await messenger.shows(there, key=KEY + "d") is None
    await messenger.delete(there)
    assert slack.messages["C1"] == {}
    with pytest.raises(MessageGoneError):
        await messenger.shows(there, key=KEY)


async def test_a_placeholder_that_is_gone_or_not_ours_to_change(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.refuse("chat.update", "message_not_found")
    with pytest.raises(MessageGoneError):
        await messenger.replace(placeholder("1.2"), view(), key=KEY)
    slack.refuse("chat.update", "cant_update_message")
    with pytest.raises(DeniedError):
        await messenger.replace(placeholder("1.2"), view(), key=KEY)
    with pytest.raises(DeniedError):
        await messenger.replace(placeholder("1.2"), view(), key=KEY, by_token=True)
    with pytest.raises(MessageGoneError):
        await messenger.replace(placeholder(), view(), key=KEY)


async def test_a_placeholder_whose_answer_was_lost_is_found_by_its_key(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    key = "abcdefghij2345672345.p"
    sent = await messenger.send(CHANNEL, view(), key=key)
    origin = Origin(person=ANN, conversation=CHANNEL, placeholder_begun_at=BEGUN_AT)
    lost = Placeholder(origin=origin, is_private=False, key=key)
    assert await messenger.replace(lost, view(words="drawing"), key=KEY) == sent
    await messenger.delete(lost)
    assert slack.messages["C1"] == {}


async def test_the_placeholder_of_a_private_job_stands_in_the_direct_conversation(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    direct = await messenger.direct(ANN)
    sent = await messenger.send(direct, view(), key=KEY)
    origin = Origin(person=ANN, conversation=CHANNEL, placeholder_id=sent.id)
    private = Placeholder(origin=origin, is_private=True)
    assert await messenger.replace(private, view(words="drawing"), key=KEY) == sent
    await messenger.delete(private)
    assert not any(slack.messages.values())


async def test_deleting_what_is_gone_is_no_error(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.refuse("chat.delete", "message_not_found")
    await messenger.delete(placeholder("1.2"))
    await messenger.delete(placeholder())


async def test_what_cannot_be_looked_for_by_an_unknown_word_is_looked_for_again(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.refuse("conversations.history", "a_new_word")
    with pytest.raises(UnexplainedError):
        await messenger.find(CHANNEL, key=KEY, placeholder=placeholder())
    slack.refuse("conversations.open", "a_new_word")
    with pytest.raises(UnexplainedError):
        await messenger.direct(ANN)


@pytest.mark.parametrize("code", ["compliance_exports_prevent_deletion", "a_new_word"])
async def test_a_placeholder_that_slack_does_not_delete_promises_nothing_any_more(
    slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    sent = await messenger.send(CHANNEL, view(words="I'm on it"), key=KEY)
    slack.refuse("chat.delete", code)
    await messenger.delete(placeholder(sent.id))
    stands = slack.messages["C1"][sent.id]
    assert "Done" in str(stands["blocks"])
    assert "on it" not in str((stands["blocks"], stands["text"]))


async def test_a_placeholder_that_slack_lets_nobody_touch_stays(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    """The result stands by then: that this failed says nothing about it."""
    sent = await messenger.send(CHANNEL, view(), key=KEY)
    slack.refuse("chat.delete", "cant_delete_message")
    slack.refuse("chat.update", "edit_window_closed")
    await messenger.delete(placeholder(sent.id))
    assert sent.id in slack.messages["C1"]


@pytest.mark.parametrize("code", ["a_new_word", "user_disabled"])
async def test_a_placeholder_that_cannot_be_looked_for_is_left(
    slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    slack.refuse("conversations.open", code)
    await messenger.delete(replace(placeholder("1.2"), is_private=True))
    assert "chat.delete" not in slack.methods


async def test_files_that_got_lost_on_their_way_are_uploaded_again_later(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.refuse("files.completeUploadExternal", "file_not_found")
    with pytest.raises(NotSentError):
        await messenger.send(CHANNEL, view(picture()), key=KEY)


async def test_a_message_goes_with_its_files(slack: FakeSlack, messenger: SlackMessenger) -> None:
    sent = await messenger.send(CHANNEL, view(picture(), picture("a-2.png")), key=KEY)
    await messenger.remove(sent)
    assert slack.messages["C1"] == {}
    assert slack.files == {}


async def test_a_message_goes_even_where_its_files_are_not_known(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    sent = await messenger.send(CHANNEL, view(picture()), key=KEY)
    slack.refuse("conversations.history", "missing_scope")
    await messenger.remove(sent)
    assert slack.messages["C1"] == {}


# ── People and addresses ────────────────────────────────────────────────────────────────────────


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
