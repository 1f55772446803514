"""Each row of the parameter table by its own data."""

import pytest

from bot.prompts import TABLE, Kind, Parameter, Prompt, Severity, parse
from bot.prompts.models import NIJI_VERSIONS, VERSIONS
from bot.prompts.parameters import GONE, IMAGES, NEEDED, find
from tests.unit.prompts.sentences import LINK, texts

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
    """Return a value that is right for every model."""
    if row.spans:
        return f" {max(span.low for span in row.spans.values())}"
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


def about(prompt: Prompt, row: Parameter) -> set[Severity]:
    """Return the severities said about this parameter, cautions and what is put right aside."""
    cautions = [row.caution, *row.cautions.values()]
    place = next(each for each in prompt.arguments if each.name == row.name)
    return {
        each.severity
        for each in prompt.diagnostics
        if each.start == place.start
        and each.severity is not Severity.REMARK
        and each.text not in cautions
    }


MODELLED = [
    row
    for row in TABLE
    if row.kind
    not in {
        Kind.MODE,
        Kind.VISIBILITY,
        Kind.SPEED,
        Kind.IMAGES,
        Kind.COMMAND,
        Kind.PROMPT,
        Kind.VIDEO,
        Kind.VERSION,
    }
    and row.name != "repeat"
]


def test_every_name_means_one_parameter() -> None:
    names = [
        name
        for row in (*TABLE, *GONE)
        for name in (row.name, *row.short, *row.aliases, *row.translated)
    ]
    assert len(names) == len(set(names))
    assert all(find(name.upper()) is not None for name in names)


def test_what_a_row_names_exists() -> None:
    for row in TABLE:
        for other in (row.needs, *(conflict.other for conflict in row.conflicts)):
            assert other is None or other == IMAGES or find(other) in TABLE


@pytest.mark.parametrize("row", MODELLED, ids=name_of)
def test_a_parameter_is_taken_by_the_models_of_its_row(row: Parameter) -> None:
    for model in row.models:
        of_family = model.partition(".")[0]
        value = row.choices_by_family.get(of_family, (None,))[0]
        if of_family in row.spans:
            value = str(row.spans[of_family].low)
        prompt = parse(sound(row, model, value))
        assert about(prompt, row) == set(), (model, prompt.diagnostics)


@pytest.mark.parametrize("row", MODELLED, ids=name_of)
def test_a_parameter_is_asked_about_with_all_other_models(row: Parameter) -> None:
    everything = {*VERSIONS, *(f"niji {number}" for number in NIJI_VERSIONS)}
    for model in everything - row.models:
        prompt = parse(sound(row, model))
        if row.name in prompt.parameters:  # `--style raw` becomes `--raw` on 8.x
            assert about(prompt, row) == {Severity.ASK}, model


@pytest.mark.parametrize("row", MODELLED, ids=name_of)
def test_without_a_version_the_model_is_a_guess_and_never_blocks(row: Parameter) -> None:
    assert parse(sound(row, None)).refusals == ()


@pytest.mark.parametrize("row", NUMERIC, ids=name_of)
@pytest.mark.parametrize("model", [None, "4", "6", "7", "8.1"])
def test_a_number_is_taken_from_its_lowest_to_its_highest(
    row: Parameter, model: str | None
) -> None:
    widest = row.span
    span = row.spans.get((model or "8.2").partition(".")[0], row.span)
    if widest is None or span is None or (model is not None and model not in row.models):
        return
    for number in (span.low, span.high):
        assert parse(sound(row, model, str(number))).refusals == ()
    for number in (widest.low - 1, widest.high + 1, 10**25):
        (wrong,) = parse(sound(row, model, str(number))).refusals
        assert "choose a" in str(wrong.text)
    for number in {span.low - 1, span.high + 1} - {widest.low - 1, widest.high + 1}:
        prompt = parse(sound(row, model, str(number)))
        assert prompt.refusals == ()
        assert any(f"from {span.low} to {span.high}" in str(each.text) for each in prompt.questions)


@pytest.mark.parametrize("value", ["1.5", "1e3", "5x", "߃", "5" * 5000])
def test_a_whole_number_is_whole(value: str) -> None:
    assert parse(f"cat --s {value}").refusals


@pytest.mark.parametrize("row", [row for row in TABLE if row.choices_by_family], ids=name_of)
def test_choices_differ_by_family(row: Parameter) -> None:
    for model, choices in row.choices_by_family.items():
        for choice in row.choices:
            prompt = parse(sound(row, model, choice))
            expected = set() if choice in choices else {Severity.ASK}
            assert about(prompt, row) == expected, (model, choice)


@pytest.mark.parametrize("row", [row for row in TABLE if row.needs], ids=name_of)
def test_a_parameter_needs_its_partner(row: Parameter) -> None:
    newest = next(model for model in reversed(VERSIONS) if model in row.models)
    lonely = f"a cat --{row.name}{value_for(row)} {flag(newest)}"
    assert about(parse(lonely), row) == {Severity.ASK}
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
def test_what_conflicts_is_said_once(row: Parameter, conflict: object) -> None:
    other, value = conflict.other, conflict.value  # type: ignore[attr-defined]
    start = f"{LINK} " if other == IMAGES else ""
    rival = find(other)
    beside = f" --{other}{value_for(rival)}" if rival else ""
    mine = f" {value}" if value else value_for(row)
    prompt = parse(f"{start}a cat --{row.name}{mine}{beside}")
    clashes = [each for each in prompt.diagnostics if "can't be combined" in str(each.text)]
    blocks = row.clash is Severity.REFUSE or (
        rival is not None
        and rival.clash is Severity.REFUSE
        and any(each.other == row.name for each in rival.conflicts)
    )
    assert [each.severity for each in clashes] == [Severity.REFUSE if blocks else Severity.ASK]


def test_version_and_niji_cannot_be_combined() -> None:
    assert texts(parse("cat --v 7 --niji 6"), Severity.REFUSE) == [
        "`--v` and `--niji` can't be combined; leave one out."
    ]


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.kind in NEEDED and not row.value_optional],
    ids=name_of,
)
def test_a_missing_value_is_said(row: Parameter) -> None:
    prompt = parse(f"a cat --{row.name}")
    assert any(str(each.text).startswith(f"`--{row.name}` needs ") for each in prompt.refusals)


@pytest.mark.parametrize("row", [row for row in TABLE if row.kind is Kind.VIDEO], ids=name_of)
def test_video_parameters_are_refused(row: Parameter) -> None:
    assert parse(f"a cat --{row.name}").refusals


@pytest.mark.parametrize("row", GONE, ids=name_of)
def test_what_is_gone_is_asked_about_with_a_hint(row: Parameter) -> None:
    prompt = parse(f"a cat --{row.name} 5 of mine")
    assert prompt.refusals == ()
    assert f"--{row.name}" in str(prompt.questions[0].text)
    assert prompt.words == "a cat of mine"


@pytest.mark.parametrize("version", VERSIONS)
def test_known_versions_say_nothing(version: str) -> None:
    assert parse(f"cat --v {version}").diagnostics == ()


@pytest.mark.parametrize("version", ["9", "12.5", "2031"])
def test_newer_versions_are_remarked_on_and_hide_nothing_else(version: str) -> None:
    prompt = parse(f"cat --v {version} --q 4 --iw 2")
    assert prompt.refusals == ()
    assert len(prompt.remarks) == 1
    assert [str(each.text).partition(" ")[0] for each in prompt.questions] == ["`--iw`"]
    assert f"--v {version}" in prompt.normalised


@pytest.mark.parametrize("version", ["8", "8.0"])
def test_the_removed_version_names_its_successor(version: str) -> None:
    assert texts(parse(f"cat --v {version}"), Severity.ASK) == [
        "Version 8.0 was removed. I'd use `--v 8.2`."
    ]


def test_a_bare_niji_is_niji_7() -> None:
    assert parse("cat --niji").diagnostics == ()
    assert parse(f"cat --niji --cref {LINK}").questions  # Niji 6 only
