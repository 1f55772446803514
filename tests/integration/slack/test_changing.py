"""Messages at Slack are changed, and deleted with their files."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.conversations import Origin
from bot.domain.errors import (
    DeniedError,
    MessageGoneError,
    NotSentError,
    UnexplainedError,
)
from bot.platforms.slack.messenger import SlackMessenger
from bot.ports.messenger import Placeholder
from tests.integration.slack.messages import ANN, CHANNEL, KEY, picture, placeholder, view
from tests.integration.slack.server import FakeSlack

BEGUN_AT = datetime.fromtimestamp(1000, UTC)


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
