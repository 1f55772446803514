"""V1 … V4 of a card, also after a restart."""

from pathlib import Path

from bot.domain.jobs import Variation
from bot.domain.pictures import FetchedImage
from bot.platforms.discord.rendering import files_of, render_view
from bot.screens.result import result_view
from tests.fixtures import Rig
from tests.integration.card_actions.fixtures import private_answer, process
from tests.jobs import command_of
from tests.pictures import picture
from tests.standins.discord import DiscordStandIn


async def test_v3_draws_the_prompt_again_with_the_third_image(rig: Rig) -> None:
    card = await rig.card("a red fox --ar 16:9")
    pressed = await rig.d.press(rig.d.ben, card, "V3")
    first, varied = await rig.job(0), await rig.job(1)
    assert varied.prompt == f"{first.image_urls[2]} a red fox --ar 16:9"
    assert varied.origin.person.id == str(rig.d.ben.id)
    assert pressed.response is not None
    assert rig.d.ben.mention in pressed.response.text


async def test_a_variation_says_which_picture_of_which_message_it_varies(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ben, card, "V2")
    url = f"https://discord.com/channels/{rig.d.guild.id}/{rig.d.channel.id}/{card.id}"
    assert (await rig.job(1)).variation == Variation(number=2, message_url=url)
    assert pressed.response is not None
    assert f"[Variation of image 2]({url})" in pressed.response.text
    assert rig.d.cdn_url not in pressed.response.text


async def test_a_variation_from_a_message_for_one_person_has_no_link(rig: Rig) -> None:
    card = await rig.card()
    card.visible_to, card.flags = rig.d.ann, card.flags | 1 << 6
    await rig.d.press(rig.d.ann, card, "V2")
    assert (await rig.job(1)).variation == Variation(number=2)


async def test_a_variation_of_a_variation_starts_from_the_new_picture_alone(rig: Rig) -> None:
    card = await rig.card("a red fox --ar 16:9")
    await rig.d.press(rig.d.ben, card, "V2")
    varied = await rig.end_job(index=1)
    shown = [FetchedImage(index=0, url="", data=picture(0))]
    view = result_view(varied, 0, shown)
    channel = rig.bot.get_partial_messageable(rig.d.channel.id)
    sent = await channel.send(view=render_view(view), files=files_of(view))
    await rig.d.press(rig.d.ben, rig.d.channel.messages[-1], "V1")
    job = await rig.job(2)
    url = f"https://discord.com/channels/{rig.d.guild.id}/{rig.d.channel.id}/{sent.id}"
    assert job.prompt == f"{varied.image_urls[0]} a red fox --ar 16:9"
    assert job.variation == Variation(number=1, message_url=url)


async def test_again_of_a_variation_is_the_same_variation(rig: Rig) -> None:
    card = await rig.card()
    await rig.d.press(rig.d.ben, card, "V2")
    varied = await rig.job(1)
    command = command_of(varied, "discord:1")
    again = await rig.service.again(varied.id, command)
    assert (again.job.prompt, again.job.variation) == (varied.prompt, varied.variation)


async def test_vary_works_after_a_restart(d: DiscordStandIn, tmp_path: Path) -> None:
    async with process(d, tmp_path) as rig:
        card = await rig.card()
    async with process(d, tmp_path) as rig:
        await d.press(d.ben, card, "V1")
        assert (await rig.job()).prompt.endswith(" a red fox")


async def test_a_refused_variation_says_why_to_this_person_only(rig: Rig) -> None:
    card = await rig.card()
    rig.d.channel.deny("attach_files")
    pressed = await rig.d.press(rig.d.ben, card, "V1")
    assert "“Attach Files”" in private_answer(pressed).text
