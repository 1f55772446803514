"""The message that says why there are no pictures."""

from collections.abc import Iterable

import pytest

from bot.domain.jobs import Failure, FailureCode
from bot.platforms.discord.cards import job_cards as cards
from tests.unit.cards.samples import (
    ANN,
    job,
    labels_of,
)
from tests.views import text_of


def test_a_failure_says_so_with_why_and_the_providers_words() -> None:
    failure = Failure(code=FailureCode.PROMPT, detail="Banned word: *gore*")
    text = text_of(cards.failure_card(job(failure=failure)))
    assert f"<@{ANN}>, this one didn't work out. It failed: Midjourney didn't accept" in text
    assert "Change the words" in text
    assert r"Midjourney said: “Banned word: \*gore\*" in text


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        (
            (FailureCode.PROMPT, FailureCode.LINK, FailureCode.REJECTED),
            ["Edit & retry", "Delete", "Details"],
        ),
        (
            (
                FailureCode.PROVIDER,
                FailureCode.NO_IMAGES,
                FailureCode.LATE,
                FailureCode.UNCERTAIN,
                FailureCode.EXPIRED,
            ),
            ["Again", "Edit & retry", "Delete", "Details"],
        ),
        (
            (FailureCode.QUOTA, FailureCode.KEY, FailureCode.OPERATOR),
            ["Edit & retry", "Delete", "Details"],
        ),
    ],
)
def test_a_failure_offers_what_can_be_done_about_it(
    codes: Iterable[FailureCode], labels: list[str]
) -> None:
    for code in codes:
        assert labels_of(cards.failure_card(job(failure=Failure(code=code)))) == labels


@pytest.mark.parametrize("code", [FailureCode.QUOTA, FailureCode.KEY, FailureCode.OPERATOR])
def test_a_failure_that_only_the_operator_can_mend_says_whom_to_ask(code: FailureCode) -> None:
    assert "the person who runs this bot" in text_of(
        cards.failure_card(job(failure=Failure(code=code)))
    )
