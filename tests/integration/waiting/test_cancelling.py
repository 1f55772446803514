"""Cancel and Don't post on a placeholder: who may, what it costs, and what is too late."""

import asyncio

import pytest

from bot.domain.jobs import JobStatus
from bot.platforms.discord.interactions import whispers as panel_answers
from bot.services.imagine import Actor
from tests.integration.waiting.theatre import Theatre, whispers
from tests.standins.discord import faults
from tests.standins.discord.routes import BY_TOKEN, MESSAGES, ONE_MESSAGE


async def test_cancel_is_free_while_the_job_waits(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert (await theatre.job()).status is JobStatus.CANCELLED
    assert "Cancelled; nothing was charged." in placeholder.text
    assert placeholder.labels == []
    await asyncio.sleep(0.2)
    assert len(theatre.d.edits) == 1  # the answer to the press


async def test_others_may_not_cancel(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    pressed = await theatre.d.press(theatre.d.ben, placeholder, "Cancel")
    assert "Only the person who asked" in whispers(pressed)
    assert (await theatre.job()).status is JobStatus.QUEUED


async def test_who_manages_messages_may_cancel(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    theatre.d.guild.grant(theatre.d.ben, "manage_messages")
    await theatre.d.press(theatre.d.ben, placeholder, "Cancel")
    assert (await theatre.job()).status is JobStatus.CANCELLED


async def test_cancelling_elsewhere_shows_on_the_placeholder(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    job = await theatre.job()
    await theatre.stage.service.cancel(job.id, Actor(user_id=str(theatre.d.ann.id)))
    await theatre.until_says(placeholder, "Cancelled")


async def test_cancel_of_a_running_job_says_that_it_is_paid_and_offers_to_discard(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    theatre.d.faults.add("PATCH", ONE_MESSAGE, faults.status(403, 50013), times=None)
    theatre.d.faults.add("PATCH", BY_TOKEN, faults.status(403, 50013), times=None)
    await theatre.drawing()
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    await theatre.d.wait_for(lambda: whispers(pressed))
    assert "it counts" in whispers(pressed)
    assert placeholder.labels == ["Don't post"]
    assert not (await theatre.job()).is_discarded


async def test_cancel_of_a_job_in_doubt_says_that_it_may_have_been_charged(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.submitting()
    await theatre.stage.jobs.record_lost(job.id, fence=job.fence, now=theatre.stage.clock.now())
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    await theatre.d.wait_for(lambda: whispers(pressed))
    assert "it may have been charged" in whispers(pressed)


async def test_a_discarded_job_is_never_posted_and_its_placeholder_says_so(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.d.press(theatre.d.ann, placeholder, "Don't post")
    assert "it won't be posted here" in placeholder.text
    assert placeholder.labels == []
    await theatre.done(job)
    await asyncio.sleep(0.3)
    assert (await theatre.job()).status is JobStatus.SUCCEEDED
    assert await theatre.stage.deliveries.get(job.id) is None
    assert theatre.d.channel.messages == [placeholder]


async def test_a_discarded_job_that_the_provider_had_no_room_for_is_cancelled(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.submitting()
    actor = Actor(user_id=str(theatre.d.ann.id))
    await theatre.stage.service.discard(job.id, actor)
    await theatre.until_says(placeholder, "it won't be posted here")
    now = theatre.stage.clock.now()
    await theatre.stage.jobs.record_not_started(job.id, fence=job.fence, now=now)
    theatre.stage.progress.look()
    await theatre.until_says(placeholder, "Cancelled; nothing was charged.")
    assert (await theatre.job()).status is JobStatus.CANCELLED


async def test_discard_comes_too_late_when_the_job_has_ended(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    held = faults.hold()
    theatre.d.faults.add("POST", MESSAGES, held)
    await theatre.done(job)
    await theatre.d.wait_for(lambda: theatre.d.calls("POST", MESSAGES))
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Don't post")
    await theatre.d.wait_for(lambda: whispers(pressed))
    assert "already finished" in whispers(pressed)
    held.release()
    await theatre.delivered(job)
    assert len(theatre.cards()) == 1


async def test_a_press_on_a_slow_database_is_answered_in_time(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    placeholder = await theatre.asked()
    plain = theatre.stage.service.cancel

    async def slow(job_id: str, actor: Actor) -> object:
        await asyncio.sleep(0.3)
        return await plain(job_id, actor)

    monkeypatch.setattr(theatre.stage.service, "cancel", slow)
    monkeypatch.setattr(panel_answers, "PATIENCE_S", 0.05)
    pressed = await theatre.d.press(theatre.d.ann, placeholder, "Cancel")
    assert pressed.deferred
    await theatre.until_says(placeholder, "Cancelled")
