"""A placeholder from the answer to the result: what it says, and how few calls that takes."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from bot.domain.deliveries import DeliveryStatus
from bot.domain.errors import StoreError
from bot.domain.jobs import GroupProgress
from bot.domain.people import Preferences
from bot.platforms.discord.calls import discord_call
from bot.platforms.discord.cards.placeholder_cards import progress_card
from bot.platforms.discord.posting import placeholder_keeper
from bot.platforms.discord.posting.placeholder import Placeholder
from bot.services.imagine import Actor
from bot.store import SqlNoteStore
from bot.store.tables import jobs as jobs_table
from bot.workers import progress
from tests.integration.waiting.theatre import MINUTE, Theatre
from tests.standins.discord import faults
from tests.standins.discord.routes import CALLBACK, MESSAGES, ONE_MESSAGE
from tests.timing import PATIENCE_S


async def test_when_drawing_begins_one_edit_says_so(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    assert placeholder.labels == ["Cancel"]
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    assert placeholder.labels == ["Don't post"]
    await theatre.stage.leave_note(job)
    await asyncio.sleep(0.3)
    assert [edit.via for edit in theatre.d.edits] == ["channel"]


async def test_a_job_takes_one_answer_one_edit_one_post_and_one_removal(theatre: Theatre) -> None:
    before = len(theatre.d.requests)
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.done(job)
    await theatre.delivered(job)
    calls = [(call.method, call.route) for call in theatre.d.requests[before:]]
    assert calls == [
        ("POST", CALLBACK),
        ("PATCH", ONE_MESSAGE),
        ("POST", MESSAGES),
        ("DELETE", ONE_MESSAGE),
    ]


async def test_a_job_that_is_sent_back_again_and_again_takes_two_edits(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    for _ in range(3):
        (job,) = await theatre.submitting()
        now = theatre.stage.clock.now()
        await theatre.stage.jobs.record_not_started(job.id, fence=job.fence, now=now)
        theatre.stage.progress.look()
        await theatre.until_says(placeholder, "no room yet")
        await asyncio.sleep(0.2)
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    assert len(theatre.d.edits) == 2


async def test_a_late_note_changes_nothing_about_a_result(theatre: Theatre) -> None:
    await theatre.asked()
    (job,) = await theatre.drawing()
    theatre.d.faults.add("POST", MESSAGES, faults.status(403, 50013))
    await theatre.done(job)
    await theatre.delivered(job)
    edits = len(theatre.d.edits)
    (card,) = theatre.cards()  # the placeholder itself, as the bot may not post
    await theatre.stage.leave_note(job)
    await asyncio.sleep(0.3)
    assert theatre.cards() == [card]
    assert len(theatre.d.edits) == edits


@pytest.mark.timings(change_timeout_s=2 * PATIENCE_S)
async def test_a_throttled_channel_delays_no_other(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MAX_AT_ONCE", 4)
    # What hangs is not given up, which would let the other channel through.
    monkeypatch.setattr(placeholder_keeper, "CHANGE_TIMEOUT_S", 2 * PATIENCE_S)
    monkeypatch.setitem(discord_call.__wrapped__.__kwdefaults__, "timeout_s", 2 * PATIENCE_S)
    slow = theatre.d.add_channel("slow")
    for _ in range(4):
        await theatre.stage.imagine("slow", channel=slow)
    await theatre.queued(4)
    route = rf"/channels/{slow.id}/messages/\d+"
    held = faults.hold()
    theatre.d.faults.add("PATCH", route, held, times=None)
    await theatre.drawing(4)
    asked = await theatre.stage.imagine("quick")
    await theatre.queued(5)
    await theatre.drawing()
    assert asked.response is not None
    await theatre.until_says(asked.response, "drawing it now")
    held.release()


async def test_the_placeholder_speaks_the_language_that_the_person_chose(
    theatre: Theatre,
) -> None:
    requester = f"discord:{theatre.d.ann.id}"
    await theatre.stage.personal.set_preferences(requester, Preferences(language="de"))
    await theatre.asked()
    assert (await theatre.job()).origin.locale == "de"


async def test_what_was_put_right_stays_on_the_placeholder(theatre: Theatre) -> None:
    placeholder = await theatre.asked("a red fox —ar 16:9")
    remark = placeholder.text.splitlines()[-1]
    assert remark.startswith("-# ")
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    assert placeholder.text.splitlines()[-1] == remark


async def test_a_result_that_cannot_be_posted_is_said_to_be_in_jobs(theatre: Theatre) -> None:
    placeholder = await theatre.asked()
    (job,) = await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    theatre.d.faults.add("POST", MESSAGES, faults.status(400, 50035), times=None)
    await theatre.done(job)
    await theatre.delivered(job, DeliveryStatus.UNDELIVERABLE)
    await theatre.until_says(placeholder, "You'll find it in /jobs")


async def test_a_change_that_was_given_up_covers_up_no_later_one(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placeholder_keeper, "SETTLES_WITHIN", MINUTE)
    placeholder = await theatre.asked()
    late = faults.hold(is_cut=True)
    theatre.d.faults.add("PATCH", ONE_MESSAGE, late)
    (job,) = await theatre.submitting()
    await theatre.stage.jobs.record_not_started(
        job.id, fence=job.fence, now=theatre.stage.clock.now()
    )
    await theatre.d.wait_for(lambda: theatre.d.calls("PATCH", ONE_MESSAGE))
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    late.release()
    await theatre.until_says(placeholder, "no room yet")
    theatre.step_a_minute()
    await theatre.until_says(placeholder, "drawing it now")
    await asyncio.sleep(0.3)
    assert len(theatre.d.calls("PATCH", ONE_MESSAGE)) == 3


async def test_a_change_by_a_process_that_died_covers_up_no_last_words(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placeholder_keeper, "SETTLES_WITHIN", MINUTE)
    message = await theatre.asked()
    job = await theatre.job()
    late = faults.hold()
    theatre.d.faults.add("PATCH", ONE_MESSAGE, late)
    of_another = Placeholder(theatre.stage.bot, theatre.stage.clock, job)
    waiting = progress_card(job, GroupProgress(total=1, finished=0, in_flight=0, waiting=1))
    assert waiting is not None
    changing = asyncio.create_task(of_another.change(waiting))
    await theatre.d.wait_for(lambda: theatre.d.calls("PATCH", ONE_MESSAGE))
    changing.cancel()
    await theatre.d.press(theatre.d.ann, message, "Cancel")
    assert "Cancelled" in message.text
    late.release()
    await theatre.until_says(message, "It's waiting its turn")
    theatre.step_a_minute()
    await theatre.until_says(message, "Cancelled")
    assert not message.labels
    await asyncio.sleep(0.3)
    assert len(theatre.d.calls("PATCH", ONE_MESSAGE)) == 2


async def test_last_words_that_discord_refuses_are_not_said_again(theatre: Theatre) -> None:
    await theatre.asked()
    job = await theatre.job()
    theatre.d.channel.delete()
    forget_token = update(jobs_table).values(reply_token=None)
    await theatre.stage.database.run(lambda connection: connection.execute(forget_token))
    await theatre.stage.service.cancel(job.id, Actor(user_id=job.origin.user_id))
    await theatre.d.wait_for(lambda: theatre.d.calls("PATCH", ONE_MESSAGE))
    store = SqlNoteStore(theatre.stage.database)
    read = partial(store.notes, busy_channels=(), but_of=(), limit=1)
    async with asyncio.timeout(PATIENCE_S):
        while await read():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)


async def test_what_cannot_be_noted_as_shown_is_shown_once_all_the_same(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placeholder_keeper, "SETTLES_WITHIN", timedelta())
    tries = 0

    async def drop_notes(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise StoreError("the disk is full")

    monkeypatch.setattr(SqlNoteStore, "drop_notes", drop_notes)
    placeholder = await theatre.asked()
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    await theatre.d.wait_for(lambda: tries > 3)
    assert len(theatre.d.edits) == 1


@pytest.mark.timings(rest=timedelta(seconds=1))  # so that the answer begins first
async def test_what_the_answer_to_a_press_did_not_show_is_shown_all_the_same(
    theatre: Theatre,
) -> None:
    placeholder = await theatre.asked()
    await theatre.drawing()
    await theatre.until_says(placeholder, "drawing it now")
    late = faults.hold()
    theatre.d.faults.add("POST", CALLBACK, late)
    before = len(theatre.d.calls("POST", CALLBACK))
    await theatre.d.press(theatre.d.ann, placeholder, "Don't post", wait=0)
    await theatre.d.wait_for(lambda: len(theatre.d.calls("POST", CALLBACK)) > before)
    theatre.d.answer_deadline_s = 0.0  # it comes too late by now
    late.release()
    await theatre.until_says(placeholder, "it won't be posted here")
