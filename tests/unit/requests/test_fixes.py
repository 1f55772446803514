"""Questions about a request, and the fixes offered with them."""

from collections.abc import Mapping

import pytest

from bot.domain.jobs import Mode
from bot.prompts import OptionValue
from tests.unit.requests.fixtures import LINK, poster, read


def test_an_order_has_its_questions_and_what_they_come_to() -> None:
    order = read("a fox --aspct 16:9 --v 8 --upbeta --fast")
    assert order.prompts == ("a fox --aspct 16:9 --v 8 --upbeta",)
    assert [str(each) for each in order.questions] == [
        "I don't know `--aspct`. Did you mean `--aspect`?",
        "Version 8.0 was removed. I'd use `--v 8.2`.",
        "`--upbeta` no longer exists: upscaling isn't part of a prompt now. I'd leave it out.",
    ]
    assert order.fixed is not None
    assert order.fixed.prompts == ("a fox --aspect 16:9 --v 8.2",)
    assert order.fixed.questions == ()
    assert [str(each) for each in order.fixed.remarks] == [
        "I read `--aspct 16:9` as `--aspect 16:9`.",
        "I read `--v 8` as `--v 8.2`.",
        "I left out `--upbeta`.",
    ]


def test_a_question_about_several_jobs_is_asked_once_and_fixed_in_each() -> None:
    order = read("a {red, blue} fox {--v 8, --v 7} --repeat 2")
    assert len(order.questions) == 1
    assert order.fixed is not None
    assert order.fixed.prompts == (
        *["a red fox --v 8.2"] * 2,
        *["a red fox --v 7"] * 2,
        *["a blue fox --v 8.2"] * 2,
        *["a blue fox --v 7"] * 2,
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "a fox --p bad!code --v 8",  # one of the two has no safe fix
        "a fox --aspct 16:0",  # the fix would be refused
        "a fox --vrsion 6 --hd",  # the fix would raise another question
        "a fox {--v 8, --p bad!code}",
    ],
)
def test_mistake_without_a_safe_fix_offers_none(prompt: str) -> None:
    order = read(prompt)
    assert order.questions
    assert order.fixed is None


@pytest.mark.parametrize(
    ("prompt", "prompts", "mode"),
    [
        ("a cat --repet 3", ["a cat"] * 3, Mode.FAST),
        ("a cat --relx", ["a cat"], Mode.RELAXED),
        ("a cat --relax --v 8", ["a cat --v 8.2"], Mode.RELAXED),
        (f"a cat --imge {LINK}", [f"{LINK} a cat"], Mode.FAST),
        ("{a, b} --repet 2", ["a", "a", "b", "b"], Mode.FAST),
    ],
)
def test_a_fix_means_what_it_says(prompt: str, prompts: list[str], mode: Mode) -> None:
    fixed = read(prompt).fixed
    assert fixed is not None
    assert (list(fixed.prompts), fixed.mode) == (prompts, mode)


@pytest.mark.parametrize(
    ("prompt", "fixed"),
    [
        ("a cat --style 250", None),
        ("a cat --style 1234567", "a cat --sref 1234567"),
        ("a cat --ra 16:9", "a cat --ar 16:9"),
        ("a cat --size 16:9", "a cat --ar 16:9"),
        ("a cat --ver 7", "a cat --version 7"),
        ("a cat --prof ab12cde", "a cat --profile ab12cde"),
        ("a cat --upscale 2", "a cat"),
        ("a cat 12::30", None),
        ("a cat::2 dog::1", "a cat dog"),
    ],
)
def test_a_fix_is_what_was_meant(prompt: str, fixed: str | None) -> None:
    order = read(prompt)
    assert order.questions
    assert (order.fixed and order.fixed.prompts) == (fixed and (fixed,))


@pytest.mark.parametrize("prompt", ["a --repet 11", "a --fast --relx", "{a, b --relx}"])
def test_a_fix_obeys_the_rules_too(prompt: str) -> None:
    order = read(prompt)
    assert order.questions
    assert order.fixed is None


def test_a_fix_leaves_other_parameters_alone_however_they_were_moved() -> None:
    order = read(f"{LINK} a fox --p ab12cde — stealth - - sw=100")
    assert order.fixed is not None
    assert order.fixed.prompts == (f"{LINK} a fox --p ab12cde",)


def test_a_fix_leaves_the_defaults_alone() -> None:
    order = read("fox --upbeta", preset=poster("fox --s 5"), parameters="a b --c 5")
    assert order.fixed is not None
    assert order.fixed.prompts == ("fox --s 5 --c 5",)


def test_fix_keeps_mode_and_privacy() -> None:
    order = read("a fox --v 8 --relax --private")
    assert order.fixed is not None
    assert (order.fixed.mode, order.fixed.is_private) == (Mode.RELAXED, True)


@pytest.mark.parametrize("options", [{"image_weight": 2.0}, {"style": "no link"}])
def test_option_without_effect_raises_a_question(options: Mapping[str, OptionValue]) -> None:
    order = read("a fox", options)
    assert len(order.questions) == 1
    assert order.fixed is not None
    assert order.fixed.prompts[0].startswith("a fox")


def test_option_with_what_it_needs_raises_no_question() -> None:
    assert read("a fox", {"image_weight": 2.0, "image": LINK}).questions == ()
