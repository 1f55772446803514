"""What the details of a job say."""

from dataclasses import replace

import pytest

from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode, Variation
from bot.domain.messages import Message
from bot.domain.texts import FullTime
from bot.domain.views import Action, Frame, Line, Style, Words
from bot.screens import actions
from bot.screens.details import details_view
from tests.shown import actions_of, labels_of, text_of
from tests.unit.screens.samples import ANN, CHANNEL, JOB_ID, NOW, job

MESSAGE = Message(conversation=CHANNEL, id="60")


@pytest.mark.parametrize(
    ("mode", "cost"),
    [(Mode.FAST, "2 quota units, about $0.02"), (Mode.RELAXED, "1 quota unit, about $0.01")],
)
def test_the_details_say_what_a_job_costs(mode: Mode, cost: str) -> None:
    assert cost in text_of(details_view(job(mode=mode), "en"))


def test_a_job_that_was_cancelled_claims_no_cost() -> None:
    assert "quota" not in text_of(details_view(job(status=JobStatus.CANCELLED), "en"))


def test_details_hold_the_exact_prompt_in_a_block_of_its_own() -> None:
    prompt = "a *red* fox ``` --ar 16:9 --seed 42"
    _, block, *_ = details_view(job(prompt), "en").elements
    assert block == Words(Line(prompt, Style.CODE))


def test_details_say_the_state_the_seed_the_times_and_the_id() -> None:
    lines = text_of(details_view(job("a fox --seed 42"), "en")).splitlines()
    assert lines[0] == "**Done** · fast mode · in 1 min 5 s"
    asked, finished = FullTime(NOW).time, job().finished_at
    assert f"Requested by @{ANN.id}, {asked}" in lines
    assert f"Sent to Midjourney {asked}" in lines
    assert f"Finished {finished}" in lines
    assert "Seed: 42" in lines
    assert lines[-1] == f"Job id: `{JOB_ID}`"


def test_details_of_a_failure_say_why() -> None:
    view = details_view(job(failure=Failure(code=FailureCode.QUOTA)), "en")
    assert text_of(view).startswith("**Failed**")
    assert "no quota left" in text_of(view)
    assert view.frame is Frame.FAILURE


def test_details_of_a_discarded_job_say_where_it_is_kept() -> None:
    view = details_view(job(is_discarded=True), "en")
    assert text_of(view).startswith("**Done, but not posted: kept in /jobs**")


def test_a_prompt_that_is_too_long_is_shortened_and_says_so() -> None:
    text = text_of(details_view(job("x" * 3500), "en"))
    assert "The prompt is longer than fits here" in text
    assert "x" * 3000 not in text


def test_details_of_a_variation_show_no_link_of_the_provider() -> None:
    variation = Variation(number=2, message_url="https://chat.example/5")
    varied = job("https://cdn.example/2.png a red fox", variation=variation)
    text = text_of(details_view(varied, "en"))
    assert "a red fox\nVariation of image 2\n" in text
    assert "cdn.example" not in text


def test_only_those_who_may_delete_see_delete_in_the_details() -> None:
    assert labels_of(details_view(job(), "en")) == ["Again", "Edit"]
    view = details_view(job(), "en", removable=MESSAGE)
    assert labels_of(view) == ["Again", "Edit", "Delete"]
    assert actions_of(view)[-1] == Action(actions.REMOVE, (JOB_ID, CHANNEL.id, "60"))


def test_buttons_of_details_at_a_copy_say_where_that_stands() -> None:
    there = (JOB_ID, CHANNEL.id, "60")
    assert actions_of(details_view(job(), "en", copy=MESSAGE)) == (
        Action(actions.AGAIN, there),
        Action(actions.EDIT, there),
    )


def test_details_are_in_the_language_of_who_asks() -> None:
    german = job(origin=replace(job().origin, locale="de"))
    assert details_view(german, "en").locale == "en"
