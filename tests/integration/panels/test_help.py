"""/help, and what all panels have in common."""

import pytest

from tests.integration.panels.stage import BUTTON_OF_AN_EXAMPLE, Stage


@pytest.mark.parametrize("is_dm", [False, True])
async def test_an_example_of_the_help_starts_a_job_after_a_restart(
    stage: Stage, is_dm: bool
) -> None:
    channel = stage.d.dm(stage.d.ann) if is_dm else stage.d.channel
    asked = await stage.d.slash(stage.d.ann, channel, "help")
    assert asked.response is not None
    assert asked.response.ephemeral
    await stage.start()
    pressed = await stage.press(asked.response, BUTTON_OF_AN_EXAMPLE)
    page = await stage.personal.page(stage.requester())
    assert [job.prompt for job in page.jobs] == [
        "a red fox reading in an autumn forest, watercolour"
    ]
    assert pressed.response is not None
    assert not pressed.response.ephemeral
    assert "red fox" in pressed.response.text


async def test_the_commands_are_for_guilds_and_direct_messages(stage: Stage) -> None:
    mine = {"jobs", "preset", "settings", "queue", "help"}
    offered = {
        command["name"]: (command["integration_types"], command["contexts"])
        for command in stage.d.commands[None]
        if command["name"] in mine
    }
    assert offered == dict.fromkeys(mine, ([0], [0, 1]))


async def test_panels_leave_nothing_in_memory(stage: Stage) -> None:
    panel = await stage.whispered("settings")
    await stage.press(panel, "Turn on")
    await stage.press(panel, "Change")
    assert stage.bot.persistent_views == []
    assert not stage.bot._connection._view_store._views
    assert not stage.bot._connection._view_store._modals
