"""A picture of a card by itself: shown to one person, or posted."""

from pathlib import Path

from tests.fixtures import Rig
from tests.integration.card_actions.fixtures import process
from tests.standins.discord import DiscordStandIn, Message, User


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
