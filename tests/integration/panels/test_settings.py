"""/settings: each choice set in place, and the language that follows from one."""

import asyncio
from dataclasses import replace

import discord
import pytest

from bot.domain.conversations import Person
from bot.domain.jobs import Mode
from bot.domain.people import Preferences
from bot.platforms.discord import ImagineBot
from bot.platforms.discord.commands.incoming import interaction_of
from tests.integration.panels.fixtures import BUTTON_OF_AN_EXAMPLE, Rig, menus, said
from tests.standins.discord import User

# ── Choices ─────────────────────────────────────────────────────────────────────────────────────


async def preferences(rig: Rig) -> Preferences:
    return await rig.personal.preferences(rig.person())


@pytest.mark.parametrize("restart", [False, True])
async def test_the_panel_sets_everything_in_place(rig: Rig, restart: bool) -> None:
    panel = await rig.asked_privately("settings")
    if restart:
        await rig.start()
    mode, spoken = menus(panel)
    await rig.d.select(rig.d.ann, panel, mode, ["relaxed"])
    await rig.d.select(rig.d.ann, panel, spoken, ["en"])
    pressed = await rig.press(panel, "Turn on")
    assert pressed.response is panel
    assert "Turn off" in panel.labels
    assert await preferences(rig) == Preferences(mode=Mode.RELAXED, wants_dm=True, language="en")


@pytest.mark.parametrize("restart", [False, True])
async def test_questions_about_prompts_are_switched_off_and_on(rig: Rig, restart: bool) -> None:
    panel = await rig.asked_privately("settings")
    assert "Ask me when a prompt looks wrong" in panel.text
    await rig.press(panel, "imagine:settings.ask:off")
    assert not (await preferences(rig)).wants_questions
    if restart:
        await rig.start()
    await rig.press(panel, "imagine:settings.ask:on")
    assert await preferences(rig) == Preferences()


@pytest.mark.parametrize("restart", [False, True])
async def test_default_parameters_are_typed_into_a_form(rig: Rig, restart: bool) -> None:
    panel = await rig.asked_privately("settings")
    opened = await rig.press(panel, "Change")
    if restart:
        await rig.start()
    sent = await rig.d.submit_modal(opened, {"parameters": "—ar 16:9 --stylize 250"})
    assert sent.response is panel
    assert (await preferences(rig)).parameters == "--ar 16:9 --stylize 250"
    assert "--ar 16:9" in panel.text


async def test_the_form_is_filled_with_what_holds(rig: Rig) -> None:
    await rig.personal.change_preferences(
        rig.person(), lambda _: Preferences(parameters="--ar 3:2")
    )
    opened = await rig.press(await rig.asked_privately("settings"), "Change")
    sent = await rig.d.submit_modal(opened)
    assert sent.response is not None
    assert (await preferences(rig)).parameters == "--ar 3:2"


async def test_an_emptied_form_sets_no_parameters(rig: Rig) -> None:
    await rig.personal.change_preferences(
        rig.person(), lambda _: Preferences(parameters="--ar 3:2")
    )
    opened = await rig.press(await rig.asked_privately("settings"), "Change")
    await rig.d.submit_modal(opened, {"parameters": ""})
    assert (await preferences(rig)).parameters == ""


async def test_wrong_parameters_change_nothing_and_say_why(rig: Rig) -> None:
    panel = await rig.asked_privately("settings")
    before = panel.text
    opened = await rig.press(panel, "Change")
    sent = await rig.d.submit_modal(opened, {"parameters": "--ar 16:0"})
    assert "16:0" in said(sent)
    assert panel.text == before
    assert await preferences(rig) == Preferences()


async def test_a_reset_forgets_all_settings(rig: Rig) -> None:
    await rig.personal.change_preferences(
        rig.person(),
        lambda _: Preferences(mode=Mode.RELAXED, parameters="--ar 3:2", wants_dm=True),
    )
    await rig.press(await rig.asked_privately("settings"), "Reset everything")
    assert await preferences(rig) == Preferences()


async def test_automatic_forgets_a_choice(rig: Rig) -> None:
    await rig.personal.change_preferences(
        rig.person(), lambda _: Preferences(mode=Mode.RELAXED, language="en")
    )
    panel = await rig.asked_privately("settings")
    for menu in menus(panel):
        await rig.d.select(rig.d.ann, panel, menu, ["auto"])
    assert await preferences(rig) == Preferences()


async def test_quick_presses_lose_no_setting(rig: Rig) -> None:
    panel = await rig.asked_privately("settings")
    mode, spoken = menus(panel)
    await asyncio.gather(
        rig.d.select(rig.d.ann, panel, mode, ["relaxed"]),
        rig.d.select(rig.d.ann, panel, spoken, ["en"]),
        rig.press(panel, "Turn on"),
    )
    assert await preferences(rig) == Preferences(mode=Mode.RELAXED, wants_dm=True, language="en")


# ── The language ────────────────────────────────────────────────────────────────────────────────


async def test_the_language_of_an_answer_is_the_chosen_one(rig: Rig) -> None:
    await rig.personal.change_preferences(rig.person(), lambda _: Preferences(language="de"))
    assert await _locale(rig, rig.d.ann, "en-US") == "de"
    assert await _locale(rig, rig.d.ben, "fr") == "fr"


async def test_the_cards_of_a_job_speak_the_chosen_language(rig: Rig) -> None:
    await rig.personal.change_preferences(rig.person(), lambda _: Preferences(language="de"))
    await rig.press(await rig.asked_privately("help"), BUTTON_OF_AN_EXAMPLE)
    (job,) = (await rig.personal.page(rig.person())).jobs
    assert job.origin.locale == "de"


async def test_without_the_database_the_language_is_discords(
    rig: Rig,
) -> None:
    async def hang(_person: Person) -> Preferences:
        await asyncio.sleep(3600)
        return Preferences()

    rig.timings = replace(rig.timings, language_within_s=0.05)
    await rig.start()
    rig.store_hooks["personal.preferences"] = hang
    assert await _locale(rig, rig.d.ann, "fr") == "fr"


async def _locale(rig: Rig, user: User, reported: str) -> str:
    """Ask for the language of an interaction as discord.py would hand it to a command."""
    found: list[str] = []

    @rig.bot.listen("on_interaction")
    async def note(heard: discord.Interaction[ImagineBot]) -> None:
        languages = heard.client.screens.languages
        found.append(await languages.of(interaction_of(heard)))

    await rig.d.slash(user, rig.d.channel, "help", locale=reported)
    await rig.d.wait_for(lambda: found)
    rig.bot.remove_listener(note, "on_interaction")
    return found[0]
