"""The prompt language by examples, and each row of the parameter table by its own data."""

import pytest

from bot.models import Mode
from bot.prompts import (
    TABLE,
    Kind,
    Parameter,
    Prompt,
    Severity,
    caret,
    parse,
    refusal,
    with_options,
)
from bot.prompts.parameters import (
    GONE,
    IMAGES,
    NEEDED,
    NIJI_VERSIONS,
    OFFICIAL_NAMES,
    VERSIONS,
    find,
)
from tests.timing import cpu_seconds

LINK = "https://example.com/a.png"
NUMERIC = [row for row in TABLE if row.span is not None]
SAMPLES = {
    Kind.FLAG: "",
    Kind.RATIO: " 2:3",
    Kind.WORDS: " hands",
    Kind.LINKS: f" {LINK}",
    Kind.REFERENCES: " random",
    Kind.CODES: " ab12cd",
}


def name_of(row: Parameter) -> str:
    return row.name


def flag(model: str) -> str:
    return f"--{model}" if model.startswith("niji") else f"--v {model}"


def value_for(row: Parameter) -> str:
    """Give a value that is right for every model."""
    if row.span is not None:
        return f" {max(row.span.low, 1)}" if row.name != "repeat" else " 2"
    if row.kind is Kind.CHOICE:
        return " 1" if "1" in row.choices else f" {row.choices[-1]}"
    return SAMPLES[row.kind]


def sound(row: Parameter, model: str | None, value: str | None = None) -> str:
    """Write a prompt in which this parameter has all that it needs."""
    start = f"{LINK} " if row.needs == IMAGES else ""
    needed = find(row.needs) if row.needs not in {None, IMAGES} else None
    beside = f" --{needed.name}{value_for(needed)}" if needed else ""
    given = value_for(row) if value is None else f" {value}"
    version = "" if model is None else f" {flag(model)}"
    return f"{start}a cat --{row.name}{given}{beside}{version}"


def texts(prompt: Prompt, severity: Severity) -> list[str]:
    return [str(each.text) for each in prompt.diagnostics if each.severity is severity]


def about(prompt: Prompt, row: Parameter) -> set[Severity]:
    """Give the severities said about this parameter, cautions and what is put right aside."""
    cautions = [row.caution, *row.cautions.values()]
    place = next(each for each in prompt.arguments if each.name == row.name)
    return {
        each.severity
        for each in prompt.diagnostics
        if each.start == place.start
        and each.severity is not Severity.NOTICE
        and each.text not in cautions
    }


MODELLED = [
    row
    for row in TABLE
    if row.kind not in {Kind.MODE, Kind.ACCOUNT, Kind.VIDEO, Kind.VERSION} and row.name != "repeat"
]


# ── The table ───────────────────────────────────────────────────────────────────────────────────


def test_every_name_means_one_parameter() -> None:
    names = [name for row in (*TABLE, *GONE) for name in (row.name, *row.short, *row.aliases)]
    assert len(names) == len(set(names))
    assert all(find(name.upper()) is not None for name in names)


def test_what_a_row_names_exists() -> None:
    for row in TABLE:
        for other in (row.needs, *(conflict.other for conflict in row.conflicts)):
            assert other is None or other == IMAGES or find(other) in TABLE


@pytest.mark.parametrize("row", MODELLED, ids=name_of)
def test_a_parameter_is_taken_by_the_models_of_its_row(row: Parameter) -> None:
    for model in row.models:
        value = row.choices_by_family.get(model.partition(".")[0], (None,))[0]
        prompt = parse(sound(row, model, value))
        assert about(prompt, row) == set(), (model, prompt.diagnostics)


@pytest.mark.parametrize("row", MODELLED, ids=name_of)
def test_a_parameter_is_refused_by_all_other_models(row: Parameter) -> None:
    everything = {*VERSIONS, *(f"niji {number}" for number in NIJI_VERSIONS)}
    for model in everything - row.models:
        prompt = parse(sound(row, model))
        if row.name in prompt.parameters:  # `--style raw` becomes `--raw` on 8.x
            assert about(prompt, row) == {row.severity}, model


@pytest.mark.parametrize("row", MODELLED, ids=name_of)
def test_without_a_version_the_model_is_a_guess_and_never_blocks(row: Parameter) -> None:
    assert parse(sound(row, None)).errors == ()


@pytest.mark.parametrize("row", NUMERIC, ids=name_of)
@pytest.mark.parametrize("model", [None, "4", "6", "7", "8.1"])
def test_a_number_is_taken_from_its_lowest_to_its_highest(
    row: Parameter, model: str | None
) -> None:
    span = row.spans.get(model or "", row.span)
    if span is None or (model is not None and model not in row.models):
        return
    for number in (span.low, span.high):
        assert parse(sound(row, model, str(number))).errors == ()
    for number in (span.low - 1, span.high + 1, "99999999999999999999999999"):
        prompt = parse(sound(row, model, str(number)))
        label = model or "8.2"
        expected = Severity.WARNING if label in row.unproven else row.severity
        wrong = [each for each in prompt.diagnostics if "choose a" in str(each.text)]
        assert [each.severity for each in wrong] == [expected], number
        assert str(span.low) in str(wrong[0].text)
        assert str(span.high) in str(wrong[0].text)


@pytest.mark.parametrize("value", ["1.5", "1e3", "5x", "٣", "5" * 5000])
def test_a_whole_number_is_whole(value: str) -> None:
    assert parse(f"cat --s {value}").errors


@pytest.mark.parametrize("row", [row for row in TABLE if row.choices_by_family], ids=name_of)
def test_choices_differ_by_family(row: Parameter) -> None:
    for model, choices in row.choices_by_family.items():
        for choice in row.choices:
            prompt = parse(sound(row, model, choice))
            expected = set() if choice in choices else {row.severity}
            assert about(prompt, row) == expected, (model, choice)


@pytest.mark.parametrize("row", [row for row in TABLE if row.needs], ids=name_of)
def test_a_parameter_needs_its_partner(row: Parameter) -> None:
    newest = next(model for model in reversed(VERSIONS) if model in row.models)
    lonely = f"a cat --{row.name}{value_for(row)} {flag(newest)}"
    expected = Severity.WARNING if newest in row.unproven else row.severity
    assert about(parse(lonely), row) == {expected}
    assert about(parse(sound(row, newest)), row) == set()


@pytest.mark.parametrize(
    ("row", "conflict"),
    [
        (row, conflict)
        for row in TABLE
        for conflict in row.conflicts
        if row.kind is not Kind.VERSION
    ],
    ids=lambda part: part.name if isinstance(part, Parameter) else part.other,
)
def test_what_conflicts_is_refused_once(row: Parameter, conflict: object) -> None:
    other, value = conflict.other, conflict.value  # type: ignore[attr-defined]
    start = f"{LINK} " if other == IMAGES else ""
    rival = find(other)
    beside = f" --{other}{value_for(rival)}" if rival else ""
    mine = f" {value}" if value else value_for(row)
    prompt = parse(f"{start}a cat --{row.name}{mine}{beside}")
    clashes = [each for each in prompt.diagnostics if "leave one out" in str(each.text)]
    blocks = row.severity is Severity.ERROR or (
        rival is not None
        and rival.severity is Severity.ERROR
        and any(each.other == row.name for each in rival.conflicts)
    )
    assert [each.severity for each in clashes] == [Severity.ERROR if blocks else Severity.WARNING]


def test_version_and_niji_exclude_each_other() -> None:
    assert texts(parse("cat --v 7 --niji 6"), Severity.ERROR) == [
        "`--v` and `--niji` do not go together; leave one out."
    ]


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.kind in NEEDED and not row.value_optional],
    ids=name_of,
)
def test_a_missing_value_is_said(row: Parameter) -> None:
    prompt = parse(f"a cat --{row.name}")
    expected = Severity.WARNING if "8.2" in row.unproven else row.severity
    assert (expected, f"`--{row.name}` needs ") in {
        (each.severity, str(each.text)[: len(row.name) + 11]) for each in prompt.diagnostics
    }
    assert f"--{row.name}" in prompt.normalised


@pytest.mark.parametrize("row", [row for row in TABLE if row.kind is Kind.VIDEO], ids=name_of)
def test_video_parameters_are_refused(row: Parameter) -> None:
    assert parse(f"a cat --{row.name}").errors


@pytest.mark.parametrize("row", GONE, ids=name_of)
def test_what_is_gone_warns_with_a_hint(row: Parameter) -> None:
    prompt = parse(f"a cat --{row.name} 5 of mine")
    assert prompt.errors == ()
    assert f"--{row.name}" in str(prompt.warnings[0].text)
    assert prompt.words == "a cat of mine"


@pytest.mark.parametrize("version", VERSIONS)
def test_known_versions_say_nothing(version: str) -> None:
    assert parse(f"cat --v {version}").diagnostics == ()


@pytest.mark.parametrize("version", ["8", "8.0", "9", "12.5", "2031"])
def test_unknown_versions_warn_and_never_block(version: str) -> None:
    prompt = parse(f"cat --v {version} --q 4 --oref {LINK}")
    assert prompt.warnings
    assert [each for each in prompt.errors if "do not go together" not in str(each.text)] == []
    assert f"--v {version}" in prompt.normalised


def test_the_removed_version_names_its_successors() -> None:
    assert texts(parse("cat --v 8"), Severity.WARNING) == [
        "Version 8.0 is gone; use `--v 8.1` or `--v 8.2`."
    ]


def test_a_bare_niji_is_niji_7() -> None:
    assert parse("cat --niji").diagnostics == ()
    assert parse(f"cat --niji --cref {LINK}").errors  # Niji 6 only


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
    ("“poppies --ar 2:3”", "“poppies --ar 2:3", "I read `2:3”` as `2:3`."),
    ("poppies --tile.", "poppies --tile", "I read `--tile.` as `--tile`."),
    ("poppies --ar=2:3", "poppies --ar 2:3", "I read `--ar=2:3` as `--ar 2:3`."),
    ("poppies --v7", "poppies --v 7", "I read `--v7` as `--v 7`."),
    ("poppies --ar 2x3", "poppies --ar 2:3", "I read `2x3` as `2:3`."),
    ("poppies --ar 2.35:1", "poppies --ar 47:20", "I read `2.35:1` as `47:20`."),
    ("poppies --stylise 50", "poppies --s 50", "I read `--stylise` as `--s`."),
    ("poppies --style raw", "poppies --raw", "I read `--style raw` as `--raw`."),
    ("a --style raw --v 8.1", "a --raw --v 8.1", "I read `--style raw` as `--raw`."),
    ("--ar 2:3 poppies", "poppies --ar 2:3", "I moved the parameters behind the words."),
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
        "I left out `--stealth`: that is set for the whole Midjourney account.",
    ),
    (f"<{LINK}>, a cat", f"{LINK} a cat", f"I read `<{LINK}>,` as `{LINK}`."),
]


@pytest.mark.parametrize(("text", "normalised", "sentence"), FIXES)
def test_a_safe_fix_is_made_and_said(text: str, normalised: str, sentence: str) -> None:
    prompt = parse(text)
    assert prompt.text == text
    assert prompt.normalised == normalised
    assert sentence in texts(prompt, Severity.NOTICE)
    assert prompt.errors == ()
    assert parse(normalised).notices == ()


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
def test_what_is_right_stays_as_it_is(text: str) -> None:
    prompt = parse(text)
    assert prompt.normalised == text
    assert prompt.errors == ()
    assert prompt.notices == ()


def test_names_count_in_any_case() -> None:
    assert parse("cat --AR 2:3 --Raw").normalised == "cat --ar 2:3 --raw"


def test_blanks_of_all_kinds_separate_words() -> None:
    prompt = parse("a\u00a0cat\n--ar\u00a02:3\t\u3000--raw\r\n")
    assert prompt.normalised == "a cat --ar 2:3 --raw"


def test_a_code_block_survives() -> None:
    prompt = parse("```\na cat\n--ar 2:3\n```")
    assert prompt.normalised == "``` a cat ``` --ar 2:3"


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
    assert prompt.errors == ()
    assert "--" not in prompt.normalised


def test_two_modes_are_refused() -> None:
    assert str(refusal(parse("cat --fast --relax"))) == (
        "`--fast` and `--relax` exclude each other; keep one."
    )


def test_turbo_is_refused_with_a_hint() -> None:
    assert "use `--fast`" in str(refusal(parse("cat --turbo")))


def test_repeat_leaves_the_prompt() -> None:
    prompt = parse("cat --repeat 3")
    assert (prompt.normalised, prompt.repeat) == ("cat", 3)
    assert prompt.warnings


def test_a_wrong_repeat_is_refused() -> None:
    assert str(refusal(parse("cat --r 99"))) == ("`--r 99`: choose a whole number from 2 to 40.")


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
    assert prompt.errors == ()
    assert prompt.images == (LINK, LINK)


def test_length_is_that_of_what_the_provider_gets() -> None:
    assert parse("x" * 4000).errors == ()
    assert parse("x" * 4000 + " " * 99 + " --fast").errors == ()
    assert str(refusal(parse("x" * 4001))) == (
        "The prompt has 4001 characters; the limit is 4000. Please shorten it."
    )
    assert parse("four", max_length=3).errors[0].start == 3


# ── What warns ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("aspct", "aspect"), ("stylze", "stylize"), ("chaso", "chaos"), ("tille", "tile")],
)
def test_a_slip_suggests_the_nearest_name(typed: str, nearest: str) -> None:
    prompt = parse(f"cat --{typed} 5")
    assert nearest in OFFICIAL_NAMES
    assert texts(prompt, Severity.WARNING) == [
        f"I don't know `--{typed}`. Did you mean `--{nearest}`?"
    ]
    assert prompt.warnings[0].fix == f"--{nearest} 5"
    assert prompt.normalised == f"cat --{typed} 5"


def test_an_unknown_parameter_keeps_what_follows() -> None:
    prompt = parse("cat --qqqqq one two --raw")
    assert prompt.normalised == "cat --qqqqq one two --raw"
    assert prompt.errors == ()


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
    assert any(sentence in each for each in texts(prompt, Severity.WARNING))
    assert prompt.errors == ()


def test_weights_are_fine_where_they_work() -> None:
    assert parse("cat::2 dog::-.5 --v 6.1").diagnostics == ()


# ── Caret ───────────────────────────────────────────────────────────────────────────────────────


def test_the_caret_stands_under_the_place() -> None:
    prompt = parse("a cat --ar 16:0 --raw")
    assert caret(prompt, prompt.errors[0]) == "a cat --ar 16:0 --raw\n      ^^^^^^^^^"


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
    assert caret(prompt, prompt.errors[0]).splitlines()[1] == " " * (columns + 1) + "^" * 9


LEFT_TO_RIGHT = "\u200e"


@pytest.mark.parametrize("words", ["חתול יפה", "قطة جميلة", "קובייה 2 (x)"])
def test_right_to_left_words_stay_on_their_side_of_the_place(words: str) -> None:
    prompt = parse(f"{words} --ar 16:0 {words}")
    line, marks = caret(prompt, prompt.errors[0]).splitlines()
    # A word that runs to the left takes blanks and signs along, but never over one of these marks.
    assert line == LEFT_TO_RIGHT + LEFT_TO_RIGHT.join((f"{words} ", "--ar 16:0", f" {words}"))
    assert marks == " " * (len(words) + 1) + "^" * 9


def test_nothing_turns_the_direction_of_the_line() -> None:
    prompt = parse("\u202ecat\u202c \u2067dog --ar 16:0")
    assert caret(prompt, prompt.errors[0]).splitlines() == [
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
    line, marks = caret(prompt, prompt.errors[0]).splitlines()
    before, _, _ = line.replace(LEFT_TO_RIGHT, "").partition("--ar 16:0")
    assert marks.strip() == "^" * 9
    assert len(marks) - 9 == columns(before)


def columns(text: str) -> int:
    """Count the columns of the words above."""
    text = text.replace("👩\u200d👩\u200d👧", "🦊").replace("\u0301", "")
    return sum(2 if character in "猫🦊👩👧" else 1 for character in text)


def test_nothing_breaks_out_of_the_code_block() -> None:
    prompt = parse("```\ncat\n``` --ar 16:0")
    shown = caret(prompt, prompt.errors[0])
    assert "`" not in shown
    assert shown.count("\n") == 1


def test_a_long_prompt_is_clipped_around_the_place() -> None:
    prompt = parse("word " * 300 + "--ar 16:0 " + "more " * 300)
    line, marks = caret(prompt, prompt.errors[0], width=50).splitlines()
    assert len(line) <= 50
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[marks.index("^") : len(marks)] == "--ar 16:0"


def test_an_empty_prompt_has_a_caret_too() -> None:
    prompt = parse("")
    assert caret(prompt, prompt.errors[0]) == "\n^"


# ── Options ─────────────────────────────────────────────────────────────────────────────────────


def test_an_option_wins_and_says_so() -> None:
    prompt = with_options(parse("cat --ar 2:3 --fast"), {"aspect": "16:9", "mode": Mode.RELAXED})
    assert prompt.normalised == "cat --ar 16:9"
    assert prompt.mode is Mode.RELAXED
    assert texts(prompt, Severity.NOTICE) == [
        "The option wins: `--ar 16:9` instead of `--ar 2:3`.",
        "The option wins: `--relax` instead of `--fast`.",
    ]


def test_all_options_together() -> None:
    prompt = with_options(
        parse("cat --no dogs"),
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
    prompt = with_options(parse("cat --raw"), {"raw": False})
    assert prompt.normalised == "cat"
    assert texts(prompt, Severity.NOTICE) == ["The option wins: I left out `--raw`."]


@pytest.mark.parametrize(
    ("text", "version", "normalised"),
    [
        ("cat --niji 6", "7", "cat --v 7"),
        ("cat --v 7", "niji 7", "cat --niji 7"),
        ("cat --v 7", "8.2", "cat --v 8.2"),
    ],
)
def test_the_version_option_wins_over_niji_too(text: str, version: str, normalised: str) -> None:
    prompt = with_options(parse(text), {"version": version})
    assert prompt.normalised == normalised
    assert prompt.errors == ()
    assert len(prompt.notices) == 1


def test_options_that_agree_say_nothing() -> None:
    assert with_options(parse("cat --v 7 --raw"), {"version": "7", "raw": True}).notices == ()


def test_a_wrong_option_is_shown_with_a_place() -> None:
    prompt = with_options(parse("cat"), {"aspect": "16:0"})
    assert caret(prompt, prompt.errors[0]) == "cat --ar 16:0\n    ^^^^^^^^^"


def test_no_options_change_nothing() -> None:
    assert with_options(parse("cat --ar 2:3"), {"raw": None}) == parse("cat --ar 2:3")


def test_an_unknown_option_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        with_options(parse("cat"), {"colour": "red"})


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


@pytest.mark.parametrize("depth", [1, 10, 300])
def test_dashes_apart_may_nest(depth: int) -> None:
    prompt = parse("cat " + "- - " * depth + "tile " * depth)
    assert prompt.normalised == "cat --tile"
