"""What wins: option, prompt, preset or setting."""

import pytest

from bot.domain.jobs import Mode
from bot.prompts import looks_private
from bot.services.requests import Request, read_request
from tests.unit.requests.fixtures import LINK, poster, read

PAGE = "https://www.midjourney.com/jobs/ab"  # no picture

# ── What wins ───────────────────────────────────────────────────────────────────────────────────


def test_an_option_beats_the_prompt_which_beats_the_preset_which_beats_the_settings() -> None:
    preset = poster("--ar 3:3 --s 3 --c 3")
    order = read("a fox --ar 2:2 --s 2", {"aspect": "1:1"}, preset=preset, parameters="--w 4 --c 4")
    assert order.prompts == ("a fox --s 2 --c 3 --w 4 --ar 1:1",)
    assert [str(remark) for remark in order.remarks] == [
        "Used the option: `--ar 1:1`, not `--ar 2:2`."
    ]


def test_every_option_that_wins_says_so() -> None:
    options = {"aspect": "1:1", "stylize": 1, "chaos": 1, "weird": 1, "seed": 1, "version": "7"}
    order = read("a fox --ar 2:2 --s 2 --c 2 --w 2 --seed 2 --v 6", options)
    said = " ".join(str(remark) for remark in order.remarks)
    assert said.count("Used the option") == 6


def test_the_words_of_a_preset_come_behind_those_of_the_prompt() -> None:
    order = read("a fox --ar 2:3", preset=poster(suffix="bold ink"))
    assert order.prompts == ("a fox bold ink --ar 2:3",)


def test_an_option_turns_off_what_a_preset_turns_on() -> None:
    order = read("a fox", {"tile": False, "raw": True}, preset=poster("--tile --s 5"))
    assert order.prompts == ("a fox --s 5 --raw",)


@pytest.mark.parametrize(
    ("prompt", "preset", "setting", "expected"),
    [
        ("a fox", None, None, Mode.FAST),
        ("a fox", None, Mode.RELAXED, Mode.RELAXED),
        ("a fox", "--relax", Mode.FAST, Mode.RELAXED),
        ("a fox", "--ar 2:3", Mode.RELAXED, Mode.RELAXED),
        ("a fox --fast", "--relax", Mode.RELAXED, Mode.FAST),
    ],
)
def test_the_mode_is_the_prompts_then_the_presets_then_the_settings(
    prompt: str, preset: str | None, setting: Mode | None, expected: Mode
) -> None:
    order = read(prompt, preset=preset and poster(preset), mode=setting)
    assert order.mode is expected
    assert "--relax" not in order.prompts[0]


# ── Who sees it ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "option", "expected"),
    [
        ("a fox", False, False),
        ("a fox", True, True),
        ("a fox --private", False, True),
        ("a fox --stealth", False, True),
        ("a fox --public", True, True),
        ("a {red --private, blue} fox", False, True),
        ("a fox --privat", False, True),
    ],
)
def test_privacy_wins_wherever_it_is_asked_for(prompt: str, option: bool, expected: bool) -> None:
    order = read_request(Request(prompt=prompt, is_private=option), limit=10)
    assert order.is_private is expected
    assert looks_private(prompt) or option or not expected


@pytest.mark.parametrize("name", ["⸺private", "--pivate", "--рrivate", "--{private, public}"])  # noqa: RUF001
def test_no_spelling_waits_where_everybody_sees_it(name: str) -> None:
    assert looks_private(f"a fox {name}")
    assert read(f"a fox {name}").is_private


def test_hyphens_before_it_do_not_hide_that_a_prompt_is_private() -> None:
    assert looks_private(f"a fox, {'ultra-realistic, ' * 40}--private")


def test_a_command_that_is_private_once_never_says_it_is_public() -> None:
    order = read("a fox {--private, --public}")
    assert order.is_private
    assert [str(each) for each in order.remarks] == ["`--private`: only you will see the result."]


def test_the_private_option_wins_over_the_prompt_and_says_so() -> None:
    order = read_request(Request(prompt="a fox --public", is_private=True), limit=10)
    assert "Used the option: `private`, not `--public`." in [str(each) for each in order.remarks]


# ── Defaults that do not fit ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "preset", "parameters", "expected"),
    [
        ("a fox --v 6", "--hd", "", "a fox --v 6"),
        ("a fox --niji 6", "--v 7 --hd", "", "a fox --niji 6"),
        ("a fox --draft --v 7", "", "--hd --s 5", "a fox --draft --v 7 --s 5"),
        ("a fox --hd", "--ar 5:1", "", "a fox --hd"),
        (f"{LINK} a fox --v 7", "--draft", "", f"{LINK} a fox --v 7"),
        ("a fox", "--sw 50", "", "a fox"),
        ("a fox", "--sw 50", "--sref 5", "a fox --sw 50 --sref 5"),
        ("a fox", "--hd", "--draft --c 5", "a fox --hd --c 5"),
        ("a fox", "--v 8", "", "a fox"),
        ("a fox --hd", "--v 7", "--s 5", "a fox --hd --s 5"),
        ("a fox", "--upbeta --aspct 2:3", "", "a fox"),
        ("a fox", f"--sref {PAGE}", "", f"a fox --sref {PAGE}"),
        ("a fox --v 5.2", "--p ab12cde --style raw", "", "a fox --v 5.2 --style raw"),
    ],
)
def test_defaults_that_do_not_fit_are_left_out_without_a_word(
    prompt: str, preset: str, parameters: str, expected: str
) -> None:
    order = read(prompt, preset=poster(preset), parameters=parameters)
    assert order.prompts == (expected,)
    assert order.questions == ()
