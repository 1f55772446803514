"""Cancel and Don't post, and what becomes of the placeholder on which they are pressed."""

import pytest

from bot.domain.conversations import Person
from bot.domain.jobs import JobStatus
from bot.ports.reply import Place
from bot.screens import actions
from bot.services.imagine import Question
from tests.integration.screens.fixtures import Desk, command
from tests.jobs import record_posted
from tests.replies import NOW, RecordingReply
from tests.shown import labels_of, text_of

BEN = "2"


async def test_cancel_is_free_while_the_job_waits(desk: Desk) -> None:
    job = await desk.job()
    reply = await desk.press(actions.CANCEL, job.id)
    assert "Cancelled; nothing was charged." in text_of(reply.view)
    assert reply.shown[0][1] is Place.SAME
    assert reply.told == []
    assert (await desk.now(job)).status is JobStatus.CANCELLED


async def test_others_may_not_cancel(desk: Desk) -> None:
    job = await desk.job()
    reply = await desk.press(actions.CANCEL, job.id, person=Person(platform="discord", id=BEN))
    assert "Only the person who asked" in reply.said[0]
    assert (await desk.now(job)).status is JobStatus.QUEUED


async def test_cancel_of_a_job_that_is_drawn_says_that_it_counts(desk: Desk) -> None:
    job = await desk.job()
    await desk.draw()
    reply = await desk.press(actions.CANCEL, job.id)
    assert labels_of(reply.view) == ["Don't post"]
    assert "so it counts" in reply.said[0]


async def test_cancel_of_a_job_in_doubt_says_that_it_may_have_been_charged(desk: Desk) -> None:
    job = await desk.job()
    (claimed,) = await desk.claimed()
    await desk.jobs.record_lost(job.id, attempt=claimed.attempt, now=NOW)
    reply = await desk.press(actions.CANCEL, job.id)
    assert "it may have been charged" in reply.said[0]


async def test_a_discarded_job_says_that_it_will_not_be_posted(desk: Desk) -> None:
    job = await desk.job()
    await desk.draw()
    reply = await desk.press(actions.DISCARD, job.id)
    assert "it won't be posted here" in text_of(reply.view)
    assert (await desk.now(job)).is_discarded


@pytest.mark.parametrize("name", [actions.CANCEL, actions.DISCARD])
async def test_a_placeholder_whose_result_is_under_way_is_left_alone(desk: Desk, name: str) -> None:
    job = await desk.job()
    await desk.draw()
    await desk.succeed(job)
    reply = await desk.press(name, job.id)
    assert reply.said == ["It's already finished and on its way here."]
    assert (reply.shown, reply.removed) == ([], 0)
    assert reply.acknowledged == [Place.SAME]


async def test_the_placeholder_of_a_group_goes_with_the_last_of_its_jobs(desk: Desk) -> None:
    question = await desk.ask(command(), prompt="a {red, blue} fox")
    assert isinstance(question, Question)
    await desk.press(actions.START, question.draft_id, "0", reply_token="t")
    posted, _ = await desk.draw()
    await desk.succeed(posted)
    await record_posted(desk.database, await desk.now(posted), images=[0])
    reply = await desk.press(actions.DISCARD, posted.group_id or "")
    assert (reply.shown, reply.removed, reply.told) == ([], 1, [])


async def test_who_is_beaten_to_the_answer_tells_nothing(desk: Desk) -> None:
    job = await desk.job()
    await desk.draw()
    await desk.succeed(job)
    reply = await desk.press(actions.CANCEL, job.id, reply=RecordingReply(is_given_up=True))
    assert (reply.told, reply.removed) == ([], 0)
