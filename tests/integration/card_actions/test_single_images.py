"""A picture of a card by itself: shown to one person, or posted."""

from functools import partial
from pathlib import Path

from bot.platforms.discord.cards.custom_ids import card_mark
from bot.platforms.discord.messenger.history import find_message
from tests.fixtures import Rig
from tests.haste import set_limits
from tests.integration.card_actions.fixtures import (
    process,
)
from tests.pictures import picture
from tests.standins.discord import DiscordStandIn, Message, User
from tests.timing import TIMEOUT_S


async def test_a_dead_link_is_given_up_soon_for_the_cards_own_image(
    rig: Rig,
) -> None:
    card = await rig.card()
    set_limits(rig.bot, image_link_timeout_s=0.1)
    rig.images.hangs_at = "gone"
    pressed = await rig.d.press(rig.d.ben, card, "2")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.response is not None
    assert pressed.response.images == [picture(1)]


async def test_an_image_of_a_card_that_only_one_person_sees_stays_with_that_person(
    rig: Rig,
) -> None:
    card = await rig.card()
    card.visible_to, card.flags = rig.d.ann, card.flags | 1 << 6
    pressed = await rig.d.press(rig.d.ann, card, "2")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.ephemeral


async def posted(rig: Rig, card: Message, number: int, user: User) -> Message:
    """Return the picture that this person posted by itself."""
    pressed = await rig.d.press(user, card, str(number))
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.response is not None
    return pressed.response


async def test_a_posted_picture_carries_its_prompt_people_and_buttons(rig: Rig) -> None:
    single = await posted(rig, await rig.card("a red fox --ar 3:2"), 2, rig.d.ben)
    assert single.text.startswith(">>> a red fox\n")
    assert rig.d.ann.mention in single.text
    assert rig.d.ben.mention in single.text
    assert single.labels == ["Vary", "Again", "Delete"]


async def test_vary_of_a_posted_picture_varies_exactly_that_one(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 3, rig.d.ben)
    await rig.d.press(rig.d.ann, single, "Vary")
    first, varied = await rig.job(0), await rig.job(1)
    assert varied.prompt == f"{first.image_urls[2]} a red fox"
    assert varied.variation is not None
    assert varied.variation.number == 3
    assert str(varied.variation.message_url).endswith(f"/{single.id}")


async def test_again_of_a_posted_picture_draws_the_prompt_again(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 3, rig.d.ben)
    await rig.d.press(rig.d.ben, single, "Again")
    assert (await rig.job(1)).prompt == "a red fox"


async def test_a_posted_picture_is_deleted_by_who_posted_it_also_after_a_restart(
    d: DiscordStandIn, tmp_path: Path
) -> None:
    async with process(d, tmp_path) as rig:
        card = await rig.card()
        single = await posted(rig, card, 1, d.ben)
    async with process(d, tmp_path):
        await d.press(d.ben, single, "Delete")
        await d.wait_for(lambda: single.deleted)
    assert not card.deleted


async def test_a_posted_picture_is_deleted_by_who_asked_for_it(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 1, rig.d.ben)
    await rig.d.press(rig.d.ann, single, "Delete")
    await rig.d.wait_for(lambda: single.deleted)


async def test_a_posted_picture_is_deleted_by_who_manages_messages(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 1, rig.d.ann)
    rig.d.guild.grant(rig.d.ben, "manage_messages")
    await rig.d.press(rig.d.ben, single, "Delete")
    await rig.d.wait_for(lambda: single.deleted)


async def test_a_posted_picture_is_deleted_by_nobody_else(rig: Rig) -> None:
    single = await posted(rig, await rig.card(), 1, rig.d.ann)
    pressed = await rig.d.press(rig.d.ben, single, "Delete")
    said = await rig.d.wait_for(lambda: [message.text for message in pressed.followups])
    assert "Only the person who asked" in str(said)
    assert not single.deleted


async def test_a_posted_picture_is_not_found_as_the_result(rig: Rig) -> None:
    card = await rig.card()
    single = await posted(rig, card, 1, rig.d.ann)
    job = await rig.job()
    channel = rig.bot.get_partial_messageable(rig.d.channel.id)
    assert rig.bot.user is not None
    search = partial(
        find_message,
        channel,
        mark=card_mark(job.id, 0),
        author_id=rig.bot.user.id,
        is_direct=False,
        timeout_s=TIMEOUT_S,
    )
    assert await search(after=0) == str(card.id)
    assert single.id > card.id
    assert await search(after=card.id) is None
