"""However much a card has to say, it stays within Discord's limits."""

import pytest

from bot.domain.jobs import Failure, FailureCode
from bot.platforms.discord.cards import job_cards as cards
from bot.platforms.discord.cards.custom_ids import (
    CUSTOM_ID,
    Action,
    ButtonId,
    CardPlace,
)
from bot.platforms.discord.cards.details import details_view
from tests.unit.cards.samples import JOB_ID, LONGEST, buttons_of, images_of, job, labels_of, rows_of
from tests.views import parts_of, text_of


@pytest.mark.parametrize("prompt", LONGEST)
def test_the_longest_card_keeps_discords_limits(prompt: str) -> None:
    full = job(prompt, images=10, url="https://cdn.example/" + "x" * 100 + "{}.png")
    view = cards.result_card(full, 2, images_of(full, missing=range(10)))
    assert len(text_of(view)) <= 4000
    assert len(parts_of(view)) <= 40


@pytest.mark.parametrize("prompt", LONGEST)
def test_the_longest_failure_keeps_discords_limits(prompt: str) -> None:
    failed = job(prompt, failure=Failure(code=FailureCode.LATE, detail="_" * 9000))
    assert len(text_of(cards.failure_card(failed))) <= 4000


@pytest.mark.parametrize("prompt", [*LONGEST, "`" * 4000, "``` " * 1000])
def test_the_longest_details_keep_discords_limits(prompt: str) -> None:
    failed = job(prompt, failure=Failure(code=FailureCode.LATE))
    assert len(text_of(details_view(failed, "en"))) <= 4000


def test_ten_buttons_come_in_rows_of_five() -> None:
    ten = job(images=10)
    rows = rows_of(cards.result_card(ten, 0, images_of(ten)))
    assert [len(row) for row in rows] == [5, 5, 5, 5, 4]
    assert rows[2] == ["V1", "V2", "V3", "V4", "V5"]


@pytest.mark.parametrize(("part", "first", "last"), [(0, 1, 10), (1, 11, 20), (2, 21, 24)])
def test_the_parts_of_24_images_go_on_counting(part: int, first: int, last: int) -> None:
    many = job(images=24)
    view = cards.result_card(many, part, images_of(many)[first - 1 : last])
    numbers = [str(number) for number in range(first, last + 1)]
    varies = [f"V{number}" for number in numbers]
    assert labels_of(view) == [*numbers, *varies, "Again", "Edit", "Delete", "Details"]
    assert f"Images {first} to {last} of 24." in text_of(view)


@pytest.mark.parametrize("part", [0, 23])
def test_every_button_names_its_job_within_discords_limit(part: int) -> None:
    many = job(images=24)
    for button in buttons_of(cards.result_card(many, part, images_of(many)[14:])):
        found = CUSTOM_ID.fullmatch(button["custom_id"])
        assert found is not None
        assert found["job_id"] == JOB_ID
        assert len(button["custom_id"]) <= 100


def test_no_two_buttons_of_a_card_share_an_id() -> None:
    many = job(images=10)
    ids = [
        button["custom_id"] for button in buttons_of(cards.result_card(many, 1, images_of(many)))
    ]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "press",
    [
        ButtonId(action=Action.SHOW, job_id=JOB_ID, number=24),
        ButtonId(action=Action.AGAIN, job_id=JOB_ID),
        ButtonId(action=Action.DELETE, job_id=JOB_ID, number=0),
        ButtonId(action=Action.VARY, job_id=JOB_ID, number=24),
        ButtonId(action=Action.TAKE_DOWN, job_id=JOB_ID, number=24, person_id="9" * 20),
        ButtonId(
            action=Action.REMOVE,
            job_id=JOB_ID,
            place=CardPlace(channel_id=10**19, message_id=10**19),
        ),
    ],
)
def test_a_button_id_survives_its_custom_id(press: ButtonId) -> None:
    found = CUSTOM_ID.fullmatch(str(press))
    assert found is not None
    assert len(str(press)) <= 100
    assert ButtonId.from_match(found) == press
