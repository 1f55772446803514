"""The messages of a finished job."""

from collections.abc import Iterable

import pytest

from bot.domain.jobs import Failure, FailureCode
from bot.domain.texts import msg
from bot.domain.views import Action, Frame
from bot.screens import actions
from bot.screens.result import failure_view, result_view, single_image_view
from tests.shown import actions_of, buttons_of, labels_of, text_of
from tests.unit.screens.samples import (
    ANN,
    BEN,
    JOB_ID,
    button,
    images_of,
    job,
    rows_of,
    said_of,
)

REMARKS = (msg("Newer than I am."), msg("Put right."))


# ── Results ─────────────────────────────────────────────────────────────────────────────────────


def test_a_result_has_its_numbers_and_actions_as_buttons() -> None:
    view = result_view(job(), 0, images_of(job()))
    assert rows_of(view) == [
        ["1", "2", "3", "4"],
        ["V1", "V2", "V3", "V4"],
        ["Again", "Edit", "Delete", "Details"],
    ]
    assert button(view, "3").action == Action(actions.SHOW, (JOB_ID, "3"))
    assert button(view, "V3").action == Action(actions.VARY, (JOB_ID, "3"))
    assert button(view, "Delete").action == actions.part_mark(JOB_ID, 0)


def test_a_result_shows_exactly_the_pictures_that_are_there() -> None:
    view = result_view(job(), 0, images_of(job(), missing=[2]))
    assert [each.file_name for each in view.pictures] == [f"{JOB_ID}-{n}.png" for n in (1, 2, 4)]
    assert result_view(job(), 0, images_of(job(), missing=range(4))).pictures == ()


def test_words_stand_for_a_picture_without_parameters_and_links() -> None:
    asked = job("https://x.example/a.png a red fox --ar 16:9 --sref https://x.example/b.png")
    view = result_view(asked, 0, images_of(asked))
    assert [said_of(each) for each in view.pictures] == [
        f"a red fox, picture {n} of 4" for n in (1, 2, 3, 4)
    ]


def test_an_image_that_could_not_be_fetched_is_opened_by_its_button() -> None:
    view = result_view(job(), 0, images_of(job(), missing=[2]))
    assert "I couldn't fetch image 3. Its button opens it in your browser." in text_of(view)
    assert {str(each.label): each.url for each in buttons_of(view) if each.url} == {
        "3": "https://cdn.example/2.png"
    }


def test_several_images_that_could_not_be_fetched_are_named_in_one_sentence() -> None:
    text = text_of(result_view(job(), 0, images_of(job(), missing=[0, 2])))
    assert "I couldn't fetch images 1, 3. Their buttons open them in your browser." in text


def test_a_link_that_is_too_long_for_a_button_is_tried_again_by_it() -> None:
    long = job(url="https://cdn.example/" + "x" * 500 + "{}.png")
    view = result_view(long, 0, images_of(long, missing=[1]))
    assert "I couldn't fetch image 2.\n" in text_of(view)
    assert button(view, "2").action == Action(actions.SHOW, (JOB_ID, "2"))


def test_a_result_says_person_mode_and_time() -> None:
    text = text_of(result_view(job(), 0, images_of(job())))
    assert text.startswith(f"a red fox\n@{ANN.id} · fast mode · in 1 min 5 s")


@pytest.mark.parametrize(("part", "first", "last"), [(0, 1, 10), (1, 11, 20), (2, 21, 24)])
def test_the_parts_of_24_images_go_on_counting(part: int, first: int, last: int) -> None:
    many = job(images=24)
    view = result_view(many, part, images_of(many)[first - 1 : last])
    numbers = [str(number) for number in range(first, last + 1)]
    varies = [f"V{number}" for number in numbers]
    assert labels_of(view) == [*numbers, *varies, "Again", "Edit", "Delete", "Details"]
    assert f"Images {first} to {last} of 24." in text_of(view)
    assert len(set(actions_of(view))) == len(labels_of(view))
    assert all(len(str(each)) <= 100 for each in actions_of(view))


def test_a_part_with_one_image_says_which() -> None:
    text = text_of(result_view(job(), 1, images_of(job())[3:]))
    assert "Image 4 of 4." in text


def test_a_result_rings_for_who_asked_and_a_copy_of_theirs_for_nobody() -> None:
    assert result_view(job(), 0, images_of(job())).notifies == ANN
    assert result_view(job(), actions.COPY_PART, images_of(job())).notifies is None


def test_remarks_stay_on_the_first_message() -> None:
    remarked = job(remarks=REMARKS)
    assert text_of(result_view(remarked, 0, images_of(remarked))).endswith("\nPut right.")
    assert "Put right" not in text_of(result_view(remarked, 1, images_of(remarked)))


# ── Failures ────────────────────────────────────────────────────────────────────────────────────


def test_a_failure_says_so_with_why_the_providers_words_and_remarks() -> None:
    failure = Failure(code=FailureCode.PROMPT, detail="Banned word:\n*gore*")
    view = failure_view(job(failure=failure, remarks=REMARKS))
    _, why, words, *remarks = text_of(view).splitlines()
    assert why.startswith(f"@{ANN.id}, this one didn't work out. It failed: Midjourney didn't")
    assert "Change it" in why
    assert words == "Midjourney said: “Banned word: *gore*”"
    assert remarks == ["Newer than I am.", "Put right."]
    assert (view.frame, view.notifies) == (Frame.FAILURE, ANN)
    assert button(view, "Delete").action == actions.part_mark(JOB_ID, 0)


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        (
            (
                FailureCode.PROMPT,
                FailureCode.LINK,
                FailureCode.REJECTED,
                FailureCode.QUOTA,
                FailureCode.KEY,
                FailureCode.OPERATOR,
            ),
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
    ],
)
def test_a_failure_offers_what_can_be_done_about_it(
    codes: Iterable[FailureCode], labels: list[str]
) -> None:
    for code in codes:
        assert labels_of(failure_view(job(failure=Failure(code=code)))) == labels


@pytest.mark.parametrize("code", [FailureCode.QUOTA, FailureCode.KEY, FailureCode.OPERATOR])
def test_a_failure_that_only_the_operator_can_mend_says_whom_to_ask(code: FailureCode) -> None:
    text = text_of(failure_view(job(failure=Failure(code=code))))
    assert "the person who runs this bot" in text


# ── Single pictures ─────────────────────────────────────────────────────────────────────────────


def test_a_single_picture_has_its_prompt_its_people_and_buttons_of_its_own() -> None:
    view = single_image_view(job("a red fox --ar 3:2"), images_of(job())[1], BEN, "en")
    assert text_of(view) == (
        f"a red fox\n--ar 3:2\nImage 2 at full size, for @{BEN.id}. Requested by @{ANN.id}."
    )
    assert actions_of(view) == (
        Action(actions.VARY, (JOB_ID, "2")),
        Action(actions.AGAIN, (JOB_ID,)),
        Action(actions.TAKE_DOWN, (JOB_ID, "2", BEN.id)),
    )
    assert [said_of(each) for each in view.pictures] == ["a red fox, picture 2 of 4"]


def test_a_single_picture_of_ones_own_names_one_person() -> None:
    view = single_image_view(job(), images_of(job())[1], ANN, "en")
    assert text_of(view).endswith(f"Image 2 at full size, for @{ANN.id}.")


def test_a_single_picture_never_looks_like_the_result() -> None:
    many = job(images=24)
    for image in images_of(many):
        names = {each.name for each in actions_of(single_image_view(many, image, BEN, "en"))}
        assert actions.DELETE not in names
