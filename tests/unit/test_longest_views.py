"""However much there is to say while somebody waits or is asked, Discord takes the message."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.jobs import Mode
from bot.domain.texts import msg
from bot.domain.views import View
from bot.platforms.discord.rendering import render_view
from bot.screens.placeholder import placeholder_view, progress_view
from bot.screens.questions import question_view
from bot.services.imagine import Question
from bot.services.requests import Order
from tests.golden.samples import DRAFT_ID, LINK, QUEUED, accepted, group, job, progress
from tests.views import parts_of, text_of

LONG = ["x" * 4000, "*" * 4000, "<" * 4000, "@everyone " * 400, f"{LINK} " * 40]
SENTENCES = tuple(msg("{words}", words="*" * 4000) for _ in range(20))


@pytest.mark.parametrize("prompt", LONG)
def test_discord_takes_the_longest_placeholder(prompt: str) -> None:
    long = replace(group(job("en", QUEUED)), prompt=prompt)
    first = placeholder_view(accepted(long, jobs=10, ahead=900, remarks=SENTENCES))
    ended = progress(10, finished=9, cancelled=3, discarded=3, undeliverable=3)
    _check([first, progress_view(replace(long, remarks=SENTENCES), ended)])


@pytest.mark.parametrize("prompt", LONG)
@pytest.mark.parametrize("count", [1, 10, 40])
def test_discord_takes_the_longest_question(prompt: str, count: int) -> None:
    prompts = tuple(f"{number}{prompt}" for number in range(count))
    long = Order(prompts=prompts, mode=Mode.FAST, remarks=SENTENCES, questions=SENTENCES)
    order = replace(long, fixed=replace(long, mode=Mode.RELAXED, prompts=prompts[::-1]))
    _check([question_view(Question(draft_id=DRAFT_ID, order=order), "en")])


def test_sentences_that_do_not_fit_are_left_out_and_shown_to_be_missing() -> None:
    remarks = tuple(msg("{words}", words=str(number) * 290) for number in range(9))
    view = placeholder_view(accepted(job("en", QUEUED), remarks=remarks))
    said = text_of(render_view(view)).splitlines()[-1]
    assert said.endswith("2 …")
    assert len(said) <= 1010


def _check(views: Sequence[View | None]) -> None:
    for view in views:
        assert view is not None
        shown = render_view(view)
        assert len(text_of(shown)) <= 4000
        assert len(parts_of(shown)) <= 40
