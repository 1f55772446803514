"""Permutations: one prompt in, plain prompts out."""

import pytest

from bot.prompts import Diagnostic, permutations, too_many
from bot.prompts.permutations import MAX_COUNT, Permutations
from tests.timing import cpu_seconds


def read(text: str) -> Permutations:
    found = permutations(text, 10)
    assert isinstance(found, Permutations)
    return found


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("a cat", ["a cat"]),
        ("a cat, b", ["a cat, b"]),
        ("", [""]),
        ("a {red, green} bird", ["a red bird", "a green bird"]),
        ("{a,b} {c,d}", ["a c", "a d", "b c", "b d"]),
        ("{a,{b,c}}", ["a", "b", "c"]),
        ("{a {b, c} d, e}", ["a b d", "a c d", "e"]),
        ("cat --ar {1:1, 2:3}", ["cat --ar 1:1", "cat --ar 2:3"]),
        ("cat {--raw, --tile}", ["cat --raw", "cat --tile"]),
        (r"{red\, white, blue}", ["red, white", "blue"]),
        ("cat{,s}", ["cat", "cats"]),
        ("{a}", ["{a}"]),
        ("{}", ["{}"]),
        ("{a {b,c}}", ["{a b}", "{a c}"]),
        (r"\{a, b\}", ["{a, b}"]),
        (r"{a\, b}", ["{a, b}"]),
        (r"a\, b", [r"a\, b"]),
        (r"C:\dir", [r"C:\dir"]),
        ("{猫,🦊} חתול", ["猫 חתול", "🦊 חתול"]),
    ],
)
def test_braces(text: str, prompts: list[str]) -> None:
    found = read(text)
    assert (found.results, found.count) == (prompts, len(prompts))


@pytest.mark.parametrize(
    ("text", "count"),
    [("{a,b,c,d} {a,b,c}", 12), ("{a,{b,{c,{d,{e,{f,{g,{h,{i,{j,k}}}}}}}}}}", 11)],
)
def test_too_many_are_counted_and_not_made(text: str, count: int) -> None:
    found = read(text)
    assert (found.results, found.count) == ([], count)
    assert str(too_many(text, found.count, 10).text) == (
        f"That's {count} jobs; the limit is 10 at a time."
    )


def test_as_many_as_the_limit_are_made() -> None:
    assert len(read("{a,b,c,d,e} {a,b}").results) == 10


@pytest.mark.parametrize(("text", "at"), [("a {b, c", 2), ("a b} c", 3), ("{a,{b}", 0)])
def test_a_brace_without_its_partner_is_an_error_with_a_place(text: str, at: int) -> None:
    error = permutations(text, 10)
    assert isinstance(error, Diagnostic)
    assert (error.start, error.end) == (at, at + 1)
    assert str(error.text).startswith(f"This `{text[at]}` has no `")


def test_a_thousand_groups_are_counted_in_a_flash() -> None:
    assert read("{a,b}" * 800).count == MAX_COUNT


@pytest.mark.parametrize("piece", ["{a,b}", "{a}", "{,", "{", "}", r"\{", ",", "{a,b}{", "{}"])
def test_twice_the_length_takes_about_twice_the_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        text += "}" * max(text.count("{") - text.count("}"), 0)
        return cpu_seconds(lambda: permutations(text, 40))

    # Four times the length: linear is 4, quadratic 16. The floor keeps the clock's noise out.
    assert seconds(8_000) < 9 * max(seconds(2_000), 0.0005)
