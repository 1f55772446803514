"""Private jobs: nobody else sees the placeholder, the result or what becomes of them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.services.requests import Order, Request, read_request
from tests.haste import set_limits
from tests.integration.waiting.fixtures import MINUTE, Scene, question
from tests.pictures import picture
from tests.standins.discord import Message, faults
from tests.standins.discord.routes import BY_TOKEN, MESSAGES


async def test_a_private_result_takes_the_place_of_the_answer(scene: Scene) -> None:
    placeholder = await scene.asked(private=True)
    assert placeholder.ephemeral
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    await scene.done(job)
    await scene.delivered(job)
    assert placeholder.images == [picture(0)]
    assert scene.d.channel.messages == []
    assert scene.d.calls("POST", MESSAGES) == []


@pytest.mark.discord_timings(edit_settles_within=MINUTE)
async def test_a_private_result_is_not_covered_up_by_what_was_given_up_before_it(
    scene: Scene,
) -> None:
    placeholder = await scene.asked(private=True)
    held = faults.hold(is_cut=True)
    scene.d.faults.add("PATCH", BY_TOKEN, held)
    (job,) = await scene.drawing()
    await scene.d.wait_for(lambda: scene.d.calls("PATCH", BY_TOKEN))
    await scene.done(job)
    await scene.d.wait_for(lambda: placeholder.images)
    held.release()
    await scene.until_says(placeholder, "drawing it now")
    await scene.delivered(job, DeliveryStatus.POSTING)  # it is looked at once more
    scene.step_a_minute()
    await scene.d.wait_for(lambda: placeholder.images)
    await scene.delivered(job, DeliveryStatus.POSTING)
    scene.step_a_minute()
    await scene.delivered(job)
    assert placeholder.images == [picture(0)]


async def test_a_private_result_after_the_token_comes_as_a_direct_message(
    scene: Scene,
) -> None:
    card = await private_card_in_dm(scene)
    assert card.images == [picture(0)]
    assert scene.d.channel.messages == []


async def test_a_private_result_that_was_seen_and_deleted_does_not_come_again(
    scene: Scene,
) -> None:
    placeholder = await scene.asked(private=True)
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    scene.d.faults.add("PATCH", BY_TOKEN, faults.lose_answer_after_effect())
    await scene.done(job)
    await scene.d.wait_for(lambda: placeholder.images)
    await scene.d.press(scene.d.ann, placeholder, "Delete")
    await scene.delivered(job)
    assert scene.d.dm(scene.d.ann).messages == []


async def test_further_parts_of_a_private_result_come_as_direct_messages(
    scene: Scene,
) -> None:
    placeholder = await scene.asked(private=True)
    (job,) = await scene.drawing()
    await scene.done(job, images=13)
    await scene.delivered(job)
    (more,) = scene.d.dm(scene.d.ann).messages
    assert (len(placeholder.images), len(more.images)) == (10, 3)
    assert scene.d.channel.messages == []


async def test_a_slow_private_answer_is_private_from_the_start(scene: Scene) -> None:
    set_limits(scene.rig.bot, thinking_after_s=0.05)
    scene.rig.service.delay_s = 0.2
    asked = await scene.rig.imagine(private=True)
    assert asked.deferred
    await scene.queued()
    assert asked.ephemeral


async def test_again_on_a_private_card_is_private_too(scene: Scene) -> None:
    card = await scene.asked(private=True)
    (job,) = await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    pressed = await scene.d.press(scene.d.ann, card, "Again")
    assert pressed.ephemeral
    await scene.queued(2)
    assert all(job.is_private for job in await scene.jobs())


async def test_a_private_card_can_be_deleted(scene: Scene) -> None:
    card = await scene.asked(private=True)
    (job,) = await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    await scene.d.press(scene.d.ann, card, "Delete")
    await scene.d.wait_for(lambda: card.deleted)


async def test_a_private_job_can_be_cancelled(scene: Scene) -> None:
    placeholder = await scene.asked(private=True)
    await scene.d.press(scene.d.ann, placeholder, "Cancel")
    assert "Cancelled; nothing was charged." in placeholder.text


async def test_a_private_group_comes_as_direct_messages(scene: Scene) -> None:
    asked = await question(scene, private=True)
    pressed = await scene.d.press(scene.d.ann, asked, "Start 2 jobs")
    await scene.queued(2)
    placeholder = pressed.response
    assert placeholder is not None
    assert placeholder.ephemeral
    await scene.done(*await scene.drawing(2))
    await scene.d.wait_for(lambda: placeholder.deleted)
    assert len(scene.d.dm(scene.d.ann).messages) == 2
    assert scene.d.channel.messages == []


# ── Asked for in the prompt ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prompt", ["a fox --private", "a fox —stealth", "a fox --pri\u00advate"])
async def test_thinking_is_for_this_person_where_the_prompt_may_be_private(
    scene: Scene, prompt: str
) -> None:
    set_limits(scene.rig.bot, thinking_after_s=0.0)
    scene.rig.service.delay_s = 0.2
    asked = await scene.rig.imagine(prompt)
    assert asked.deferred
    assert asked.ephemeral


def read_privately(request: Request, **more: Any) -> Order:
    return replace(read_request(request, **more), is_private=True)


@pytest.mark.parametrize("read", [read_privately])
async def test_a_public_thinking_goes_when_the_job_turns_out_to_be_private(scene: Scene) -> None:
    set_limits(scene.rig.bot, thinking_after_s=0.0)
    scene.rig.service.delay_s = 0.2
    asked = await scene.rig.imagine("a fox")
    assert asked.deferred
    await scene.d.wait_for(lambda: asked.followups)
    (placeholder,) = asked.followups
    assert placeholder.ephemeral
    assert "a fox" in placeholder.text
    assert (await scene.queued())[0].is_private
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    await scene.done(job)
    await scene.delivered(job)
    assert placeholder.images == [picture(0)]
    assert scene.d.channel.messages == []
    assert scene.d.dm(scene.d.ann).messages == []


@pytest.fixture
async def follow_up(scene: Scene) -> Message:
    """Return a private placeholder that came after a public "thinking…"."""
    set_limits(scene.rig.bot, thinking_after_s=0.0)
    card = await private_card_in_dm(scene)
    scene.rig.service.delay_s = 0.2
    pressed = await scene.d.press(scene.d.ann, card, "Again")
    assert pressed.deferred
    await scene.queued(2)
    (placeholder,) = pressed.followups
    assert placeholder.ephemeral
    return placeholder


async def private_card_in_dm(scene: Scene) -> Message:
    asked = await scene.rig.imagine(private=True)
    await scene.queued()
    asked.expire_token()
    (job,) = await scene.drawing()
    await scene.done(job)
    await scene.delivered(job)
    (card,) = scene.d.dm(scene.d.ann).messages
    return card


async def test_a_placeholder_after_a_public_thinking_changes_and_becomes_the_result(
    scene: Scene, follow_up: Message
) -> None:
    (job,) = await scene.drawing()
    await scene.until_says(follow_up, "drawing it now")
    await scene.done(job)
    await scene.delivered(job)
    assert follow_up.images == [picture(0)]
    assert len(scene.d.dm(scene.d.ann).messages) == 1  # the first card


async def test_a_placeholder_after_a_public_thinking_goes_when_the_result_cannot_take_its_place(
    scene: Scene, follow_up: Message
) -> None:
    (job,) = await scene.drawing()
    await scene.until_says(follow_up, "drawing it now")
    scene.d.faults.add("PATCH", BY_TOKEN, faults.status(400, 50035), times=None)
    await scene.done(job)
    await scene.delivered(job)
    assert follow_up.deleted
    assert len(scene.d.dm(scene.d.ann).messages) == 2
