"""The small pictures in /jobs: sent along where they can be had soon, and never in the way."""

import io

from PIL import Image

from tests.integration.panels.fixtures import Rig
from tests.pictures import png
from tests.standins.discord import Message
from tests.standins.discord.content import walk


def thumbnails_of(message: Message) -> list[dict[str, object]]:
    return [part for part in walk(message.components) if part["type"] == 11]


async def add_drawn(rig: Rig, prompt: str) -> None:
    """Put a job into the list that is done and whose pictures are at the provider."""
    elsewhere = rig.d.add_channel("elsewhere")
    stored = rig.d.world.store_file(elsewhere, "fox.png", png(side=600))
    link = f"{stored.path}?ex=1&is=1&hm={{}}"
    await rig.finish_job(await rig.add_job(prompt), link=link)


async def test_a_finished_job_has_a_small_picture_that_is_sent_along(rig: Rig) -> None:
    await add_drawn(rig, "a fox")
    await rig.add_job("a cat that waits")
    listed = await rig.asked_privately("jobs")
    (data,) = listed.images
    with Image.open(io.BytesIO(data)) as shown:
        assert (shown.format, max(shown.size)) == ("WEBP", 192)
    (thumbnail,) = thumbnails_of(listed)
    assert thumbnail["description"] == "a fox, picture 1 of 4"
    assert listed.hidden_files == []


async def test_small_pictures_turn_with_the_page(rig: Rig) -> None:
    await add_drawn(rig, "an old fox")
    for number in range(5):
        await rig.add_job(f"cat number {number}")
    listed = await rig.asked_privately("jobs")
    assert listed.images == []
    await rig.press(listed, "Older")
    assert len(listed.images) == 1
    await rig.press(listed, "Newer")
    assert (listed.images, listed.files) == ([], [])


async def test_where_links_are_dead_the_posted_message_has_the_picture(rig: Rig) -> None:
    job = await rig.finish_job(await rig.add_job("a fox"))
    await rig.post(job, draw=lambda _: png(side=300))
    listed = await rig.asked_privately("jobs")
    assert len(listed.images) == 1
