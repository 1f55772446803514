"""The message with the pictures of a job."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.cards import job_cards as cards
from bot.platforms.discord.cards.custom_ids import (
    Action,
    ButtonId,
)
from bot.platforms.discord.cards.facts import shown_prompt
from bot.platforms.discord.cards.layouts import files_of
from tests import markdown
from tests.unit.cards.samples import (
    ANN,
    JOB_ID,
    buttons_of,
    gallery_of,
    images_of,
    job,
    labels_of,
    rows_of,
    shown_of,
)
from tests.views import parts_of, text_of


def test_a_card_has_its_numbers_and_actions_as_buttons() -> None:
    view = cards.result_card(job(), 0, images_of(job()))
    assert rows_of(view) == [
        ["1", "2", "3", "4"],
        ["V1", "V2", "V3", "V4"],
        ["Again", "Edit", "Delete", "Details"],
    ]


def test_v3_varies_the_third_image() -> None:
    view = cards.result_card(job(), 0, images_of(job()))
    (press,) = [button["custom_id"] for button in buttons_of(view) if button["label"] == "V3"]
    assert press == str(ButtonId(action=Action.VARY, job_id=JOB_ID, number=3))


@pytest.mark.parametrize("count", range(1, 25))
def test_a_card_of_any_number_of_images_keeps_discords_limits(count: int) -> None:
    many = job("x" * 4000, images=count)
    images = images_of(many, missing=range(0, count, 3))
    for part, first in enumerate(range(0, count, 10)):
        shown = images[first : first + 10]
        view = cards.result_card(many, part, shown)
        numbers = [str(image.index + 1) for image in shown]
        assert labels_of(view)[: 2 * len(shown)] == [*numbers, *(f"V{each}" for each in numbers)]
        assert all(1 <= len(row) <= 5 for row in rows_of(view))
        assert len(parts_of(view)) <= 40


def test_a_card_shows_exactly_the_files_sent_with_it() -> None:
    images = images_of(job(), missing=[2])
    names = [file.filename for file in files_of(JOB_ID, images)]
    assert gallery_of(cards.result_card(job(), 0, images)) == [f"attachment://{n}" for n in names]
    assert names == [f"{JOB_ID}-{n}.png" for n in (1, 2, 4)]


def test_an_image_that_could_not_be_fetched_is_opened_by_its_button() -> None:
    view = cards.result_card(job(), 0, images_of(job(), missing=[2]))
    assert "I couldn't fetch image 3. Its button opens it in your browser." in text_of(view)
    assert "https://" not in text_of(view)
    links = {button["label"]: button.get("url") for button in buttons_of(view)}
    assert links["3"] == "https://cdn.example/2.png"
    assert [label for label, link in links.items() if link] == ["3"]


def test_several_images_that_could_not_be_fetched_are_named_in_one_sentence() -> None:
    text = text_of(cards.result_card(job(), 0, images_of(job(), missing=[0, 2])))
    assert "I couldn't fetch images 1, 3. Their buttons open them in your browser." in text


def test_a_link_that_is_too_long_for_a_button_is_tried_again_by_it() -> None:
    long = job(url="https://cdn.example/" + "x" * 500 + "{}.png")
    view = cards.result_card(long, 0, images_of(long, missing=[1]))
    assert "I couldn't fetch image 2.\n" in text_of(view)
    assert not any("url" in button for button in buttons_of(view))


def test_a_card_without_any_image_has_no_gallery() -> None:
    assert gallery_of(cards.result_card(job(), 0, images_of(job(), missing=range(4)))) == []


def test_a_card_says_mode_time_and_person() -> None:
    text = text_of(cards.result_card(job(), 0, images_of(job())))
    assert f"<@{ANN}> · fast mode · in 1 min 5 s" in text
    assert "quota" not in text


def test_a_card_shows_the_words_and_below_what_shaped_them() -> None:
    asked = job("https://x.example/a.png a red fox --ar 16:9 --stylize 250 --v 8.2")
    text = text_of(cards.result_card(asked, 0, images_of(asked)))
    assert text.startswith(">>> a red fox\n-# 1 image prompt · --ar 16:9 · --stylize 250 · v8.2\n")


def test_a_link_among_the_parameters_is_shortened() -> None:
    asked = job("a red fox --sref https://x.example/long/way/style.png?ex=1 --niji 7")
    text = shown_of(cards.result_card(asked, 0, images_of(asked)))
    assert "--sref …/style.png · niji 7" in text


def test_a_prompt_of_images_alone_is_shown_as_links() -> None:
    asked = job("https://x.example/a.png https://x.example/b.png")
    text = text_of(cards.result_card(asked, 0, images_of(asked)))
    assert text.startswith(">>> 🔗×2\n-# 2 image prompts\n")


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("a red fox", "a red fox"),
        ("https://x.example/a.png a fox\n in  snow --ar 3:2", "🔗 a fox in snow --ar 3:2"),
        ("https://x.example/a.png  http://x.example/b a fox", "🔗×2 a fox"),
        ("a fox --sref HTTPS://x.example/a.png?b=c 123", "a fox --sref 🔗 123"),
        ("a fox, see (https://x.example/a.png) now", "a fox, see (🔗 now"),
    ],
)
def test_links_of_a_prompt_are_shown_as_a_symbol(prompt: str, shown: str) -> None:
    assert shown_prompt(prompt) == shown


@given(
    st.lists(st.sampled_from(["https://x.example/a.png", "fox", "--ar", "1:1", "🦊", "\n", " "]))
)
def test_a_shown_prompt_keeps_all_words_and_no_link(pieces: list[str]) -> None:
    shown = shown_prompt(" ".join(pieces))
    words = " ".join(each for each in pieces if "://" not in each).split()
    assert [each for each in shown.split() if not each.startswith("🔗")] == words
    assert "://" not in shown
    assert ("🔗" in shown) == any("://" in each for each in pieces)


def test_formatting_in_a_prompt_is_shown_as_written() -> None:
    text = text_of(cards.result_card(job("**bold** `code` <t:1:R> # x"), 0, images_of(job())))
    assert "**bold** `code` <t:1:R> # x" in markdown.shown(text)
    assert markdown.live(text) == ["quote", "small", "mention"]


@pytest.mark.parametrize("prompt", ["@everyone look", "@here", "<@222222222222222222> hi"])
def test_a_prompt_mentions_nobody(prompt: str) -> None:
    text = text_of(cards.result_card(job(prompt), 0, images_of(job())))
    assert prompt in markdown.shown(text)
    assert markdown.live(text).count("mention") == 1  # of the person who asked


async def test_a_view_that_is_sent_is_never_remembered() -> None:
    assert cards.result_card(job(), 0, images_of(job())).is_finished()
