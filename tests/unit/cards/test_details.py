"""The details of a job."""

from dataclasses import replace

import pytest

from bot.domain.jobs import Failure, FailureCode, JobStatus, Mode
from bot.platforms.discord.cards.custom_ids import (
    CardPlace,
)
from bot.platforms.discord.cards.details import details_view
from tests.unit.cards.samples import ANN, JOB_ID, NOW, job, labels_of
from tests.views import text_of


@pytest.mark.parametrize(
    ("mode", "cost"),
    [(Mode.FAST, "2 quota units, about $0.02"), (Mode.RELAXED, "1 quota unit, about $0.01")],
)
def test_the_details_say_what_a_job_costs(mode: Mode, cost: str) -> None:
    assert cost in text_of(details_view(replace(job(), mode=mode), "en"))


def test_details_hold_the_exact_prompt() -> None:
    prompt = "a *red* fox --ar 16:9 --seed 42"
    assert f"```\n{prompt}\n```" in text_of(details_view(job(prompt), "en"))


def test_a_prompt_cannot_break_out_of_its_block() -> None:
    text = text_of(details_view(job("a fox ``` @everyone `` x"), "en"))
    assert text.count("```") == 2
    assert "`` x" in text


def test_details_name_the_seed_the_times_and_the_id() -> None:
    text = text_of(details_view(job("a fox --seed 42"), "en"))
    asked, finished = int(NOW.timestamp()), int(NOW.timestamp()) + 65
    assert f"Requested by <@{ANN}>, <t:{asked}:f>" in text
    assert "Seed: 42" in text
    assert f"<t:{asked}:f>" in text
    assert f"<t:{finished}:f>" in text
    assert f"`{JOB_ID}`" in text


def test_details_of_a_failure_say_why() -> None:
    text = text_of(details_view(job(failure=Failure(code=FailureCode.QUOTA)), "en"))
    assert "**Failed**" in text
    assert "no quota left" in text


def test_a_job_that_was_cancelled_claims_no_cost() -> None:
    cancelled = replace(job(), status=JobStatus.CANCELLED)
    assert "quota" not in text_of(details_view(cancelled, "en"))


def test_only_those_who_may_delete_see_delete_in_the_details() -> None:
    place = CardPlace(channel_id=1, message_id=2)
    assert labels_of(details_view(job(), "en")) == ["Again", "Edit"]
    assert labels_of(details_view(job(), "en", card=place)) == ["Again", "Edit", "Delete"]
