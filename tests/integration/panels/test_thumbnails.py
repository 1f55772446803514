"""The small pictures in /jobs: sent along where they can be had soon, and never in the way."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.domain.jobs import Job
from bot.platforms.discord.panels.thumbnails import MAX_KEPT, ThumbnailCache
from tests.haste import UNHURRIED, set_limits
from tests.integration.panels.fixtures import Rig
from tests.pictures import picture, png
from tests.standins.discord import Message
from tests.standins.discord.content import walk
from tests.timing import TIMEOUT_S


@pytest.fixture(autouse=True)
def no_hurry(rig: Rig) -> None:
    """Wait for pictures however slow the machine is."""
    rig.discord_timings = replace(
        UNHURRIED, thumbnails_within_s=TIMEOUT_S, thumbnail_link_timeout_s=TIMEOUT_S
    )
    rig.bot.discord_timings = rig.discord_timings


def thumbnails_of(message: Message) -> list[dict[str, object]]:
    return [part for part in walk(message.components) if part["type"] == 11]


async def drawn(rig: Rig, prompt: str = "a fox", *, data: bytes | None = None) -> Job:
    """Return a finished job whose pictures are at the provider."""
    elsewhere = rig.d.add_channel("elsewhere")
    stored = rig.d.world.store_file(elsewhere, "fox.png", data or png(side=600))
    link = f"{stored.path}?ex=1&is=1&hm={{}}"
    return await rig.finish_job(await rig.add_job(prompt), link=link)


async def test_a_finished_job_has_a_small_picture_that_is_sent_along(rig: Rig) -> None:
    await drawn(rig)
    await rig.add_job("a cat that waits")
    listed = await rig.asked_privately("jobs")
    (data,) = listed.images
    with Image.open(io.BytesIO(data)) as shown:
        assert (shown.format, max(shown.size)) == ("WEBP", 192)
    (thumbnail,) = thumbnails_of(listed)
    assert thumbnail["description"] == "a fox, picture 1 of 4"
    assert listed.hidden_files == []


async def test_small_pictures_turn_with_the_page(rig: Rig) -> None:
    await drawn(rig, "an old fox")
    for number in range(5):
        await rig.add_job(f"cat number {number}")
    listed = await rig.asked_privately("jobs")
    assert listed.images == []
    await rig.press(listed, "Older")
    assert len(listed.images) == 1
    await rig.press(listed, "Newer")
    assert (listed.images, listed.files) == ([], [])


async def test_a_small_picture_is_made_once(rig: Rig) -> None:
    await drawn(rig)
    first = await rig.asked_privately("jobs")
    second = await rig.asked_privately("jobs")
    assert len(rig.images.fetched) == 1
    assert second.images == first.images != []


async def test_where_the_providers_links_are_dead_the_posted_card_has_the_picture(
    rig: Rig,
) -> None:
    job = await rig.finish_job(await rig.add_job("a fox"))
    await rig.post(job, draw=lambda _: png(side=300))
    listed = await rig.asked_privately("jobs")
    assert len(listed.images) == 1


@pytest.mark.parametrize("data", [picture(0), None], ids=["no picture", "gone"])
async def test_without_a_picture_the_providers_link_is_tried(rig: Rig, data: bytes | None) -> None:
    if data is None:
        job = await rig.finish_job(await rig.add_job("a fox"))
    else:
        job = await drawn(rig, data=data)
    listed = await rig.asked_privately("jobs")
    assert listed.files == []
    (thumbnail,) = thumbnails_of(listed)
    assert thumbnail["media"] == {"url": job.image_urls[0]}


async def test_a_list_does_not_wait_for_slow_pictures(rig: Rig) -> None:
    await drawn(rig)
    set_limits(rig.bot, thumbnails_within_s=0.01)
    rig.images.hangs_at = "http"
    listed = await rig.asked_privately("jobs")
    assert "a fox" in listed.text
    assert listed.files == []


def test_only_so_many_small_pictures_are_kept_and_those_looked_at_stay() -> None:
    cache = ThumbnailCache()
    cache.put("first", b"1")
    for number in range(MAX_KEPT):
        cache.put(str(number), b"")
        assert cache.get("first") == b"1"
    assert cache.get("0") is None
    assert cache.get("1") == b""
