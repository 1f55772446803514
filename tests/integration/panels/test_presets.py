"""/preset: saved, shown, suggested and deleted."""

from bot.domain.people import Preset
from tests.integration.panels.fixtures import Rig, menus, said
from tests.standins.discord import User


async def save(rig: Rig, name: str, user: User | None = None, **options: str) -> str:
    return (await rig.asked_privately("preset save", user, name=name, **options)).text


async def test_a_preset_is_saved_and_shown(rig: Rig) -> None:
    saved = await save(rig, "poster", parameters="—ar 2:3 --s 250 --relax", words="bold ink")
    shown = (await rig.asked_privately("preset show", name="poster")).text
    assert "Saved" in saved
    for text in (saved, shown):
        assert "--ar 2:3 --s 250 --relax" in text
        assert "bold ink" in text


async def test_a_preset_is_saved_by_the_form_of_the_list(rig: Rig) -> None:
    listed = await rig.asked_privately("preset list")
    opened = await rig.press(listed, "New preset")
    await rig.d.submit_modal(opened, {"name": "poster", "parameters": "--ar 2:3", "words": ""})
    assert await rig.personal.presets(rig.person()) == [
        Preset(name="poster", parameters="--ar 2:3")
    ]
    assert "--ar 2:3" in listed.text


async def test_saving_a_name_again_replaces_it_and_says_so(rig: Rig) -> None:
    await save(rig, "Füchse", parameters="--ar 2:3")
    assert "instead" in await save(rig, "FÜCHSE", parameters="--ar 3:2")
    assert await rig.personal.presets(rig.person()) == [
        Preset(name="FÜCHSE", parameters="--ar 3:2")
    ]


async def test_a_preset_of_words_among_parameters_is_refused(rig: Rig) -> None:
    assert "Only parameters" in await save(rig, "poster", parameters="a fox --ar 2:3")
    assert await rig.personal.presets(rig.person()) == []


async def test_there_are_at_most_25_presets(rig: Rig) -> None:
    for number in range(25):
        await rig.personal.save_preset(
            rig.person(), Preset(name=f"p{number}", parameters="--ar 2:3")
        )
    assert "25 presets already" in await save(rig, "one more", parameters="--ar 2:3")
    assert "instead" in await save(rig, "p7", parameters="--ar 3:2")
    assert "25 of 25" in (await rig.asked_privately("preset list")).text


async def test_names_of_presets_are_suggested(rig: Rig) -> None:
    await save(rig, "poster", parameters="--ar 2:3")
    await save(rig, "banner", parameters="--ar 3:1")
    await save(rig, "posh", rig.d.ben, parameters="--ar 3:1")
    asked = await rig.d.autocomplete(rig.d.ann, rig.d.channel, "preset delete", "name", "pos")
    assert [choice["value"] for choice in asked.choices or []] == ["poster"]


async def test_a_preset_is_deleted(rig: Rig) -> None:
    await save(rig, "poster", parameters="--ar 2:3")
    assert "deleted" in (await rig.asked_privately("preset delete", name="poster")).text
    assert await rig.personal.presets(rig.person()) == []


async def test_a_preset_that_is_not_there_is_said(rig: Rig) -> None:
    for command in ("preset show", "preset delete"):
        assert "no preset" in (await rig.asked_privately(command, name="nothing")).text


async def test_the_list_of_presets_shows_and_deletes_in_place_after_a_restart(
    rig: Rig,
) -> None:
    await save(rig, "with: colon", parameters="--ar 2:3")
    listed = await rig.asked_privately("preset list")
    await rig.start()
    await rig.d.select(rig.d.ann, listed, menus(listed)[0], ["with: colon"])
    assert "--ar 2:3" in listed.text
    await rig.press(listed, "Delete")
    assert "None yet" in listed.text


async def test_a_preset_deleted_twice_says_so(rig: Rig) -> None:
    await save(rig, "poster", parameters="--ar 2:3")
    shown = await rig.asked_privately("preset show", name="poster")
    await rig.asked_privately("preset delete", name="poster")
    pressed = await rig.press(shown, "Delete")
    assert "no preset" in said(pressed)
