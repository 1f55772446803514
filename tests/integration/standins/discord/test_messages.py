"""The stand-in's messages: cards, files, nonces, history and permissions."""

import discord
import pytest

from tests.integration.standins.discord.tiny_bot import Card, TinyBot, send_card
from tests.pictures import PNG
from tests.standins.discord import DiscordStandIn
from tests.standins.discord.routes import MESSAGES


async def test_a_card_shows_its_gallery_and_pings_only_whom_it_may(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    card = await send_card(bot, d)
    assert card.images == [PNG + b"a.png", PNG + b"b.png"]
    assert card.hidden_files == []
    assert card.pinged == {d.ann.id}
    assert card.labels == ["🔁 Again"]


async def test_an_uploaded_file_is_served_until_the_cdn_fails(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    card = await send_card(bot, d)
    fetched = await bot.at(d.channel.id).fetch_message(card.id)
    container = fetched.components[0]
    assert isinstance(container, discord.Container)
    gallery = container.children[1]
    assert isinstance(gallery, discord.MediaGalleryComponent)
    url = gallery.items[0].media.url
    assert await bot.http.get_from_cdn(url) == PNG + b"a.png"
    d.cdn_status = 404
    with pytest.raises(discord.NotFound):
        await bot.http.get_from_cdn(url)


async def test_a_repeated_nonce_gives_the_first_message_until_it_is_deleted(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    first = await send_card(bot, d)
    assert await send_card(bot, d) is first
    assert len(d.channel.messages) == 1
    await bot.at(d.channel.id).get_partial_message(first.id).delete()
    with pytest.raises(discord.NotFound) as gone:
        await send_card(bot, d)
    assert gone.value.code == 10008
    d.forget_nonces()
    assert await send_card(bot, d) is not first


async def test_a_pressed_button_reaches_its_dynamic_item(d: DiscordStandIn, bot: TinyBot) -> None:
    card = await send_card(bot, d)
    pressed = await d.press(d.ben, card, "Again")
    assert pressed.response is not None
    assert pressed.response.text == "again abc"


async def test_an_edit_keeps_the_named_files_and_drops_the_others(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    card = await send_card(bot, d)
    await bot.http.request(
        discord.http.Route("PATCH", MESSAGES + "/{m}", channel_id=d.channel.id, m=card.id),
        json={
            "components": Card("less", ["b.png"], "abc").to_components(),  # type: ignore[no-untyped-call]
            "attachments": [{"id": str(card.files[1].id)}],
        },
    )
    assert card.images == [PNG + b"b.png"]
    assert card.text == "less"


async def test_a_text_message_becomes_v2_only_if_its_text_goes(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    sent = await bot.at(d.channel.id).send("old")
    card = Card("new", [], "abc")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(view=card)
    assert refused.value.code == 50035
    d.violations.clear()
    await sent.edit(content=None, view=card)
    assert d.channel.messages[0].text == "new"


async def test_history_is_read_after_a_message(d: DiscordStandIn, bot: TinyBot) -> None:
    sent = [await bot.at(d.channel.id).send(str(n), nonce=f"n{n}") for n in range(3)]
    d.say(d.ann, d.channel, "secret")
    after = discord.Object(sent[0].id)
    found = [m.content async for m in bot.at(d.channel.id).history(after=after)]
    assert found == ["1", "2", ""]


@pytest.mark.parametrize(
    ("denied", "code"), [("send_messages", 50013), ("attach_files", 50013), ("view_channel", 50001)]
)
async def test_a_missing_permission_refuses_a_post(
    d: DiscordStandIn, bot: TinyBot, denied: str, code: int
) -> None:
    d.channel.deny(denied)
    with pytest.raises(discord.Forbidden) as refused:
        await send_card(bot, d)
    assert refused.value.code == code
    asked = await d.slash(d.ann, d.channel, "imagine", prompt="cat")
    assert asked.answered_after is not None


async def test_deleted_channels_and_closed_direct_messages_refuse_a_post(
    d: DiscordStandIn, bot: TinyBot
) -> None:
    d.ann.accepts_dms = False
    private = await bot.http.start_private_message(d.ann.id)
    with pytest.raises(discord.Forbidden) as closed:
        await bot.at(int(private["id"])).send("hello")
    d.channel.delete()
    with pytest.raises(discord.NotFound) as gone:
        await bot.at(d.channel.id).send("hello")
    assert (closed.value.code, gone.value.code) == (50007, 10003)
