"""What people paste and type that is not quite the prompt language."""

# ruff: noqa: RUF001 - signs that look alike are what these tests are about

import pytest

from bot.prompts import Severity, looks_private, parse, repaired
from tests.unit.prompts.sentences import LINK, texts

# ── What nobody sees ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "sign", "\xad\u061c\u200b\u200c\u200d\u200e\u2060\u202e\u2066\ufeff\x07\ufe0f"
)
def test_invisible_characters_hide_no_parameter(sign: str) -> None:
    prompt = parse(f"a {sign}cat --ti{sign}le {sign}--r{sign}aw{sign}")
    assert prompt.normalised == "a cat --tile --raw"
    assert prompt.diagnostics == ()


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f flag",
        "שלום\u200f!",
    ],
)
def test_joiners_of_words_and_emoji_are_kept(text: str) -> None:
    assert parse(text).normalised == text


def test_a_caret_still_points_into_what_was_typed() -> None:
    text = "a\xad cat --a\u200br 16:0 x"
    (error,) = parse(text).refusals
    assert text[error.start : error.end] == "--a\u200br 16:0"


# ── Around the whole ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "/imagine prompt: a cat --ar 2:3",
        "/imagine prompt:a cat --ar 2:3",
        "/Imagine a cat --ar 2:3",
        "```\na cat --ar 2:3\n```",
        "```text\na cat --ar 2:3\n```",
        "`a cat --ar 2:3`",
        '"a cat --ar 2:3"',
        "“a cat --ar 2:3”",
        "„a cat --ar 2:3“",
        "«a cat --ar 2:3»",
        "'a cat --ar 2:3'",
        "(a cat --ar 2:3)",
        "[a cat --ar 2:3]",
        "**a cat --ar 2:3**",
        "||a cat --ar 2:3||",
        '/imagine prompt: "(a cat --ar 2:3)"',
        "/ imagine prompt: a cat --ar 2:3",
        "imagine: a cat --ar 2:3",
        "**Prompt:** a cat --ar 2:3",
        "**Prompt 2**: a cat --ar 2:3",
        "**Prompt #3: a cat --ar 2:3**",
        "Midjourney prompt: a cat --ar 2:3",
        "<@123> a cat --ar 2:3",
        "<@!123> <#C1|general> a cat --ar 2:3",
    ],
)
def test_quotes_around_the_whole_prompt_are_removed_on_both_sides(text: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == "a cat --ar 2:3"
    assert prompt.questions == prompt.refusals == ()
    assert "off the prompt" in texts(prompt, Severity.REMARK)[0]


@pytest.mark.parametrize(
    "text", ['"a cat" and "a dog"', "(a) cat (b)", "“a” or “b”", "*a* cat *b*", "a (cat", "'"]
)
def test_quotes_around_a_part_are_kept(text: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == text
    assert prompt.diagnostics == ()


@pytest.mark.parametrize(
    "credit",
    [
        "- @me (fast)",
        "- <@123456789> (relaxed, stealth)",
        "- @Jane Doe (93%) (fast)",
        "- @me (Waiting to start)",
        "- Image #1 <@!123456789>",
        "- Variations (Strong) by @me (fast)",
        "- Upscaled by <@123456789>",
        "- Zoom Out by @me (turbo)",
    ],
)
@pytest.mark.parametrize("mark", ["", "**"])
def test_the_credit_behind_a_copied_prompt_is_removed(credit: str, mark: str) -> None:
    prompt = parse(f"{mark}a cat --ar 2:3{mark} {credit}")
    assert prompt.normalised == "a cat --ar 2:3"
    assert prompt.questions == prompt.refusals == ()
    assert texts(prompt, Severity.REMARK)[-1].startswith("I left out `- ")


@pytest.mark.parametrize(
    "text", ["a cat - @jane at the sea", "a poster - designed by @jane", "a cat (fast)", "a - b"]
)
def test_names_and_brackets_of_prose_stay(text: str) -> None:
    assert parse(text).normalised == text


# ── Names ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    ["--tile=1", "--tile(", "--tile.", "--tile=true", "—tile", "-tile", "--tile/", "- - tile",
     "--TILE", "--tile-", "(--tile)", "–tile", "―tile", "－－tile"],
)  # fmt: skip
def test_a_switch_is_known_in_any_dress(text: str) -> None:
    prompt = parse(f"a cat {text}")
    if prompt.questions:  # `=1` says what a switch means anyway
        assert "takes no value" in texts(prompt, Severity.ASK)[0]
    assert "tile" in prompt.parameters
    assert prompt.words == "a cat"


@pytest.mark.parametrize(
    "text", ["--turbo", "--turbo=1", "--turbo(", "--tur\xadbo", "—turbo", "-turbo"]
)
def test_turbo_is_refused_in_any_dress(text: str) -> None:
    assert "use `--fast`" in str(parse(f"a cat {text}").refusals[0].text)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("a cat -ar 16:9", "a cat --ar 16:9"),
        ("a cat – v 7", "a cat --v 7"),
        ("a cat — s 250", "a cat --s 250"),
        ("a cat - - s 250", "a cat --s 250"),
        ("a cat ——ar 16:9", "a cat --ar 16:9"),
        ("a cat −ar 16:9", "a cat --ar 16:9"),
        ("a cat -no trees", "a cat --no trees"),
        ("a cat -sref 123", "a cat --sref 123"),
        ("a cat -niji", "a cat --niji"),
        ("a cat - ar 16:9", "a cat --ar 16:9"),
    ],
)
def test_dashes_of_every_kind_are_the_same_slip(text: str, normalised: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == normalised
    assert prompt.remarks


@pytest.mark.parametrize(
    "text",
    [
        "a half -fast meal",
        "wait — stop",
        "a T-34 -style tank",
        "x-ar 5",
        "—old man",
        "a -5 sign",
        "a - s 5",
        "a list - ar",
    ],
)
def test_dashes_of_prose_stay(text: str) -> None:
    prompt = parse(text)
    assert (prompt.normalised, prompt.diagnostics) == (text, ())


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("a cat --raw -- red", "a cat red --raw"),
        ("a cat --ar 2:3 -- red -- --raw", "a cat red --ar 2:3 --raw"),
    ],
)
def test_dashes_whose_name_never_came_become_no_word(text: str, normalised: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == normalised
    assert "I left out `--`." in texts(prompt, Severity.REMARK)


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("a cat --no -- dogs", "a cat --no dogs"),
        ("a cat --no — dogs, birds", "a cat --no dogs, birds"),
        ("a cat --no - dogs --raw", "a cat --no dogs --raw"),
        ("a cat --no dogs -- birds", None),
        ("a cat --no -- dogs -- birds", None),
    ],
)
def test_dashes_among_the_things_to_leave_out_are_asked_about(text: str, fixed: str | None) -> None:
    prompt = parse(text)
    assert prompt.questions
    assert repaired(prompt) == fixed


# ── The options of the command, typed ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("a cat --aspect 2:3", "a cat --aspect 2:3"),
        ("a cat --version 7", "a cat --version 7"),
        ("a cat --stylize 5", "a cat --stylize 5"),
        (f"{LINK} a cat --image_weight 2", f"{LINK} a cat --iw 2"),
        ("a cat --style_reference 123", "a cat --sref 123"),
        ("a cat --sref 123 --style-weight 50", "a cat --sref 123 --sw 50"),
        ("a cat --negative text", "a cat --no text"),
        ("a cat --mode relaxed", "a cat"),
        ("a cat --prompt red", "a cat red"),
        ("a cat --style raw --v 7", "a cat --style raw --v 7"),
    ],
)
def test_options_work_as_parameters(text: str, normalised: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == normalised
    assert prompt.questions == prompt.refusals == ()


@pytest.mark.parametrize("option", ["preset poster", "image", "image cat", "mode slow"])
def test_what_cannot_work_is_refused_with_the_name_of_the_option(option: str) -> None:
    (refusal, *_) = parse(f"a cat --{option}").refusals
    assert option.partition(" ")[0] in str(refusal.text)


@pytest.mark.parametrize(
    ("text", "is_private"),
    [
        ("a cat", None),
        ("a cat --private", True),
        ("a cat --stealth", True),
        ("a cat --public", False),
        ("a cat --public --private", True),
        ("a cat --private --public", True),
        ("--PRIVATE a cat", True),
        ("a cat —private", True),
        ("a cat—private", True),
        ("a cat -private", True),
        ("a cat - - stealth", True),
        ("a cat – stealth - -relax --", True),
        ("a cat --no text, — stealth - - raw", True),
        ("a cat -- private", True),
        ("a cat --private.", True),
        ("a cat --pri\u200bvate", True),
        ("a cat --private=1", True),
        ("a cat (--private)", True),
        ("a cat --no text --private", True),
        (f"a cat --private{LINK}", True),
        (f"—stealth{LINK} a cat", True),
        (f"a cat--private{LINK}", True),
        (f"{LINK}--private a cat", True),
        (f"a cat --pivate{LINK}", True),
        ("a cat --foo bar --private", True),
        ("a cat --pri", True),
        ("a cat --privte", True),  # what was meant is asked about, but never posted
        ("a doctor — private practice", None),
        ("a cat --no private parts", None),
    ],
)
def test_who_may_see_the_result(text: str, is_private: bool | None) -> None:
    prompt = parse(text)
    assert prompt.is_private is is_private
    assert looks_private(text) or not is_private
    if not prompt.questions:
        assert not {"private", "public"} & set(prompt.parameters)


def test_private_wins_and_says_so() -> None:
    assert "Used `--private`, not `--public`." in texts(
        parse("a cat --private --public"), Severity.REMARK
    )


def test_privacy_that_is_switched_off_is_no_privacy_to_guess_at() -> None:
    assert "There's no `--private false`" in str(parse("a cat --private false").refusals[0].text)


# ── Bounds ──────────────────────────────────────────────────────────────────────────────────────


def test_parameters_are_bounded_in_number() -> None:
    (refusal,) = parse("a cat " + "--no a " * 33).refusals
    assert str(refusal.text) == "That's more than 32 parameters in one prompt. Please use fewer."
    assert parse("a cat " + "--no a " * 32).refusals == ()


@pytest.mark.parametrize("link", [LINK, f"<{LINK}>,", "example.com/a.png"])
def test_links_are_bounded_in_number(link: str) -> None:
    (refusal,) = parse(f"{link} " * 21 + "a cat").refusals
    assert str(refusal.text) == "That's more than 20 links in one prompt. Please use fewer."
    assert parse(f"{link} " * 20 + "a cat").refusals == ()


def test_the_values_of_one_parameter_are_bounded_in_number() -> None:
    assert "at most 50" in str(parse("a cat --sref " + "1 " * 60).refusals[0].text)


@pytest.mark.parametrize("prompt", ["```https://x.example[a](", "(https://a.example/a_(b a cat"])
def test_an_unclosed_bracket_is_left_open(prompt: str) -> None:
    assert parse(prompt).normalised.startswith("https://")


# ── Beginnings and ends ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text", ["prompt: a cat", "Imagine prompt: a cat", "> a cat", "> a\n>\n> cat", "a cat --"]
)
def test_what_is_no_part_of_the_prompt_goes_with_a_remark(text: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == "a cat"
    assert prompt.remarks


@pytest.mark.parametrize(
    "text",
    [
        "imagine a cat: red",
        "prompt 3 cats: red",
        "<b> a cat",
        "promptly: a cat",
        "a > b",
        "a cat\n> a dog",
        "a man -- no, two",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert parse(text).normalised == " ".join(text.split())


@pytest.mark.parametrize(("typed", "read"), [("6.1.0", "6.1"), ("7.0", "7"), ("v8.2", "8.2")])
def test_a_version_is_written_as_the_table_does(typed: str, read: str) -> None:
    assert parse(f"a cat --v {typed}").normalised == f"a cat --v {read}"


@pytest.mark.parametrize("text", ["cat::30 dog::1.25", "cat::99999999999 dog", "cat:: dog::.5"])
def test_weights_leave_whole(text: str) -> None:
    assert repaired(parse(text)) == "cat dog"
