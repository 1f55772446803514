"""How many jobs a request means, its length, and the words of a preset."""

from collections.abc import Mapping

import pytest

from bot.domain.errors import PromptError
from bot.domain.jobs import Mode
from bot.prompts import MAX_LENGTH, OptionValue
from bot.services.requests import MAX_REMARKS, with_image
from tests.unit.requests.fixtures import LINK, poster, read, refusal

# ── Several jobs ────────────────────────────────────────────────────────────────────────────────


def test_options_and_settings_hold_for_each_of_several_jobs() -> None:
    order = read("a {red, blue} fox --repeat 2", {"aspect": "1:1"}, parameters="--s 5")
    red, blue = "a red fox --s 5 --ar 1:1", "a blue fox --s 5 --ar 1:1"
    assert order.prompts == (red, red, blue, blue)


@pytest.mark.parametrize("prompt", ["a fox {--fast, --relax}", "a {fox --relax, cat}"])
def test_jobs_of_one_command_do_not_differ_in_speed(prompt: str) -> None:
    error = refusal(prompt)
    assert "same speed" in str(error.text)
    assert error.place is not None


def test_an_option_settles_the_speed_of_all() -> None:
    assert read("a fox {--fast, --relax}", {"mode": "relaxed"}).mode is Mode.RELAXED


def test_a_remark_about_all_jobs_is_made_once_and_no_more_are_kept_than_anybody_reads() -> None:
    assert len(read("a {red, blue} fox —ar 2:3").remarks) == 1
    assert len(read("a fox " + " ".join(f"--foo{n} x" for n in range(30))).remarks) == MAX_REMARKS


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_shows_the_place_also_of_an_option() -> None:
    assert refusal("a fox", {"aspect": "16:0"}).place == "a fox --ar 16:0\n      ^^^^^^^^^"


def test_an_empty_prompt_has_no_place_to_show() -> None:
    assert refusal("  ").place is None


def test_all_jobs_of_one_prompt_are_within_the_limit_at_a_time() -> None:
    assert str(refusal("a {b,c,d,e,f,g} --repeat 2").text) == (
        "That's 12 jobs; the limit is 10 at a time."
    )


@pytest.mark.parametrize(
    "parameters", ["--no dogs", "--foo bar", "--p ab12cde", "--sref 123", "--tile", "--v 7"]
)
def test_the_words_of_a_preset_are_no_values(parameters: str) -> None:
    order = read(f"a fox {parameters}", preset=poster(suffix="golden hour 5"))
    assert order.prompts == (f"a fox golden hour 5 {parameters}",)
    assert order.questions == ()


def test_the_words_of_a_preset_may_mean_several_jobs() -> None:
    order = read("{a, b} --raw", preset=poster(suffix="in {red, blue}"))
    assert order.prompts == (
        "a in red --raw", "a in blue --raw", "b in red --raw", "b in blue --raw",
    )  # fmt: skip


def test_a_place_within_the_words_of_a_preset_is_shown() -> None:
    with pytest.raises(PromptError) as caught:
        read("a fox --raw", preset=poster(suffix="in {red"))
    assert caught.value.place == "a fox --raw in {red\n               ^"


@pytest.mark.parametrize(
    ("prompt", "options", "field"),
    [
        ("🦊 fox --ar lots", {"stylize": 5}, "prompt"),
        ("🦊 fox", {"stylize": 9999}, "stylize"),
        ("🦊 fox --ar 2:3", {"image": LINK, "aspect": "2:3", "stylize": "lots"}, "stylize"),
        ("a {red, blue} fox", {"no": "{a"}, "no"),
        ("a {red, blue} fox {", {"no": "a"}, "prompt"),
        ("a {red, blue} fox", {"no": "a --raw", "stylize": 5}, "no"),
        ("", {"aspect": "2:3"}, "prompt"),
    ],
)
def test_a_refusal_names_the_field_that_it_is_about(
    prompt: str, options: Mapping[str, OptionValue], field: str
) -> None:
    assert refusal(prompt, options).field == field


@pytest.mark.parametrize(
    ("prompt", "prompts"),
    [
        ("a cat --repeat 3", ["a cat"] * 3),
        ("a cat --r 2 --ar 2:3", ["a cat --ar 2:3"] * 2),
        ("--repeat 2 a cat", ["a cat"] * 2),
        ("a cat - - repeat 2", ["a cat"] * 2),
        ("{a, b} --r 2", ["a", "a", "b", "b"]),
        ("cat --r {2, 3}", ["cat"] * 5),
        (f"{{{LINK}, {LINK}2}} cat", [f"{LINK} cat", f"{LINK}2 cat"]),
        (f"{{{LINK},{LINK}2}} cat", [f"{LINK} cat", f"{LINK}2 cat"]),
    ],
)
def test_one_command_may_mean_several_jobs(prompt: str, prompts: list[str]) -> None:
    assert list(read(prompt).prompts) == prompts


def test_length_is_checked_before_anything_is_read() -> None:
    error = refusal("{" * MAX_LENGTH + "x")
    assert str(error.text) == (
        "The prompt has 4001 characters; the limit is 4000. Please shorten it."
    )


@pytest.mark.parametrize(
    ("options", "preset"), [({"no": "n" * 400}, ""), ({"image": LINK * 20}, ""), ({}, "s" * 400)]
)
def test_options_and_the_words_of_a_preset_count_too(
    options: Mapping[str, OptionValue], preset: str
) -> None:
    with pytest.raises(PromptError, match="limit is 4000"):
        read("x" * 3700, options, preset=poster(suffix=preset))


def test_defaults_may_not_make_a_prompt_too_long() -> None:
    with pytest.raises(PromptError, match="limit is 4000"):
        read("x" * 3990, preset=poster("--ar 2:3 --s 5"))


def test_a_picture_may_not_make_a_prompt_too_long() -> None:
    assert with_image("a fox", LINK) == f"{LINK} a fox"
    with pytest.raises(PromptError, match="With the picture, the prompt has 4"):
        with_image("x" * 3990, LINK)
