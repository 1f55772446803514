"""The stand-in's people: commands, buttons, forms, shortcuts and Home, in both modes."""

import pytest

from tests.integration.standins.slack.tiny_bot import TinyBot, actions, button, section
from tests.pictures import PNG
from tests.standins.slack import SlackStandIn


async def test_command_is_acknowledged_and_answered(s: SlackStandIn, either: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel, "a red fox")
    assert asked.acked_after is not None
    await s.wait_for(lambda: s.channel.messages)
    assert s.channel.messages[0].shown_text == "a red fox"
    assert either.commands[0]["user_id"] == s.ann.id
    assert not {"thread_ts", "locale"} & either.commands[0].keys()


async def test_text_of_the_acknowledgement_is_seen_by_one(s: SlackStandIn, either: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel, "hush")
    assert [m.shown_text for m in asked.responses] == ["psst"]
    assert s.channel.ephemeral(s.ann) == asked.responses
    assert s.channel.messages == s.channel.seen_by(s.ben) == []


async def test_form_is_opened_filled_in_and_sent(s: SlackStandIn, either: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel)
    await s.wait_for(lambda: asked.views)
    assert s.forms(s.ann) == [asked.form]
    typed = await s.suggest(s.ann, asked.form, "preset", "noi")
    filled = {
        "Prompt": "a fox",
        "shape": "16:9",
        "Pictures": [("fox.png", PNG)],
        "preset": typed.answer["options"][0],
    }
    await s.submit(asked.form, filled)
    await s.wait_for(lambda: either.sent)
    assert asked.form.is_closed
    values = either.sent[0]
    assert values["prompt"]["text"]["value"] == "a fox"
    assert values["shape"]["shape"]["selected_option"]["value"] == "16:9"
    assert values["preset"]["preset"]["selected_option"]["value"] == "noi"
    (attached,) = values["pictures"]["files"]["files"]
    assert attached["name"] == "fox.png"
    assert await either.fetch(attached["url_private"], s.bot_token) == (200, "image/png", PNG)


async def test_form_with_errors_stays_open(s: SlackStandIn, either: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel)
    await s.wait_for(lambda: asked.views)
    await s.submit(asked.form, {"Prompt": "bad"})
    assert asked.form.errors == {"prompt": "Not that."}
    assert not asked.form.is_closed


async def test_form_cannot_be_sent_without_what_is_required(s: SlackStandIn, bot: TinyBot) -> None:
    asked = await s.slash(s.ann, s.channel)
    await s.wait_for(lambda: asked.views)
    with pytest.raises(AssertionError, match="'Prompt' must be filled in"):
        await s.submit(asked.form)
    with pytest.raises(AssertionError, match="is not offered"):
        await s.submit(asked.form, {"Prompt": "a", "shape": "3:2"})


async def test_button_of_a_message_is_pressed(s: SlackStandIn, either: TinyBot) -> None:
    card = await either.send_card(PNG)
    await s.press(s.ben, card, "Again")
    await s.wait_for(lambda: either.sent)
    body = either.sent[0]
    assert (body["user"]["id"], body["user"]["team_id"]) == (s.ben.id, s.world.team_id)
    assert body["actions"][0]["value"] == "abc"
    assert body["message"]["ts"] == card.ts
    assert body["response_url"].startswith(s.world.base_url)


async def test_button_opens_a_form(s: SlackStandIn, either: TinyBot) -> None:
    card = await either.send_card(PNG)
    pressed = await s.press(s.ann, card, "Edit")
    await s.wait_for(lambda: pressed.views)
    assert pressed.form.title == "Edit"


async def test_menu_of_a_message_offers_only_its_options(s: SlackStandIn, bot: TinyBot) -> None:
    options = [{"text": {"type": "plain_text", "text": t}, "value": t.lower()} for t in ("A", "B")]
    menu = {"type": "static_select", "action_id": "shape_here", "options": options}
    sent = await bot.client.chat_postMessage(
        channel=s.channel.id, text="x", blocks=[actions(menu, button("Again", "again"))]
    )
    message = s.channel.find(sent["ts"])
    assert message is not None
    await s.choose(s.ann, message, "shape_here", "B")
    await s.wait_for(lambda: bot.sent)
    assert bot.sent[0]["actions"][0]["selected_option"]["value"] == "b"
    with pytest.raises(AssertionError, match="not offered"):
        await s.choose(s.ann, message, "shape_here", "C")


async def test_shortcut_works_in_a_thread(s: SlackStandIn, either: TinyBot) -> None:
    first = s.say(s.ann, s.channel, "look")
    reply = s.say(s.ben, s.channel, "here", thread=first)
    await s.shortcut(s.ann, reply, "details")
    await s.wait_for(lambda: s.channel.ephemeral(s.ann))
    assert s.channel.ephemeral(s.ben) == []


async def test_home_is_published_and_its_buttons_work(s: SlackStandIn, either: TinyBot) -> None:
    await s.open_home(s.ann)
    home = await s.wait_for(lambda: s.home(s.ann))
    assert "Your jobs" in str(home.blocks)
    assert s.home(s.ben) is None
    await s.press(s.ann, home, "Again")
    await s.wait_for(lambda: either.sent)
    assert either.sent[0]["container"]["view_id"] == home.id


async def test_only_known_commands_and_members_and_no_guests(s: SlackStandIn, bot: TinyBot) -> None:
    guest = s.add_user("gus", team_id="T0OTHER")
    with pytest.raises(AssertionError, match="not among"):
        await s.slash(s.ann, s.channel, "x", command="/draw")
    with pytest.raises(AssertionError, match="guests"):
        await s.slash(guest, s.channel, "x")
    with pytest.raises(AssertionError, match="not in"):
        await s.slash(s.ann, s.dm(s.ben), "x")
    card = await bot.send_card(PNG)
    await s.press(guest, card, "Again")
    await s.wait_for(lambda: bot.sent)
    assert bot.sent[0]["user"]["team_id"] == "T0OTHER"


async def test_manifest_says_which_commands_and_scopes_there_are(s: SlackStandIn) -> None:
    shortcut = {"name": "Details", "type": "message", "callback_id": "details"}
    features = {"slash_commands": [{"command": "/draw"}], "shortcuts": [shortcut]}
    scopes = {"scopes": {"bot": ["commands"]}}
    s.install({"features": features, "oauth_config": scopes})
    assert (s.commands, s.shortcuts, s.scopes) == ({"/draw"}, {"details"}, {"commands"})


async def test_ephemeral_message_is_replaced_by_its_response_url(
    s: SlackStandIn, bot: TinyBot
) -> None:
    await bot.client.chat_postEphemeral(
        channel=s.channel.id,
        user=s.ann.id,
        text="sure?",
        blocks=[section("sure?"), actions(button("Again", "again"))],
    )
    (shown,) = s.channel.ephemeral(s.ann)
    pressed = await s.press(s.ann, shown, "Again")
    await s.wait_for(lambda: bot.sent)
    answer = {"replace_original": True, "text": "done", "blocks": []}
    assert await bot.respond(bot.sent[0]["response_url"], answer) == (200, "ok")
    assert shown.shown_text == "done"
    assert (await bot.respond(bot.sent[0]["response_url"], {"delete_original": True}))[0] == 200
    assert shown.deleted
    assert pressed.responses == []


async def test_response_url_works_five_times_where_the_bot_is_no_member(
    s: SlackStandIn, bot: TinyBot
) -> None:
    secret_place = s.add_channel("secret", private=True, bot_is_member=False)
    asked = await s.slash(s.ann, secret_place, "hush")
    url = bot.commands[0]["response_url"]
    answers = [await bot.respond(url, {"text": str(n)}) for n in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5][1]
    assert len(secret_place.ephemeral(s.ann)) == 6
    asked.expire_response_url()
    assert "expired_url" in (await bot.respond(url, {"text": "late"}))[1]
