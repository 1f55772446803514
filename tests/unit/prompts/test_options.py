"""The form's options beside the parameters that were typed."""

import pytest

from bot.domain.jobs import Mode
from bot.prompts import Severity, caret, parse
from tests.unit.prompts.sentences import LINK, texts, with_options


def test_an_option_wins_and_says_so() -> None:
    prompt = with_options("cat --ar 2:3 --fast", {"aspect": "16:9", "mode": Mode.RELAXED})
    assert prompt.normalised == "cat --ar 16:9"
    assert prompt.mode is Mode.RELAXED
    assert texts(prompt, Severity.REMARK) == [
        "Used the option: `--ar 16:9`, not `--ar 2:3`.",
        "Used the option: `--relax`, not `--fast`.",
    ]


def test_all_options_together() -> None:
    prompt = with_options(
        "cat --no dogs",
        {
            "aspect": "2:3",
            "version": "7",
            "stylize": 250,
            "chaos": 5,
            "weird": 0,
            "seed": 4_294_967_295,
            "no": "hands, feet",
            "raw": True,
            "tile": False,
            "image": LINK,
            "image2": "https://example.com/b.png",
            "image_weight": 1.5,
            "style": "https://example.com/c.png",
            "mode": None,
        },
    )
    assert prompt.diagnostics[0].text.template == "I joined the `{parameter}` lists."
    assert len(prompt.diagnostics) == 1
    assert prompt.normalised == (
        f"{LINK} https://example.com/b.png cat --ar 2:3 --v 7 --s 250 --c 5 --w 0 "
        "--seed 4294967295 --no dogs, hands, feet --raw --iw 1.5 --sref https://example.com/c.png"
    )


def test_a_flag_that_is_off_leaves_the_prompt() -> None:
    prompt = with_options("cat --raw", {"raw": False})
    assert prompt.normalised == "cat"
    assert texts(prompt, Severity.REMARK) == ["Used the option: I left out `--raw`."]


@pytest.mark.parametrize(
    ("text", "version", "normalised"),
    [
        ("cat --niji 6", "7", "cat --v 7"),
        ("cat --v 7", "niji 7", "cat --niji 7"),
        ("cat --v 7", "8.2", "cat --v 8.2"),
    ],
)
def test_the_version_option_wins_over_niji_too(text: str, version: str, normalised: str) -> None:
    prompt = with_options(text, {"version": version})
    assert prompt.normalised == normalised
    assert prompt.refusals == ()
    assert len(prompt.remarks) == 1


def test_options_that_agree_say_nothing() -> None:
    assert with_options("cat --v 7 --raw", {"version": "7", "raw": True}).remarks == ()


def test_a_wrong_option_is_shown_with_a_place() -> None:
    prompt = with_options("cat", {"aspect": "16:0"})
    assert caret(prompt, prompt.refusals[0]) == "cat --ar 16:0\n    ^^^^^^^^^"


def test_no_options_change_nothing() -> None:
    assert with_options("cat --ar 2:3", {"raw": None}) == parse("cat --ar 2:3")


def test_an_unknown_option_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        with_options("cat", {"colour": "red"})


@pytest.mark.parametrize("mode", ["turbo", "x --fast", "--relax", "fast a", "", "FAST"])
def test_a_mode_that_no_command_of_today_offers_is_refused(mode: str) -> None:
    prompt = with_options("cat", {"mode": mode})
    (refusal,) = prompt.refusals
    assert refusal.text.template == "The `{option}` option takes only its own value, not `{value}`."
    assert dict(refusal.text.values) == {"option": "mode", "value": mode}
