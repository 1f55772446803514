"""The buttons of a result over the wire: real discord.py, store and service."""

import pytest
from structlog.testing import capture_logs

from bot.domain.jobs import JobStatus
from bot.platforms.discord.reply import first_answer as answer
from tests.fixtures import Rig
from tests.integration.answers.fixtures import events
from tests.pictures import picture
from tests.standins.discord import faults
from tests.standins.discord.routes import CALLBACK


async def test_a_number_posts_that_image_from_the_card_when_the_link_is_dead(
    rig: Rig,
) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ben, card, "3")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert pressed.response is not None
    assert pressed.response.images == [picture(2)]
    assert not pressed.response.ephemeral


async def test_an_image_that_is_gone_everywhere_is_said_to_this_person(rig: Rig) -> None:
    card = await rig.card()
    rig.d.cdn_status = 410
    pressed = await rig.d.press(rig.d.ben, card, "3")
    await rig.d.wait_for(lambda: pressed.followups)
    assert pressed.followups[0].ephemeral
    assert "image 3" in pressed.followups[0].text


async def test_again_is_a_new_job_of_the_person_who_pressed(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ben, card, "Again")
    assert pressed.response is not None
    assert rig.d.ben.mention in pressed.response.text
    again = await rig.job(1)
    assert (again.prompt, again.origin.person.id) == ("a red fox", str(rig.d.ben.id))


async def test_again_that_nobody_answered_is_given_up_and_the_card_stays(rig: Rig) -> None:
    card = await rig.card()
    lost = faults.lose_before_effect()
    rig.d.faults.add("POST", CALLBACK, lost, times=answer.ATTEMPTS)
    await rig.d.press(rig.d.ben, card, "Again", wait=0)
    await rig.job_with(JobStatus.CANCELLED, index=1)
    assert not card.deleted


async def test_the_person_who_asked_may_delete_the_card(rig: Rig) -> None:
    card = await rig.card()
    await rig.d.press(rig.d.ann, card, "Delete")
    await rig.d.wait_for(lambda: card.deleted)


async def test_who_manages_messages_may_delete_the_card(rig: Rig) -> None:
    card = await rig.card()
    rig.d.guild.grant(rig.d.ben, "manage_messages")
    await rig.d.press(rig.d.ben, card, "Delete")
    await rig.d.wait_for(lambda: card.deleted)


async def test_others_are_told_that_they_may_not_delete(rig: Rig) -> None:
    card = await rig.card()
    pressed = await rig.d.press(rig.d.ben, card, "Delete")
    await rig.d.wait_for(lambda: pressed.followups)
    assert pressed.followups[0].ephemeral
    assert not card.deleted


@pytest.mark.parametrize("label", ["1", "Again", "Delete"])
async def test_a_button_of_a_forgotten_job_says_so(rig: Rig, label: str) -> None:
    card = await rig.card()
    rig.store_hooks["progress.get"] = _nothing
    pressed = await rig.d.press(rig.d.ann, card, label)
    private_words = await rig.d.wait_for(
        lambda: [m for m in (*pressed.followups, pressed.response) if m and m.ephemeral]
    )
    assert "too old for me" in private_words[0].text
    assert not card.deleted


async def _nothing(_job_id: str) -> None:
    return None


@pytest.mark.parametrize(
    "fault", [faults.lose_answer_after_effect(), faults.garbage(200)], ids=["lost", "garbage"]
)
async def test_a_press_that_discord_loses_is_no_defect_of_ours(
    rig: Rig, fault: faults.Action
) -> None:
    card = await rig.card()
    rig.d.faults.add("POST", CALLBACK, fault)
    with capture_logs() as logs:
        await rig.d.press(rig.d.ann, card, "Delete", wait=0)
        await rig.d.wait_for(lambda: "interaction_lost" in events(logs))
    assert not any("exc_info" in entry for entry in logs)


async def test_a_press_that_another_process_answered_is_left_to_it(rig: Rig) -> None:
    card = await rig.card()
    rig.d.faults.add("POST", CALLBACK, faults.status(400, 40060))
    with capture_logs() as logs:
        beaten = await rig.d.press(rig.d.ann, card, "1", wait=0)
        await rig.d.wait_for(lambda: "defer_failed" in events(logs))
    pressed = await rig.d.press(rig.d.ann, card, "2")
    await rig.d.wait_for(lambda: pressed.response and pressed.response.images)
    assert not [call for call in rig.d.requests if f"/{beaten.token}/messages" in call.path]


async def test_a_press_leaves_nothing_in_memory(rig: Rig) -> None:
    card = await rig.card()
    await rig.d.press(rig.d.ben, card, "Again")
    assert rig.bot.persistent_views == []
    assert not rig.bot._connection._view_store._views
