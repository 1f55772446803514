"""What holds for every prompt, found by search."""

import re
import unicodedata
from contextlib import suppress

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.errors import PromptError
from bot.domain.jobs import Mode
from bot.prompts import TABLE, Diagnostic, Prompt, Severity, caret, parse, permutations, repaired
from bot.prompts.parameters import GONE
from bot.prompts.permutations import Permutations
from bot.services.requests import Request, read_request
from tests.unit.prompts.sentences import with_options

search = settings(max_examples=2 * settings().max_examples)

# Pieces that mean something, so that the search meets what plain random text never would.
NAMES = [
    name
    for row in (*TABLE, *GONE)
    for name in (row.name, *row.short, *row.aliases, *row.translated)
]
DASHES = ["--", "-", "- - ", "—", "–", "---", "- -", "-- "]  # noqa: RUF001
VALUES = [
    "2:3", "2.35:1", "16:0", "0", "50", "7", "8.1", "niji 6", "raw", "random", "123::2", "1e9",
    "https://e.com/a--ar.png", "<https://e.com/b.png>,", "::2", "cat::", "-5", "99999999999999999",
    "1234.5678:1000.1234",
]  # fmt: skip
EMOJI = ("👩\u200d👩\u200d👧", "❤\ufe0f", "👍🏽")  # each is one picture
NOISE = [
    " ", "  ", "\n", "\u00a0", "\u200f", ",", ".", "`", "```", "“", "’", "=", ":", "{", "}",  # noqa: RUF001
    "\\", "🦊", "חתול", "—", "x", "poppies", "foo", "-", "--", "\u0301",
    *EMOJI, "猫",
]  # fmt: skip
fragments = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(DASHES),
    st.sampled_from(VALUES),
    st.sampled_from(NOISE),
    st.builds("{} --{} ".format, st.sampled_from(["", "cat"]), st.sampled_from(NAMES)),
)
tangled = st.lists(fragments, max_size=30).map("".join)
spaced = st.lists(fragments, max_size=30).map(" ".join)
anything = st.one_of(st.text(max_size=200), tangled, spaced)
surrogates = st.text(st.characters(), max_size=50)  # also what no encoding can hold

SWITCHES = {"true", "false", "yes", "no", "on", "off"}  # asked about behind a switch
plain_words = st.text(
    st.characters(categories=["Lu", "Ll", "Lo", "So"]), min_size=1, max_size=8
).filter(
    lambda word: (
        word.lower() not in NAMES and word.lower() not in {*SWITCHES, "random", "raw", "low"}
    )
)
settings_of_flags = st.sampled_from(
    ["--ar 2:3", "--raw", "—ar 2:3", "- - ar 2:3", "--s 50", "--fast", "--stealth", "--tile,"]
)


_LINK_STUCK_TO_A_VALUE = re.compile(r"[-–—－]\S*https?://", re.IGNORECASE)  # noqa: RUF001


@search
@given(st.one_of(anything, surrogates))
def test_parsing_never_crashes_and_places_are_inside(text: str) -> None:
    prompt = parse(text)
    assert prompt.text == text
    for each in prompt.diagnostics:
        assert 0 <= each.start <= each.end <= len(text)
        assert str(each.text)


@search
@given(anything)
@example("- --tile - ar 2:3")
@example("- - - - tile tile")
@example("--no a - - ar 2:3 --no - -")
@example("x—ar --tile 2:3")
@example("--no ,-- ar 2:3")
@example("--style raw --style raw --raw")
@example("--tile https://e.com/a.png cat")
@example("-aspect-‒aspect")  # noqa: RUF001
@example("-aspect -aspect-")
def test_normalising_twice_changes_nothing(text: str) -> None:
    # A link stuck to what a parameter does not take is asked about; typed apart, it is freed.
    assume(not _LINK_STUCK_TO_A_VALUE.search(text))
    once = parse(text)
    twice = parse(once.normalised)
    assert twice.normalised == once.normalised
    assert twice.words == once.words
    assert twice.images == once.images
    assert twice.parameters == once.parameters


@search
@given(anything)
def test_what_comes_out_of_a_good_prompt_is_good(text: str) -> None:
    prompt = parse(text)
    if not prompt.refusals:
        assert parse(prompt.normalised).refusals == ()


@search
@given(anything)
def test_reading_again_asks_nothing_new(text: str) -> None:
    prompt = parse(text)
    if prompt.refusals:
        return
    asked = {str(each.text) for each in prompt.questions}
    assert {str(each.text) for each in parse(prompt.normalised).questions} <= asked


@search
@given(anything)
def test_a_fix_that_is_made_is_made_for_good(text: str) -> None:
    prompt = parse(text)
    fixed = repaired(prompt)
    read = None if fixed is None else parse(fixed)
    if read is not None and not read.refusals and not read.questions:
        assert repaired(read) == read.normalised
        assert parse(read.normalised).normalised == read.normalised


WORDS = ["poppies", "foxes", "kitten", "meadow", "ypfdhwm", "bad!code", "12345"]
sentences = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.builds("{}{}".format, st.sampled_from(["--", "—", "-"]), st.sampled_from(NAMES)),
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


@search
@given(sentences)
def test_no_word_disappears_unsaid(text: str) -> None:
    prompt = parse(text)
    said = " ".join([prompt.normalised, *(str(each.text) for each in prompt.diagnostics)])
    if prompt.refusals:
        return  # nothing happens at all
    for word in WORDS:
        assert word not in text or word in said or "more than once" in said


@search
@given(anything, st.text(max_size=30))
def test_any_request_is_read_or_refused(text: str, option: str) -> None:
    with suppress(PromptError):
        order = read_request(Request(prompt=text, options={"no": option}), limit=10)
        assert 1 <= len(order.prompts) <= 10
        assert order.fixed is None or order.fixed.questions == ()
        if re.search(r"(?<!\S)--(private|stealth)(?!\S)", text, re.IGNORECASE):
            assert order.is_private


@search
@given(anything)
def test_the_mode_never_stays_in_the_prompt(text: str) -> None:
    again = parse(parse(text).normalised)
    assert again.mode is None
    assert again.repeat == 1
    assert not {"fast", "relax", "turbo", "stealth", "public"} & set(again.parameters)


@search
@given(st.lists(st.one_of(plain_words, settings_of_flags), max_size=30), plain_words)
def test_no_word_is_ever_lost(pieces: list[str], last: str) -> None:
    pieces.append(last)
    words = [word for word in pieces if " " not in word and not word.startswith("--")]
    assert parse(" ".join(pieces)).words.split() == words


@search
@given(anything)
def test_words_that_no_parameter_took_stay_in_order(text: str) -> None:
    prompt = parse(text)
    kept = iter(prompt.normalised)
    assert all(character in kept for character in "".join(prompt.words.split()))


@search
@given(st.one_of(anything, surrogates), st.integers(0, 100))
def test_the_caret_stays_within_its_line(text: str, width: int) -> None:
    prompt = parse(text)
    for each in prompt.diagnostics:
        line, marks = caret(prompt, each, width=width).split("\n")
        assert "`" not in line
        assert marks.lstrip(" ").strip("^") == ""
        assert "^" in marks
        assert len(marks) <= columns(line) + 1  # one more: "here, at the end"
        assert columns(line) <= max(width, 8)


def columns(line: str) -> int:
    for emoji in EMOJI:
        line = line.replace(emoji, "🦊")
    return sum(
        0
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in line
    )


braces = st.lists(
    st.sampled_from(["{", "}", ",", "a", " ", "\\", "\\,", "--ar 2:3"]),
    max_size=20,
).map("".join)
groups = st.recursive(
    st.sampled_from(["a", "b c", "", "\\,"]),
    lambda inner: st.lists(inner, min_size=2, max_size=3).map(lambda each: f"{{{','.join(each)}}}"),
    max_leaves=12,
)


@search
@given(st.one_of(braces, st.lists(groups, max_size=4).map(" ".join)), st.integers(1, 50))
def test_permutations_count_what_they_give(text: str, limit: int) -> None:
    found = permutations(text, limit)
    if isinstance(found, Diagnostic):
        assert found.severity is Severity.REFUSE
    elif found.results:
        assert 1 <= found.count == len(found.results) <= limit
    else:
        assert found.count > limit


@search
@given(st.lists(groups, max_size=3).map(" ".join))
def test_the_count_does_not_depend_on_the_limit(text: str) -> None:
    full, brief = permutations(text, 100_000), permutations(text, 1)
    assert isinstance(full, Permutations)
    assert isinstance(brief, Permutations)
    assert full.count == brief.count


@search
@given(anything.filter(lambda text: not {"{", "}"} & set(text)))
def test_a_prompt_without_braces_gives_itself(text: str) -> None:
    found = permutations(text, 1)
    assert isinstance(found, Permutations)
    assert found.results == [text]


option_values = st.fixed_dictionaries(
    {},
    optional={
        "aspect": st.sampled_from(["2:3", "16:9"]),
        "version": st.sampled_from(["7", "8.2", "niji 6"]),
        "stylize": st.integers(0, 1000),
        "raw": st.booleans(),
        "tile": st.booleans(),
        "mode": st.sampled_from(Mode),
        "no": st.just("hands, feet"),
        "image": st.just("https://e.com/c.png"),
    },
)


@search
@given(anything, option_values)
def test_an_option_always_wins(text: str, options: dict[str, str | int | bool]) -> None:
    prompt = with_options(text, options)
    assert_wins(prompt, options)
    again = parse(prompt.normalised)
    assert again.normalised == prompt.normalised


def assert_wins(prompt: Prompt, options: dict[str, str | int | bool]) -> None:
    parameters = prompt.parameters
    if "aspect" in options:
        assert parameters["aspect"] == (options["aspect"],)
    if "stylize" in options:
        assert parameters["stylize"] == (str(options["stylize"]),)
    if options.get("version") == "niji 6":
        assert parameters["niji"] == ("6",)
        assert "version" not in parameters
    if "mode" in options and "--turbo" not in prompt.text:
        assert prompt.mode is options["mode"]
    if "tile" in options:
        assert ("tile" in parameters) is options["tile"]
    if "no" in options:
        assert parameters["no"][0].endswith("hands, feet")
