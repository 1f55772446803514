"""Messages at Slack are sent once, with their pictures."""

from dataclasses import replace

import pytest

from bot.domain.errors import (
    FilesRefusedError,
    ImageError,
    LostLeaseError,
    UndeliverableError,
)
from bot.domain.texts import msg
from bot.domain.views import Notice
from bot.platforms.slack.messenger import SlackMessenger, Uploader
from tests.integration.slack.conftest import TIMINGS
from tests.integration.slack.messages import CHANNEL, KEY, THREAD, picture, view
from tests.integration.slack.server import FakeSlack


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
    slack: FakeSlack, messenger: SlackMessenger, uploader: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(data: bytes) -> bytes:
        raise ImageError("broken")

    monkeypatch.setattr(uploader, "_to_png", broken)
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
