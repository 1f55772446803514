"""The stand-in's forms above forms, closed ones, and what an acknowledgement does to them."""

from typing import Any

import pytest

from tests.integration.standins.slack.test_messages import error_of
from tests.integration.standins.slack.tiny_bot import TinyBot, actions, button, form, plain, section
from tests.pictures import PNG
from tests.standins.slack import Interaction, SlackStandIn, View

JSON = dict[str, Any]


async def opened(s: SlackStandIn, **changes: Any) -> View:
    """Return a form that is open before ann, opened by a trigger of hers."""
    asked = await s.slash(s.ann, s.channel, "hush")
    bot = TinyBot(s)
    await bot.client.views_open(trigger_id=asked.trigger_id, view=form() | changes)
    return asked.form


def answering(bot: TinyBot, answer: JSON) -> None:
    """Let the bot acknowledge forms named `other` with `answer`."""

    async def take(ack: Any) -> None:
        await ack(**answer)

    bot.app.view({"type": "view_submission", "callback_id": "other"})(take)


async def submitted(s: SlackStandIn, bot: TinyBot, answer: JSON) -> Interaction:
    answering(bot, answer)
    view = await opened(s, callback_id="other")
    return await s.submit(view, {"Prompt": "a fox"})


async def test_acknowledgement_updates_the_form(s: SlackStandIn, either: TinyBot) -> None:
    sent = await submitted(s, either, {"response_action": "update", "view": form("Next")})
    assert sent.view is not None
    assert (sent.view.title, sent.view.is_closed) == ("Next", False)
    assert sent.view.values["prompt"]["text"]["value"] == "a fox"


async def test_acknowledgement_pushes_a_form_and_clears_all(
    s: SlackStandIn, either: TinyBot
) -> None:
    sent = await submitted(s, either, {"response_action": "push", "view": form("Above")})
    assert [view.title for view in s.forms(s.ann)] == ["Imagine", "Above"]
    assert sent.form.previous_id == sent.form.root_id
    answering(either, {})
    await s.submit(sent.form, {"Prompt": "a fox"})
    assert [view.title for view in s.forms(s.ann)] == ["Imagine"]


async def test_acknowledgement_clears_the_whole_stack(s: SlackStandIn, bot: TinyBot) -> None:
    await submitted(s, bot, {"response_action": "clear"})
    assert s.forms(s.ann) == []


async def test_acknowledgement_with_an_unknown_block_is_noted(
    s: SlackStandIn, bot: TinyBot
) -> None:
    sent = await submitted(s, bot, {"response_action": "errors", "errors": {"nowhere": "x"}})
    assert sent.refusals == ["invalid_arguments"]
    assert list(map(str, s.violations)) == [
        "acknowledgement: errors are named by ids of input blocks"
    ]
    s.violations.clear()


async def test_fourth_form_of_a_stack_is_refused(s: SlackStandIn, bot: TinyBot) -> None:
    blocks = [*form()["blocks"], actions(button("Edit", "again"))]
    await opened(s, blocks=blocks)
    for _ in range(2):
        pressed = await s.press(s.ann, s.forms(s.ann)[-1], "Edit")
        view = form() | {"blocks": blocks}
        await bot.client.views_push(trigger_id=pressed.trigger_id, view=view)
    pressed = await s.press(s.ann, s.forms(s.ann)[-1], "Edit")
    pushed = bot.client.views_push(trigger_id=pressed.trigger_id, view=form())
    assert await error_of(pushed) == "push_limit_reached"
    assert len(s.forms(s.ann)) == 3


async def test_app_hears_of_a_closed_form_if_it_asked(s: SlackStandIn, bot: TinyBot) -> None:
    heard = []

    async def closed(ack: Any, body: JSON) -> None:
        await ack()
        heard.append(body["type"])

    bot.app.view_closed("imagine")(closed)
    assert await s.close(await opened(s)) is None
    await s.close(await opened(s, notify_on_close=True))
    await s.wait_for(lambda: heard)
    assert heard == ["view_closed"]
    assert s.forms(s.ann) == []


async def test_closed_form_and_the_form_of_another_cannot_be_used(
    s: SlackStandIn, bot: TinyBot
) -> None:
    view = await opened(s)
    with pytest.raises(AssertionError, match="is not ben's"):
        await s.press(s.ben, view, "prompt")
    await s.close(view)
    with pytest.raises(AssertionError, match="is closed"):
        await s.submit(view, {"Prompt": "a fox"})


async def test_form_is_found_by_its_own_name(s: SlackStandIn, bot: TinyBot) -> None:
    view = await opened(s, external_id="mine")
    await bot.client.views_update(external_id="mine", view=form("New"))
    assert view.title == "New"
    both = {"external_id": "mine", "view_id": view.id, "view": form()}
    updated = bot.client.api_call("views.update", json=both)
    assert await error_of(updated) == "invalid_arguments"
    s.violations.clear()


async def test_global_shortcut_has_no_channel(s: SlackStandIn, either: TinyBot) -> None:
    bodies = []

    async def take(ack: Any, body: JSON) -> None:
        await ack()
        bodies.append(body)

    either.app.global_shortcut("anywhere")(take)
    await s.global_shortcut(s.ann, "anywhere")
    await s.wait_for(lambda: bodies)
    assert "channel" not in bodies[0]
    assert "response_url" not in bodies[0]


async def test_overflow_menu_of_a_message(s: SlackStandIn, bot: TinyBot) -> None:
    options = [{"text": plain("Delete"), "value": "delete"}]
    menu = {"type": "overflow", "action_id": "again", "options": options}
    sent = await bot.client.chat_postMessage(
        channel=s.channel.id, text="x", blocks=[section("x") | {"accessory": menu}]
    )
    message = s.channel.find(sent["ts"])
    assert message is not None
    await s.choose(s.ann, message, "again", "Delete")
    await s.wait_for(lambda: bot.sent)
    assert bot.sent[0]["actions"][0]["selected_option"]["value"] == "delete"


async def test_upload_can_be_shared_by_its_completion(s: SlackStandIn, bot: TinyBot) -> None:
    outside = s.add_channel("outside", bot_is_member=False)
    id_ = await bot.upload("a.png", PNG)
    shared = bot.client.files_completeUploadExternal(files=[{"id": id_}], channel_id=outside.id)
    assert await error_of(shared) == "not_in_channel"
    await bot.client.files_completeUploadExternal(
        files=[{"id": id_}], channel_id=s.channel.id, initial_comment="here"
    )
    (message,) = s.channel.messages
    assert (message.text, message.images) == ("here", [PNG])
    link = await bot.client.chat_getPermalink(channel=s.channel.id, message_ts=message.ts)
    assert message.ts.replace(".", "") in str(link["permalink"])
