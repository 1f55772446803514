"""A placeholder from the answer to the result: what it says, and how few calls that takes."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import StoreError
from bot.domain.jobs import GroupProgress
from bot.domain.outbox import OutboxEntry
from bot.domain.people import Actor, Preferences
from bot.screens.placeholder import progress_view
from bot.store.tables import jobs as jobs_table
from bot.workers import outbox
from bot.workers.posting import placeholder_of
from tests.haste import set_limits
from tests.integration.messenger.fixtures import messenger_of
from tests.integration.waiting.fixtures import MINUTE, Scene
from tests.standins.discord import faults
from tests.standins.discord.routes import CALLBACK, MESSAGES, ONE_MESSAGE
from tests.timing import TIMEOUT_S


async def until_nothing_is_due(scene: Scene, *, within: timedelta = timedelta()) -> None:
    """Wait until the outbox has nothing to show, now or `within` that time."""
    due = scene.rig.stores.outbox.due
    async with asyncio.timeout(TIMEOUT_S):
        while await due("discord", now=scene.rig.clock.now() + within, limit=1):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_when_drawing_begins_one_edit_says_so(scene: Scene) -> None:
    placeholder = await scene.asked()
    assert placeholder.labels == ["Cancel"]
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    assert placeholder.labels == ["Don't post"]
    await until_nothing_is_due(scene)
    assert [edit.via for edit in scene.d.edits] == ["channel"]


async def test_a_job_takes_one_answer_one_edit_one_post_and_one_removal(scene: Scene) -> None:
    before = len(scene.d.requests)
    placeholder = await scene.asked()
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    await scene.done(job)
    await scene.delivered(job)
    calls = [(call.method, call.route) for call in scene.d.requests[before:]]
    assert calls == [
        ("POST", CALLBACK),
        ("PATCH", ONE_MESSAGE),
        ("POST", MESSAGES),
        ("DELETE", ONE_MESSAGE),
    ]


async def test_a_job_that_is_sent_back_takes_one_edit_each_time(
    scene: Scene,
) -> None:
    placeholder = await scene.asked()
    for _ in range(3):
        (job,) = await scene.submitting()
        now = scene.rig.clock.now()
        await scene.rig.jobs.record_not_started(job.id, attempt=job.attempt, now=now)
        scene.rig.outbox.look()
        await scene.until_says(placeholder, "no room yet")
        await until_nothing_is_due(scene)
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    assert len(scene.d.edits) == 4


async def test_a_late_change_changes_nothing_about_a_result(scene: Scene) -> None:
    await scene.asked()
    (job,) = await scene.drawing()
    scene.d.faults.add("POST", MESSAGES, faults.status(403, 50013))
    await scene.done(job)
    await scene.delivered(job)
    edits = len(scene.d.edits)
    (card,) = scene.cards()  # the placeholder itself, as the bot may not post
    await scene.rig.show_again(job)
    await until_nothing_is_due(scene)
    assert scene.cards() == [card]
    assert len(scene.d.edits) == edits


@pytest.mark.timings(change_timeout_s=2 * TIMEOUT_S)
async def test_a_throttled_channel_delays_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_AT_ONCE", 4)
    # What hangs is not given up, which would let the other channel through.
    long_s = 2 * TIMEOUT_S
    set_limits(scene.rig.bot, placeholder_timeout_s=long_s, call_timeout_s=long_s)
    slow = scene.d.add_channel("slow")
    for _ in range(4):
        await scene.rig.imagine("slow", channel=slow)
    await scene.queued(4)
    route = rf"/channels/{slow.id}/messages/\d+"
    held = faults.hold()
    scene.d.faults.add("PATCH", route, held, times=None)
    await scene.drawing(4)
    asked = await scene.rig.imagine("quick")
    await scene.queued(5)
    await scene.drawing()
    assert asked.response is not None
    await scene.until_says(asked.response, "drawing it now")
    held.release()


async def test_the_placeholder_speaks_the_language_that_the_person_chose(
    scene: Scene,
) -> None:
    person = scene.person
    await scene.rig.personal.change_preferences(person, lambda _: Preferences(language="de"))
    await scene.asked()
    assert (await scene.job()).origin.locale == "de"


async def test_what_was_put_right_stays_on_the_placeholder(scene: Scene) -> None:
    placeholder = await scene.asked("a red fox —ar 16:9")
    remark = placeholder.text.splitlines()[-1]
    assert remark.startswith("-# ")
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    assert placeholder.text.splitlines()[-1] == remark


async def test_a_result_that_cannot_be_posted_is_said_to_be_in_jobs(scene: Scene) -> None:
    placeholder = await scene.asked()
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    scene.d.faults.add("POST", MESSAGES, faults.status(400, 50035), times=None)
    await scene.done(job)
    await scene.delivered(job, DeliveryStatus.UNDELIVERABLE)
    await scene.until_says(placeholder, "You'll find it in /jobs")


@pytest.mark.discord_timings(edit_settles_within=MINUTE)
async def test_a_change_that_was_given_up_covers_up_no_later_one(scene: Scene) -> None:
    placeholder = await scene.asked()
    late = faults.hold(is_cut=True)
    scene.d.faults.add("PATCH", ONE_MESSAGE, late)
    (job,) = await scene.submitting()
    await scene.rig.jobs.record_not_started(job.id, attempt=job.attempt, now=scene.rig.clock.now())
    scene.rig.outbox.look()
    await scene.d.wait_for(lambda: scene.d.calls("PATCH", ONE_MESSAGE))
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    late.release()
    await scene.until_says(placeholder, "no room yet")
    scene.step_a_minute()
    await scene.until_says(placeholder, "drawing it now")
    await until_nothing_is_due(scene, within=2 * MINUTE)
    assert len(scene.d.calls("PATCH", ONE_MESSAGE)) == 3


@pytest.mark.discord_timings(edit_settles_within=MINUTE)
async def test_a_change_by_a_process_that_died_covers_up_no_last_words(scene: Scene) -> None:
    message = await scene.asked()
    job = await scene.job()
    late = faults.hold()
    scene.d.faults.add("PATCH", ONE_MESSAGE, late)
    waiting = GroupProgress(total=1, finished=0, in_flight=0, waiting=1)
    view = progress_view(job, waiting, None)
    assert view is not None
    of_another = messenger_of(scene.rig.bot, scene.rig.clock)
    changing = asyncio.create_task(of_another.replace(placeholder_of(job), view, key=job.id))
    await scene.d.wait_for(lambda: scene.d.calls("PATCH", ONE_MESSAGE))
    changing.cancel()
    await scene.d.press(scene.d.ann, message, "Cancel")
    assert "Cancelled" in message.text
    await until_nothing_is_due(scene)
    late.release()
    await scene.until_says(message, "It's waiting its turn")
    scene.step_a_minute()
    await scene.until_says(message, "Cancelled")
    assert not message.labels
    await until_nothing_is_due(scene, within=2 * MINUTE)
    assert len(scene.d.calls("PATCH", ONE_MESSAGE)) == 3


@pytest.mark.discord_timings(edit_settles_within=MINUTE)
async def test_last_words_that_discord_refuses_are_not_said_again(scene: Scene) -> None:
    await scene.asked()
    job = await scene.job()
    scene.d.channel.delete()
    forget_token = update(jobs_table).values(reply_token=None)
    await scene.rig.database.run(lambda connection: connection.execute(forget_token))
    await scene.rig.services.jobs.cancel(job.id, Actor(person=job.origin.person))
    await scene.d.wait_for(lambda: scene.d.calls("PATCH", ONE_MESSAGE))
    await until_nothing_is_due(scene, within=2 * MINUTE)


async def test_what_cannot_be_noted_as_shown_is_shown_until_it_is(scene: Scene) -> None:
    hooks, drop = scene.rig.store_hooks, scene.rig.stores.outbox.drop

    async def fail_once(_entry: OutboxEntry) -> bool:
        hooks["outbox.drop"] = drop
        raise StoreError("the disk is full")

    placeholder = await scene.asked()
    hooks["outbox.drop"] = fail_once
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    await until_nothing_is_due(scene)
    assert len(scene.d.edits) == 2


@pytest.mark.timings(rest=timedelta(seconds=1))  # so that the answer begins first
async def test_what_the_answer_to_a_press_did_not_show_is_shown_all_the_same(
    scene: Scene,
) -> None:
    placeholder = await scene.asked()
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    late = faults.hold()
    scene.d.faults.add("POST", CALLBACK, late)
    before = len(scene.d.calls("POST", CALLBACK))
    await scene.d.press(scene.d.ann, placeholder, "Don't post", wait=0)
    await scene.d.wait_for(lambda: len(scene.d.calls("POST", CALLBACK)) > before)
    scene.d.answer_deadline_s = 0.0  # it comes too late by now
    late.release()
    await scene.until_says(placeholder, "it won't be posted here")
