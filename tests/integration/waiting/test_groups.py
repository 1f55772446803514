"""Several jobs of one command: the question before them, and their one placeholder."""

import asyncio
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.domain.jobs import Failure, FailureCode, TaskReport
from bot.store import SqlDraftStore
from tests.haste import set_limits
from tests.integration.waiting.fixtures import MINUTE, Scene, group, private_words, question
from tests.standins.discord import faults
from tests.standins.discord.routes import BY_TOKEN, CALLBACK, ONE_MESSAGE

# ── The question ────────────────────────────────────────────────────────────────────────────────


async def test_several_jobs_are_asked_about_first(scene: Scene) -> None:
    asked = await question(scene)
    assert "**2 jobs**" in asked.text
    assert "1. a red fox" in asked.text
    assert asked.labels == ["Start 2 jobs", "No, thanks"]
    assert await scene.jobs() == []


async def test_yes_starts_them_under_one_placeholder_for_all(scene: Scene) -> None:
    asked = await question(scene)
    pressed = await scene.d.press(scene.d.ann, asked, "Start 2 jobs")
    jobs = await scene.queued(2)
    assert [job.prompt for job in jobs] == ["a red fox", "a blue fox"]
    assert {job.group_id for job in jobs} == {jobs[0].id}
    await scene.d.wait_for(lambda: asked.deleted)
    assert scene.d.channel.messages == [pressed.response]
    assert "0 of 2 done" in scene.d.channel.messages[0].text


async def test_saying_yes_twice_makes_the_jobs_once(scene: Scene) -> None:
    asked = await question(scene)
    first, second = await asyncio.gather(
        scene.d.press(scene.d.ann, asked, "Start 2 jobs"),
        scene.d.press(scene.d.ann, asked, "Start 2 jobs"),
    )
    await scene.queued(2)
    shown = [pressed.response for pressed in (first, second)]
    public = [message for message in shown if message and not message.ephemeral]
    assert scene.d.channel.messages == public
    assert len(public) == 1
    assert "already started these" in private_words(first) + private_words(second)


async def test_no_takes_the_question_away(scene: Scene) -> None:
    asked = await question(scene)
    await scene.d.press(scene.d.ann, asked, "No, thanks")
    await scene.d.wait_for(lambda: asked.deleted)
    assert await scene.jobs() == []


async def test_a_draft_that_is_gone_is_one_sentence(scene: Scene) -> None:
    asked = await question(scene)
    await SqlDraftStore(scene.rig.database).drop_drafts(
        created_before=scene.rig.clock.now() + MINUTE
    )
    pressed = await scene.d.press(scene.d.ann, asked, "Start 2 jobs")
    assert "no longer have this request" in private_words(pressed)


async def test_the_question_is_for_one_person_even_after_thinking(scene: Scene) -> None:
    set_limits(scene.rig.bot, thinking_after_s=0.05)
    scene.rig.service.delay_s = 0.2
    asked = await scene.rig.imagine("a {red, blue} fox")
    await scene.d.wait_for(lambda: asked.followups)
    assert asked.followups[0].labels == ["Start 2 jobs", "No, thanks"]
    assert asked.followups[0].ephemeral
    assert scene.d.channel.messages == []


# ── Their placeholder ───────────────────────────────────────────────────────────────────────────


async def test_a_group_counts_and_its_placeholder_goes_with_the_last(scene: Scene) -> None:
    placeholder = await group(scene)
    jobs = await scene.drawing(3)
    await scene.until_says(placeholder, "0 of 3 done, 3 drawing.")
    for number, job in enumerate(jobs[:2], start=1):
        await scene.done(job)
        await scene.delivered(job)
        await scene.until_says(placeholder, f"{number} of 3 done")
    assert len(scene.cards()) == 2
    await scene.done(jobs[2])
    await scene.d.wait_for(lambda: placeholder.deleted)
    assert len(scene.cards()) == 3


async def test_the_placeholder_of_a_group_is_gone_before_its_last_job_is_recorded(
    scene: Scene,
) -> None:
    placeholder = await group(scene)
    jobs = await scene.drawing(3)
    await scene.done(*jobs[:2])
    for job in jobs[:2]:
        await scene.delivered(job)
    await scene.until_says(placeholder, "2 of 3 done")
    held = faults.hold()
    scene.d.faults.add("DELETE", ONE_MESSAGE, held)
    await scene.done(jobs[2])
    await scene.d.wait_for(lambda: scene.d.calls("DELETE", ONE_MESSAGE))
    delivery = await scene.rig.deliveries.get(jobs[2].id)
    assert delivery is not None
    assert delivery.status is DeliveryStatus.POSTING
    held.release()


async def test_cancel_takes_back_what_still_waits_of_a_group(scene: Scene) -> None:
    placeholder = await group(scene)
    (job,) = await scene.drawing(1)
    await scene.until_says(placeholder, "1 drawing")
    await scene.d.press(scene.d.ann, placeholder, "Cancel")
    assert "2 cancelled" in placeholder.text
    assert placeholder.labels == ["Don't post"]
    await scene.done(job)
    await scene.d.wait_for(lambda: placeholder.deleted)
    assert len(scene.cards()) == 1


async def test_a_group_that_is_cancelled_whole_says_so(scene: Scene) -> None:
    placeholder = await group(scene)
    await scene.d.press(scene.d.ann, placeholder, "Cancel")
    assert "Cancelled; nothing was charged." in placeholder.text
    assert not placeholder.deleted


async def test_a_group_whose_rest_is_discarded_ends_at_once(scene: Scene) -> None:
    placeholder = await group(scene)
    jobs = await scene.drawing(3)
    await scene.done(jobs[0])
    await scene.delivered(jobs[0])
    await scene.until_says(placeholder, "1 of 3 done")
    await scene.d.press(scene.d.ann, placeholder, "Don't post")
    await scene.d.wait_for(lambda: placeholder.deleted)
    await scene.done(*jobs[1:])
    await asyncio.sleep(0.3)
    assert len(scene.cards()) == 1


async def test_a_group_that_went_while_somebody_pressed_needs_no_words(scene: Scene) -> None:
    placeholder = await group(scene)
    jobs = await scene.drawing(3)
    await scene.done(jobs[0])
    await scene.delivered(jobs[0])
    await scene.until_says(placeholder, "1 of 3 done")
    scene.d.faults.add("DELETE", BY_TOKEN, faults.status(404, 10008))
    pressed = await scene.d.press(scene.d.ann, placeholder, "Don't post")
    await scene.d.wait_for(lambda: [c.status for c in scene.d.calls("DELETE", BY_TOKEN)])
    await scene.rig.imagine("a later fox")
    assert private_words(pressed) == ""


async def test_a_failed_member_of_a_group_counts_as_done(scene: Scene) -> None:
    placeholder = await group(scene)
    jobs = await scene.drawing(3)
    failure = Failure(code=FailureCode.PROMPT)
    report = TaskReport(task_id=jobs[0].id, is_finished=True, failure=failure)
    now = scene.rig.clock.now()
    await scene.rig.jobs.record_poll(
        await scene.rig.jobs.fence(), [report], next_polls={}, asked_at=now, now=now
    )
    await scene.done(*jobs[1:])
    await scene.d.wait_for(lambda: placeholder.deleted)
    assert len(scene.cards()) == 3


@pytest.mark.parametrize("prompt", ["a {red, blue} fox", "a fox --ar"])
async def test_who_is_beaten_to_the_answer_asks_and_refuses_nothing(
    scene: Scene, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = asyncio.Event()
    edge = scene.rig.bot.screens.edge
    run = edge.run

    async def watched(*interaction: Any) -> None:
        await run(*interaction)
        is_over.set()

    monkeypatch.setattr(edge, "run", watched)
    set_limits(scene.rig.bot, thinking_after_s=0.0)
    scene.rig.service.delay_s = 0.2
    scene.d.faults.add("POST", CALLBACK, faults.status(404, 10062))
    before = len(scene.d.calls("POST", CALLBACK))
    asked = await scene.d.slash(scene.d.ann, scene.d.channel, "imagine", prompt=prompt, wait=0)
    await is_over.wait()
    assert len(scene.d.calls("POST", CALLBACK)) == before + 1
    assert asked.response is None
    assert not asked.followups
