"""/preset: saved, shown, suggested and deleted."""

from bot.domain.people import Preset
from tests.integration.panels.stage import Stage, menus, said
from tests.standins.discord import User


async def save(stage: Stage, name: str, user: User | None = None, **options: str) -> str:
    return (await stage.whispered("preset save", user, name=name, **options)).text


async def test_a_preset_is_saved_and_shown(stage: Stage) -> None:
    saved = await save(stage, "poster", parameters="—ar 2:3 --s 250 --relax", words="bold ink")
    shown = (await stage.whispered("preset show", name="poster")).text
    assert "Saved" in saved
    for text in (saved, shown):
        assert "--ar 2:3 --s 250 --relax" in text
        assert "bold ink" in text


async def test_saving_a_name_again_replaces_it_and_says_so(stage: Stage) -> None:
    await save(stage, "Füchse", parameters="--ar 2:3")
    assert "instead" in await save(stage, "FÜCHSE", parameters="--ar 3:2")
    assert await stage.personal.presets(stage.requester()) == [
        Preset(name="FÜCHSE", parameters="--ar 3:2")
    ]


async def test_a_preset_of_words_among_parameters_is_refused(stage: Stage) -> None:
    assert "Only parameters" in await save(stage, "poster", parameters="a fox --ar 2:3")
    assert await stage.personal.presets(stage.requester()) == []


async def test_there_are_at_most_25_presets(stage: Stage) -> None:
    for number in range(25):
        await stage.personal.save_preset(
            stage.requester(), Preset(name=f"p{number}", parameters="--ar 2:3")
        )
    assert "25 presets already" in await save(stage, "one more", parameters="--ar 2:3")
    assert "instead" in await save(stage, "p7", parameters="--ar 3:2")
    assert "25 of 25" in (await stage.whispered("preset list")).text


async def test_names_of_presets_are_suggested(stage: Stage) -> None:
    await save(stage, "poster", parameters="--ar 2:3")
    await save(stage, "banner", parameters="--ar 3:1")
    await save(stage, "posh", stage.d.ben, parameters="--ar 3:1")
    asked = await stage.d.autocomplete(stage.d.ann, stage.d.channel, "preset delete", "name", "pos")
    assert [choice["value"] for choice in asked.choices or []] == ["poster"]


async def test_a_preset_is_deleted(stage: Stage) -> None:
    await save(stage, "poster", parameters="--ar 2:3")
    assert "deleted" in (await stage.whispered("preset delete", name="poster")).text
    assert await stage.personal.presets(stage.requester()) == []


async def test_a_preset_that_is_not_there_is_said(stage: Stage) -> None:
    for command in ("preset show", "preset delete"):
        assert "no preset" in (await stage.whispered(command, name="nothing")).text


async def test_the_list_of_presets_shows_and_deletes_in_place_after_a_restart(
    stage: Stage,
) -> None:
    await save(stage, "with: colon", parameters="--ar 2:3")
    listed = await stage.whispered("preset list")
    await stage.start()
    await stage.d.select(stage.d.ann, listed, menus(listed)[0], ["with: colon"])
    assert "--ar 2:3" in listed.text
    await stage.press(listed, "Delete")
    assert "None yet" in listed.text


async def test_a_preset_deleted_twice_says_so(stage: Stage) -> None:
    await save(stage, "poster", parameters="--ar 2:3")
    shown = await stage.whispered("preset show", name="poster")
    await stage.whispered("preset delete", name="poster")
    pressed = await stage.press(shown, "Delete")
    assert "no preset" in said(pressed)
