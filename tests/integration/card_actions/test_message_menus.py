"""The menus of a message: its picture as a prompt or a style, and its job."""

from structlog.testing import capture_logs

from tests.fixtures import Rig, parts, running
from tests.integration.card_actions.fixtures import (
    DETAILS_MENU,
    IMAGE_MENU,
    STYLE_MENU,
    private_answer,
)
from tests.pictures import png
from tests.standins.discord import DiscordStandIn, faults
from tests.standins.discord.routes import BY_TOKEN


async def test_an_answer_that_somebody_deleted_before_it_was_complete_is_no_failure(
    rig: Rig,
) -> None:
    card = await rig.card()
    for method in ("PATCH", "GET"):
        rig.d.faults.add(method, BY_TOKEN, faults.status(404, 10008), times=None)
    with capture_logs() as logs:
        pressed = await rig.d.press(rig.d.ann, card, "1")
        await rig.d.wait_for(lambda: "interaction_given_up" in [log["event"] for log in logs])
    assert "interaction_failed" not in [log["event"] for log in logs]
    assert not pressed.followups


async def test_the_first_image_of_a_message_becomes_an_image_prompt(rig: Rig) -> None:
    files = [("notes.txt", b"words"), ("cat.png", png())]
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", *files)
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    await rig.d.submit_modal(opened, {"prompt": "in the snow --ar 16:9"})
    link, _, words = (await rig.job()).prompt.partition(" ")
    assert words == "in the snow --ar 16:9"
    assert link.startswith("https://bot.example/reference/")


async def test_without_a_public_address_discords_link_is_used(d: DiscordStandIn) -> None:
    async with parts(d, has_public_url=False) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        message = d.world.say(d.ann, d.channel, "look", ("cat.png", png()))
        opened = await d.choose_from_menu(d.ann, message, IMAGE_MENU)
        await d.submit_modal(opened, {"prompt": "in the snow"})
        assert (await rig.job()).prompt.startswith(f"{d.cdn_url}/attachments/")


async def test_an_image_becomes_a_style(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", png()))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, STYLE_MENU)
    await rig.d.submit_modal(opened, {"prompt": "a red fox"})
    prompt = (await rig.job()).prompt
    assert prompt.startswith("a red fox --sref https://bot.example/reference/")


async def test_an_image_of_our_own_card_may_be_used(rig: Rig) -> None:
    card = await rig.card()
    opened = await rig.d.choose_from_menu(rig.d.ben, card, STYLE_MENU)
    assert opened.modal is not None
    assert opened.modal["title"] == "Use as style"


async def test_a_message_without_an_image_is_told_in_a_sentence(rig: Rig) -> None:
    message = rig.d.say(rig.d.ann, rig.d.channel, "hello")
    asked = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    assert "no picture in this message" in private_answer(asked).text


async def test_a_file_that_only_claims_to_be_an_image_is_refused(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", b"no image"))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    sent = await rig.d.submit_modal(opened, {"prompt": "in the snow"})
    assert "can't read that file as a picture" in private_answer(sent).text
    assert rig.service.job_ids == ()


async def test_wrong_words_for_an_image_can_be_corrected_and_keep_the_image(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", png()))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    refused = await rig.d.submit_modal(opened, {"prompt": "in the snow --ar 16:0"})
    corrected = await rig.d.press(rig.d.ben, private_answer(refused), "Edit")
    await rig.d.submit_modal(corrected, {"prompt": "in the snow --ar 16:9"})
    assert (await rig.job()).prompt.startswith("https://bot.example/reference/")


async def test_somebody_elses_form_cannot_be_sent_off(rig: Rig) -> None:
    message = rig.d.world.say(rig.d.ann, rig.d.channel, "look", ("cat.png", png()))
    opened = await rig.d.choose_from_menu(rig.d.ben, message, IMAGE_MENU)
    opened.user = rig.d.ann
    sent = await rig.d.submit_modal(opened, {"prompt": "in the snow"})
    assert "no longer have" in private_answer(sent).text


async def test_a_card_tells_its_job_from_the_menu(rig: Rig) -> None:
    card = await rig.card()
    asked = await rig.d.choose_from_menu(rig.d.ben, card, DETAILS_MENU)
    assert rig.service.job_ids[0] in private_answer(asked).text


async def test_a_single_image_tells_its_job_from_the_menu(rig: Rig) -> None:
    pressed = await rig.d.press(rig.d.ben, await rig.card(), "2")
    single = await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert single
    assert pressed.response is not None
    asked = await rig.d.choose_from_menu(rig.d.ben, pressed.response, DETAILS_MENU)
    assert rig.service.job_ids[0] in private_answer(asked).text


async def test_another_message_tells_of_no_job(rig: Rig) -> None:
    message = rig.d.say(rig.d.ann, rig.d.channel, "hello")
    asked = await rig.d.choose_from_menu(rig.d.ben, message, DETAILS_MENU)
    assert "isn't one of my pictures" in private_answer(asked).text


async def test_the_menus_are_for_guilds_and_direct_messages(rig: Rig) -> None:
    menus = [c for c in rig.d.commands[None] if c["type"] == 3]
    assert {menu["name"] for menu in menus} == {IMAGE_MENU, STYLE_MENU, DETAILS_MENU}
    assert all((m["integration_types"], m["contexts"]) == ([0], [0, 1]) for m in menus)
    assert all(len(menu["name"]) <= 32 for menu in menus)
