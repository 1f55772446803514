"""The place in a prompt that a sentence is about, marked for any script."""

import pytest

from bot.prompts import caret, parse


def test_the_caret_stands_under_the_place() -> None:
    prompt = parse("a cat --ar 16:0 --raw")
    assert caret(prompt, prompt.refusals[0]) == "a cat --ar 16:0 --raw\n      ^^^^^^^^^"


@pytest.mark.parametrize(
    ("before", "columns"),
    [
        ("a cat", 5),
        ("猫と犬", 6),
        ("한국어", 6),
        ("\u1112\u1161\u11ab", 2),  # the same syllable as 한, in its parts
        ("ｆｕｌｌ", 8),  # noqa: RUF001
        ("e\u0301te\u0301", 3),
        ("🦊", 2),
        ("👩\u200d👩\u200d👧", 2),
        ("👍🏽", 2),
        ("❤️", 2),
        ("❤", 1),
        ("❤️\u200d🔥", 2),
        ("👩🏽\u200d❤️\u200d👩🏻", 2),
        ("1️⃣", 2),
        ("🇩🇪", 2),
        ("🏽", 2),
        ("a\ufe0f", 1),
        ("क\u094d\u200dष", 2),
        ("tab\tand\u00a0\u3000blanks", 15),
    ],
)
def test_the_caret_counts_columns_and_not_characters(before: str, columns: int) -> None:
    prompt = parse(f"{before} --ar 16:0 --raw")
    assert caret(prompt, prompt.refusals[0]).splitlines()[1] == " " * (columns + 1) + "^" * 9


LEFT_TO_RIGHT = "\u200e"


@pytest.mark.parametrize("words", ["חתול יפה", "قطة جميلة", "קובייה 2 (x)"])
def test_right_to_left_words_stay_on_their_side_of_the_place(words: str) -> None:
    prompt = parse(f"{words} --ar 16:0 {words}")
    line, marks = caret(prompt, prompt.refusals[0]).splitlines()
    # A word that runs to the left takes blanks and signs along, but never over one of these marks.
    assert line == LEFT_TO_RIGHT + LEFT_TO_RIGHT.join((f"{words} ", "--ar 16:0", f" {words}"))
    assert marks == " " * (len(words) + 1) + "^" * 9


def test_nothing_turns_the_direction_of_the_line() -> None:
    prompt = parse("\u202ecat\u202c \u2067dog --ar 16:0")
    assert caret(prompt, prompt.refusals[0]).splitlines() == [
        "cat dog --ar 16:0",
        "        ^^^^^^^^^",
    ]


@pytest.mark.parametrize("word", ["word ", "猫🦊 ", "חתול ", "👩\u200d👩\u200d👧", "e\u0301" * 7])
@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_the_place_is_found_in_4000_characters(word: str, share: float) -> None:
    room = 4000 - len(" --ar 16:0 ")
    first = int(room // len(word) * share)
    rest = room // len(word) - first
    prompt = parse(f"{word * first} --ar 16:0 {word * rest}")
    line, marks = caret(prompt, prompt.refusals[0]).splitlines()
    before, _, _ = line.replace(LEFT_TO_RIGHT, "").partition("--ar 16:0")
    assert marks.strip() == "^" * 9
    assert len(marks) - 9 == columns(before)


def columns(text: str) -> int:
    """Count the columns of the words above."""
    text = text.replace("👩\u200d👩\u200d👧", "🦊").replace("\u0301", "")
    return sum(2 if character in "猫🦊👩👧" else 1 for character in text)


def test_nothing_breaks_out_of_the_code_block() -> None:
    prompt = parse("```\ncat\n``` --ar 16:0")
    shown = caret(prompt, prompt.refusals[0])
    assert "`" not in shown
    assert shown.count("\n") == 1


def test_a_long_prompt_is_clipped_around_the_place() -> None:
    prompt = parse("word " * 300 + "--ar 16:0 " + "more " * 300)
    line, marks = caret(prompt, prompt.refusals[0], width=50).splitlines()
    assert len(line) <= 50
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[marks.index("^") : len(marks)] == "--ar 16:0"


def test_an_empty_prompt_has_a_caret_too() -> None:
    prompt = parse("")
    assert caret(prompt, prompt.refusals[0]) == "\n^"
