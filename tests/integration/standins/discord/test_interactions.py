"""The stand-in's interactions: commands, answers, forms, and the token's end."""

import discord
import pytest

from tests.integration.standins.discord.tiny_bot import TinyBot
from tests.standins.discord import DiscordStandIn


async def test_a_slash_command_is_answered_in_the_persons_language(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat", locale="de")
    assert asked.response is not None
    assert asked.response.text == "cat in de"
    assert asked.answered_after is not None
    assert asked.answered_after < 1
    assert d.channel.messages == [asked.response]


async def test_a_deferred_answer_is_filled_by_an_edit(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="later")
    await d.wait_for(lambda: d.edits)
    assert asked.deferred
    assert asked.response is not None
    assert (asked.response.text, asked.response.loading) == ("done", False)


async def test_the_first_followup_fills_a_deferred_answer(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="follow")
    await d.wait_for(lambda: asked.followups)
    assert asked.response is not None
    assert (asked.response.text, asked.response.ephemeral) == ("first", True)
    assert [message.text for message in asked.followups] == ["second"]


async def test_where_the_bot_is_no_member_only_the_token_works(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    elsewhere = d.add_guild("Elsewhere", bot_is_member=False)
    channel = d.add_channel("main", guild=elsewhere)
    asked = await d.slash(d.ann, channel, "imagine", prompt="cat")
    assert asked.response is not None
    with pytest.raises(discord.Forbidden) as refused:
        await bot.at(channel.id).send("hello")
    assert refused.value.code == 50001


async def test_an_ephemeral_answer_is_seen_by_one_person(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="hush")
    assert asked.ephemeral
    assert d.channel.messages == []
    assert len(d.channel.seen_by(d.ann)) == 1
    assert d.channel.seen_by(d.ben) == []


async def test_an_answer_after_the_deadline_is_unknown(d: DiscordStandIn, bot: TinyBot) -> None:
    d.answer_deadline_s = 0.1
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="slow", wait=0)
    await d.wait_for(lambda: asked.refusals)
    assert asked.refusals == [10062]
    assert asked.response is None


async def test_autocomplete_gives_choices(d: DiscordStandIn, bot: TinyBot) -> None:
    typed = await d.autocomplete(d.ann, d.channel, "imagine", "prompt", "ca")
    assert typed.choices == [{"name": "ca!", "value": "ca"}]


async def test_a_modal_is_opened_and_submitted(d: DiscordStandIn, bot: TinyBot) -> None:
    opened = await d.slash(d.ann, d.channel, "imagine", prompt="form")
    sent = await d.submit_modal(opened, {"Prompt": "new"})
    assert sent.response is not None
    assert sent.response.text == "now new"


async def test_a_command_works_in_threads_and_direct_messages(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    for place in (d.add_thread(d.channel, "cats", private=True), d.dm(d.ann)):
        asked = await d.slash(d.ann, place, "imagine", prompt="cat")
        assert asked.response is not None
        assert place.messages == [asked.response]


async def test_an_expired_token_is_refused_with_50027(d: DiscordStandIn, bot: TinyBot) -> None:
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
    asked.expire_token()
    webhook = discord.Webhook.partial(d.application_id, asked.token, client=bot)
    with pytest.raises(discord.HTTPException) as refused:
        await webhook.edit_message(asked.response.id, content="x")  # type: ignore[union-attr]
    assert (refused.value.status, refused.value.code) == (401, 50027)


async def test_an_unregistered_command_or_option_cannot_be_sent(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    with pytest.raises(AssertionError, match="not among the registered"):
        await d.slash(d.ann, d.channel, "draw")
    with pytest.raises(AssertionError, match="no option"):
        await d.slash(d.ann, d.channel, "imagine", prompt="a", size="9")
