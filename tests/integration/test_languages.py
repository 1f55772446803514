"""People are spoken to in their language, over the wire."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversations import Person
from bot.domain.jobs import Failure, FailureCode, JobStatus
from bot.domain.people import Preferences, Preset
from bot.platforms.discord.commands.translator import CatalogueTranslator
from bot.platforms.discord.rendering import render_view
from bot.screens import actions
from bot.screens.job_list import Wanted
from bot.screens.result import failure_view
from tests import catalogue
from tests.fixtures import Rig, parts
from tests.standins.discord import DiscordStandIn, Interaction, Message
from tests.standins.discord.content import walk
from tests.standins.discord.routes import COMMANDS
from tests.standins.discord.vocabulary import JSON

# Where Discord takes only so many characters, and ours are cut off if they are more.
BOUNDED = ("label", "placeholder", "description", "title")


async def answer(asked: Interaction) -> Message:
    assert asked.response is not None, asked
    return asked.response


async def test_a_german_is_answered_in_german(rig: Rig) -> None:
    said = await answer(await rig.imagine(locale="de"))
    assert f"Bin dran, {rig.d.ann.mention}. Voraussichtlich fertig <t:" in said.text
    assert said.labels == ["Abbrechen"]


async def test_a_refusal_is_german_too(rig: Rig) -> None:
    said = await answer(await rig.imagine("a red fox --ar 16:0", locale="de"))
    assert said.text.startswith("`--ar 16:0`: Beide Zahlen müssen mindestens 1 sein.\n```\n")
    assert said.labels == ["Bearbeiten"]


async def test_permissions_are_named_as_the_german_discord_does(rig: Rig) -> None:
    rig.d.channel.deny("attach_files", "send_messages")
    said = await answer(await rig.imagine(locale="de"))
    assert "„Nachrichten senden“, „Dateien anhängen“ zu erlauben" in said.text


async def test_prices_are_written_as_in_germany(rig: Rig) -> None:
    said = await answer(await rig.imagine("a {red, blue} fox", locale="de"))
    assert "**2 Aufträge** im Fast-Modus: etwa 0,03 $ (4 Kontingent-Einheiten)." in said.text


async def test_suggestions_are_german_too(rig: Rig) -> None:
    typing = await rig.d.autocomplete(
        rig.d.ann, rig.d.channel, "imagine", "aspect", "breit", locale="de", prompt="a fox"
    )
    assert typing.choices is not None
    assert [(each["name"], each["value"]) for each in typing.choices] == [
        ("16:9 – Breitbild, Video", "16:9")  # noqa: RUF001 - the dash is meant
    ]


async def test_who_speaks_no_language_of_ours_is_answered_in_english(rig: Rig) -> None:
    said = await answer(await rig.imagine(locale="th"))
    assert "I'm on it" in said.text


async def test_what_a_person_has_set_wins_over_their_discord(rig: Rig) -> None:
    person = Person.of(f"discord:{rig.d.ann.id}")
    await rig.personal.change_preferences(person, lambda _: Preferences(language="de"))
    card = await rig.card()
    said = await answer(await rig.d.press(rig.d.ann, card, "1", locale="en-US"))
    await rig.d.wait_for(lambda: "in voller Größe" in said.text)
    typing = await rig.d.autocomplete(
        rig.d.ann, rig.d.channel, "imagine", "aspect", "breit", locale="en-US", prompt="a fox"
    )
    assert typing.choices


async def test_a_card_speaks_to_everybody_in_the_language_of_who_asked(rig: Rig) -> None:
    card = await rig.card(failure=Failure(code=FailureCode.PROMPT), locale="de")
    assert "das hat leider nicht geklappt" in card.text
    assert card.labels == ["Bearbeiten & neu versuchen", "Löschen", "Details"]


async def test_commands_are_registered_in_every_language(rig: Rig) -> None:
    (imagine,) = [each for each in rig.d.commands[None] if each["name"] == "imagine"]
    options = {option["name"]: option for option in imagine["options"]}
    assert imagine["description_localizations"] == {"de": "Zeichnet Bilder nach deinen Worten"}
    assert options["image"]["name_localizations"] == {"de": "bild"}
    assert "name_localizations" not in options["prompt"]


async def test_commands_are_registered_anew_when_a_translation_changed(d: DiscordStandIn) -> None:
    class Changed(CatalogueTranslator):
        async def translate(self, *args: Any) -> str | None:
            found = await super().translate(*args)
            return found and found.replace("Bilder", "Gemälde")

    async with parts(d) as rig, rig.bot:
        await rig.bot.login(d.token)
        await rig.bot.register_commands()
        await rig.bot.tree.set_translator(Changed())
        await rig.bot.register_commands()
        await rig.bot.register_commands()
    assert len(d.calls("PUT", COMMANDS)) == 2


# ── Discord's limits ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", *catalogue.languages()])
async def test_every_language_fits_into_discord(rig: Rig, language: str) -> None:
    """The stand-in refuses what is too long; what was cut off ends as no text of ours does."""
    person = Person.of(f"discord:{rig.d.ann.id}")
    await rig.personal.change_preferences(person, lambda _: Preferences(language=language))
    await rig.personal.save_preset(person, Preset(name="a", parameters="--ar 1:1"), limit=1)
    ours = {"Show one …", *all_forms(language)}
    texts = [text for each in await tour(rig) for text in bounded_texts(each)]
    assert len(texts) > 50
    assert [text for text in texts if text.endswith("…") and text not in ours] == []


def all_forms(language: str) -> Iterator[str]:
    for message in catalogue.read(language):
        yield from [message.string] if isinstance(message.string, str) else message.string


def bounded_texts(shown: JSON) -> Iterator[str]:
    """Return the texts of a message or form that were cut off if they were too long."""
    for component in walk([shown]):
        for each in (component, *component.get("options", ())):
            yield from (text for key in BOUNDED if isinstance(text := each.get(key), str))


async def tour(rig: Rig) -> list[JSON]:
    """Return every kind of message and form that there is, as Ann sees it."""
    d, ann, here = rig.d, rig.d.ann, rig.d.channel
    card = await rig.card()
    failure = Failure(code=FailureCode.PROVIDER)
    failed = replace(await rig.job(), status=JobStatus.FAILED, failure=failure)
    channel = rig.bot.get_partial_messageable(here.id)
    await channel.send(view=render_view(failure_view(failed)))
    jobs, settings, *asked = [
        *[await d.slash(ann, here, each) for each in ("jobs", "settings", "queue", "help")],
        await rig.imagine("one more"),
        await rig.imagine("a {red, blue} fox"),
        await rig.imagine("a fox --ar 0:1"),
        await d.slash(ann, here, "preset list"),
        await d.slash(ann, here, "preset show", name="a"),
        await d.press(ann, card, "Details"),
        await d.choose_from_menu(ann, card, "Imagine from this image"),
        await d.choose_from_menu(ann, card, "Use as style"),
    ]
    listed, panel = await answer(jobs), await answer(settings)
    searching = Wanted().action(actions.JOBS_FIND)
    asked += [
        await d.press(ann, listed, str(searching)),
        await d.press(ann, panel, "imagine:settings.parameters"),
    ]
    messages = [card, here.messages[-1], listed, panel]
    messages += [each.response for each in asked if each.response]
    forms = [each.modal for each in asked if each.modal]
    assert len(messages) + len(forms) == 4 + len(asked)
    return [*({"components": message.components} for message in messages), *forms]
