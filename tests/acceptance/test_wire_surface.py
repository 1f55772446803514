"""The commands beside the plain `/imagine`, by the real process over the wire."""

import io
from pathlib import Path

import aiohttp
from PIL import Image

from tests.acceptance.wire import Wire, up_here
from tests.pictures import encoded
from tests.standins.discord import Interaction, Message

ONE_SLOT = {"MIDJOURNEY_CONCURRENCY": "1"}


def photo(colour: str) -> bytes:
    """Return a photo as a phone makes it: with a note of where it was taken."""
    notes = Image.Exif()
    notes[0x010E] = "my home"
    return encoded(Image.new("RGB", (40, 20), colour), "JPEG", exif=notes)


def alone(asked: Interaction) -> Message:
    """Return the answer, which only the person who asked may see."""
    assert asked.response is not None
    assert asked.response.ephemeral
    return asked.response


def everybodys(asked: Interaction) -> Message:
    """Return the answer, which everybody may see."""
    assert asked.response is not None
    assert not asked.response.ephemeral
    return asked.response


def menu_of(message: Message, number: int) -> str:
    """Return the custom id of one of the menus of a message."""
    rows = message.components[0]["components"]
    menus = [part for row in rows for part in row.get("components", []) if part["type"] == 3]
    custom_id: str = menus[number]["custom_id"]
    return custom_id


async def test_attached_pictures_reach_the_api_drawn_anew_under_links_of_our_own(
    tmp_path: Path,
) -> None:
    async with Wire.up(tmp_path) as wire:
        files = {"image": ("me.jpg", photo("red")), "style": ("ink.jpg", photo("blue"))}
        await wire.imagine("a portrait", **files, aspect="16:9", image_weight=2.0)
        await wire.outcome("a portrait")
        (prompt,) = wire.submits()
        image, *words, option, style = prompt.split()
        assert " ".join(words) == "a portrait --ar 16:9 --iw 2"
        assert option == "--sref"
        for link, colour in ((image, "red"), (style, "blue")):
            assert link.startswith(f"{wire.bot.url}/reference/")
            async with aiohttp.ClientSession() as session, session.get(link) as answer:
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                picture = Image.open(io.BytesIO(await answer.read()))
            assert picture.format == "PNG"
            assert not picture.getexif()
            shown = picture.convert("RGB").getpixel((20, 10))
            original = Image.open(io.BytesIO(photo(colour))).getpixel((20, 10))
            assert shown == original


async def test_without_a_public_address_the_api_gets_discords_link(tmp_path: Path) -> None:
    async with up_here(tmp_path, hooks=False) as wire:
        await wire.imagine("a portrait", image=("me.jpg", photo("red")))
        await wire.wait_for(wire.submits)
        link, _, words = wire.submits()[0].partition(" ")
        assert words == "a portrait"
        assert link.startswith(f"{wire.discord.cdn_url}/attachments/")
        assert "hm=" in link  # signed


async def test_options_a_preset_and_settings_make_one_prompt(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        d = wire.discord
        saved = await wire.slash("preset save", name="film", parameters="--ar 21:9", words="grain")
        assert "Saved" in alone(saved).text
        panel = alone(await wire.slash("settings"))
        await d.select(d.ann, panel, menu_of(panel, 0), ["relaxed"])
        form = await d.press(d.ann, panel, "Change")
        await d.submit_modal(form, {"parameters": "--stylize 50 --chaos 5"})
        typing = await d.autocomplete(d.ann, d.channel, "imagine", "preset", "fi", prompt="")
        assert [choice["value"] for choice in typing.choices or []] == ["film"]
        await wire.imagine("a heron --chaos 7", preset="film", stylize=250)
        card = await wire.outcome("a heron grain")
        assert "relaxed mode" in card.text
        assert wire.submits() == ["a heron grain --chaos 7 --ar 21:9 --s 250"]
        assert wire.midjourney.submits[0].payload["mode"] == "relaxed"


async def test_a_stranger_keeps_neither_presets_nor_settings(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment={"ALLOWED_GUILDS": "1"}) as wire:
        d = wire.discord
        panel = alone(await wire.slash("settings"))
        form = await d.press(d.ann, panel, "Change")
        acts = [
            await wire.slash("preset save", name="film", parameters="--ar 16:0"),
            await d.press(d.ann, panel, "Turn on"),
            await d.select(d.ann, panel, menu_of(panel, 0), ["relaxed"]),
            await d.submit_modal(form, {"parameters": "--ar 16:0"}),
        ]
        for act in acts:
            assert "only where the person who runs me allows it" in alone(act).text
        assert wire.sql("SELECT * FROM presets") == wire.sql("SELECT * FROM preferences") == []


async def test_a_card_is_varied_edited_and_used_as_a_style_also_after_a_restart(
    tmp_path: Path,
) -> None:
    async with up_here(tmp_path) as wire:
        d = wire.discord
        await wire.imagine("a kestrel --ar 3:2")
        card = await wire.settled("a kestrel")
        opened = await d.press(d.ben, card, "Edit")
        await wire.restart()
        await d.submit_modal(opened, {"prompt": "a red kite --ar 3:2"})
        await wire.outcome("a red kite")
        await d.press(d.ben, card, "V2")
        form = await d.choose_from_menu(d.ben, card, "Use as style")
        await d.submit_modal(form, {"prompt": "a wren"})
        await wire.outcome("a wren")
        await wire.wait_for(lambda: len(wire.submits()) == 4)
        _, edited, varied, styled = wire.submits()
        assert edited == "a red kite --ar 3:2"
        assert varied == f"{wire.midjourney.url}/images/{card_id(wire)}/0_1.png a kestrel --ar 3:2"
        assert styled.startswith(f"a wren --sref {wire.bot.url}/reference/")
        details = await d.press(d.ben, card, "Details")
        assert "a kestrel --ar 3:2" in alone(details).text


def card_id(wire: Wire) -> str:
    """Return what stands for the first job in the links to its images."""
    [(links,)] = wire.sql("SELECT image_urls FROM jobs ORDER BY created_at LIMIT 1")
    return str(links).split("/")[-2]


async def test_jobs_are_listed_looked_at_posted_again_and_cancelled(tmp_path: Path) -> None:
    async with up_here(tmp_path, environment=ONE_SLOT) as wire:
        d = wire.discord
        await wire.imagine("a done stork")
        done = await wire.settled("a done stork")
        wire.midjourney.seconds = 3600
        await wire.imagine("a drawn stork")
        await wire.wait_for(lambda: len(wire.submits()) == 2)
        waiting = everybodys(await wire.imagine("a waiting stork"))
        panel = alone(await wire.slash("jobs", search="stork"))
        assert [button.url for button in panel.buttons if button.url] == [
            f"https://discord.com/channels/{d.guild.id}/{d.channel.id}/{done.id}"
        ]
        await d.press(d.ann, panel, "Cancel")
        assert "nothing was charged" in await wire.says(waiting, "nothing was charged")
        await d.select(d.ann, panel, menu_of(panel, 0), ["d"])
        assert "a done stork" in panel.text
        assert "a drawn stork" not in panel.text
        again = await d.press(d.ann, panel, "Post here")
        await wire.wait_for(lambda: again.response is not None and again.response.images)
        assert everybodys(again).images == wire.pictures("a done stork")
        queue = alone(await wire.slash("queue"))
        assert "Drawing now: 1 of 1" in queue.text
        assert "a drawn stork" in queue.text


async def test_an_example_of_the_help_is_drawn(tmp_path: Path) -> None:
    async with up_here(tmp_path) as wire:
        d = wire.discord
        dm = d.dm(d.ann)
        panel = alone(await wire.slash("help", channel=dm))
        await d.press(d.ann, panel, "A tiny bakery")
        await wire.outcome("isometric tiny bakery", channel=dm)
