"""A picture that somebody posted by itself."""

import pytest

from bot.platforms.discord.cards import job_cards as cards
from bot.platforms.discord.cards.custom_ids import (
    card_mark,
)
from tests.unit.cards.samples import (
    ANN,
    BEN,
    JOB_ID,
    LONGEST,
    alternatives_of,
    buttons_of,
    images_of,
    job,
    labels_of,
    read,
)
from tests.views import text_of


def test_a_single_picture_has_its_prompt_its_people_and_buttons_of_its_own() -> None:
    view = cards.single_image(job("a red fox --ar 3:2"), images_of(job())[1], BEN, "en")
    assert read(view) == (
        f">>> a red fox\n-# --ar 3:2\n-# Image 2 at full size, for <@{BEN}>. Requested by <@{ANN}>."
    )
    assert labels_of(view) == ["Vary", "Again", "Delete"]
    assert alternatives_of(view) == ["a red fox, picture 2 of 4"]


def test_a_single_picture_of_ones_own_names_one_person() -> None:
    view = cards.single_image(job(), images_of(job())[1], ANN, "en")
    assert text_of(view).endswith(f"-# Image 2 at full size, for <@{ANN}>.")


def test_a_single_picture_never_looks_like_the_result() -> None:
    marks = {card_mark(JOB_ID, part) for part in range(1000)}
    for number in range(24):
        many = job(images=24)
        view = cards.single_image(many, images_of(many)[number], BEN, "en")
        assert marks.isdisjoint(button["custom_id"] for button in buttons_of(view))


@pytest.mark.parametrize("prompt", LONGEST)
def test_the_longest_single_picture_keeps_discords_limits(prompt: str) -> None:
    view = cards.single_image(job(prompt), images_of(job())[1], BEN, "de")
    assert len(text_of(view)) <= 4000
    assert all(len(each) <= 1024 for each in alternatives_of(view))
