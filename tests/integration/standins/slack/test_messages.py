"""The stand-in's messages, files and places, as the Web API has them."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.integration.standins.slack.tiny_bot import TinyBot, picture, section
from tests.pictures import PNG
from tests.standins.slack import SlackStandIn


async def error_of(call: Any) -> str:
    """Return Slack's word for why a call was refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_card_shows_its_pictures_and_buttons(s: SlackStandIn, bot: TinyBot) -> None:
    card = await bot.send_card(PNG + b"1", PNG + b"2")
    assert card.images == [PNG + b"1", PNG + b"2"]
    assert card.labels == ["Again", "Edit"]
    assert card.shown_text.startswith("*a fox*")
    assert card.pinged == {s.ann.id}
    assert not card.unfurls


async def test_file_that_is_not_processed_cannot_be_posted_yet(
    s: SlackStandIn, bot: TinyBot
) -> None:
    s.looks_before_processed = 2
    id_ = await bot.upload("a.png", PNG)
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await bot.post_card([id_])
        assert refused.value.response["errors"] == [
            "invalid slack file [json-pointer:/blocks/1/slack_file]"
        ]
    assert s.channel.messages == []
    assert (await bot.post_card([id_])).images == [PNG]


async def test_file_info_says_when_it_is_processed(s: SlackStandIn, bot: TinyBot) -> None:
    s.looks_before_processed = None
    id_ = await bot.upload("a.png", PNG)
    assert (await bot.client.files_info(file=id_))["file"]["mimetype"] == ""
    s.process_files()
    assert (await bot.client.files_info(file=id_))["file"]["mimetype"] == "image/png"


async def test_message_is_found_by_its_metadata(s: SlackStandIn, bot: TinyBot) -> None:
    s.say(s.ann, s.channel, "hello")
    card = await bot.send_card(PNG)
    found = await bot.client.conversations_history(
        channel=s.channel.id, include_all_metadata=True, limit=1
    )
    assert found["messages"][0]["ts"] == card.ts
    assert found["messages"][0]["metadata"]["event_payload"] == {"job": "abc", "part": 0}
    assert found["has_more"]
    rest = await bot.client.conversations_history(
        channel=s.channel.id, limit=1, cursor=found["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in rest["messages"]] == ["hello"]
    newer = await bot.client.conversations_history(channel=s.channel.id, oldest=card.ts)
    assert newer["messages"] == []


async def test_replies_are_in_the_thread_only(s: SlackStandIn, bot: TinyBot) -> None:
    first = s.say(s.ann, s.channel, "look")
    await bot.client.chat_postMessage(channel=s.channel.id, text="here", thread_ts=first.ts)
    history = await bot.client.conversations_history(channel=s.channel.id)
    replies = await bot.client.conversations_replies(channel=s.channel.id, ts=first.ts)
    assert [m["text"] for m in history["messages"]] == ["look"]
    assert [m["text"] for m in replies["messages"]] == ["look", "here"]


async def test_update_keeps_blocks_unless_told(s: SlackStandIn, bot: TinyBot) -> None:
    card = await bot.send_card(PNG)
    await bot.client.chat_update(channel=s.channel.id, ts=card.ts, text="new")
    assert card.labels == ["Again", "Edit"]
    await bot.client.chat_update(channel=s.channel.id, ts=card.ts, text="new", blocks=[])
    assert (card.shown_text, card.labels, card.edits) == ("new", [], 2)


async def test_message_and_file_are_deleted(s: SlackStandIn, bot: TinyBot) -> None:
    card = await bot.send_card(PNG)
    file = card.pictures[0]
    assert file is not None
    await bot.client.files_delete(file=file.id)
    assert card.pictures == [None]
    assert await error_of(bot.client.files_delete(file=file.id)) == "file_deleted"
    await bot.client.chat_delete(channel=s.channel.id, ts=card.ts)
    assert s.channel.messages == []
    again = bot.client.chat_delete(channel=s.channel.id, ts=card.ts)
    assert await error_of(again) == "message_not_found"


async def test_messages_of_others_cannot_be_changed(s: SlackStandIn, bot: TinyBot) -> None:
    said = s.say(s.ann, s.channel, "mine")
    updated = bot.client.chat_update(channel=s.channel.id, ts=said.ts, text="x")
    assert await error_of(updated) == "cant_update_message"
    deleted = bot.client.chat_delete(channel=s.channel.id, ts=said.ts)
    assert await error_of(deleted) == "cant_delete_message"


async def test_where_the_bot_may_not_post(s: SlackStandIn, bot: TinyBot) -> None:
    outside = s.add_channel("outside", bot_is_member=False)
    hidden = s.add_channel("hidden", private=True, bot_is_member=False)
    archived, quiet, gone = (s.add_channel(name) for name in ("old", "quiet", "gone"))
    s.delete_channel(gone)
    archived.is_archived = quiet.is_read_only = True
    refusals = {
        outside: "not_in_channel",
        hidden: "channel_not_found",
        gone: "channel_not_found",
        s.dm_between(s.ann, s.ben): "channel_not_found",
        archived: "is_archived",
        quiet: "restricted_action",
    }
    for channel, refusal in refusals.items():
        sent = bot.client.chat_postMessage(channel=channel.id, text="x")
        assert await error_of(sent) == refusal
    assert (await bot.client.conversations_info(channel=quiet.id))["channel"]["is_member"]
    assert await error_of(bot.client.conversations_info(channel=hidden.id)) == "channel_not_found"
    await bot.client.conversations_join(channel=outside.id)
    await bot.client.chat_postMessage(channel=outside.id, text="x")
    assert [m.text for m in outside.messages] == ["x"]


async def test_direct_message_by_the_persons_id(s: SlackStandIn, bot: TinyBot) -> None:
    opened = await bot.client.conversations_open(users=s.ann.id)
    card = await bot.send_card(PNG, channel=s.ann.id)
    assert card.channel is s.dm(s.ann)
    assert opened["channel"]["id"] == card.channel.id
    assert s.dm(s.ben).messages == []


async def test_language_and_admin_of_a_person(s: SlackStandIn, bot: TinyBot) -> None:
    user = s.add_user("ida", locale="de-DE", is_admin=True)
    found = (await bot.client.users_info(user=user.id, include_locale=True))["user"]
    assert (found["locale"], found["is_admin"]) == ("de-DE", True)
    assert "locale" not in (await bot.client.users_info(user=user.id))["user"]
    assert await error_of(bot.client.users_info(user="U0")) == "user_not_found"


async def test_download_needs_the_token(s: SlackStandIn, bot: TinyBot) -> None:
    said = s.say(s.ann, s.channel, "look", ("a.png", PNG))
    url = said.files[0].url
    assert await bot.fetch(url, s.bot_token) == (200, "image/png", PNG)
    status, kind, page = await bot.fetch(url, None)
    assert (status, kind) == (200, "text/html")
    assert b"Sign in" in page


async def test_edit_or_ephemeral_with_an_unseen_file_is_noted(
    s: SlackStandIn, bot: TinyBot
) -> None:
    sent = await bot.client.chat_postMessage(channel=s.channel.id, text="wait")
    id_ = await bot.upload("a.png", PNG)
    await bot.client.chat_update(
        channel=s.channel.id, ts=sent["ts"], text="done", blocks=[picture(id_)]
    )
    assert s.channel.messages[0].pictures == [None]
    blocks = [section("x"), picture(id_)]
    await bot.client.chat_postEphemeral(
        channel=s.channel.id, user=s.ann.id, text="x", blocks=blocks
    )
    assert len(s.violations) == 2
    await bot.post_card([id_])
    await bot.client.chat_postEphemeral(
        channel=s.channel.id, user=s.ann.id, text="x", blocks=blocks
    )
    assert s.channel.ephemeral(s.ann)[-1].images == [PNG]
    assert len(s.violations) == 2
    s.violations.clear()


async def test_blocks_that_were_read_cannot_be_sent_back(s: SlackStandIn, bot: TinyBot) -> None:
    await bot.send_card(PNG)
    read = (await bot.client.conversations_history(channel=s.channel.id))["messages"][0]
    sent = bot.client.chat_postMessage(channel=s.channel.id, text="x", blocks=read["blocks"])
    assert await error_of(sent) == "invalid_blocks"
    assert "invalid additional property" in str(s.violations[0])
    s.violations.clear()
