"""/help, and what all panels have in common."""

import pytest

from tests.integration.panels.fixtures import BUTTON_OF_AN_EXAMPLE, Rig


@pytest.mark.parametrize("is_dm", [False, True])
async def test_an_example_of_the_help_starts_a_job_after_a_restart(rig: Rig, is_dm: bool) -> None:
    channel = rig.d.dm(rig.d.ann) if is_dm else rig.d.channel
    asked = await rig.d.slash(rig.d.ann, channel, "help")
    assert asked.response is not None
    assert asked.response.ephemeral
    await rig.start()
    pressed = await rig.press(asked.response, BUTTON_OF_AN_EXAMPLE)
    page = await rig.personal.page(rig.person())
    assert [job.prompt for job in page.jobs] == [
        "a red fox reading in an autumn forest, watercolour"
    ]
    assert pressed.response is not None
    assert not pressed.response.ephemeral
    assert "red fox" in pressed.response.text


async def test_the_commands_are_for_guilds_and_direct_messages(rig: Rig) -> None:
    mine = {"jobs", "preset", "settings", "queue", "help"}
    offered = {
        command["name"]: (command["integration_types"], command["contexts"])
        for command in rig.d.commands[None]
        if command["name"] in mine
    }
    assert offered == dict.fromkeys(mine, ([0], [0, 1]))


async def test_panels_leave_nothing_in_memory(rig: Rig) -> None:
    panel = await rig.asked_privately("settings")
    await rig.press(panel, "Turn on")
    await rig.press(panel, "Change")
    assert rig.bot.persistent_views == []
    assert not rig.bot._connection._view_store._views
    assert not rig.bot._connection._view_store._modals
