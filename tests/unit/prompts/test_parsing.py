"""The prompt language by examples: what is put right, what leaves the prompt, and in what time."""

import pytest

from bot.domain.jobs import Mode
from bot.prompts import Severity, parse
from tests.timing import cpu_seconds
from tests.unit.prompts.sentences import LINK, refusal, texts

# ── Safe fixes ──────────────────────────────────────────────────────────────────────────────────

FIXES = [
    ("poppies —ar 2:3", "poppies --ar 2:3", "I read `—ar` as `--ar`."),
    ("poppies –ar 2:3", "poppies --ar 2:3", "I read `–ar` as `--ar`."),  # noqa: RUF001
    ("poppies —no dogs", "poppies --no dogs", "I read `—no` as `--no`."),
    ("poppies—ar 2:3", "poppies --ar 2:3", "I read `—ar` as `--ar`."),
    ("poppies - - ar 2:3", "poppies --ar 2:3", "I read `- - ar` as `--ar`."),
    ("poppies - -ar 2:3", "poppies --ar 2:3", "I read `- -ar` as `--ar`."),
    ("poppies -- ar 2:3", "poppies --ar 2:3", "I read `-- ar` as `--ar`."),
    ("poppies ---ar 2:3", "poppies --ar 2:3", "I read `---ar` as `--ar`."),
    ("poppies--ar 2:3", "poppies --ar 2:3", "I put a space before `--ar`."),
    ("poppies --tile--raw", "poppies --tile --raw", "I put a space before `--raw`."),
    ("poppies --ar 2:3,", "poppies --ar 2:3", "I read `2:3,` as `2:3`."),
    ("“poppies --ar 2:3”", "poppies --ar 2:3", "I took `“ … ”` off the prompt."),
    ("a “poppy --ar 2:3”", "a “poppy” --ar 2:3", "I read `2:3”` as `2:3`."),
    ("a (poppy --ar 2:3)", "a (poppy) --ar 2:3", "I read `2:3)` as `2:3`."),
    ("a **poppy --tile**", "a **poppy** --tile", "I read `--tile**` as `--tile`."),
    ("a 'poppy's --tile'", "a 'poppy's' --tile", "I read `--tile'` as `--tile`."),
    ("a poppy (--tile) here", "a poppy here --tile", "I read `--tile)` as `--tile`."),
    ('a "poppy --no text"', 'a "poppy" --no text', 'I read `text"` as `text`.'),
    ("poppies --tile.", "poppies --tile", "I read `--tile.` as `--tile`."),
    ("poppies --ar=2:3", "poppies --ar 2:3", "I read `--ar=2:3` as `--ar 2:3`."),
    ("poppies --v7", "poppies --v 7", "I read `--v7` as `--v 7`."),
    ("poppies --ar 2x3", "poppies --ar 2:3", "I read `2x3` as `2:3`."),
    ("poppies --ar 2.35:1", "poppies --ar 47:20", "I read `2.35:1` as `47:20`."),
    ("poppies --stylise 50", "poppies --s 50", "I read `--stylise` as `--s`."),
    ("poppies --style raw", "poppies --raw", "I read `--style raw` as `--raw`."),
    ("a --style raw --v 8.1", "a --raw --v 8.1", "I read `--style raw` as `--raw`."),
    ("--ar 2:3 poppies", "poppies --ar 2:3", "I moved the parameters after the words."),
    ("a --no b, --no c", "a --no b, c", "I joined the `--no` lists."),
    (
        "a --ar 2:3 --ar 16:9",
        "a --ar 16:9",
        "`--ar` is there more than once; I used the last one, `--ar 16:9`.",
    ),
    (
        "a --raw --raw",
        "a --raw",
        "`--raw` is there more than once; I used the last one, `--raw`.",
    ),
    (
        "a --stealth",
        "a",
        "`--stealth`: only you will see the result.",
    ),
    (f"<{LINK}>, a cat", f"{LINK} a cat", f"I read `<{LINK}>,` as `{LINK}`."),
]


@pytest.mark.parametrize(("text", "normalised", "sentence"), FIXES)
def test_a_safe_fix_is_made_and_said(text: str, normalised: str, sentence: str) -> None:
    prompt = parse(text)
    assert prompt.text == text
    assert prompt.normalised == normalised
    assert sentence in texts(prompt, Severity.REMARK)
    assert prompt.refusals == ()
    assert parse(normalised).remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        "a plain cat",
        "a cat --ar 16:9 --v 7 --s 250",
        "a cat --aspect 16:9 --version 7 --stylize 250",
        "a cat --style raw --v 6.1",
        "wait—stop here",
        "a man -- no, two men",
        "a well--known up--and--coming thing",
        "-- — - --- -- 5 -->",
        "http://example.com/a--ar.png b",
        "see example https://example.com/--no--raw here",
        "a cat --no hands, feet",
        "a “smart” cat's ‘quotes’",  # noqa: RUF001
        "🦊🏽 👩‍👩‍👧 fox --ar 2:3",
        "חתול יפה --ar 2:3",
        "قطة جميلة --niji 6",
        "std::vector drawn",
        "{a} cat",
        f"a cat --sref {LINK} 123::2 random --sw 50 --sv 4 --v 7",
    ],
)
def test_a_correct_prompt_is_unchanged(text: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == text
    assert prompt.refusals == ()
    assert prompt.remarks == ()


def test_names_count_in_any_case() -> None:
    assert parse("cat --AR 2:3 --Raw").normalised == "cat --ar 2:3 --raw"


def test_blanks_of_all_kinds_separate_words() -> None:
    prompt = parse("a\u00a0cat\n--ar\u00a02:3\t\u3000--raw\r\n")
    assert prompt.normalised == "a cat --ar 2:3 --raw"


def test_a_right_to_left_mark_does_not_hide_a_parameter() -> None:
    assert parse("חתול \u200f--ar 2:3\u200f").parameters == {"aspect": ("2:3",)}


# ── Mode, account, repeat ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("cat", None),
        ("cat --fast", Mode.FAST),
        ("--relax cat", Mode.RELAXED),
        ("cat --relaxed", Mode.RELAXED),
        ("cat—relax", None),
        ("cat --FAST --fast", Mode.FAST),
    ],
)
def test_the_mode_leaves_the_prompt(text: str, mode: Mode | None) -> None:
    prompt = parse(text)
    assert prompt.mode is mode
    assert prompt.refusals == ()
    assert "--" not in prompt.normalised


def test_two_modes_are_refused() -> None:
    assert refusal(parse("cat --fast --relax")) == (
        "`--fast` and `--relax` can't be combined; keep one."
    )


def test_turbo_is_refused_with_a_hint() -> None:
    assert "use `--fast`" in str(refusal(parse("cat --turbo")))


def test_repeat_leaves_the_prompt() -> None:
    prompt = parse("cat --repeat 3")
    assert (prompt.normalised, prompt.repeat) == ("cat", 3)
    assert prompt.diagnostics == ()


def test_a_wrong_repeat_is_refused() -> None:
    assert refusal(parse("cat --r 99")) == ("`--r 99`: choose a whole number from 2 to 40.")


# ── Time ────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = [
    "--",
    "-- ",
    "- ",
    "--a",
    "--a ",
    "--ar ",
    "--ar,",
    "--ar2",
    "—",
    "—ar",
    "- - tile ",
    "--no a, ",
    ",",
    "::1",
    "::",
    "0",
    "https://",
    "--sref 1 ",
    "\u0301",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_length_takes_about_twice_the_time(piece: str) -> None:
    short, long = (piece * (length // len(piece)) + ",!" for length in (2_000, 8_000))
    # Four times the length: linear is 4, quadratic 16. The floor keeps the clock's noise out.
    seconds = cpu_seconds(lambda: parse(long))
    assert seconds < 9 * max(cpu_seconds(lambda: parse(short)), 0.0005)


@pytest.mark.parametrize("piece", ["raw ", "style raw ", "niji raw ", "v 7 "])
def test_forgotten_dashes_take_no_time(piece: str) -> None:
    short, long = (f"a cat --ar 2:3 {piece * count}x" for count in (10, 20))
    seconds = cpu_seconds(lambda: parse(long), rounds=3)
    assert seconds < 9 * max(cpu_seconds(lambda: parse(short), rounds=3), 0.0005)


@pytest.mark.parametrize("depth", [1, 2])
def test_dashes_apart_may_nest(depth: int) -> None:
    prompt = parse("cat " + "- - " * depth + "tile " * depth)
    assert prompt.normalised == "cat --tile"


@pytest.mark.parametrize("depth", [3, 30])
def test_dashes_that_nest_deeper_are_refused_at_once(depth: int) -> None:
    text = "- - " * depth + "tile " * depth + "- " * 1_500
    assert refusal(parse(f"cat {text}")).startswith("I can't tell which dashes begin a parameter.")
    # As long as without them: it is not read once for each.
    plain = "- cat " * depth + "tile " * depth + "- " * 1_500
    seconds = cpu_seconds(lambda: parse(f"cat {text}"))
    assert seconds < 9 * max(cpu_seconds(lambda: parse(f"cat {plain}")), 0.0005)
