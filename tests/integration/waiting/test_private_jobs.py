"""Private jobs: nobody else sees the placeholder, the result or what becomes of them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.deliveries import DeliveryStatus
from bot.platforms.discord.interactions import answers
from bot.platforms.discord.posting import posting
from bot.services import imagine
from bot.services.requests import Order, Request, read_request
from tests.integration.waiting.theatre import MINUTE, Theatre, question
from tests.pictures import picture
from tests.standins.discord import Message, faults
from tests.standins.discord.routes import BY_TOKEN, MESSAGES


async def test_a_private_result_takes_the_place_of_the_answer(theatre: Theatre) -> None:
    placeholder = await theatre.asked(private=True)
    assert placeholder.ephemeral
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.done(job)
    await theatre.delivered(job)
    assert placeholder.images == [picture(0)]
    assert theatre.d.channel.messages == []
    assert theatre.d.calls("POST", MESSAGES) == []


async def test_a_private_result_is_not_covered_up_by_what_was_given_up_before_it(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "SETTLES_WITHIN", MINUTE)
    placeholder = await theatre.asked(private=True)
    held = faults.hold()
    theatre.d.faults.add("PATCH", BY_TOKEN, held)
    (job,) = await theatre.drawing()
    await theatre.d.wait_for(lambda: theatre.d.calls("PATCH", BY_TOKEN))
    await theatre.done(job)
    await theatre.d.wait_for(lambda: placeholder.images)
    held.release()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.delivered(job, DeliveryStatus.PENDING)  # it is looked at once more
    theatre.step_a_minute()
    await theatre.d.wait_for(lambda: placeholder.images)
    await theatre.delivered(job, DeliveryStatus.PENDING)
    theatre.step_a_minute()
    await theatre.delivered(job)
    assert placeholder.images == [picture(0)]


async def test_a_private_result_after_the_token_comes_as_a_direct_message(
    theatre: Theatre,
) -> None:
    card = await private_card_in_dm(theatre)
    assert card.images == [picture(0)]
    assert theatre.d.channel.messages == []


async def test_a_private_result_that_was_seen_and_deleted_does_not_come_again(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    theatre.d.faults.add("PATCH", BY_TOKEN, faults.lose_answer_after_effect())
    await theatre.done(job)
    await theatre.d.wait_for(lambda: placeholder.images)
    await theatre.d.press(theatre.d.ann, placeholder, "Delete")
    await theatre.delivered(job)
    assert theatre.d.dm(theatre.d.ann).messages == []


async def test_further_parts_of_a_private_result_come_as_direct_messages(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job, images=13)
    await theatre.delivered(job)
    (more,) = theatre.d.dm(theatre.d.ann).messages
    assert (len(placeholder.images), len(more.images)) == (10, 3)
    assert theatre.d.channel.messages == []


async def test_a_slow_private_answer_is_private_from_the_start(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENCE_S", 0.05)
    theatre.stage.service.delay_s = 0.2
    asked = await theatre.stage.imagine(private=True)
    assert asked.deferred
    await theatre.queued()
    assert asked.ephemeral


async def test_again_on_a_private_card_is_private_too(theatre: Theatre) -> None:
    card = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    pressed = await theatre.d.press(theatre.d.ann, card, "Again")
    assert pressed.ephemeral
    await theatre.queued(2)
    assert all(job.is_private for job in await theatre.jobs())


async def test_a_private_card_can_be_deleted(theatre: Theatre) -> None:
    card = await theatre.asked(private=True)
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    await theatre.d.press(theatre.d.ann, card, "Delete")
    await theatre.d.wait_for(lambda: card.deleted)


async def test_a_private_job_can_be_cancelled(theatre: Theatre) -> None:
    placeholder = await theatre.asked(private=True)
    await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert "Cancelled; nothing was charged." in placeholder.text


async def test_a_private_group_comes_as_direct_messages(theatre: Theatre) -> None:
    asked = await question(theatre, private=True)
    pressed = await theatre.d.press(theatre.d.ann, asked, "Start 2 jobs")
    await theatre.queued(2)
    placeholder = pressed.response
    assert placeholder is not None
    assert placeholder.ephemeral
    await theatre.done(*await theatre.drawing(2))
    await theatre.d.wait_for(lambda: placeholder.deleted)
    assert len(theatre.d.dm(theatre.d.ann).messages) == 2
    assert theatre.d.channel.messages == []


# ── Asked for in the prompt ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("prompt", ["a fox --private", "a fox —stealth", "a fox --pri\u00advate"])
async def test_thinking_is_for_this_person_where_the_prompt_may_be_private(
    theatre: Theatre, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENCE_S", 0.0)
    theatre.stage.service.delay_s = 0.2
    asked = await theatre.stage.imagine(prompt)
    assert asked.deferred
    assert asked.ephemeral


async def test_a_public_thinking_goes_when_the_job_turns_out_to_be_private(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_privately(request: Request, **more: Any) -> Order:
        return replace(read_request(request, **more), is_private=True)

    monkeypatch.setattr(imagine, "read_request", read_privately)
    monkeypatch.setattr(answers, "PATIENCE_S", 0.0)
    theatre.stage.service.delay_s = 0.2
    asked = await theatre.stage.imagine("a fox")
    assert asked.deferred
    await theatre.d.wait_for(lambda: asked.followups)
    (placeholder,) = asked.followups
    assert placeholder.ephemeral
    assert "a fox" in placeholder.text
    assert (await theatre.queued())[0].is_private
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.done(job)
    await theatre.delivered(job)
    assert placeholder.images == [picture(0)]
    assert theatre.d.channel.messages == []
    assert theatre.d.dm(theatre.d.ann).messages == []


@pytest.fixture
async def follow_up(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> Message:
    """Give a private placeholder that came after a public "thinking…"."""
    monkeypatch.setattr(answers, "PATIENCE_S", 0.0)
    card = await private_card_in_dm(theatre)
    theatre.stage.service.delay_s = 0.2
    pressed = await theatre.d.press(theatre.d.ann, card, "Again")
    assert pressed.deferred
    await theatre.queued(2)
    (placeholder,) = pressed.followups
    assert placeholder.ephemeral
    return placeholder


async def private_card_in_dm(theatre: Theatre) -> Message:
    asked = await theatre.stage.imagine(private=True)
    await theatre.queued()
    asked.expire_token()
    (job,) = await theatre.drawing()
    await theatre.done(job)
    await theatre.delivered(job)
    (card,) = theatre.d.dm(theatre.d.ann).messages
    return card


async def test_a_placeholder_after_a_public_thinking_changes_and_becomes_the_result(
    theatre: Theatre, follow_up: Message
) -> None:
    (job,) = await theatre.drawing()
    await theatre.until_says(follow_up, "drawing it now")
    await theatre.done(job)
    await theatre.delivered(job)
    assert follow_up.images == [picture(0)]
    assert len(theatre.d.dm(theatre.d.ann).messages) == 1  # the first card


async def test_a_placeholder_after_a_public_thinking_goes_when_the_result_cannot_take_its_place(
    theatre: Theatre, follow_up: Message
) -> None:
    (job,) = await theatre.drawing()
    await theatre.until_says(follow_up, "drawing it now")
    theatre.d.faults.add("PATCH", BY_TOKEN, faults.status(400, 50035), times=None)
    await theatre.done(job)
    await theatre.delivered(job)
    assert follow_up.deleted
    assert len(theatre.d.dm(theatre.d.ann).messages) == 2
