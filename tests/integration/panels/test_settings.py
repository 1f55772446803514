"""/settings: each choice set in place, and the language that follows from one."""

import asyncio

import discord
import pytest

from bot.domain.jobs import Mode
from bot.domain.people import Preferences
from bot.platforms.discord import ImagineBot, language
from tests.integration.panels.stage import BUTTON_OF_AN_EXAMPLE, Stage, menus, said
from tests.standins.discord import User

# ── Choices ─────────────────────────────────────────────────────────────────────────────────────


async def preferences(stage: Stage) -> Preferences:
    return await stage.personal.preferences(stage.requester())


@pytest.mark.parametrize("restart", [False, True])
async def test_the_panel_sets_everything_in_place(stage: Stage, restart: bool) -> None:
    panel = await stage.whispered("settings")
    if restart:
        await stage.start()
    mode, spoken = menus(panel)
    await stage.d.select(stage.d.ann, panel, mode, ["relaxed"])
    await stage.d.select(stage.d.ann, panel, spoken, ["en"])
    pressed = await stage.press(panel, "Turn on")
    assert pressed.response is panel
    assert "Turn off" in panel.labels
    assert await preferences(stage) == Preferences(mode=Mode.RELAXED, wants_dm=True, language="en")


@pytest.mark.parametrize("restart", [False, True])
async def test_questions_about_prompts_are_switched_off_and_on(stage: Stage, restart: bool) -> None:
    panel = await stage.whispered("settings")
    assert "Ask me when a prompt looks wrong" in panel.text
    await stage.press(panel, "imagine:settings:ask:off")
    assert not (await preferences(stage)).wants_questions
    if restart:
        await stage.start()
    await stage.press(panel, "imagine:settings:ask:on")
    assert await preferences(stage) == Preferences()


@pytest.mark.parametrize("restart", [False, True])
async def test_default_parameters_are_typed_into_a_form(stage: Stage, restart: bool) -> None:
    panel = await stage.whispered("settings")
    opened = await stage.press(panel, "Change")
    if restart:
        await stage.start()
    sent = await stage.d.submit_modal(opened, {"parameters": "—ar 16:9 --stylize 250"})
    assert sent.response is panel
    assert (await preferences(stage)).parameters == "--ar 16:9 --stylize 250"
    assert "--ar 16:9" in panel.text


async def test_the_form_is_filled_with_what_holds(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(parameters="--ar 3:2"))
    opened = await stage.press(await stage.whispered("settings"), "Change")
    sent = await stage.d.submit_modal(opened)
    assert sent.response is not None
    assert (await preferences(stage)).parameters == "--ar 3:2"


async def test_an_emptied_form_sets_no_parameters(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(parameters="--ar 3:2"))
    opened = await stage.press(await stage.whispered("settings"), "Change")
    await stage.d.submit_modal(opened, {"parameters": ""})
    assert (await preferences(stage)).parameters == ""


async def test_wrong_parameters_change_nothing_and_say_why(stage: Stage) -> None:
    panel = await stage.whispered("settings")
    before = panel.text
    opened = await stage.press(panel, "Change")
    sent = await stage.d.submit_modal(opened, {"parameters": "--ar 16:0"})
    assert "16:0" in said(sent)
    assert panel.text == before
    assert await preferences(stage) == Preferences()


async def test_a_reset_forgets_all_settings(stage: Stage) -> None:
    await stage.personal.set_preferences(
        stage.requester(), Preferences(mode=Mode.RELAXED, parameters="--ar 3:2", wants_dm=True)
    )
    await stage.press(await stage.whispered("settings"), "Reset everything")
    assert await preferences(stage) == Preferences()


async def test_automatic_forgets_a_choice(stage: Stage) -> None:
    await stage.personal.set_preferences(
        stage.requester(), Preferences(mode=Mode.RELAXED, language="en")
    )
    panel = await stage.whispered("settings")
    for menu in menus(panel):
        await stage.d.select(stage.d.ann, panel, menu, ["auto"])
    assert await preferences(stage) == Preferences()


async def test_quick_presses_lose_no_setting(stage: Stage) -> None:
    panel = await stage.whispered("settings")
    mode, spoken = menus(panel)
    await asyncio.gather(
        stage.d.select(stage.d.ann, panel, mode, ["relaxed"]),
        stage.d.select(stage.d.ann, panel, spoken, ["en"]),
        stage.press(panel, "Turn on"),
    )
    assert await preferences(stage) == Preferences(mode=Mode.RELAXED, wants_dm=True, language="en")


# ── The language ────────────────────────────────────────────────────────────────────────────────


async def test_the_language_of_an_answer_is_the_chosen_one(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(language="de"))
    assert await _locale(stage, stage.d.ann, "en-US") == "de"
    assert await _locale(stage, stage.d.ben, "fr") == "fr"


async def test_the_cards_of_a_job_speak_the_chosen_language(stage: Stage) -> None:
    await stage.personal.set_preferences(stage.requester(), Preferences(language="de"))
    await stage.press(await stage.whispered("help"), BUTTON_OF_AN_EXAMPLE)
    (job,) = (await stage.personal.page(stage.requester())).jobs
    assert job.origin.locale == "de"


async def test_without_the_database_the_language_is_discords(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_requester: str) -> Preferences:
        await asyncio.sleep(3600)
        return Preferences()

    monkeypatch.setattr(language, "PATIENCE_S", 0.05)
    monkeypatch.setattr(stage.bot.personal.personal, "preferences", hang)
    assert await _locale(stage, stage.d.ann, "fr") == "fr"


async def _locale(stage: Stage, user: User, reported: str) -> str:
    """Ask `locale_of` about an interaction as discord.py would hand it to a command."""
    found: list[str] = []

    @stage.bot.listen("on_interaction")
    async def note(interaction: discord.Interaction[ImagineBot]) -> None:
        found.append(await language.locale_of(interaction))

    await stage.d.slash(user, stage.d.channel, "help", locale=reported)
    await stage.d.wait_for(lambda: found)
    stage.bot.remove_listener(note, "on_interaction")
    return found[0]
