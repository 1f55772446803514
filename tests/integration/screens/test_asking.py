"""From a request to the answer: a placeholder, a question, or why there is neither."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import (
    ReplyError,
    ReplyGivenUpError,
    ReplyLostError,
    ReplyRefusedError,
)
from bot.domain.jobs import JobStatus, Mode
from bot.domain.texts import msg
from bot.ports.reply import Place, Visibility
from bot.screens import actions
from bot.screens.placeholder import placeholder_view
from bot.screens.questions import question_view
from bot.services.drafts import Draft
from bot.services.imagine import Accepted, Question
from bot.services.requests import Order, Request
from tests.integration.screens.fixtures import Desk, command
from tests.replies import ANSWER_ID, NOW, RecordingReply, interaction, seen

SEVERAL = "a {red, blue} fox"


async def question(desk: Desk, **order: Any) -> Question:
    """Return a question before one job, kept for person 1."""
    asked = Order(prompts=("a fox",), mode=Mode.FAST, **order)
    draft = Draft(request=Request(prompt="a fox"), order=asked)
    draft_id = await desk.service.drafts.keep(draft, interaction().person)
    return Question(draft_id=draft_id, order=asked)


# ── The placeholder ─────────────────────────────────────────────────────────────────────────────


async def test_the_answer_is_the_placeholder_and_the_job_may_start(desk: Desk) -> None:
    reply = RecordingReply()
    accepted = await desk.ask(command(reply=reply))
    assert isinstance(accepted, Accepted)
    assert reply.waited == [Place.HERE]
    assert reply.shown == [(placeholder_view(accepted), Place.HERE)]
    (job,) = await desk.claimed()
    assert job.origin.placeholder_id == ANSWER_ID


async def test_a_job_that_nobody_saw_is_taken_back(desk: Desk) -> None:
    accepted = await desk.ask(command(reply=RecordingReply(visibility=Visibility.NOT_SEEN)))
    assert isinstance(accepted, Accepted)
    assert (await desk.now(accepted.job)).status is JobStatus.CANCELLED


async def test_a_job_that_may_have_been_seen_waits_a_moment(desk: Desk) -> None:
    accepted = await desk.ask(command(reply=RecordingReply(visibility=Visibility.UNCLEAR)))
    assert isinstance(accepted, Accepted)
    assert await desk.claimed() == []
    assert (await desk.now(accepted.job)).status is JobStatus.QUEUED


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ReplyRefusedError("400"), JobStatus.CANCELLED),
        (ReplyLostError("429", platform="Discord"), JobStatus.CANCELLED),
        (ReplyGivenUpError("answered"), JobStatus.QUEUED),
    ],
)
async def test_a_job_is_taken_back_if_its_person_is_told_to_try_again(
    desk: Desk, error: ReplyError, status: JobStatus
) -> None:
    with pytest.raises(type(error)):
        await desk.ask(command(reply=RecordingReply(failures=(error,))))
    (job,) = await desk.jobs.of_command("discord:8:0")
    assert job.status is status


async def test_a_private_job_is_shown_to_its_person_alone(desk: Desk) -> None:
    reply = RecordingReply()
    await desk.ask(command(reply=reply), is_private=True)
    assert [place for _, place in reply.shown] == [Place.ALONE]


async def test_who_acts_at_a_message_for_them_alone_waits_alone(desk: Desk) -> None:
    reply = RecordingReply()
    await desk.ask(command(reply=reply, seen=seen(is_ephemeral=True)))
    assert reply.waited == [Place.ALONE]


@pytest.mark.parametrize("reply_token", ["a token", None])
async def test_one_command_heard_twice_shows_the_same_job(
    desk: Desk, reply_token: str | None
) -> None:
    replies = [RecordingReply(), RecordingReply()]
    accepted = [await desk.ask(interaction(reply=r, reply_token=reply_token)) for r in replies]
    assert [each.job.id for each in accepted if isinstance(each, Accepted)][1:] == [
        (await desk.claimed())[0].id
    ]
    assert all(len(reply.shown) == 1 for reply in replies)


async def test_what_people_waited_for_an_answer_is_counted(desk: Desk) -> None:
    await desk.ask(command(received_at=NOW - timedelta(seconds=2)))
    await desk.ask(command(received_at=NOW - timedelta(seconds=3)), prompt="")
    assert desk.watch.answers == [timedelta(seconds=2), timedelta(seconds=3)]


# ── What is said instead ────────────────────────────────────────────────────────────────────────


async def test_a_refusal_is_one_sentence(desk: Desk) -> None:
    reply = RecordingReply()
    assert await desk.ask(command(reply=reply), prompt="") is None
    assert len(reply.told) == 1
    assert reply.shown == []


async def test_who_is_beaten_to_the_answer_asks_and_refuses_nothing(desk: Desk) -> None:
    reply = RecordingReply(is_given_up=True)
    await desk.ask(command(reply=reply), prompt="")
    await desk.ask(command(reply=reply), prompt=SEVERAL)
    assert (reply.told, reply.shown) == ([], [])


async def test_a_question_is_for_one_person_in_their_language(desk: Desk) -> None:
    reply = RecordingReply()
    await desk.speak("de")
    asked = await desk.ask(command(reply=reply), prompt=SEVERAL)
    assert isinstance(asked, Question)
    assert reply.shown == [(question_view(asked, "de"), Place.ALONE)]
    assert await desk.claimed() == []


async def test_a_slow_answer_is_said_in_the_persons_language(desk: Desk) -> None:
    reply = RecordingReply(is_slow=True)
    await desk.speak("de")
    await desk.ask(command(reply=reply))
    assert [view.locale for view in reply.slow] == ["de"]


# ── The answers to a question ───────────────────────────────────────────────────────────────────


async def test_yes_starts_what_was_asked_about_and_the_question_goes(desk: Desk) -> None:
    asked = await question(desk)
    reply = await desk.press(actions.START, asked.draft_id, "0", reply_token="t")
    assert reply.waited == [Place.HERE]
    assert reply.dismissed == 1
    assert [job.prompt for job in await desk.claimed()] == ["a fox"]


async def test_fix_starts_what_was_put_right(desk: Desk) -> None:
    fixed = Order(prompts=("a dog",), mode=Mode.FAST)
    asked = await question(desk, questions=(msg("Really?"),), fixed=fixed)
    await desk.press(actions.FIX, asked.draft_id, "0", reply_token="t")
    assert [job.prompt for job in await desk.claimed()] == ["a dog"]


async def test_a_yes_to_private_jobs_waits_alone(desk: Desk) -> None:
    asked = await question(desk, is_private=True)
    reply = await desk.press(actions.START, asked.draft_id, "1", reply_token="t")
    assert reply.waited == [Place.ALONE]


@pytest.mark.parametrize("tokens", [("t1", "t2"), (None, None)])
async def test_a_second_yes_starts_nothing(desk: Desk, tokens: tuple[str | None, ...]) -> None:
    asked = await question(desk)
    replies = [
        await desk.press(actions.START, asked.draft_id, "0", id=str(number), reply_token=token)
        for number, token in enumerate(tokens)
    ]
    assert replies[1].said == ["You'd already started these; nothing more was charged."]
    assert (replies[1].shown, replies[1].dismissed) == ([], 1)
    assert len(await desk.claimed()) == 1


async def test_a_second_yes_to_what_was_cancelled_says_so(desk: Desk) -> None:
    asked = await question(desk)
    unseen = RecordingReply(visibility=Visibility.NOT_SEEN)
    await desk.press(actions.START, asked.draft_id, "0", reply_token="t1", reply=unseen)
    reply = await desk.press(actions.START, asked.draft_id, "0", reply_token="t2")
    assert reply.said == ["These were cancelled. Please send the request again."]


async def test_a_yes_that_is_refused_leaves_the_question(desk: Desk) -> None:
    reply = await desk.press(actions.START, "draftdraftdraftdraft", "0", reply_token="t")
    assert reply.said == ["I no longer have this request. Please send it again."]
    assert reply.dismissed == 0


@pytest.mark.parametrize(("is_given_up", "removed"), [(False, 1), (True, 0)])
async def test_no_takes_the_question_away(desk: Desk, is_given_up: bool, removed: int) -> None:
    reply = RecordingReply(is_given_up=is_given_up)
    await desk.press(actions.DECLINE, "draftdraftdraftdraft", reply=reply)
    assert (reply.removed, reply.told) == (removed, [])
