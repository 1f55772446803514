"""However much there is to say about a finished job, Discord takes the message."""

import pytest

from bot.domain.jobs import Failure, FailureCode
from bot.domain.texts import msg
from bot.domain.views import View
from bot.platforms.discord.rendering import render_view
from bot.screens.details import details_view
from bot.screens.result import failure_view, result_view, single_image_view
from tests import markdown
from tests.unit.screens.samples import ANN, BEN, LONGEST, images_of, job
from tests.views import parts_of, text_of

REMARKS = tuple(msg("{words}", words="*" * 4000) for _ in range(20))
LATE = Failure(code=FailureCode.LATE, detail="_" * 9000)
URL = "https://cdn.example/{}" + "x" * 200


@pytest.mark.parametrize("prompt", [*LONGEST, "`" * 4000, "``` " * 1000])
def test_discord_takes_the_longest_messages(prompt: str) -> None:
    full = job(prompt, images=10, url=URL, remarks=REMARKS)
    failed = job(prompt, failure=LATE, remarks=REMARKS)
    for view in (
        result_view(full, 0, images_of(full, missing=range(10))),
        result_view(full, 2, images_of(full)),
        failure_view(failed),
        single_image_view(full, images_of(full)[1], BEN, "de"),
        details_view(failed, "en"),
    ):
        _check(view)


@pytest.mark.parametrize("count", range(1, 25))
def test_discord_takes_any_number_of_pictures(count: int) -> None:
    many = job("x" * 4000, images=count)
    images = images_of(many, missing=range(0, count, 3))
    for part, first in enumerate(range(0, count, 10)):
        _check(result_view(many, part, images[first : first + 10]))


@pytest.mark.parametrize("prompt", ["@everyone look", "@here", "hi <@222222222222222222>"])
def test_a_prompt_mentions_nobody(prompt: str) -> None:
    text = text_of(render_view(result_view(job(prompt), 0, images_of(job()))))
    assert prompt in markdown.shown(text)
    assert markdown.live(text).count("mention") == 1
    assert f"<@{ANN.id}>" in text


def _check(view: View) -> None:
    parts = parts_of(render_view(view))
    assert len(text_of(render_view(view))) <= 4000
    assert len(parts) <= 40
    for part in parts:
        assert part["type"] != 1 or 1 <= len(part["components"]) <= 5
        assert all(len(each["description"]) <= 1024 for each in part.get("items", ()))
