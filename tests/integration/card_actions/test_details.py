"""Details of a card, and what can be done from there."""

import pytest
from structlog.testing import capture_logs

from bot.clock import SystemClock
from tests.fixtures import Rig
from tests.integration.card_actions.fixtures import private_answer
from tests.jobs import record_posted
from tests.standins.discord import faults
from tests.standins.discord.routes import ONE_MESSAGE


async def test_details_are_for_this_person_only(rig: Rig) -> None:
    card = await rig.card("a red fox --seed 42")
    pressed = await rig.d.press(rig.d.ben, card, "Details")
    text = private_answer(pressed).text
    assert "```\na red fox --seed 42\n```" in text
    assert "Seed: 42" in text


async def test_who_asked_may_delete_the_card_from_the_details(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ann, card, "Details")
    deleted = await rig.d.press(rig.d.ann, private_answer(pressed), "Delete")
    await rig.d.wait_for(lambda: card.deleted)
    await rig.d.wait_for(lambda: deleted.response and "deleted" in deleted.response.text)


async def test_others_find_no_delete_in_the_details(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ben, card, "Details")
    assert private_answer(pressed).labels == ["Again", "Edit"]


async def test_who_manages_messages_finds_delete_in_the_details(rig: Rig) -> None:
    card = await rig.card()
    rig.d.guild.grant(rig.d.ben, "manage_messages")
    pressed = await rig.d.press(rig.d.ben, card, "Details")
    assert "Delete" in private_answer(pressed).labels


async def test_a_card_that_is_gone_already_counts_as_deleted(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ann, card, "Details")
    card.deleted = True
    deleted = await rig.d.press(rig.d.ann, private_answer(pressed), "Delete")
    await rig.d.wait_for(lambda: deleted.response and "deleted" in deleted.response.text)


async def test_a_card_that_discord_does_not_delete_now_is_no_defect_of_ours(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ann, card, "Details")
    rig.d.faults.add("DELETE", ONE_MESSAGE, faults.status(503), times=None)
    with capture_logs() as logs:
        refused = await rig.d.press(rig.d.ann, private_answer(pressed), "Delete")
        await rig.d.wait_for(lambda: refused.followups)
    assert [answer_privately.text for answer_privately in refused.followups] == [
        "Discord didn't answer me just now. Please try again."
    ]
    assert "interaction_failed" not in [log["event"] for log in logs]


@pytest.mark.parametrize("label", ["1", "Again", "Edit", "Details", "Delete"])
async def test_a_button_of_a_forgotten_job_says_so(rig: Rig, label: str) -> None:
    card = await rig.card()
    await record_posted(rig.database, await rig.job())
    assert await rig.jobs.drop_finished(finished_before=SystemClock().now(), limit=10) == 1
    pressed = await rig.d.press(rig.d.ann, card, label)
    said = await rig.d.wait_for(
        lambda: [m.text for m in (pressed.response, *pressed.followups) if m and m.ephemeral]
    )
    assert said == [
        "This picture is too old for me to remember. Please start a new one with /imagine."
    ]
    assert not card.deleted
