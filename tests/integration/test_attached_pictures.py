"""Pictures that people attached, in what they do later with the cards that came of them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from PIL import Image

from bot.domain.conversations import Person
from bot.domain.errors import UserError
from bot.images import clean_png
from bot.services.imagine import Accepted
from bot.services.pictures import PicturesGoneError
from bot.services.references import PictureLimits
from bot.services.requests import Request
from tests.fixtures import PUBLIC_URL, Rig, parts, running
from tests.jobs import command_of
from tests.pictures import encoded
from tests.standins.discord import DiscordStandIn, Interaction, Message

WEEKS = timedelta(weeks=3)
EXPIRED, VALID = f"{0x66000000:x}", "7fffffff"


def photo(side: int = 20) -> bytes:
    return encoded(Image.new("RGB", (side, side), "red"), "JPEG")


def sentence_of(asked: Interaction) -> Message:
    """Return what the person alone was told."""
    [said] = [each for each in (asked.response, *asked.followups) if each and each.ephemeral]
    return said


async def weeks_pass(rig: Rig) -> None:
    """Forget all pictures that nobody has needed for weeks."""
    await rig.references.drop_references(used_before=datetime.now(UTC) + WEEKS)


async def kept(rig: Rig, link: str) -> bytes | None:
    assert link.startswith(f"{PUBLIC_URL}/reference/")
    return await rig.references.get_reference(link.split("/")[4])


async def prompts(rig: Rig) -> list[str]:
    return [(await rig.job(index)).prompt for index in range(len(rig.service.job_ids))]


# ── Pictures that are still kept ────────────────────────────────────────────────────────────────


async def test_again_and_vary_use_a_picture_that_is_still_kept(rig: Rig) -> None:
    card = await rig.card("a cat", image=("cat.jpg", photo()))
    await rig.d.press(rig.d.ben, card, "Again")
    first, again = await prompts(rig)
    assert again == first
    assert await kept(rig, first.split()[0]) == await clean_png(photo())


async def test_a_picture_is_kept_for_a_day_after_each_job_that_needs_it(rig: Rig) -> None:
    card = await rig.card("a cat", image=("cat.jpg", photo()))
    before = datetime.now(UTC)
    await rig.d.press(rig.d.ben, card, "Again")
    await rig.references.drop_references(used_before=before)
    assert await kept(rig, (await rig.job()).prompt.split()[0]) is not None


async def test_a_link_from_before_the_bot_moved_leads_to_where_it_is_now(rig: Rig) -> None:
    await rig.imagine("a cat", image=("cat.jpg", photo()))
    now = (await rig.job()).prompt
    before = now.replace(PUBLIC_URL, "http://old.example")
    await rig.imagine(before)
    assert (await rig.job(1)).prompt == now


# ── Pictures that are gone ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("attached", "missing"),
    [
        (("image",), "the first image."),
        (("image", "image2"), "the first image and the second image."),
        (("style",), "the style image."),
        (("image", "style"), "the first image and the style image."),
        (("image", "image2", "style"), "the first image, the second image and the style image."),
    ],
)
async def test_again_says_which_picture_to_attach_again(
    rig: Rig, attached: tuple[str, ...], missing: str
) -> None:
    options = {name: (f"{name}.jpg", photo()) for name in attached}
    card = await rig.card("a cat", **options)
    await weeks_pass(rig)
    pressed = await rig.d.press(rig.d.ann, card, "Again")
    said = sentence_of(pressed).text
    assert f"I no longer have {missing}" in said
    assert "nothing was charged" in said
    assert len(rig.service.job_ids) == 1


async def test_only_what_is_gone_is_asked_for_and_returns_to_its_place(rig: Rig) -> None:
    card = await rig.card(
        "a cat --sref 123 --sw 50", image=("1.jpg", photo(10)), image2=("2.jpg", photo(20))
    )
    first, second, *rest = (await rig.job()).prompt.split()
    await weeks_pass(rig)
    await rig.imagine("a dog", image=("3.jpg", photo(30)))  # another picture, still kept
    alive = (await rig.job(1)).prompt.split()[0]
    rig.service.job_ids = rig.service.job_ids[:1]
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": " ".join((alive, second, *rest))})
    assert "I no longer have the second image." in sentence_of(sent).text
    opened = await rig.d.press(rig.d.ann, sentence_of(sent), "Edit")
    await rig.d.submit_modal(opened, {"image": [("new.jpg", photo(40))]})
    _, edited = await prompts(rig)
    new = edited.split()[1]
    assert edited.split() == [alive, new, *rest]
    assert new not in {first, second}
    assert await kept(rig, new) == await clean_png(photo(40))


async def test_all_attached_again_return_to_their_places_with_their_weights(rig: Rig) -> None:
    card = await rig.card(
        "a cat", image=("1.jpg", photo(10)), image2=("2.jpg", photo(20)), style=("3.jpg", photo(30))
    )
    await weeks_pass(rig)
    first, second, *words, style = (await rig.job()).prompt.split()
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    weighted = " ".join((first, second, *words, f"{style}::2", "777::1"))
    await rig.d.submit_modal(
        opened,
        {
            "prompt": weighted,
            "image": [("a.jpg", photo(11))],
            "image2": [("b.jpg", photo(21))],
            "style": [("c.jpg", photo(31))],
        },
    )
    new_first, new_second, *new_words, new_style, code = (await rig.job(1)).prompt.split()
    assert (new_words, code) == (words, "777::1")
    assert new_style.endswith("::2")
    links = (new_first, new_second, new_style.removesuffix("::2"))
    pictures = [await kept(rig, link) for link in links]
    assert pictures == [await clean_png(photo(side)) for side in (11, 21, 31)]


async def test_a_picture_may_be_added_in_the_edit_form(rig: Rig) -> None:
    card = await rig.card("a cat")
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    await rig.d.submit_modal(opened, {"image": [("a.jpg", photo())]})
    link, _, words = (await rig.job(1)).prompt.partition(" ")
    assert words == "a cat"
    assert await kept(rig, link) == await clean_png(photo())


async def test_a_damaged_picture_in_the_form_costs_nobody_the_prompt(rig: Rig) -> None:
    card = await rig.card("a cat")
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a dog", "image": [("a.jpg", photo()[:99])]})
    assert "damaged" in sentence_of(sent).text
    reopened = await rig.d.press(rig.d.ann, sentence_of(sent), "Edit")
    assert reopened.modal is not None
    assert reopened.modal["components"][0]["component"]["value"] == "a dog"


BIG = photo() + bytes(8 * 1024 * 1024)


async def test_a_picture_that_is_too_large_for_the_form_is_not_downloaded(rig: Rig) -> None:
    card = await rig.card("a cat")
    rig.d.cdn_status = 500  # a download would show
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    sent = await rig.d.submit_modal(opened, {"prompt": "a dog", "image": [("a.jpg", BIG)]})
    for _ in range(2):
        assert "larger than 8 MiB" in sentence_of(sent).text
        reopened = await rig.d.press(rig.d.ann, sentence_of(sent), "Edit")
        sent = await rig.d.submit_modal(reopened, {"image": [("a.jpg", BIG)]})
    assert len(rig.service.job_ids) == 1


@pytest.mark.parametrize("bad", [photo()[:99], b"no picture"], ids=["damaged", "no picture"])
async def test_edit_goes_on_with_another_picture_or_without_one(rig: Rig, bad: bytes) -> None:
    said = []
    for _ in range(2):
        good = {"style": ("good.jpg", photo(30))}
        asked = await rig.imagine("a cat", image=("bad.jpg", bad), **good)
        said.append(sentence_of(asked))
    assert "go on without" in said[0].text
    for refused, fields in zip(said, ({}, {"image": [("new.jpg", photo(40))]}), strict=True):
        opened = await rig.d.press(rig.d.ann, refused, "Edit")
        await rig.d.submit_modal(opened, fields)
    without, other = await prompts(rig)
    assert without.startswith("a cat --sref ")
    link, _, rest = other.partition(" ")
    assert rest.startswith("a cat --sref ")
    assert await kept(rig, link) == await clean_png(photo(40))


async def test_a_yes_with_a_damaged_picture_can_be_edited_to_go_without(rig: Rig) -> None:
    asked = await rig.imagine("a {red, green} cat", image=("bad.jpg", photo()[:99]))
    pressed = await rig.d.press(rig.d.ann, sentence_of(asked), "Start 2 jobs")
    assert "damaged" in sentence_of(pressed).text
    opened = await rig.d.press(rig.d.ann, sentence_of(pressed), "Edit")
    await rig.d.submit_modal(opened, {"prompt": "a red cat"})
    assert await prompts(rig) == ["a red cat"]


async def test_a_damaged_picture_takes_no_place_of_one_that_is_gone(rig: Rig) -> None:
    card = await rig.card("a cat", image=("cat.jpg", photo()))
    await weeks_pass(rig)
    opened = await rig.d.press(rig.d.ann, card, "Edit")
    sent = await rig.d.submit_modal(opened, {"image": [("bad.jpg", photo()[:99])]})
    assert "damaged" in sentence_of(sent).text
    opened = await rig.d.press(rig.d.ann, sentence_of(sent), "Edit")
    assert opened.modal is not None
    before = (await rig.job()).prompt
    assert opened.modal["components"][0]["component"]["value"] == before
    await rig.d.submit_modal(opened, {"image": [("new.jpg", photo(40))]})
    link, _, words = (await rig.job(1)).prompt.partition(" ")
    assert words == "a cat"
    assert await kept(rig, link) == await clean_png(photo(40))


async def test_a_typed_link_to_a_picture_that_is_gone_is_not_sent_off(rig: Rig) -> None:
    await rig.imagine("a cat", image=("cat.jpg", photo()))
    dead = (await rig.job()).prompt.split()[0]
    await weeks_pass(rig)
    for prompt in (f"{dead} a dog", f"a dog --sref {dead}::2 123", f"a dog --oref {dead} --v 7"):
        asked = await rig.imagine(prompt)
        assert "I no longer have" in sentence_of(asked).text
    assert len(rig.service.job_ids) == 1


async def test_vary_names_what_the_prompt_needs_besides_the_picture(rig: Rig) -> None:
    await rig.card("a cat", style=("style.jpg", photo()))
    await weeks_pass(rig)
    job = await rig.job()
    command = command_of(job, "another")
    with pytest.raises(PicturesGoneError, match="I no longer have the style image"):
        await rig.service.vary(job.id, 2, command)


# ── Without a public address ────────────────────────────────────────────────────────────────────


async def test_discords_own_link_is_used_for_as_long_as_it_lasts(d: DiscordStandIn) -> None:
    async with parts(d, has_public_url=False) as rig, running(rig.bot, d.token):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        card = await rig.card("a cat", image=("cat.jpg", photo()))
        link = (await rig.job()).prompt.split()[0]
        assert link.startswith(f"{d.cdn_url}/attachments/")
        await d.press(d.ann, card, "Again")
        assert (await rig.job(1)).prompt == (await rig.job()).prompt
        for host in (d.cdn_url, "https://cdn.discordapp.com", "https://media.discordapp.net"):
            old = f"{host}{urlsplit(link).path}?ex={EXPIRED}&is=1&hm=2&"
            asked = await rig.imagine(f"{old} a cat")
            assert "I no longer have the first image." in sentence_of(asked).text
            await rig.imagine(f"{host}/attachments/1/2/a.png?ex={VALID}&is=1&hm=2& a dog")
        assert len(rig.service.job_ids) == 2 + 3


# ── What counts, and when ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "odd",
    ["https://evil.example{path}?{signed}", "{cdn_url}{path}?{signed}#x", "//x{path}?{signed}"],
)
async def test_an_attachment_is_redrawn_whatever_its_link_looks_like(rig: Rig, odd: str) -> None:
    await rig.imagine("a cat")
    stored = rig.d.world.store_file(rig.d.channel, "cat.jpg", photo(33))
    url = odd.format(path=stored.path, cdn_url=rig.d.cdn_url, signed="ex=7fffffff&is=1&hm=2")
    command = command_of(await rig.job(), "odd")
    accepted = await rig.service.imagine(Request(prompt="a dog", options={"image": url}), command)
    assert isinstance(accepted, Accepted)
    link, _, words = accepted.job.prompt.partition(" ")
    assert words == "a dog"
    assert await kept(rig, link) == await clean_png(photo(33))


async def test_an_attachment_that_is_none_of_discords_files_never_passes(rig: Rig) -> None:
    await rig.imagine("a cat")
    command = command_of(await rig.job(), "odd")
    for odd in ("https://evil.example/cat.png", "nonsense", "https://[", "http:x"):
        with pytest.raises(UserError, match="attach it again"):
            await rig.service.imagine(Request(prompt="a dog", options={"image": odd}), command)


async def test_a_question_keeps_no_picture_and_its_yes_does(rig: Rig) -> None:
    rig.d.cdn_status = 500  # a download would show
    asked = await rig.imagine("a {red, green} cat", image=("cat.jpg", photo()))
    question = sentence_of(asked)
    rig.d.cdn_status = None
    await rig.d.press(rig.d.ann, question, "Start 2 jobs")
    page = await rig.services.personal.page(Person.of(f"discord:{rig.d.ann.id}"))
    [link] = {job.prompt.split()[0] for job in page.jobs}
    assert await kept(rig, link) == await clean_png(photo())


async def test_a_person_hears_when_there_is_room_for_pictures_again(d: DiscordStandIn) -> None:
    async with (
        parts(d, picture_limits=PictureLimits(of_person=1)) as rig,
        running(rig.bot, d.token),
    ):
        await d.wait_until_connected()
        await d.wait_for(lambda: d.commands[None])
        await rig.imagine("a cat", image=("cat.jpg", photo()))
        asked = await rig.imagine("a cat", image=("dog.jpg", photo(30)))
        assert "You can attach more <t:" in sentence_of(asked).text
        assert len(rig.service.job_ids) == 1
