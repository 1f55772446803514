"""An option obeys the rules of the prompt, and an edited request means the same."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.jobs import Job, JobStatus, Mode
from bot.prompts import OptionValue
from bot.services.requests import Request, read_request, typed
from tests.unit.requests.fixtures import LINK, read, refusal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


# ── An option obeys the rules of the prompt ─────────────────────────────────────────────────────


def test_braces_in_an_option_mean_several_jobs_as_in_the_prompt() -> None:
    order = read("a fox", {"no": "{a, b}"})
    assert order.prompts == ("a fox --no a", "a fox --no b")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no", "x --v 5"),
        ("no", "x —v 5"),
        ("no", "--private"),
        ("no", "{x, y --raw}"),
        ("no", "x - - tile"),
        ("aspect", "16:9 a cat"),
        ("aspect", "2:3 --hd"),
    ],
)
def test_an_option_brings_no_other_parameters_along(name: str, value: str) -> None:
    assert f"The `{name}` option takes only its own value" in str(refusal("a", {name: value}).text)


def test_a_brace_without_its_partner_in_an_option_is_shown_there() -> None:
    error = refusal("a fox", {"no": "{a"})
    assert error.place == "a fox --no {a\n           ^"


@pytest.mark.parametrize(
    "options",
    [
        {"no": "{a, b}", "aspect": "2:3"},
        {"no": r"\{a, b\}"},
        {"no": r"a\, b", "raw": True},
        {"no": "“text”, hands.", "stylize": 5, "version": "niji 7"},
        {"mode": "relaxed", "chaos": 5, "tile": False},
    ],
)
@pytest.mark.parametrize("prompt", ["a fox", "a fox --raw --no c", "“a fox --tile”", "a {b, c}"])
def test_options_mean_the_same_after_edit(prompt: str, options: Mapping[str, OptionValue]) -> None:
    request = Request(prompt=prompt, options=options)
    before, after = read_request(request, limit=10), read_request(request.as_typed(), limit=10)
    assert [sorted(each.split(" --")) for each in before.prompts] == [
        sorted(each.split(" --")) for each in after.prompts
    ]
    assert (before.mode, before.questions) == (after.mode, after.questions)


# ── Edit ────────────────────────────────────────────────────────────────────────────────────────


def job(prompt: str, mode: Mode) -> Job:
    return Job(
        id="abcdefghij2345672345",
        source_key="discord:222222222222222222:0",
        origin=Origin(
            person=Person(platform="discord", id="5"),
            conversation=Conversation(platform="discord", tenant_id="3", id="4"),
        ),
        prompt=prompt,
        mode=mode,
        status=JobStatus.SUCCEEDED,
        created_at=NOW,
        claimable_at=NOW,
    )


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("usual", Mode)
def test_prefilled_form_asks_for_the_same_job(mode: Mode, usual: Mode) -> None:
    asked = typed(job("a {red} fox --ar 2:3", mode), usual=usual)
    order = read(asked, mode=usual, limit=1)
    assert (order.prompts, order.mode) == (("a {red} fox --ar 2:3",), mode)
    assert order.remarks == ()


@pytest.mark.parametrize(
    ("prompt", "mode", "expected"),
    [
        ("a fox --ar 16:9", Mode.FAST, "a fox --ar 16:9"),
        ("a fox", Mode.RELAXED, "a fox --relax"),
        ("a {red, blue} fox", Mode.FAST, r"a \{red, blue\} fox"),
        ("a {red} fox", Mode.FAST, "a {red} fox"),
    ],
)
def test_a_job_is_edited_as_one_would_type_it(prompt: str, mode: Mode, expected: str) -> None:
    assert typed(job(prompt, mode)) == expected
    assert read(expected, limit=1).prompts == (prompt,)


def test_a_refused_request_is_kept_as_one_would_type_it() -> None:
    request = Request(prompt="a fox", options={"ar": "16:0", "image": LINK})
    assert request.as_typed() == Request(prompt="a fox --ar 16:0", options={"image": LINK})


def test_usual_mode_is_left_out_of_the_form() -> None:
    assert typed(job("a fox", Mode.RELAXED), usual=Mode.RELAXED) == "a fox"


@pytest.mark.parametrize(
    ("prompt", "options"),
    [
        ("a fox --niji 6", {"version": "7"}),
        ("a fox --v 7 --tile", {"version": "niji 6"}),
        ("a fox --mode relaxed", {"mode": "fast", "chaos": 5}),
        ("(a fox --fast)", {"mode": "relaxed"}),
    ],
)
def test_what_an_option_won_over_does_not_come_back_with_edit(
    prompt: str, options: Mapping[str, OptionValue]
) -> None:
    request = Request(prompt=prompt, options=options)
    asked, typed = (read_request(each, limit=10) for each in (request, request.as_typed()))
    assert (typed.prompts, typed.mode) == (asked.prompts, asked.mode)
