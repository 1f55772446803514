"""What is wrong with a prompt, in one sentence: what blocks it, and what only warns."""

import pytest

from bot.prompts import Severity, parse, refusal
from bot.prompts.parameters import OFFICIAL_NAMES
from tests.unit.prompts.sentences import LINK, texts

# ── What blocks ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The prompt is empty; write what you want to see."),
        (" \n\u00a0", "The prompt is empty; write what you want to see."),
        ("--ar 2:3", "Write what you want to see, before the parameters."),
        (LINK, "One image link alone is not enough; add words or a second link."),
        ("cat --ar 16:0", "`--ar 16:0`: both numbers must be at least 1."),
        ("cat --ar 0.0:1", "`--ar 0.0:1`: write two whole numbers, such as 16:9."),
        ("cat --ar 16", "`--ar 16`: write two whole numbers, such as 16:9."),
        ("cat --ar wide", "`--ar` needs two whole numbers, such as 16:9."),
        ("cat --ar 15:1", "`--ar 15:1`: one side may be at most 14 times as long as the other."),
        (
            "cat --hd --ar 1:5",
            "`--ar 1:5`: with `--hd`, one side may be at most 4 times as long as the other.",
        ),
        ("cat --s 1001", "`--s 1001`: choose a whole number from 0 to 1000."),
        ("cat --q 3 --v 7", "`--q 3`: choose one of 1, 2, 4."),
        (
            "cat --q 1 --v 8.1",
            "`--q` does not work with `--v 8.1`; leave it out or use `--v 7`.",
        ),
        (
            f"cat --cref {LINK} --v 7",
            "`--cref` does not work with `--v 7`; use `--oref` instead.",
        ),
        (
            f"cat --oref {LINK} {LINK} --v 7",
            "`--oref` takes no more than 1 of the 2 links.",
        ),
        ("cat::-1 dog:: --v 6", "The weights must add up to more than 0."),
        (
            "cat --motion high",
            "`--motion` is for videos, and this bot makes still images. Leave it out.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, sentence: str) -> None:
    assert str(refusal(parse(text))) == sentence


def test_a_good_prompt_has_no_refusal() -> None:
    assert refusal(parse("a cat")) is None


def test_two_images_need_no_words() -> None:
    prompt = parse(f"{LINK} {LINK}")
    assert prompt.refusals == ()
    assert prompt.images == (LINK, LINK)


def test_length_is_that_of_what_the_provider_gets() -> None:
    assert parse("x" * 4000).refusals == ()
    assert parse("x" * 4000 + " " * 99 + " --fast").refusals == ()
    assert str(refusal(parse("x" * 4001))) == (
        "The prompt has 4001 characters; the limit is 4000. Please shorten it."
    )
    assert parse("four", max_length=3).refusals[0].start == 3


# ── What warns ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("aspct", "aspect"), ("stylze", "stylize"), ("chaso", "chaos"), ("tille", "tile")],
)
def test_a_slip_suggests_the_nearest_name(typed: str, nearest: str) -> None:
    prompt = parse(f"cat --{typed} 5")
    assert nearest in OFFICIAL_NAMES
    assert texts(prompt, Severity.ASK) == [
        f"I don't know `--{typed}`. Did you mean `--{nearest}`?"
    ]
    assert prompt.questions[0].fix == f"--{nearest} 5"
    assert prompt.normalised == f"cat --{typed} 5"


def test_an_unknown_parameter_keeps_what_follows() -> None:
    prompt = parse("cat --qqqqq one two --raw")
    assert prompt.normalised == "cat --qqqqq one two --raw"
    assert prompt.refusals == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"a cat {LINK}", "An image link works only at the start"),
        ("cat::2 dog --v 7", "Weights such as `::2` do nothing"),
        ("cat --p", "A profile belongs to one Midjourney account."),
        (f"cat --oref {LINK} --v 7", "`--oref` doubles the cost"),
        ("cat --draft --v 8.2", "up to 24 images"),
        ("cat --q 2", "`--q` does not work with the newest version; add `--v 7`"),
    ],
)
def test_a_warning_never_blocks(text: str, sentence: str) -> None:
    prompt = parse(text)
    assert any(sentence in each for each in texts(prompt, Severity.ASK))
    assert prompt.refusals == ()


def test_weights_are_fine_where_they_work() -> None:
    assert parse("cat::2 dog::-.5 --v 6.1").diagnostics == ()
