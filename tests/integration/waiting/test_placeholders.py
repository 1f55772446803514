"""A placeholder from the answer to the result: what it says, and how few calls that takes."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from bot.platforms.discord.posting.placeholder import Placeholder
from sqlalchemy import update

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import StoreError
from bot.domain.jobs import GroupProgress
from bot.domain.people import Actor, Preferences
from bot.platforms.discord.cards.placeholder_cards import progress_card
from bot.store import SqlOutboxStore
from bot.store.tables import jobs as jobs_table
from bot.workers import progress
from tests.haste import set_limits
from tests.integration.waiting.fixtures import MINUTE, Scene
from tests.standins.discord import faults
from tests.standins.discord.routes import CALLBACK, MESSAGES, ONE_MESSAGE
from tests.timing import TIMEOUT_S


async def test_when_drawing_begins_one_edit_says_so(scene: Scene) -> None:
    placeholder = await scene.asked()
    assert placeholder.labels == ["Cancel"]
    (job,) = await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    assert placeholder.labels == ["Don't post"]
    await scene.rig.leave_note(job)
    await asyncio.sleep(0.3)
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


async def test_a_job_that_is_sent_back_again_and_again_takes_two_edits(scene: Scene) -> None:
    placeholder = await scene.asked()
    for _ in range(3):
        (job,) = await scene.submitting()
        now = scene.rig.clock.now()
        await scene.rig.jobs.record_not_started(job.id, attempt=job.attempt, now=now)
        scene.rig.progress.look()
        await scene.until_says(placeholder, "no room yet")
        await asyncio.sleep(0.2)
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    assert len(scene.d.edits) == 2


async def test_a_late_note_changes_nothing_about_a_result(scene: Scene) -> None:
    await scene.asked()
    (job,) = await scene.drawing()
    scene.d.faults.add("POST", MESSAGES, faults.status(403, 50013))
    await scene.done(job)
    await scene.delivered(job)
    edits = len(scene.d.edits)
    (card,) = scene.cards()  # the placeholder itself, as the bot may not post
    await scene.rig.leave_note(job)
    await asyncio.sleep(0.3)
    assert scene.cards() == [card]
    assert len(scene.d.edits) == edits


@pytest.mark.timings(change_timeout_s=2 * TIMEOUT_S)
async def test_a_throttled_channel_delays_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MAX_AT_ONCE", 4)
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


async def test_a_change_that_was_given_up_covers_up_no_later_one(scene: Scene) -> None:
    set_limits(scene.rig.bot, placeholder_settles_within=MINUTE)
    placeholder = await scene.asked()
    late = faults.hold(is_cut=True)
    scene.d.faults.add("PATCH", ONE_MESSAGE, late)
    (job,) = await scene.submitting()
    await scene.rig.jobs.record_not_started(job.id, attempt=job.attempt, now=scene.rig.clock.now())
    await scene.d.wait_for(lambda: scene.d.calls("PATCH", ONE_MESSAGE))
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    late.release()
    await scene.until_says(placeholder, "no room yet")
    scene.step_a_minute()
    await scene.until_says(placeholder, "drawing it now")
    await asyncio.sleep(0.3)
    assert len(scene.d.calls("PATCH", ONE_MESSAGE)) == 3


async def test_a_change_by_a_process_that_died_covers_up_no_last_words(scene: Scene) -> None:
    set_limits(scene.rig.bot, placeholder_settles_within=MINUTE)
    message = await scene.asked()
    job = await scene.job()
    late = faults.hold()
    scene.d.faults.add("PATCH", ONE_MESSAGE, late)
    of_another = Placeholder(scene.rig.bot, job)
    waiting = progress_card(job, GroupProgress(total=1, finished=0, in_flight=0, waiting=1))
    assert waiting is not None
    changing = asyncio.create_task(of_another.change(waiting))
    await scene.d.wait_for(lambda: scene.d.calls("PATCH", ONE_MESSAGE))
    changing.cancel()
    await scene.d.press(scene.d.ann, message, "Cancel")
    assert "Cancelled" in message.text
    late.release()
    await scene.until_says(message, "It's waiting its turn")
    scene.step_a_minute()
    await scene.until_says(message, "Cancelled")
    assert not message.labels
    await asyncio.sleep(0.3)
    assert len(scene.d.calls("PATCH", ONE_MESSAGE)) == 2


async def test_last_words_that_discord_refuses_are_not_said_again(scene: Scene) -> None:
    await scene.asked()
    job = await scene.job()
    scene.d.channel.delete()
    forget_token = update(jobs_table).values(reply_token=None)
    await scene.rig.database.run(lambda connection: connection.execute(forget_token))
    await scene.rig.bot.jobs.cancel(job.id, Actor(person=job.origin.person))
    await scene.d.wait_for(lambda: scene.d.calls("PATCH", ONE_MESSAGE))
    store = SqlOutboxStore(scene.rig.database)
    read = partial(store.entries, busy_channels=(), but_of=(), limit=1)
    async with asyncio.timeout(TIMEOUT_S):
        while await read():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)


async def test_what_cannot_be_noted_as_shown_is_shown_once_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(scene.rig.bot, placeholder_settles_within=timedelta())
    tries = 0

    async def drop_entries(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise StoreError("the disk is full")

    monkeypatch.setattr(SqlOutboxStore, "drop_entries", drop_entries)
    placeholder = await scene.asked()
    await scene.drawing()
    await scene.until_says(placeholder, "drawing it now")
    await scene.d.wait_for(lambda: tries > 3)
    assert len(scene.d.edits) == 1


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
