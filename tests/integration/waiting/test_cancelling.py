"""Cancel and Don't post on a placeholder: who may, what it costs, and what is too late."""

import asyncio
from datetime import datetime

from bot.domain.jobs import JobStatus
from bot.domain.people import Actor
from tests.haste import set_limits
from tests.integration.waiting.fixtures import Scene, private_words
from tests.standins.discord import faults
from tests.standins.discord.routes import BY_TOKEN, MESSAGES, ONE_MESSAGE


async def test_cancel_is_free_while_the_job_waits(scene: Scene) -> None:
    placeholder = await scene.asked()
    await scene.d.press(scene.d.ann, placeholder, "Cancel")
    assert (await scene.job()).status is JobStatus.CANCELLED
    assert "Cancelled; nothing was charged." in placeholder.text
    assert placeholder.labels == []


async def test_others_may_not_cancel(scene: Scene) -> None:
    placeholder = await scene.asked()
    pressed = await scene.d.press(scene.d.ben, placeholder, "Cancel")
    assert "Only the person who asked" in private_words(pressed)
    assert (await scene.job()).status is JobStatus.QUEUED


async def test_who_manages_messages_may_cancel(scene: Scene) -> None:
    placeholder = await scene.asked()
    scene.d.guild.grant(scene.d.ben, "manage_messages")
    await scene.d.press(scene.d.ben, placeholder, "Cancel")
    assert (await scene.job()).status is JobStatus.CANCELLED


async def test_cancelling_elsewhere_shows_on_the_placeholder(scene: Scene) -> None:
    placeholder = await scene.asked()
    job = await scene.job()
    await scene.rig.services.jobs.cancel(job.id, Actor(person=scene.person))
    await scene.until_says(placeholder, "Cancelled")


async def test_cancel_of_a_running_job_says_that_it_is_paid_and_offers_to_discard(
    scene: Scene,
) -> None:
    placeholder = await scene.asked()
    _keep_as_it_is(scene)
    await scene.drawing()
    pressed = await scene.d.press(scene.d.ann, placeholder, "Cancel")
    await scene.d.wait_for(lambda: private_words(pressed))
    assert "it counts" in private_words(pressed)
    assert placeholder.labels == ["Don't post"]
    assert not (await scene.job()).is_discarded


def _keep_as_it_is(scene: Scene) -> None:
    """Let the placeholder show what it shows until somebody presses one of its buttons."""
    for route in (ONE_MESSAGE, BY_TOKEN):
        scene.d.faults.add("PATCH", route, faults.status(403, 50013), times=None)


async def test_cancel_of_a_job_in_doubt_says_that_it_may_have_been_charged(
    scene: Scene,
) -> None:
    placeholder = await scene.asked()
    _keep_as_it_is(scene)
    (job,) = await scene.submitting()
    await scene.rig.jobs.record_lost(job.id, attempt=job.attempt, now=scene.rig.clock.now())
    pressed = await scene.d.press(scene.d.ann, placeholder, "Cancel")
    await scene.d.wait_for(lambda: private_words(pressed))
    assert "it may have been charged" in private_words(pressed)


async def test_a_discarded_job_is_never_posted_and_its_placeholder_says_so(
    scene: Scene,
) -> None:
    placeholder = await scene.asked()
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    await scene.d.press(scene.d.ann, placeholder, "Don't post")
    assert "it won't be posted here" in placeholder.text
    assert placeholder.labels == []
    await scene.done(job)
    await asyncio.sleep(0.3)
    assert (await scene.job()).status is JobStatus.SUCCEEDED
    assert await scene.rig.deliveries.get(job.id) is None
    assert scene.d.channel.messages == [placeholder]


async def test_a_discarded_job_that_the_provider_had_no_room_for_is_cancelled(
    scene: Scene,
) -> None:
    placeholder = await scene.asked()
    (job,) = await scene.submitting()
    actor = Actor(person=scene.person)
    await scene.rig.services.jobs.discard(job.id, actor)
    await scene.until_says(placeholder, "it won't be posted here")
    now = scene.rig.clock.now()
    await scene.rig.jobs.record_not_started(job.id, attempt=job.attempt, now=now)
    scene.rig.outbox.look()
    await scene.until_says(placeholder, "Cancelled; nothing was charged.")
    assert (await scene.job()).status is JobStatus.CANCELLED


async def test_discard_comes_too_late_when_the_job_has_ended(scene: Scene) -> None:
    placeholder = await scene.asked()
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    held = faults.hold()
    scene.d.faults.add("POST", MESSAGES, held)
    await scene.done(job)
    await scene.d.wait_for(lambda: scene.d.calls("POST", MESSAGES))
    pressed = await scene.d.press(scene.d.ann, placeholder, "Don't post")
    await scene.d.wait_for(lambda: private_words(pressed))
    assert "already finished" in private_words(pressed)
    held.release()
    await scene.delivered(job)
    assert len(scene.cards()) == 1


async def test_a_press_on_a_slow_database_is_answered_in_time(scene: Scene) -> None:
    placeholder = await scene.asked()
    cancel, is_free = scene.rig.stores.requests.cancel, asyncio.Event()

    async def cancel_slowly(job_id: str, *, now: datetime) -> int:
        await is_free.wait()
        return await cancel(job_id, now=now)

    scene.rig.store_hooks["requests.cancel"] = cancel_slowly
    set_limits(scene.rig.bot, thinking_after_s=0.05)
    pressed = await scene.d.press(scene.d.ann, placeholder, "Cancel")
    assert pressed.deferred
    is_free.set()
    await scene.until_says(placeholder, "Cancelled")
