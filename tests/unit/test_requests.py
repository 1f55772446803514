"""From what a person typed, chose and has set to plain prompts."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.domain.conversations import Conversation, Origin, Person
from bot.domain.errors import PromptError
from bot.domain.jobs import Job, JobStatus, Mode
from bot.domain.people import Preferences, Preset
from bot.prompts import MAX_LENGTH, OptionValue, looks_private
from bot.services.requests import MAX_REMARKS, Order, Request, read_request, typed, with_image
from tests.timing import cpu_seconds

LINK = "https://example.com/a.png"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(
    prompt: str,
    options: Mapping[str, OptionValue] | None = None,
    *,
    preset: Preset | None = None,
    limit: int = 10,
    **set_once: object,
) -> Order:
    return read_request(
        Request(prompt=prompt, options=options or {}),
        limit=limit,
        preset=preset,
        preferences=Preferences(**set_once),  # type: ignore[arg-type]
    )


def poster(parameters: str = "", suffix: str = "") -> Preset:
    return Preset(name="poster", parameters=parameters, suffix=suffix)


def refusal(prompt: str, options: Mapping[str, OptionValue] | None = None) -> PromptError:
    with pytest.raises(PromptError) as caught:
        read(prompt, options)
    return caught.value


# ── What wins ───────────────────────────────────────────────────────────────────────────────────


def test_an_option_beats_the_prompt_which_beats_the_preset_which_beats_the_settings() -> None:
    preset = poster("--ar 3:3 --s 3 --c 3")
    order = read("a fox --ar 2:2 --s 2", {"aspect": "1:1"}, preset=preset, parameters="--w 4 --c 4")
    assert order.prompts == ("a fox --s 2 --c 3 --w 4 --ar 1:1",)
    assert [str(remark) for remark in order.remarks] == [
        "Used the option: `--ar 1:1`, not `--ar 2:2`."
    ]


def test_every_option_that_wins_says_so() -> None:
    options = {"aspect": "1:1", "stylize": 1, "chaos": 1, "weird": 1, "seed": 1, "version": "7"}
    order = read("a fox --ar 2:2 --s 2 --c 2 --w 2 --seed 2 --v 6", options)
    said = " ".join(str(remark) for remark in order.remarks)
    assert said.count("Used the option") == 6


def test_the_words_of_a_preset_come_behind_those_of_the_prompt() -> None:
    order = read("a fox --ar 2:3", preset=poster(suffix="bold ink"))
    assert order.prompts == ("a fox bold ink --ar 2:3",)


@pytest.mark.parametrize(
    ("prompt", "preset", "setting", "expected"),
    [
        ("a fox", None, None, Mode.FAST),
        ("a fox", None, Mode.RELAXED, Mode.RELAXED),
        ("a fox", "--relax", Mode.FAST, Mode.RELAXED),
        ("a fox", "--ar 2:3", Mode.RELAXED, Mode.RELAXED),
        ("a fox --fast", "--relax", Mode.RELAXED, Mode.FAST),
    ],
)
def test_the_mode_is_the_prompts_then_the_presets_then_the_settings(
    prompt: str, preset: str | None, setting: Mode | None, expected: Mode
) -> None:
    order = read(prompt, preset=preset and poster(preset), mode=setting)
    assert order.mode is expected
    assert "--relax" not in order.prompts[0]


# ── Several jobs ────────────────────────────────────────────────────────────────────────────────


def test_options_and_settings_hold_for_each_of_several_jobs() -> None:
    order = read("a {red, blue} fox --repeat 2", {"aspect": "1:1"}, parameters="--s 5")
    red, blue = "a red fox --s 5 --ar 1:1", "a blue fox --s 5 --ar 1:1"
    assert order.prompts == (red, red, blue, blue)


@pytest.mark.parametrize("prompt", ["a fox {--fast, --relax}", "a {fox --relax, cat}"])
def test_jobs_of_one_command_do_not_differ_in_speed(prompt: str) -> None:
    error = refusal(prompt)
    assert "same speed" in str(error.text)
    assert error.place is not None


def test_an_option_settles_the_speed_of_all() -> None:
    assert read("a fox {--fast, --relax}", {"mode": "relaxed"}).mode is Mode.RELAXED


def test_a_remark_about_all_jobs_is_made_once_and_no_more_are_kept_than_anybody_reads() -> None:
    assert len(read("a {red, blue} fox —ar 2:3").remarks) == 1
    assert len(read("a fox " + " ".join(f"--foo{n} x" for n in range(30))).remarks) == MAX_REMARKS


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────


def test_a_refusal_shows_the_place_also_of_an_option() -> None:
    assert refusal("a fox", {"aspect": "16:0"}).place == "a fox --ar 16:0\n      ^^^^^^^^^"


def test_an_empty_prompt_has_no_place_to_show() -> None:
    assert refusal("  ").place is None


def test_all_jobs_of_one_prompt_are_within_the_limit_at_a_time() -> None:
    assert str(refusal("a {b,c,d,e,f,g} --repeat 2").text) == (
        "That's 12 jobs; the limit is 10 at a time."
    )


@pytest.mark.parametrize(
    "parameters", ["--no dogs", "--foo bar", "--p ab12cde", "--sref 123", "--tile", "--v 7"]
)
def test_the_words_of_a_preset_are_no_values(parameters: str) -> None:
    order = read(f"a fox {parameters}", preset=poster(suffix="golden hour 5"))
    assert order.prompts == (f"a fox golden hour 5 {parameters}",)
    assert order.questions == ()


def test_the_words_of_a_preset_may_mean_several_jobs() -> None:
    order = read("{a, b} --raw", preset=poster(suffix="in {red, blue}"))
    assert order.prompts == (
        "a in red --raw", "a in blue --raw", "b in red --raw", "b in blue --raw",
    )  # fmt: skip


def test_a_place_within_the_words_of_a_preset_is_shown() -> None:
    with pytest.raises(PromptError) as caught:
        read("a fox --raw", preset=poster(suffix="in {red"))
    assert caught.value.place == "a fox --raw in {red\n               ^"


@pytest.mark.parametrize(
    ("prompt", "prompts"),
    [
        ("a cat --repeat 3", ["a cat"] * 3),
        ("a cat --r 2 --ar 2:3", ["a cat --ar 2:3"] * 2),
        ("--repeat 2 a cat", ["a cat"] * 2),
        ("a cat - - repeat 2", ["a cat"] * 2),
        ("{a, b} --r 2", ["a", "a", "b", "b"]),
        ("cat --r {2, 3}", ["cat"] * 5),
        (f"{{{LINK}, {LINK}2}} cat", [f"{LINK} cat", f"{LINK}2 cat"]),
        (f"{{{LINK},{LINK}2}} cat", [f"{LINK} cat", f"{LINK}2 cat"]),
    ],
)
def test_one_command_may_mean_several_jobs(prompt: str, prompts: list[str]) -> None:
    assert list(read(prompt).prompts) == prompts


def test_length_is_checked_before_anything_is_read() -> None:
    error = refusal("{" * MAX_LENGTH + "x")
    assert str(error.text) == (
        "The prompt has 4001 characters; the limit is 4000. Please shorten it."
    )


@pytest.mark.parametrize(
    ("options", "preset"), [({"no": "n" * 400}, ""), ({"image": LINK * 20}, ""), ({}, "s" * 400)]
)
def test_options_and_the_words_of_a_preset_count_too(
    options: Mapping[str, OptionValue], preset: str
) -> None:
    with pytest.raises(PromptError, match="limit is 4000"):
        read("x" * 3700, options, preset=poster(suffix=preset))


def test_defaults_may_not_make_a_prompt_too_long() -> None:
    with pytest.raises(PromptError, match="limit is 4000"):
        read("x" * 3990, preset=poster("--ar 2:3 --s 5"))


def test_a_picture_may_not_make_a_prompt_too_long() -> None:
    assert with_image("a fox", LINK) == f"{LINK} a fox"
    with pytest.raises(PromptError, match="With the picture, the prompt has 4"):
        with_image("x" * 3990, LINK)


# ── Questions and their fixes ───────────────────────────────────────────────────────────────────


def test_an_order_has_its_questions_and_what_they_come_to() -> None:
    order = read("a fox --aspct 16:9 --v 8 --upbeta --fast")
    assert order.prompts == ("a fox --aspct 16:9 --v 8 --upbeta",)
    assert [str(each) for each in order.questions] == [
        "I don't know `--aspct`. Did you mean `--aspect`?",
        "Version 8.0 was removed. I'd use `--v 8.2`.",
        "`--upbeta` no longer exists: upscaling isn't part of a prompt now. I'd leave it out.",
    ]
    assert order.fixed is not None
    assert order.fixed.prompts == ("a fox --aspect 16:9 --v 8.2",)
    assert order.fixed.questions == ()
    assert [str(each) for each in order.fixed.remarks] == [
        "I read `--aspct 16:9` as `--aspect 16:9`.",
        "I read `--v 8` as `--v 8.2`.",
        "I left out `--upbeta`.",
    ]


def test_a_question_about_several_jobs_is_asked_once_and_fixed_in_each() -> None:
    order = read("a {red, blue} fox {--v 8, --v 7} --repeat 2")
    assert len(order.questions) == 1
    assert order.fixed is not None
    assert order.fixed.prompts == (
        *["a red fox --v 8.2"] * 2,
        *["a red fox --v 7"] * 2,
        *["a blue fox --v 8.2"] * 2,
        *["a blue fox --v 7"] * 2,
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "a fox --p bad!code --v 8",  # one of the two has no safe fix
        "a fox --aspct 16:0",  # the fix would be refused
        "a fox --vrsion 6 --hd",  # the fix would raise another question
        "a fox {--v 8, --p bad!code}",
    ],
)
def test_what_only_the_person_can_mend_has_no_fix(prompt: str) -> None:
    order = read(prompt)
    assert order.questions
    assert order.fixed is None


@pytest.mark.parametrize(
    ("prompt", "prompts", "mode"),
    [
        ("a cat --repet 3", ["a cat"] * 3, Mode.FAST),
        ("a cat --relx", ["a cat"], Mode.RELAXED),
        ("a cat --relax --v 8", ["a cat --v 8.2"], Mode.RELAXED),
        (f"a cat --imge {LINK}", [f"{LINK} a cat"], Mode.FAST),
        ("{a, b} --repet 2", ["a", "a", "b", "b"], Mode.FAST),
    ],
)
def test_a_fix_means_what_it_says(prompt: str, prompts: list[str], mode: Mode) -> None:
    fixed = read(prompt).fixed
    assert fixed is not None
    assert (list(fixed.prompts), fixed.mode) == (prompts, mode)


@pytest.mark.parametrize("prompt", ["a --repet 11", "a --fast --relx", "{a, b --relx}"])
def test_a_fix_obeys_the_rules_too(prompt: str) -> None:
    order = read(prompt)
    assert order.questions
    assert order.fixed is None


def test_a_fix_leaves_the_defaults_alone() -> None:
    order = read("fox --upbeta", preset=poster("fox --s 5"), parameters="a b --c 5")
    assert order.fixed is not None
    assert order.fixed.prompts == ("fox --s 5 --c 5",)


def test_what_is_fixed_keeps_its_mode_and_its_privacy() -> None:
    order = read("a fox --v 8 --relax --private")
    assert order.fixed is not None
    assert (order.fixed.mode, order.fixed.is_private) == (Mode.RELAXED, True)


@pytest.mark.parametrize("options", [{"image_weight": 2.0}, {"style": "no link"}])
def test_an_option_that_does_nothing_is_asked_about(options: Mapping[str, OptionValue]) -> None:
    order = read("a fox", options)
    assert len(order.questions) == 1
    assert order.fixed is not None
    assert order.fixed.prompts[0].startswith("a fox")


def test_an_option_with_what_it_needs_is_not() -> None:
    assert read("a fox", {"image_weight": 2.0, "image": LINK}).questions == ()


# ── Who sees it ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "option", "expected"),
    [
        ("a fox", False, False),
        ("a fox", True, True),
        ("a fox --private", False, True),
        ("a fox --stealth", False, True),
        ("a fox --public", True, True),
        ("a {red --private, blue} fox", False, True),
        ("a fox --privat", False, True),
    ],
)
def test_privacy_wins_wherever_it_is_asked_for(prompt: str, option: bool, expected: bool) -> None:
    order = read_request(Request(prompt=prompt, is_private=option), limit=10)
    assert order.is_private is expected
    assert looks_private(prompt) or option or not expected


def test_the_private_option_wins_over_the_prompt_and_says_so() -> None:
    order = read_request(Request(prompt="a fox --public", is_private=True), limit=10)
    assert "Used the option: `private`, not `--public`." in [str(each) for each in order.remarks]


# ── Defaults that do not fit ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("prompt", "preset", "parameters", "expected"),
    [
        ("a fox --v 6", "--hd", "", "a fox --v 6"),
        ("a fox --niji 6", "--v 7 --hd", "", "a fox --niji 6"),
        ("a fox --draft --v 7", "", "--hd --s 5", "a fox --draft --v 7 --s 5"),
        ("a fox --hd", "--ar 5:1", "", "a fox --hd"),
        (f"{LINK} a fox --v 7", "--draft", "", f"{LINK} a fox --v 7"),
        ("a fox", "--sw 50", "", "a fox"),
        ("a fox", "--sw 50", "--sref 5", "a fox --sw 50 --sref 5"),
        ("a fox", "--hd", "--draft --c 5", "a fox --hd --c 5"),
        ("a fox", "--v 8", "", "a fox"),
        ("a fox --hd", "--v 7", "--s 5", "a fox --hd --s 5"),
        ("a fox", "--upbeta --aspct 2:3", "", "a fox"),
        ("a fox --v 5.2", "--p ab12cde --style raw", "", "a fox --v 5.2 --style raw"),
    ],
)
def test_defaults_that_do_not_fit_are_left_out_without_a_word(
    prompt: str, preset: str, parameters: str, expected: str
) -> None:
    order = read(prompt, preset=poster(preset), parameters=parameters)
    assert order.prompts == (expected,)
    assert order.questions == ()


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


# ── Time ────────────────────────────────────────────────────────────────────────────────────────

TEN = "{a,b,c,d,e,f,g,h,i,j} x "
WORST = [
    "--no a ", "--", "-- ", "- ", "--a ", "—", "—ar ", "-raw a ", "half -fast ", "a ", "::1 ",
    "a::2 ", f"{LINK} ", f"<{LINK}>,", "[a](https://b) ", "--aspcz ", "--sref 1 1 1 1 ", "{b} ",
    "\\,", "“", "(", "\u200b", ",", "https://", '"https://,',
    "a.b/.png?", "::", "\u0627\u200f 1::2 ", "a\u200f ", "wait—stop ", "- - tile ",
]  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"no": "b", "aspect": "2:3"}], ids=["alone", "options"])
@pytest.mark.parametrize("piece", WORST)
def test_reading_takes_linear_time(piece: str, options: Mapping[str, OptionValue]) -> None:
    def seconds(length: int) -> float:
        text = TEN + piece * (length // len(piece))

        def call() -> None:
            with suppress(PromptError):
                read(text, options)

        return cpu_seconds(call, rounds=5)

    # Four times the length: linear is 4, quadratic 16. The floor keeps the clock's noise out.
    assert seconds(3_600) < 9 * max(seconds(900), 0.001)


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
def test_what_stands_in_the_form_asks_for_the_same_again(mode: Mode, usual: Mode) -> None:
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


def test_the_usual_mode_is_not_worth_a_word() -> None:
    assert typed(job("a fox", Mode.RELAXED), usual=Mode.RELAXED) == "a fox"
