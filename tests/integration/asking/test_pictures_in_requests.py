"""Pictures of a request: published with its jobs, put in the place of those that are gone."""

import pytest

from bot.services.pictures import PicturesGoneError
from bot.services.requests import Request
from tests.doubts import AS_IT_IS, TYPO
from tests.integration.asking.fixtures import UPLOAD, World, asked, command, refused


async def test_pictures_are_published_with_the_jobs_and_once(world: World) -> None:
    service = await world.service()
    question = await asked(service, options={"image": UPLOAD, "style": UPLOAD})
    assert world.chat.fetched == []
    await service.confirm(question.draft_id, command(1))
    await service.confirm(question.draft_id, command(2), is_fixed=True)
    assert world.chat.fetched == [UPLOAD]
    ours = await world.link_of(UPLOAD)
    assert await world.prompts() == [f"{ours} {AS_IT_IS} --sref {ours}"]


DEAD = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3&"
DEAD_TOO = f"{DEAD}b"  # begins like the other


@pytest.mark.parametrize(
    ("prompt", "options", "sent"),
    [
        (f"{DEAD} a fox", ["image"], "{0} a fox"),
        (f"{DEAD} a fox", ["image", "image2"], "{1} {0} a fox"),
        (f"https://a.example/b.png {DEAD} a fox", ["image"], "https://a.example/b.png {0} a fox"),
        (f"https://a.example/b.png {DEAD} a fox", ["image2"], "https://a.example/b.png {0} a fox"),
        (f"{DEAD} {DEAD_TOO} a fox", ["image", "image2"], "{0} {1} a fox"),
        (f"a fox --sref 7::1 {DEAD}::2 --sw 9", ["style"], "a fox --sref 7::1 {0}::2 --sw 9"),
        (f"{DEAD} a fox --sref {DEAD_TOO}", ["style", "image"], "{1} a fox --sref {0}"),
        (f"[image]({DEAD}) a fox", ["image"], "{0} a fox"),
        (f'<{DEAD}>,"{DEAD_TOO}" a fox', ["image", "image2"], "{0} {1} a fox"),
        (f"{DEAD}，a fox", ["image"], "{0} a fox"),  # noqa: RUF001
        (f"a fox --sref=({DEAD})", ["style"], "a fox --sref {0}"),
        (f"https://a.example/{DEAD} a fox", ["image"], f"{{0}} https://a.example/{DEAD} a fox"),
    ],
)
async def test_attached_pictures_take_the_places_of_those_that_are_gone(
    world: World, prompt: str, options: list[str], sent: str
) -> None:
    world.chat.dead = {DEAD, DEAD_TOO}
    uploads = {name: UPLOAD.replace("fox", name) for name in options}
    await (await world.service()).imagine(Request(prompt=prompt, options=uploads), command())
    links = {name: await world.link_of(url) for name, url in uploads.items()}
    assert await world.prompts() == [sent.format(*(links[name] for name in options))]


async def test_picture_in_its_old_place_is_published_after_the_answer(world: World) -> None:
    world.chat.dead = {DEAD}
    service = await world.service()
    question = await asked(service, prompt=f"{DEAD} {TYPO}", options={"image": UPLOAD})
    assert world.chat.fetched == []
    await service.confirm(question.draft_id, command(1))
    assert await world.prompts() == [f"{await world.link_of(UPLOAD)} {AS_IT_IS}"]


async def test_a_picture_that_is_gone_keeps_the_request_and_asks_nothing(world: World) -> None:
    world.chat.dead = {DEAD}
    request = Request(prompt=f"{DEAD} {TYPO}")
    assert await refused(await world.service(), request, PicturesGoneError) == request


async def test_picture_that_ended_before_the_answer_is_asked_for_then(world: World) -> None:
    service = await world.service()
    question = await asked(service, prompt=f"{DEAD} {TYPO}")
    world.chat.dead = {DEAD}
    with pytest.raises(PicturesGoneError, match="the first image") as caught:
        await service.confirm(question.draft_id, command(1))
    assert caught.value.draft_id == question.draft_id
    assert await world.prompts() == []
