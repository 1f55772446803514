"""What was remarked about the prompt."""

from dataclasses import replace

import pytest

from bot.domain.jobs import Failure, FailureCode
from bot.domain.texts import msg
from bot.platforms.discord.cards import job_cards as cards
from tests.unit.cards.samples import images_of, job
from tests.views import parts_of, text_of

MANY_REMARKS = tuple(msg("{words}", words="*" * 4000) for _ in range(20))


def test_remarks_stay_on_the_result_and_on_a_failure() -> None:
    remarked = replace(job(), remarks=(msg("Newer than I am."), msg("Put right.")))
    failed = replace(remarked, failure=Failure(code=FailureCode.LATE), image_urls=())
    for view in (cards.result_card(remarked, 0, images_of(remarked)), cards.failure_card(failed)):
        assert text_of(view).splitlines()[-1] == "-# Newer than I am. Put right."
    assert "Put right" not in text_of(cards.result_card(remarked, 1, images_of(remarked)))


@pytest.mark.parametrize("prompt", ["x" * 4000, "*" * 4000, "a --no " + "*" * 3900])
def test_remarks_leave_room_for_all_else(prompt: str) -> None:
    full = replace(
        job(prompt, images=10, url="https://cdn.example/{}" + "x" * 200), remarks=MANY_REMARKS
    )
    failed = replace(full, failure=Failure(code=FailureCode.PROMPT, detail="*" * 4000))
    views = (
        cards.result_card(full, 0, images_of(full, missing=range(10))),
        cards.failure_card(failed),
    )
    for view in views:
        assert len(text_of(view)) <= 4000
        assert len(parts_of(view)) <= 40
