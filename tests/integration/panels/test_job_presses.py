"""What can be done with a job in /jobs: cancel it, look at it, post it again."""

import pytest

from bot.domain.jobs import Job, JobStatus
from bot.screens import actions
from bot.screens.job_list import Wanted
from tests.integration.panels.fixtures import Rig, said
from tests.pictures import picture
from tests.standins.discord import Interaction
from tests.standins.discord.interactions import COMPONENT

# ── Cancelling and details ──────────────────────────────────────────────────────────────────────


async def test_the_jobs_of_one_command_are_cancelled_together(rig: Rig) -> None:
    first = await rig.add_job("a fox", jobs=3)
    pressed = await rig.d.press(rig.d.ann, await rig.asked_privately("jobs"), "Cancel")
    await rig.d.wait_for(lambda: "These 3 jobs" in said(pressed))
    assert await status(rig, first) is JobStatus.CANCELLED


async def test_a_waiting_job_is_cancelled_from_the_list(rig: Rig) -> None:
    job = await rig.add_job("a fox")
    listed = await rig.asked_privately("jobs")
    await rig.press(listed, "Cancel")
    assert await status(rig, job) is JobStatus.CANCELLED
    assert "Cancelled" in listed.text
    assert "Cancel" not in listed.labels


async def test_a_job_that_started_meanwhile_is_too_late_to_cancel(rig: Rig) -> None:
    job = await rig.add_job("a fox")
    listed = await rig.asked_privately("jobs")
    await rig.start_job(job)
    pressed = await rig.press(listed, "Cancel")
    await rig.d.wait_for(lambda: "Too late" in said(pressed))
    assert await status(rig, job) is JobStatus.RUNNING


@pytest.mark.parametrize("verb", [actions.JOBS_CANCEL, actions.JOBS_DETAILS, actions.JOBS_POST])
async def test_somebody_else_can_do_nothing_with_my_jobs(rig: Rig, verb: str) -> None:
    job = await rig.add_job("a fox")
    if verb == actions.JOBS_POST:
        await rig.finish_job(job)
    listed = await rig.asked_privately("jobs")
    press = Wanted().action(verb, job.id)
    data = {"custom_id": str(press), "component_type": 2, "id": 1}
    pressed = await rig.d._send(
        COMPONENT, rig.d.ben, listed.channel, data, locale=None, wait=3, message=listed
    )
    await rig.d.wait_for(lambda: said(pressed))
    assert "isn't one of your jobs" in said(pressed)
    assert await status(rig, job) is not JobStatus.CANCELLED
    assert rig.d.channel.messages == [] or all(m.ephemeral for m in rig.d.channel.messages)


async def test_details_are_shown_to_me_alone(rig: Rig) -> None:
    job = await rig.add_job("a fox")
    pressed = await rig.press(await rig.asked_privately("jobs"), "Details")
    assert pressed.response is not None
    assert pressed.response.ephemeral
    assert job.id in pressed.response.text


async def test_a_posted_job_links_to_its_message(rig: Rig) -> None:
    job = await rig.finish_job(await rig.add_job("a fox"))
    card = await rig.post(job)
    listed = await rig.asked_privately("jobs")
    (link,) = [button.url for button in listed.buttons if button.label == "Go to message"]
    assert link == (f"https://discord.com/channels/{rig.d.guild.id}/{rig.d.channel.id}/{card.id}")


async def status(rig: Rig, job: Job) -> JobStatus:
    found = await rig.jobs.get(job.id)
    assert found is not None
    return found.status


# ── Posting again ───────────────────────────────────────────────────────────────────────────────


async def test_a_result_is_posted_again_from_its_card_when_the_links_are_dead(
    rig: Rig,
) -> None:
    job = await rig.finish_job(await rig.add_job("a fox"))
    card = await rig.post(job)
    listed = await rig.asked_privately("jobs")
    await rig.start()
    pressed = await rig.press(listed, "Post here")
    again = await rig.d.wait_for(lambda: pressed.response if posted(pressed) else None)
    assert again is not None
    assert not again.ephemeral
    assert again.images == [picture(index) for index in range(4)]
    assert again.labels == card.labels
    assert not {b.custom_id for b in again.buttons if b.label == "Delete"} & {
        b.custom_id for b in card.buttons
    }


async def test_a_result_that_was_never_posted_comes_from_the_provider(rig: Rig) -> None:
    other = rig.d.add_channel("elsewhere")
    stored = rig.d.world.store_file(other, "fox.png", picture(7))
    link = f"{stored.path}?ex=1&is=1&hm={{}}"
    await rig.finish_job(await rig.add_job("a fox"), link=link)
    pressed = await rig.press(await rig.asked_privately("jobs"), "Post here")
    await rig.d.wait_for(lambda: posted(pressed))
    assert pressed.response is not None
    assert pressed.response.images == [picture(7)] * 4


async def test_a_post_again_leaves_the_delivery_alone(rig: Rig) -> None:
    job = await rig.finish_job(await rig.add_job("a fox"))
    await rig.post(job)
    before = await rig.deliveries.get(job.id)
    pressed = await rig.press(await rig.asked_privately("jobs"), "Post here")
    await rig.d.wait_for(lambda: posted(pressed))
    assert await rig.deliveries.get(job.id) == before


async def test_pictures_that_are_gone_everywhere_are_said_to_me_alone(rig: Rig) -> None:
    await rig.finish_job(await rig.add_job("a fox"))
    pressed = await rig.press(await rig.asked_privately("jobs"), "Post here")
    await rig.d.wait_for(lambda: pressed.followups)
    assert "any more" in pressed.followups[0].text
    assert pressed.followups[0].ephemeral
    assert [m for m in rig.d.channel.messages if not m.ephemeral] == []


def posted(pressed: Interaction) -> bool:
    return pressed.response is not None and bool(pressed.response.images)
