"""What is wrong with a prompt, in one sentence: what blocks it, and what only warns."""

import pytest

from bot.prompts import Severity, parse, repaired
from bot.prompts.parameters import OFFICIAL_NAMES
from tests.unit.prompts.sentences import LINK, refusal, texts

# ── What blocks ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The prompt is empty; write what you want to see."),
        (" \n\u00a0", "The prompt is empty; write what you want to see."),
        ("--ar 2:3", "Write what you want to see, before the parameters."),
        (LINK, "One image link alone isn't enough; add words or a second link."),
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
        ("cat --sref", "`--sref` needs a link to an image, a style code or the word random."),
        ("cat --hd --draft", "`--hd` and `--draft` can't be combined; leave one out."),
        (
            f"cat --oref {LINK} {LINK} --v 7",
            "`--oref` takes only 1 value, not 2.",
        ),
        ("cat::-1 dog:: --v 6", "The weights must add up to more than 0."),
        (
            "cat --motion high",
            "`--motion` is for videos, and this bot makes still images. Leave it out.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, sentence: str) -> None:
    assert refusal(parse(text)) == sentence


def test_a_good_prompt_has_no_refusal() -> None:
    assert refusal(parse("a cat")) is None


def test_two_images_need_no_words() -> None:
    prompt = parse(f"{LINK} {LINK}")
    assert prompt.refusals == ()
    assert prompt.images == (LINK, LINK)


def test_length_is_that_of_what_was_typed() -> None:
    assert parse("x" * 4000).refusals == ()
    assert parse("x" * 3990 + " " * 99 + " --fast").refusals
    assert refusal(parse("x" * 4001)) == (
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
    assert texts(prompt, Severity.ASK) == [f"I don't know `--{typed}`. Did you mean `--{nearest}`?"]
    assert repaired(prompt) == f"cat --{nearest} 5"
    assert prompt.normalised == f"cat --{typed} 5"


def test_an_unknown_parameter_keeps_what_follows() -> None:
    prompt = parse("cat --qqqqq one two --raw")
    assert prompt.normalised == "cat --qqqqq one two --raw"
    assert prompt.refusals == ()


@pytest.mark.parametrize(
    ("text", "sentence", "fixed"),
    [
        (f"a cat {LINK}", "An image link works only at the start", f"{LINK} a cat"),
        (f"a {LINK}, cat {LINK} --tile", "An image link works", f"{LINK} {LINK} a cat --tile"),
        ("cat::2 dog::1.5 --v 8.1", "Weights such as `::2` do nothing", "cat dog --v 8.1"),
        ("cat::2 dog::-1", "Weights such as `::2` do nothing", None),
        ("cat --aspct 16:9", "Did you mean `--aspect`?", "cat --aspect 16:9"),
        ("cat --aspct 16:0", "Did you mean `--aspect`?", "cat --aspect 16:0"),
        ("cat --v 8", "Version 8.0 was removed. I'd use `--v 8.2`.", "cat --v 8.2"),
        ("cat --version 8.0", "removed. I'd use `--version 8.2`.", "cat --version 8.2"),
        ("cat --v 5.7", "I don't know this version", None),
        ("cat --upbeta", "`--upbeta` no longer exists", "cat"),
        ("cat --width 500 tall", "`--width` no longer exists", "cat tall"),
        ("cat --q 2", "`--q` doesn't work with the newest version", "cat"),
        ("cat --q 2 --v 8", "`--q` doesn't work with `--v 8.2`", "cat --v 8.2"),
        ("cat --q 2 --v 5", "with `--v 5` it is one of .25, .5, 1", "cat --v 5"),
        ("cat --sref 1 --sv 7 --v 7", "with `--v 7` it goes from 1 to 6", "cat --sref 1 --v 7"),
        (f"cat --cref {LINK}", "`--edit` took its place", f"cat --edit {LINK}"),
        (f"cat --cref {LINK} --v 7", "`--oref` took its place", f"cat --oref {LINK} --v 7"),
        (f"cat --cref {LINK} {LINK} --v 7", "`--oref` took its place", None),
        (f"cat --cref {LINK} --cw 5", "`--cw` doesn't work", f"cat --edit {LINK}"),
        ("cat --iw 2", "`--iw` does nothing without an image", "cat"),
        ("cat --sw 5", "`--sw` does nothing without `--sref`", "cat"),
        (f"{LINK} cat --draft --v 7", "can't be combined", f"{LINK} cat --v 7"),
        ("cat --sref abc", "`abc` isn't what `--sref` takes", "cat abc"),
        ("a --cref my friend --v 6", "`my friend` isn't what", "a my friend --v 6"),
        ("cat --style foo bar", "`foo bar` isn't what `--style` takes", "cat foo bar"),
        ("cat --p bad!code", "`bad!code` isn't what `--p` takes", None),
        ("cat --sref 123 1a2b3c", "`123 1a2b3c` isn't what `--sref` takes", None),
        ("--p a cat", "The words after `--p`", None),
        ("cat --s 50 100", "`--s` takes one value, not `50 100`", None),
        ("cat --tile 1", "`--tile 1` takes no value", "cat --tile"),
        ("cat --raw off", "There's no `--raw off`", "cat"),
        ("cat --tile 5", "`--tile 5` takes no value", "cat --tile"),
        ("cat --raw mode", "`--raw mode` takes no value", "cat --raw"),
        ("cat --v 7 6", "`--v` takes one value, not `7 6`", None),
        ("cat --ar 16 9", "I'd read it as `--ar 16:9`", "cat --ar 16:9"),
        ("cat --style 12345", "I'd read it as `--sref 12345`", "cat --sref 12345"),
        (f"cat --style {LINK}", f"as `--sref {LINK}`", f"cat --sref {LINK}"),
        ("cat --style cute", "only with models such as `--niji 5`", "cat"),
        ("cat --style cute --v 5.2", "such as `--niji 5`", "cat --v 5.2"),
        (f"cat --oref {LINK}", "only with models such as `--v 7`.", None),
        (f"cat --cref {LINK} --niji 7", "only with models such as `--v 6.1`.", None),
        (f"{LINK}::2 cat::1", "Weights such as `::2`", f"{LINK} cat"),
        (f"{LINK}::2 {LINK}", "Weights such as `::2`", f"{LINK} {LINK}"),
        ("cat::2dog", "Weights such as `::2`", "cat dog"),
        ("cat ::2 dog", "Weights such as `::2`", "cat dog"),
        ("cat --no-text", "Did you mean `--no text`?", "cat --no text"),
        ("cat --no-text, no-hat", "Did you mean `--no text,`?", "cat --no text, no-hat"),
        ("cat --ar-16:9", "Did you mean `--ar 16:9`?", "cat --ar 16:9"),
        ("cat --16:9", "Did you mean `--ar 16:9`?", "cat --ar 16:9"),
        ("cat --s_750", "Did you mean `--s 750`?", "cat --s 750"),
        ("cat --niji-6", "Did you mean `--niji 6`?", "cat --niji 6"),
        ("cat --aspct=16:9", "Did you mean `--aspect 16:9`?", "cat --aspect 16:9"),
        (f"cat --srf={LINK}B", "Did you mean `--sref", f"cat --sref {LINK}B"),
        ("cat --style-raw", "Did you mean `--style raw`?", "cat --style raw"),
        ("cat --hd-quality", "Did you mean `--hd`?", "cat --hd"),
        ("cat --tile-set of roofs", "Did you mean `--tile`?", None),
    ],
)
def test_a_probable_mistake_is_asked_about(text: str, sentence: str, fixed: str | None) -> None:
    prompt = parse(text)
    assert any(sentence in each for each in texts(prompt, Severity.ASK))
    assert prompt.refusals == ()
    assert repaired(prompt) == fixed


def test_a_parameter_that_lacks_another_is_asked_about_once_whatever_the_model() -> None:
    prompt = parse("cat --cw 50 --v 7")
    assert texts(prompt, Severity.ASK) == [
        "`--cw` does nothing without `--cref`. I'd leave it out."
    ]
    assert repaired(prompt) == "cat --v 7"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("cat::2 dog --v 7", "Weights such as `::2` may do nothing"),
        ("cat --p", "A profile belongs to one Midjourney account."),
        (f"cat --oref {LINK} --v 7", "`--oref` doubles the cost"),
        (f"cat --oref {LINK} --v 8.1", "It's unclear"),
        ("cat --no text --v 8.1", "It's unclear"),
        ("cat --draft --v 8.2", "up to 24 images"),
        ("cat --v 9", "I don't know `--v 9`, so I passed it on unchanged."),
        ("cat --niji 8", "The newest version I know is 7."),
        ("cat --qqqqq 5", "I don't know `--qqqqq`, so I passed it on unchanged."),
    ],
)
def test_a_harmless_oddity_is_only_remarked_on(text: str, sentence: str) -> None:
    prompt = parse(text)
    assert any(sentence in each for each in texts(prompt, Severity.REMARK))
    assert prompt.refusals == prompt.questions == ()


def test_the_codes_of_the_style_tuner_are_no_slips() -> None:
    assert parse("cat --style 3D0ZDkdJlHq9ysKe --v 5.2").diagnostics == ()


def test_a_profile_that_is_turned_off_belongs_to_nobody() -> None:
    assert parse("cat --p 0").diagnostics == ()


def test_weights_are_fine_where_they_work() -> None:
    assert parse("cat::2 dog::-.5 --v 6.1").diagnostics == ()
